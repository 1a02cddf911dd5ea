"""The operations of clearing, route by route: the source of the OpenAPI document and of the checks before a view."""

from __future__ import annotations

from chalicelib.clearing.access import (
    CLEARING_READ,
    CLEARING_RECEIPT,
    CLEARING_RUN,
    DISPUTE_RESOLVE,
    HAND_DOWN_READ,
    HAND_DOWN_RECEIPT,
    REPAIR_DECIDE,
    REPAIR_REQUEST,
    RULING_DISPOSE,
    STATEMENT_CONFIRM,
    STATEMENT_DISPUTE,
    STATEMENT_READ,
)
from chalicelib.clearing.domain.disputes import DisputeState
from chalicelib.clearing.schemas.bodies import (
    ConfirmationBody,
    DisputeBody,
    DisputeDocument,
    DisputePage,
    HandDownDocument,
    HandDownOutcome,
    ManifestDocument,
    OutcomeBody,
    ProofsDocument,
    ReceiptBody,
    ReceiptOutcome,
    RepairBody,
    RepairDecisionBody,
    RepairDocument,
    ResolutionBody,
    RunBody,
    RunDocument,
    RunStarted,
    StatementDocument,
)
from chalicelib.kernel.text import Text
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.platform.http.operation import LIST_FILES, SVG, Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import PAGE_PARAMETERS, choice, form, path_value, status_parameter

_RUN_ID = path_value("run_id", Text("清算批次编号", "The run's id"), examples=["clr_abcdefghijklmnopqrstuvwxyz"])
_AREA = path_value("area", Text("区划", "The area"), pattern="^[0-9]{6}$")

_PROVINCE = path_value("province", Text("省级区划", "The province"), pattern="^[0-9]{6}$")

FORMAT = form(Text("json（默认）、csv 或 xlsx", "json (the default), csv or xlsx"), "json", "csv", "xlsx")
KIND = choice(
    "kind",
    Text("fund（基金）或 subsidy（财政分担）；缺省为两者", "fund or subsidy; both where it is absent"),
    ObligationKind,
)
STATUS = status_parameter(DisputeState, Text("异议的状态", "What the disputes are waiting for"))
_RUN = ResourceType(Tag.CLEARING, Text("清算批次", "The run"), RunDocument, (_RUN_ID,))
_DISPUTE = ResourceType(
    Tag.CLEARING,
    Text("异议", "The dispute"),
    DisputeDocument,
    (_RUN_ID, path_value("dispute_id", Text("异议编号", "The dispute's id"))),
)

START = Operation(
    id="startClearingRun",
    tag=Tag.CLEARING,
    summary=Text("启动清算", "Start a clearing run"),
    detail=Text(
        "关闭该层级该期间当前开放的窗口并清算；失败的批次从中断处继续。没有待清算款项时返回 409；"
        "批次正在进行时 409 指明其编号。",
        "Closes the tier's open window of the period and clears it; a run that failed goes on where it stopped. 409 "
        "where nothing waits to be cleared; it names the run that is under way, where there is one.",
    ),
    action=CLEARING_RUN,
    body=RunBody,
    body_example={"period": "2026-11", "tier": "530000"},
    answers={202: Success(Text("已启动", "Started"), RunStarted)},
    problems=(400, 404, 409, 422),
)

READ = _RUN.reading(
    id="readClearingRun",
    summary=Text("查询清算批次", "Read a clearing run"),
    detail=Text(
        "状态、应收应付矩阵、净额、付款指令、确认、争议和对账情况。经办机构和财政只见与本区划有关的行。",
        "Its state, matrix, nets, payments, confirmations, disputes and what the bank has matched. An agency and "
        "finance see the rows that concern their area.",
    ),
    action=CLEARING_READ,
)

CHART = Operation(
    id="readClearingChart",
    tag=Tag.CLEARING,
    summary=Text("清算图表", "A chart of a clearing run"),
    detail=Text(
        "flows：区划之间的资金流向；nets：各方净额。均为 SVG。",
        "`flows`: the money between areas; `nets`: what each party receives or pays. Both SVG.",
    ),
    action=CLEARING_READ,
    parameters=(
        _RUN_ID,
        path_value("chart", Text("图表", "The chart"), enum=["flows", "nets"]),
    ),
    answers={200: Success(Text("图表", "The chart"), media=SVG)},
    problems=(404,),
)

STATEMENT = Operation(
    id="readStatement",
    tag=Tag.CLEARING,
    summary=Text("查询清分表", "Read an area's statement"),
    detail=Text(
        "逐笔列示并分页，附默克尔根；format=csv 或 xlsx 返回整份文件；kind 只取基金或财政分担部分，各成一份。",
        "Down to the claim, paged, with the Merkle root; `format=csv` or `xlsx` gives the whole file. `kind` gives the "
        "statement of the funds, or that of the fiscal subsidies, alone.",
    ),
    action=STATEMENT_READ,
    parameters=(_RUN_ID, _AREA, FORMAT, KIND, *PAGE_PARAMETERS),
    answers={200: Success(Text("清分表", "The statement"), StatementDocument, files=LIST_FILES)},
    problems=(404,),
)

