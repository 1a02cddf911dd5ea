"""Services about institutions, funds and an office's work list."""

from __future__ import annotations

from chalicelib.console.domain.model import Group, Service, ServiceAct
from chalicelib.kernel.text import Text

_CODING = "/v1/coding-duties/{duty_id}"
_REQUISITION = "/v1/requisitions/{requisition_id}"
_MATTER = "/v1/suspicious-matters/{matter_id}"
_INSPECTION = "/v1/inspections/{inspection_id}"
_DESK = "/v1/desk-matters/{matter_id}"
_ISSUE = "/v1/issues/{issue_id}"

INSTITUTIONS = (
    Service(
        code="agreements",
        group=Group.INSTITUTIONS,
        title=Text("服务协议", "Agreements"),
        says=Text(
            "协议的签订、延长、临时专项和解除，由两人办理。", "Signed, extended, special and ended, by two people."
        ),
        listed="/v1/agreements",
        key="agreement_id",
        columns=("institution", "kind", "from", "to", "status", "asked", "decided"),
        acts=(
            ServiceAct(call="POST /v1/agreements"),
            ServiceAct(
                call="POST /v1/agreements/{agreement_id}/decision",
                when={"status": ("requested",)},
                another=("asked",),
                where="agency",
            ),
        ),
    ),
    Service(
        code="blacklist",
        group=Group.INSTITUTIONS,
        title=Text("失信名单", "Blacklist"),
        says=Text("上传名单，另一人核实后终止协议。", "Lists handed in; another person verifies and terminates."),
        listed="/v1/blacklist",
        key="entry_id",
        columns=("institution", "listed_on", "ground", "status", "uploaded", "verified"),
        acts=(
            ServiceAct(call="POST /v1/blacklist"),
            ServiceAct(
                call="POST /v1/blacklist/{entry_id}/decision",
                when={"status": ("listed",)},
                another=("uploaded",),
                where="agency",
            ),
        ),
    ),
    Service(
        code="beds",
        group=Group.INSTITUTIONS,
        title=Text("床位备案", "Beds"),
        says=Text("传染病床位和后备床位的备案。", "Infectious and reserve beds on file."),
        listed="/v1/beds",
        key="filing_id",
        columns=("institution", "kind", "count", "from", "standing", "struck_off_on", "filed"),
        acts=(ServiceAct(call="POST /v1/beds"),),
    ),
    Service(
        code="internet",
        group=Group.INSTITUTIONS,
        title=Text("互联网医疗机构", "Internet institutions"),
        says=Text("可线上接诊的机构名单。", "Which institutions see patients online."),
        listed="/v1/internet-institutions",
        key="listing_id",
        columns=("institution", "from", "to", "publisher", "published"),
        acts=(ServiceAct(call="POST /v1/internet-institutions"),),
    ),
    Service(
        code="coding",
        group=Group.INSTITUTIONS,
        title=Text("编码与接口", "Coding and interfaces"),
        says=Text("疾病编码对照、政策设置和接口改造的期限。", "Codes, settings and interfaces, each with its clock."),
        listed="/v1/coding-duties",
        key="duty_id",
        columns=("item", "code", "institution", "bureau", "status", "clock", "reported", "confirmed"),
        acts=(
            ServiceAct(call="POST /v1/coding-duties"),
            ServiceAct(call=f"POST {_CODING}/report", when={"status": ("open",)}),
            ServiceAct(call=f"POST {_CODING}/decision", when={"status": ("reported",)}, another=("reported",)),
            ServiceAct(call=f"POST {_CODING}/reminders", when={"status": ("open",)}),
        ),
        duties=("disease-mapping", "policy-settings", "interface-", "system-docking"),
    ),
    Service(
        code="purchases",
        group=Group.INSTITUTIONS,
        title=Text("平台外采购", "Purchases off the platform"),
        says=Text("应急自行采购及事后平台备案。", "Bought beside the platform and filed there afterwards."),
        listed="/v1/off-platform-purchases",
        key="purchase_id",
        columns=("purchase_no", "institution", "name", "quantity", "price", "bought_on", "status", "filing"),
        acts=(
            ServiceAct(call="POST /v1/off-platform-purchases"),
            ServiceAct(
                call="POST /v1/off-platform-purchases/{purchase_id}/filing",
                when={"status": ("bought",)},
                where="institution",
            ),
        ),
        duties=("purchase-filing",),
    ),
)

