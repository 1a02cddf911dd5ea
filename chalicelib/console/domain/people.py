"""Services about insured persons and patients."""

from __future__ import annotations

from chalicelib.console.domain.model import Group, Papers, Service, ServiceAct
from chalicelib.kernel.text import Text

_FILING = "/v1/filings/{filing_id}"
_CASE = "/v1/reimbursements/{case_id}"
_RX = "/v1/prescriptions/{prescription_id}"
_PATIENT = "/v1/patient-advances/{request_id}"
_PERSON = "/v1/person-requests/{request_id}"

INSURED = (
    Service(
        code="filings",
        group=Group.INSURED,
        title=Text("异地就医备案", "Filings"),
        says=Text("登记、答复和撤回异地就医备案。", "Treatment elsewhere: recorded, answered, taken back."),
        listed="/v1/filings",
        key="filing_id",
        columns=("person", "treatment_area", "kind", "channel", "from", "to", "made", "answer"),
        acts=(
            ServiceAct(call="POST /v1/filings"),
            ServiceAct(call=f"POST {_FILING}/confirmation", when={"withdrawn": (), "confirmed": ()}),
            ServiceAct(call=f"POST {_FILING}/withdrawal", when={"withdrawn": ()}),
        ),
        duties=("filing-", "emergency-filing-"),
    ),
    Service(
        code="enrolments",
        group=Group.INSURED,
        title=Text("参保登记", "Enrolments"),
        says=Text(
            "按人查询参保经历，登记和撤销参保期间。", "A person's cover and its history; recorded and cancelled."
        ),
        listed="/v1/enrolments",
        columns=("insured_area", "insurance", "employment", "assistance", "from", "to", "recorded_by"),
        needed=("person",),
        below=("history",),
        acts=(
            ServiceAct(
                call="POST /v1/enrolments",
                says=Text(
                    "由参保地经办机构登记或更正本统筹区的期间；与其他统筹区的参保期间重叠的不予登记，须办理关系转移接"
                    "续。证件号码与姓名不符的，登记内容予以留存但不生效。未参保可由任一经办机构登记，不影响任何参保期"
                    "间。因缺少参保信息而暂缓的申请随即继续办理，所涉已结算申请重新核定，并告知笔数。",
                    "An agency records and corrects its own area's periods. A period that shares a day with another "
                    "area's insured period is refused and needs a transfer. Under a name that is not that person's the "
                    "entry is kept and takes no effect. Any agency may record that nobody insures a person; the entry "
                    "displaces no insured period. Claims deferred for lack of an enrolment continue, and the settled "
                    "claims that the entry concerns are decided again and counted.",
                ),
            ),
            ServiceAct(call="POST /v1/enrolments/cancellations"),
        ),
    ),
    Service(
        code="transfers",
        group=Group.INSURED,
        title=Text("参保转移", "Transfers"),
        says=Text("转入地提出，转出地同意后生效。", "Asked for by the new area, released by the old one."),
        listed="/v1/enrolment-transfers",
        key="transfer_id",
        columns=("person", "standing_area", "insured_area", "from", "status", "asked", "decided"),
        acts=(
            ServiceAct(
                call="POST /v1/enrolment-transfers",
                says=Text(
                    "由转入地经办机构申请，自所填起始日起转入。不填参保条件的，沿用转出地的条件。转出地决定之前一切不"
                    "变。",
                    "The new area's agency asks; the person changes areas on the first day entered. Without terms of "
                    "its own the transfer keeps those of the period it ends. Nothing changes until the present area "
                    "decides.",
                ),
            ),
            ServiceAct(
                call="POST /v1/enrolment-transfers/{transfer_id}/decision",
                when={"status": ("requested",)},
                another=("asked",),
                where="standing_area",
            ),
        ),
    ),
    Service(
        code="deferrals",
        group=Group.INSURED,
        title=Text("缓缴保费", "Deferred premiums"),
        says=Text("用人单位缓缴的月份和补缴。", "Months that employers pay later, and what they paid since."),
        listed="/v1/premium-deferrals",
        key="deferral_id",
        columns=("employer", "month", "due_on", "amount", "size", "paid_on", "late_fee", "granted"),
        acts=(ServiceAct(call="POST /v1/premium-deferrals"), ServiceAct(call="POST /v1/premium-payments")),
    ),
    Service(
        code="flexible",
        group=Group.INSURED,
        title=Text("灵活就业缴费", "Flexible workers"),
        says=Text("灵活就业人员的缴费和待遇起始日。", "What flexible workers paid, and from when they are covered."),
        listed="/v1/flexible-premiums",
        key="cover_id",
        columns=("person", "paid_on", "covered_from", "recorded"),
        acts=(ServiceAct(call="POST /v1/flexible-premiums"),),
    ),
    Service(
        code="persons",
        group=Group.INSURED,
        title=Text("个人信息申请", "Personal data"),
        says=Text(
            "查阅、更正或删除个人身份信息，须另一人同意。", "Reading, correcting or erasing an identity, by two people."
        ),
        listed="/v1/person-requests",
        key="request_id",
        columns=("person", "kind", "purpose", "status", "asked", "decided"),
        acts=(
            ServiceAct(
                call="POST /v1/person-requests",
                says=Text(
                    "由该人员参保地经办机构应本人要求提出并说明目的，由另一名经办人员决定。仍在保存期限内的不予删除，"
                    "并告知届满日。",
                    "The insured place's agency asks for the person, with the purpose; another person decides. Data "
                    "that must still be kept is not erased, and the answer names the last day of the term.",
                ),
            ),
            ServiceAct(call=f"POST {_PERSON}/decision", when={"status": ("requested",)}, another=("asked",)),
            ServiceAct(call=f"POST {_PERSON}/opening", when={"status": ("approved",)}),
        ),
    ),
)