MANIFEST = Operation(
    id="readManifest",
    tag=Tag.CLEARING,
    summary=Text("查询清分表清单", "Read the manifest of an edition's statements"),
    detail=Text(
        "列明该版各清分表的哈希，并以 previous 指向该层级的上一份清单；正文的 SHA-256 即批次所示的 manifest。"
        "有争议的批次有第二版。仅限清算中心和审计。",
        "Names the hash of every statement of the edition, and under `previous` the tier's manifest before it. SHA-256 "
        "of the answer's bytes is the `manifest` that the run shows. A run with disputes has a second edition. For the "
        "centre and the auditor.",
    ),
    action=STATEMENT_READ,
    parameters=(
        _RUN_ID,
        path_value("edition", Text("版次", "The edition"), enum=["1", "2"]),
    ),
    answers={200: Success(Text("清单", "The manifest"), ManifestDocument)},
    problems=(404,),
)

PROOF = Operation(
    id="readProof",
    tag=Tag.CLEARING,
    summary=Text("查询包含证明", "Read the inclusion proofs of a claim"),
    detail=Text(
        "该笔结算各行到清分表默克尔根的路径，只需 SHA-256 即可核验。",
        "The way from each of the claim's lines to the root on every statement; SHA-256 alone checks it.",
    ),
    action=STATEMENT_READ,
    parameters=(
        _RUN_ID,
        path_value("claim_id", Text("结算编号", "The claim's id")),
    ),
    answers={200: Success(Text("包含证明", "The proofs"), ProofsDocument)},
    problems=(404,),
)

CONFIRM = _RUN.changing(
    id="confirmStatement",
    summary=Text("确认清分表", "Confirm an area's statement"),
    detail=Text(
        "由本区划经办机构或财政确认；重复确认不改变结果。",
        "By the area's agency or finance; confirming again changes nothing.",
    ),
    action=STATEMENT_CONFIRM,
    body=ConfirmationBody,
    body_example={"area": "530100"},
)

DISPUTE = Operation(
    id="disputeClaim",
    tag=Tag.CLEARING,
    summary=Text("对一笔结算提出异议", "Dispute a claim on a statement"),
    detail=Text(
        "该笔金额即从双方净额中剔除，处理后进入其后的窗口。",
        "Its amount leaves the net on both sides; what the resolution leaves owed goes into a later window.",
    ),
    action=STATEMENT_DISPUTE,
    parameters=(_RUN_ID,),
    body=DisputeBody,
    body_example={"area": "530100", "claim_id": "clm_abcdefghijklmnopqrstuvwxyz", "reason": "filed twice"},
    answers={201: Success(Text("异议", "The dispute"), DisputeDocument)},
    problems=(400, 404, 409, 422),
)

RESOLVE = _DISPUTE.changing(
    id="resolveDispute",
    summary=Text("处理异议", "Resolve a dispute"),
    detail=Text(
        "由清算中心认定：应付、调减或不应付；应付部分由当前开放的窗口清算，其余冲减参保地基金支出，记入就医地暂记账户，待其经办机构处置。"
        "同一认定再次提交返回 200，其他认定返回 409。",
        "By the centre: owed, reduced or not owed. What is owed is cleared by the window that is open then; the rest "
        "leaves the insured place's expense and stands in the treatment place's suspense until its agency says what "
        "becomes of it. The same again is 200, another ruling 409.",
    ),
    action=DISPUTE_RESOLVE,
    body=ResolutionBody,
    body_example={"verdict": "reduced", "amount": "1200.00"},
)

DISPUTES = listing(
    id="listDisputes",
    tag=Tag.CLEARING,
    summary=Text("异议清单", "List the disputes of a run"),
    detail=Text(
        "status=open 为待裁定，outcome-open 为已裁定、待就医地处置，resolved 为已裁定。"
        "经办机构和财政只见与本区划有关的异议。",
        "`status=open`: not ruled on yet; `outcome-open`: ruled on, and the treatment place's agency has not said what "
        "becomes of what the ruling took; `resolved`: ruled on. An agency and finance see those that concern them.",
    ),
    action=CLEARING_READ,
    page=DisputePage,
    filters=(_RUN_ID, STATUS),
    problems=(404,),
)