OVERSIGHT = (
    Service(
        code="requisitions",
        group=Group.OVERSIGHT,
        title=Text("用款申请", "Requisitions"),
        says=Text("经办机构申请，财政审批、拨款、登记到账。", "Asked for by the agency, approved and paid by finance."),
        listed="/v1/requisitions",
        key="requisition_id",
        columns=("requisition_no", "purpose", "requested", "approved", "received", "short", "status", "decision_clock"),
        acts=(
            ServiceAct(call="POST /v1/requisitions"),
            ServiceAct(call=f"POST {_REQUISITION}/decision", when={"status": ("asked",)}, another=("asked",)),
            ServiceAct(
                call=f"POST {_REQUISITION}/payments",
                says=Text(
                    "可分次拨付；超过批准额的照样记账并列为超付，超过批准总额的单笔视为录入错误，不予登记；退回的款项"
                    "另有流水号。由申请人和审批人以外的人登记，同一流水号重复登记返回现有结果。",
                    "A requisition may be paid in parts. Money beyond the approval is booked and shown as such; a "
                    "movement of more than the whole approval is a typing error and is refused. A person other than "
                    "those who asked and approved records the payment; the same reference again is answered as the "
                    "requisition stands.",
                ),
                when={"status": ("approved", "paid")},
                another=("asked", "decided"),
            ),
            ServiceAct(
                call=f"POST {_REQUISITION}/receipts",
                says=Text(
                    "由申请区划、申请人以外的人登记；可先于拨款登记；退回上级的款项登记为款项退回。",
                    "The district records the receipt, by another person than the one who asked. A receipt may be "
                    "recorded before the payment; money sent back is recorded as such.",
                ),
                when={"status": ("approved", "paid")},
                another=("asked", "decided"),
            ),
        ),
        duties=("requisition-",),
    ),
    Service(
        code="matters",
        group=Group.OVERSIGHT,
        title=Text("可疑事项", "Suspicious matters"),
        says=Text("核查发现的可疑情形：询问、答复、办结。", "What a review found: asked about, answered, closed."),
        listed="/v1/suspicious-matters",
        key="matter_id",
        columns=("rule", "claim_no", "institution", "found_at", "status", "clock", "outcome"),
        acts=(
            ServiceAct(call=f"POST {_MATTER}/question", when={"status": ("found", "answered")}, where="agency"),
            ServiceAct(call=f"POST {_MATTER}/answer", when={"status": ("asked",)}, where="institution"),
            ServiceAct(
                call=f"POST {_MATTER}/outcome",
                when={"status": ("found", "asked", "answered")},
                another=("asked",),
                where="agency",
            ),
        ),
        duties=("matter-answer",),
    ),
    Service(
        code="reviews",
        group=Group.OVERSIGHT,
        title=Text("核查记录", "Reviews"),
        says=Text("每晚和手工发起的结算核查。", "Claims looked through, every night and when asked for."),
        listed="/v1/claim-reviews",
        key="review_id",
        columns=("from", "to", "claims", "matters", "at", "by"),
        acts=(ServiceAct(call="POST /v1/claim-reviews"),),
    ),
    Service(
        code="inspections",
        group=Group.OVERSIGHT,
        title=Text("联合检查", "Joint inspections"),
        says=Text(
            "医保、财政、卫生健康部门联合检查机构。", "Agency, finance and health look at institutions together."
        ),
        listed="/v1/inspections",
        key="inspection_id",
        columns=("institutions", "from", "to", "purpose", "took_part", "status", "outcome"),
        acts=(
            ServiceAct(call="POST /v1/inspections"),
            ServiceAct(call=f"POST {_INSPECTION}/participation", when={"status": ("open",)}),
            ServiceAct(call=f"POST {_INSPECTION}/outcome", when={"status": ("open",)}),
        ),
    ),
)

