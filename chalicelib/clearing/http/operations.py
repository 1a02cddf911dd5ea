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

RUN_ID = path_value("run_id", Text("清算批次编号", "The run's id"), examples=["clr_abcdefghijklmnopqrstuvwxyz"])
AREA = path_value("area", Text("区划", "The area"), pattern="^[0-9]{6}$")

_PROVINCE = path_value("province", Text("省级区划", "The province"), pattern="^[0-9]{6}$")

FORMAT = form(Text("json（默认）、csv 或 xlsx", "json (the default), csv or xlsx"), "json", "csv", "xlsx")
KIND = choice(
    "kind",
    Text("fund（基金）或 subsidy（财政分担）；缺省为两者", "fund or subsidy; both by default"),
    ObligationKind,
)
STATUS = status_parameter(DisputeState, Text("异议的状态", "The state of the disputes"))
_RUN = ResourceType(Tag.CLEARING, Text("清算批次", "The run"), RunDocument, (RUN_ID,))
_DISPUTE = ResourceType(
    Tag.CLEARING,
    Text("异议", "The dispute"),
    DisputeDocument,
    (RUN_ID, path_value("dispute_id", Text("异议编号", "The dispute's id"))),
)

START = Operation(
    id="startClearingRun",
    tag=Tag.CLEARING,
    summary=Text("启动清算", "Start a clearing run"),
    detail=Text(
        "关闭该层级该期间当前开放的窗口并清算；失败的批次从中断处继续。没有待清算款项时返回 409；"
        "批次正在进行时 409 指明其编号。",
        "The tier's open window of the period is closed and cleared; a failed run goes on where it stopped. The "
        "answer is 409 where nothing waits to be cleared; 409 names the run that is under way, if any.",
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
        "The answer holds state, matrix, nets, payments, confirmations, disputes and the bank's matched receipts. "
        "An agency and finance see the rows that concern their area.",
    ),
    action=CLEARING_READ,
)

CHART = Operation(
    id="readClearingChart",
    tag=Tag.CLEARING,
    summary=Text("清算图表", "A chart of a clearing run"),
    detail=Text(
        "flows：区划之间的资金流向；nets：各方净额。均为 SVG。",
        "`flows` shows the money between areas, `nets` the net amount of every party; both are SVG.",
    ),
    action=CLEARING_READ,
    parameters=(
        RUN_ID,
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
        "The statement is listed line by line, paged, with the Merkle root; `format=csv` or `xlsx` answers the "
        "whole file. `kind` answers the statement of the funds, or that of the fiscal subsidies, alone.",
    ),
    action=STATEMENT_READ,
    parameters=(RUN_ID, AREA, FORMAT, KIND, *PAGE_PARAMETERS),
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
        "The manifest names the hash of every statement of the edition and, under `previous`, the tier's manifest "
        "before it. SHA-256 of the answer's bytes is the `manifest` that the run shows. A run with disputes has "
        "a second edition. The centre and the auditor may read the manifest.",
    ),
    action=STATEMENT_READ,
    parameters=(
        RUN_ID,
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
        "The proof leads from each of the claim's lines to the root on every statement; SHA-256 alone verifies it.",
    ),
    action=STATEMENT_READ,
    parameters=(
        RUN_ID,
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
        "The area's agency or finance confirms; a second confirmation changes nothing.",
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
        "The claim's amount leaves the net on both sides; the amount that the ruling leaves owed goes into a "
        "later window.",
    ),
    action=STATEMENT_DISPUTE,
    parameters=(RUN_ID,),
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
        "The centre rules: owed, reduced or not owed. The owed amount is cleared by the window that is open then; "
        "the rest leaves the insured place's expense and stands in the treatment place's suspense until its "
        "agency disposes of the amount. The same ruling again is 200, another ruling 409.",
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
        "`status=open` lists disputes without a ruling, `outcome-open` disputes whose ruling waits for the "
        "treatment place's agency, `resolved` disputes with a ruling. An agency and finance see the disputes that "
        "concern their area.",
    ),
    action=CLEARING_READ,
    page=DisputePage,
    filters=(RUN_ID, STATUS),
    problems=(404,),
)