CARE = (
    Service(
        code="reimbursements",
        group=Group.CARE,
        title=Text("手工报销", "Reimbursements"),
        says=Text("受理、审核、核定和支付未联网结算的费用。", "Bills that were not settled online, from desk to bank."),
        listed="/v1/reimbursements",
        key="case_id",
        columns=("invoice_no", "institution", "visit", "discharged", "total", "status", "missing", "clock"),
        printed=f"{_CASE}/form",
        papers=Papers(
            of=_CASE,
            bring=f"POST {_CASE}/uploads",
            note=f"POST {_CASE}/documents",
            see=f"GET {_CASE}/documents/{{kind}}",
            listed="documents",
            asked="missing",
            kinds="required",
            when={"status": ("accepted",)},
        ),
        acts=(
            ServiceAct(
                call="POST /v1/reimbursements",
                says=Text(
                    "任一经办机构、就医机构或规定受理的乡镇街道均可受理已由个人或机构垫付的费用；申请号处填票据号码。"
                    "参保地须有文件规定，且这次就医未由机构结算。同一票据、同一内容返回原件。",
                    "Any agency, the treating institution, or a township office where a notice says so, accepts a bill "
                    "that a person or an institution paid; the claim's number is the invoice's number. A notice of the "
                    "insured place must provide for the reimbursement, and no other bill of the visit may stand. The "
                    "same invoice and bill again is the same case.",
                ),
            ),
            ServiceAct(call=f"POST {_CASE}/forwarding", when={"status": ("accepted",)}, lacking="missing"),
            ServiceAct(call=f"POST {_CASE}/audit", when={"status": ("forwarded",)}, where="payer"),
            ServiceAct(
                call=f"POST {_CASE}/decision",
                when={"status": ("audited",)},
                another=("accepted", "forwarded", "audited"),
                where="payer",
            ),
            ServiceAct(
                call=f"POST {_CASE}/receipt",
                when={"status": ("ordered", "paid")},
                another=("audited", "decided"),
                where="payer",
            ),
            ServiceAct(call=f"POST {_CASE}/payment", when={"status": ("failed",)}, where="payer"),
            ServiceAct(call=f"POST {_CASE}/withdrawal", when={"status": ("accepted", "forwarded")}),
        ),
        duties=("reimbursement-",),
    ),
    Service(
        code="prescriptions",
        group=Group.CARE,
        title=Text("处方", "Prescriptions"),
        says=Text("长期处方、处方流转和调配。", "Long prescriptions, sent to pharmacies and dispensed."),
        listed="/v1/prescriptions",
        key="prescription_id",
        columns=("prescription_no", "institution", "kind", "issued_on", "days", "valid_until", "status", "pharmacy"),
        acts=(
            ServiceAct(call="POST /v1/prescriptions"),
            ServiceAct(call=f"POST {_RX}/circulation", when={"status": ("issued",)}, where="institution"),
            ServiceAct(call=f"POST {_RX}/dispensing", when={"status": ("issued", "sent")}),
        ),
    ),
    Service(
        code="patients",
        group=Group.CARE,
        title=Text("患者垫付", "Advances for patients"),
        says=Text(
            "参保地申请，省中心转送，就医地垫付。", "Asked for by the insured place, paid at the treatment place."
        ),
        listed="/v1/patient-advances",
        key="patient_advance_id",
        columns=("institution", "insured_area", "amount", "granted", "case_status", "status", "reported"),
        acts=(
            ServiceAct(call="POST /v1/patient-advances"),
            ServiceAct(call=f"POST {_PATIENT}/forwarding", when={"status": ("reported",)}, another=("reported",)),
            ServiceAct(
                call=f"POST {_PATIENT}/decision",
                when={"status": ("forwarded",)},
                another=("reported", "centre_decided"),
                where="agency",
            ),
        ),
    ),
    Service(
        code="statuses",
        group=Group.CARE,
        title=Text("病例状态更正", "Statuses"),
        says=Text(
            "更正患者的病例状态，涉及的结算立即重新核定，差额逐笔入账。",
            "A corrected status: the claims it touches are decided again at once.",
        ),
        acts=(
            ServiceAct(
                call="POST /v1/cases/status",
                says=Text(
                    "查找人员或填写一件结算申请。自所填日期起以更正后的状态为准，所涉结算以更正分录重新核定，不再核对"
                    "编码；尚未核定的申请按更正后的状态核定；无法重新核定的转为经办机构的待办事项，并说明原因。",
                    "The correction names a person or one claim. The corrected status holds from the day entered. The "
                    "settled claims that it touches are decided again by correcting transactions, and no code is asked "
                    "for again. A claim that is still open is decided with the correction; a claim that cannot be "
                    "decided again becomes its agency's task, with the reasons.",
                ),
            ),
        ),
    ),
    Service(
        code="arrivals",
        group=Group.CARE,
        title=Text("入境人员", "Arrivals"),
        says=Text("入境人员的隔离观察和检测。", "Persons who entered: isolation, tests and release."),
        listed="/v1/arrivals",
        key="arrival_id",
        columns=("person", "city", "entered_on", "port", "status", "first_test", "end_test_from", "registered"),
        acts=(
            ServiceAct(call="POST /v1/arrivals"),
            ServiceAct(
                call="POST /v1/arrivals/{arrival_id}/steps",
                says=Text(
                    "选择步骤后填写相应内容：逐段交接，交接到隔离点后登记进入；老人、儿童经评估可居家；期满、两次检测且"
                    "末次为阴性方可解除；误登的予以撤回。同一步骤再次登记不变。",
                    "The step decides what is asked for. Every leg is handed over, and isolation begins where the last "
                    "leg ended. The old and the young may be isolated at home after an assessment. A release needs the "
                    "days, two tests and a negative last test. A mistaken entry is taken back. The same step again "
                    "changes nothing.",
                ),
                when={"status": ("registered", "isolated", "at-home", "referred")},
            ),
        ),
        duties=("arrival-",),
    ),
    Service(
        code="account-purchases",
        group=Group.CARE,
        title=Text("个人账户购买", "Personal accounts"),
        says=Text("用个人账户购买的防护用品。", "Protective goods bought with personal accounts."),
        listed="/v1/account-purchases",
        key="purchase_id",
        columns=("purchase_no", "institution", "person", "on", "total", "recorded"),
        acts=(ServiceAct(call="POST /v1/account-purchases"),),
    ),
    Service(
        code="goods",
        group=Group.CARE,
        title=Text("防护用品项目", "Protective goods"),
        says=Text("本机构可用个人账户支付的防护用品。", "What persons may buy here with their accounts."),
        listed="/v1/protective-goods",
        key="item_id",
        columns=("code", "name", "supply", "from", "to", "maintained"),
        acts=(ServiceAct(call="POST /v1/protective-goods"),),
    ),
)