AT_THE_DESK = (
    Service(
        code="desk",
        group=Group.DESK,
        title=Text("经办事项", "Desk matters"),
        says=Text(
            "群众和机构来办的事项，按规定期限办结。", "What people and institutions come for, each with its clock."
        ),
        listed="/v1/desk-matters",
        key="matter_id",
        columns=("matter_no", "kind", "subject", "urgency", "came_on", "status", "clock"),
        acts=(
            ServiceAct(
                call="POST /v1/desk-matters",
                says=Text(
                    "经办人员登记网上、手机、电话、邮寄、传真或柜台收到的事项，医疗机构登记自己在网上提出的事项。按收"
                    "到日本区划的规定确定如何办理：绿色通道、马上办、网上办、便民办、延期办或预约办，附依据和期限。同"
                    "一编号、同一内容返回原记录。",
                    "A clerk records a matter that came by web, app, phone, mail, fax or at the counter; a hospital "
                    "records its own matters, which come by web. The provisions of the place and of the day of "
                    "receipt decide the handling: green channel, at once, online, with ease, later or by "
                    "appointment, with citation and term. The same number and content again answers the first record.",
                ),
            ),
            ServiceAct(call=f"POST {_DESK}/answer", when={"status": ("open", "postponed")}, where="handler"),
            ServiceAct(
                call=f"POST {_DESK}/appointment",
                when={"status": ("open", "postponed"), "appointment_id": ()},
                where="handler",
            ),
            ServiceAct(call=f"POST {_DESK}/handover", when={"status": ("open", "postponed")}, where="handler"),
            ServiceAct(call=f"POST {_DESK}/withdrawal", when={"status": ("open", "postponed")}),
        ),
        duties=("desk-",),
    ),
    Service(
        code="appointments",
        group=Group.DESK,
        title=Text("预约", "Appointments"),
        says=Text("窗口预约。", "Appointments at the windows."),
        listed="/v1/desk-appointments",
        key="appointment_id",
        columns=("on", "at", "window", "channel", "reason", "made", "cancelled"),
        acts=(
            ServiceAct(
                call="POST /v1/desk-appointments/{appointment_id}/cancellation",
                when={"cancelled": ()},
                where="area",
            ),
        ),
    ),
    Service(
        code="issues",
        group=Group.DESK,
        title=Text("问题上报", "Issues"),
        says=Text("机构、乡镇街道和区县上报的问题及答复。", "What institutions and townships report, and the answers."),
        listed="/v1/issues",
        key="issue_id",
        columns=("title", "topic", "reporter", "area", "on", "status", "clock", "answered"),
        acts=(
            ServiceAct(call="POST /v1/issues"),
            ServiceAct(call=f"POST {_ISSUE}/answer", when={"status": ("open",)}, another=("reported",)),
            ServiceAct(call=f"POST {_ISSUE}/forwarding", when={"status": ("open",)}),
        ),
        duties=("issue-of-",),
    ),
)

IMPORTS = (
    Service(
        code="imports",
        group=Group.IMPORTS,
        title=Text("批量导入", "Imports"),
        says=Text(
            "导入目录、机构名录或参保信息（CSV 或 Excel），逐行答复，可下载带错误列的文件。",
            "Catalogue, institutions or enrolments from CSV or Excel; every line is answered, with a column of errors.",
        ),
        acts=(
            ServiceAct(call="POST /v1/registry-tables/{table}"),
            ServiceAct(
                call="POST /v1/enrolments/upload",
                says=Text(
                    "CSV（UTF-8 或 GB18030）或 Excel，逐行与单笔登记相同办理，一次至多 200 行；每行各有答复，重复上传"
                    "不重复登记。有错误的行可下载带错误列的文件。",
                    "CSV in UTF-8 or GB18030, or an Excel workbook, is read line by line as if every line had been "
                    "sent alone, at most 200 lines. Every line has its answer, and the same table again changes "
                    "nothing. The lines with their errors are at hand as a file.",
                ),
            ),
        ),
    ),
)