DISPOSE = _DISPUTE.changing(
    id="disposeOfRuling",
    summary=Text("说明裁定金额的处置", "Dispose of the amount that a ruling took"),
    detail=Text(
        "由就医地经办机构说明：borne 由本地基金承担，presented 在当前开放窗口重新提出，recovered 向医疗机构冲销追回。"
        "只能说明一次：同一处置再次提交返回 200，其他处置返回 409。",
        "The treatment place's agency disposes of the amount: `borne` by its own fund, `presented` anew in the "
        "open window, or `recovered` by reversing the claim against the hospital. The outcome is given a single "
        "time: the same outcome again is 200, another outcome 409.",
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
        "The receipt is compared with the instructions: exact, partial, over, duplicate or unknown. The run "
        "settles when every instruction is matched.",
    ),
    action=CLEARING_RECEIPT,
    parameters=(RUN_ID,),
    body=ReceiptBody,
    body_example={
        "instruction": "clr_abcdefghijklmnopqrstuvwxyz-1",
        "bank_reference": "B20261105-1",
        "amount": "170.00",
    },
    answers={200: Success(Text("核对结果", "The matched receipt and the open amounts"), ReceiptOutcome)},
    problems=(400, 404, 409, 422),
)

HAND_DOWN = Operation(
    id="readHandDown",
    tag=Tag.CLEARING,
    summary=Text("查询省内下拨", "Read the payments that a province hands down"),
    detail=Text(
        "全国清算批次结清后，省与各统筹区之间的付款、进度及其对账情况。统筹区只见自己的付款。",
        "Once the national run is settled, the answer holds the payments between a province and its pooling "
        "areas, their progress and the matched bank receipts. An area sees its own payments.",
    ),
    action=HAND_DOWN_READ,
    parameters=(RUN_ID, _PROVINCE),
    answers={200: Success(Text("下拨情况", "The payments handed down"), HandDownDocument)},
    problems=(404,),
)

RECEIVE_HANDED_DOWN = Operation(
    id="recordHandDownReceipt",
    tag=Tag.CLEARING,
    summary=Text("登记下拨的银行回单", "Record a bank receipt of a payment handed down"),
    detail=Text(
        "由该省清算中心登记；与下拨付款核对，全部相符时该省下拨结清。全国批次尚未结清或下拨已结清时返回 409。",
        "The province's centre records the receipt after the national run is settled. The receipt is compared "
        "with the payments handed down, which are settled when all of them match; before and after that time the "
        "answer is 409.",
    ),
    action=HAND_DOWN_RECEIPT,
    parameters=(RUN_ID, _PROVINCE),
    body=ReceiptBody,
    body_example={
        "instruction": "clr_abcdefghijklmnopqrstuvwxyz-530000-1",
        "bank_reference": "B20261106-1",
        "amount": "90.00",
    },
    answers={200: Success(Text("核对结果", "The matched receipt and the open amounts"), HandDownOutcome)},
    problems=(400, 404, 409, 422),
)

REQUEST_REPAIR = Operation(
    id="requestRepair",
    tag=Tag.CLEARING,
    summary=Text("申请修复清算窗口", "Ask for the repair of a window"),
    detail=Text(
        "窗口与账簿不符而失败的批次：由另一人批准后，账簿有而窗口缺的记入当前开放的窗口，窗口有而账簿无的剔除。账簿不变。"
        "已有未决申请时返回该申请。",
        "A run that failed because its window differs from the ledger may be repaired. Once another person "
        "approves, entries that the ledger has and no window holds are booked into the open window, and entries "
        "that the ledger does not have are struck out. The ledger stays unchanged. While a request is open, a "
        "second call answers the same request.",
    ),
    action=REPAIR_REQUEST,
    parameters=(RUN_ID,),
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
        "The person who asked may not approve. An approval lets the run go on: the run corrects the listed faults "
        "and proves the window again.",
    ),
    action=REPAIR_DECIDE,
    parameters=(
        RUN_ID,
        path_value("repair_id", Text("修复编号", "The repair's id")),
    ),
    body=RepairDecisionBody,
    body_example={"decision": "approve"},
    answers={200: Success(Text("修复", "The repair"), RepairDocument)},
    problems=(400, 403, 404, 409, 422),
)
