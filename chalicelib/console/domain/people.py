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
            ServiceAct(call="POST /v1/enrolments"),
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
            ServiceAct(call="POST /v1/enrolment-transfers"),
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
            ServiceAct(call="POST /v1/person-requests"),
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
            ServiceAct(call="POST /v1/reimbursements"),
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
        acts=(ServiceAct(call="POST /v1/cases/status"),),
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