DISPOSE = _DISPUTE.changing(
    id="disposeOfRuling",
    summary=Text("说明裁定金额的处置", "Say what becomes of what a ruling took"),
    detail=Text(
        "由就医地经办机构说明：borne 由本地基金承担，presented 在当前开放窗口重新提出，recovered 向医疗机构冲销追回。"
        "只能说明一次：同一处置再次提交返回 200，其他处置返回 409。",
        "By the treatment place's agency: `borne` by its own fund, `presented` anew in the open window, or `recovered` "
        "by reversing the claim against the hospital. It is said once: the same again is 200, another 409.",
    ),
    action=RULING_DISPOSE,
    body=OutcomeBody,
    body_example={"outcome": "borne", "reason": "the filing was missing; the hospital acted in good faith"},
)

RECEIVE = Operation(
    id="recordReceipt",
    tag=Tag.CLEARING,
    summary=Text("登记银行回单", "Record a bank receipt"),
    detail=Text(
        "与付款指令核对：足额、部分、超额、重复或无此指令；本批次指令全部相符时结清。",
        "Held against the instructions: exact, partial, over, duplicate or unknown. The run settles when all match.",
    ),
    action=CLEARING_RECEIPT,
    parameters=(_RUN_ID,),
    body=ReceiptBody,
    body_example={
        "instruction": "clr_abcdefghijklmnopqrstuvwxyz-1",
        "bank_reference": "B20261105-1",
        "amount": "170.00",
    },
    answers={200: Success(Text("核对结果", "What the receipt was, and what is open"), ReceiptOutcome)},
    problems=(400, 404, 409, 422),
)

HAND_DOWN = Operation(
    id="readHandDown",
    tag=Tag.CLEARING,
    summary=Text("查询省内下拨", "Read what a province hands down"),
    detail=Text(
        "全国清算批次结清后，省与各统筹区之间的付款、进度及其对账情况。统筹区只见自己的付款。",
        "Once the national run is settled: the payments between a province and its pooling areas, how far they have "
        "come, and what the bank's receipts match. An area sees its own.",
    ),
    action=HAND_DOWN_READ,
    parameters=(_RUN_ID, _PROVINCE),
    answers={200: Success(Text("下拨情况", "What is handed down"), HandDownDocument)},
    problems=(404,),
)

RECEIVE_HANDED_DOWN = Operation(
    id="recordHandDownReceipt",
    tag=Tag.CLEARING,
    summary=Text("登记下拨的银行回单", "Record a bank receipt of what is handed down"),
    detail=Text(
        "由该省清算中心登记；与下拨付款核对，全部相符时该省下拨结清。全国批次尚未结清或下拨已结清时返回 409。",
        "By the province's centre, after the national run is settled. Held against what it hands down, which is "
        "settled when all payments match; 409 before and after.",
    ),
    action=HAND_DOWN_RECEIPT,
    parameters=(_RUN_ID, _PROVINCE),
    body=ReceiptBody,
    body_example={
        "instruction": "clr_abcdefghijklmnopqrstuvwxyz-530000-1",
        "bank_reference": "B20261106-1",
        "amount": "90.00",
    },
    answers={200: Success(Text("核对结果", "What the receipt was, and what is open"), HandDownOutcome)},
    problems=(400, 404, 409, 422),
)

REQUEST_REPAIR = Operation(
    id="requestRepair",
    tag=Tag.CLEARING,
    summary=Text("申请修复清算窗口", "Ask for the repair of a window"),
    detail=Text(
        "窗口与账簿不符而失败的批次：由另一人批准后，账簿有而窗口缺的记入当前开放的窗口，窗口有而账簿无的剔除。账簿不变。"
        "已有未决申请时返回该申请。",
        "For a run that failed because its window differs from the ledger. Once another person approves, what the "
        "ledger has and no window holds is booked into the window open then, and what the ledger does not have is "
        "struck out. The ledger stays as it is. While a request is open it is answered again.",
    ),
    action=REPAIR_REQUEST,
    parameters=(_RUN_ID,),
    body=RepairBody,
    body_example={"reason": "position lost when the table was restored"},
    answers={201: Success(Text("修复申请", "The repair"), RepairDocument)},
    problems=(400, 404, 409, 422),
)

DECIDE_REPAIR = Operation(
    id="decideRepair",
    tag=Tag.CLEARING,
    summary=Text("批准或拒绝修复", "Approve or refuse a repair"),
    detail=Text(
        "申请人不得批准。批准后批次从中断处继续，修复所列差错并重新核对。",
        "Never by who asked. An approval lets the run go on: it mends the faults that were shown and proves again.",
    ),
    action=REPAIR_DECIDE,
    parameters=(
        _RUN_ID,
        path_value("repair_id", Text("修复编号", "The repair's id")),
    ),
    body=RepairDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(Text("修复", "The repair"), RepairDocument)},
    problems=(400, 403, 404, 409, 422),
)
