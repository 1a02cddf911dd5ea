"""Texts of the alternatives: the fact that would have to be different, and the next step to the change. No text has a
place for a person's value.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.claims.domain.alternatives import Alternative, ChangedFact
from chalicelib.kernel.text import Text

_WHAT: Mapping[tuple[ChangedFact, str], Text] = {
    (ChangedFact.FILING, "filed"): Text(
        "异地就医已备案在册", "Treatment away from the insured place is filed for, on record."
    ),
    (ChangedFact.FILING, "emergency"): Text(
        "按异地急诊申报", "The visit is billed as an emergency away from the insured place."
    ),
    (ChangedFact.STATUS, "confirmed"): Text(
        "自首次认定之日起患者即为确诊病例",
        "The patient is a confirmed case from the first day on which a status was said.",
    ),
    (ChangedFact.STATUS, "suspected"): Text(
        "自首次认定之日起患者即为疑似病例，疑似未被排除",
        "The patient is a suspected case from the first day on which a status was said, and stays one.",
    ),
    (ChangedFact.STATUS, "none"): Text(
        "患者不是确诊或疑似病例", "The patient is neither a confirmed nor a suspected case."
    ),
    (ChangedFact.ENROLMENT, "employee"): Text(
        "就诊时职工医保参保有效", "An enrolment in the employees' insurance is in force at the visit."
    ),
    (ChangedFact.ENROLMENT, "resident"): Text(
        "就诊时居民医保参保有效", "An enrolment in the residents' insurance is in force at the visit."
    ),
    (ChangedFact.EMPLOYMENT, "active"): Text("参保身份为在职职工", "The patient is enrolled as working."),
    (ChangedFact.EMPLOYMENT, "retired"): Text("参保身份为退休职工", "The patient is enrolled as retired."),
    (ChangedFact.ASSISTANCE, "none"): Text("患者不是医疗救助对象", "The patient is in no class of medical assistance."),
    (ChangedFact.ASSISTANCE, "extreme-poverty"): Text(
        "患者认定为特困人员", "The patient is recognised as living in extreme poverty."
    ),
    (ChangedFact.ASSISTANCE, "subsistence"): Text(
        "患者认定为低保对象", "The patient is recognised as receiving the subsistence allowance."
    ),
    (ChangedFact.ASSISTANCE, "near-subsistence"): Text(
        "患者认定为低保边缘家庭成员", "The patient is recognised as near the subsistence allowance."
    ),
    (ChangedFact.ENTRY, "overseas-returnee"): Text("患者为境外返回人员", "The patient returned from abroad."),
    (ChangedFact.ENTRY, "none"): Text("患者不是境外返回人员", "The patient did not return from abroad."),
    (ChangedFact.LEVEL, "1"): Text("由一级医疗机构收治", "The institution is of level 1."),
    (ChangedFact.LEVEL, "2"): Text("由二级医疗机构收治", "The institution is of level 2."),
    (ChangedFact.LEVEL, "3"): Text("由三级医疗机构收治", "The institution is of level 3."),
    (ChangedFact.DESIGNATION, "designated"): Text(
        "该机构为定点救治医院", "The institution is designated for treating the illness."
    ),
    (ChangedFact.DESIGNATION, "not-designated"): Text(
        "该机构不是定点救治医院", "The institution is not designated for treating the illness."
    ),
}

_INSURED_HERE = Text("就诊时在就医地所属统筹区参保", "The enrolment is in the pooling area of the treatment place.")

_FILE = Text(
    "出院前，由医疗机构或参保地经办机构办理备案（POST /v1/filings）；出院后，按期办理而未登记的由参保地经办机构补登。",
    "The hospital or the insured place's agency files until discharge (POST /v1/filings); afterwards that agency "
    "records a filing that was made in time and left out.",
)
_EMERGENCY = Text(
    "确属急诊的，由医疗机构将备案情况填为急诊（remote.filing: emergency）后申报；已结算的，由医疗机构冲销后重新申报。",
    "Where it was an emergency, the hospital states an emergency (remote.filing: emergency); it reverses a settled "
    "claim and submits it again.",
)
_STATUS = Text(
    "病例状态有误的，由医疗机构在申报前更正病例状态（diagnosis.history）；已结算的，由卫生健康部门更正（POST "
    "/v1/cases/status）。",
    "Where the status is wrong, the hospital corrects it before submitting (diagnosis.history); the health side "
    "corrects the status of a settled claim (POST /v1/cases/status).",
)
_ENROLMENT = Text(
    "登记有误或缺漏的，由参保地经办机构核实后更正参保登记（POST /v1/enrolments）。",
    "Where the register is wrong or lacks the enrolment, the insured place's agency corrects it (POST /v1/enrolments).",
)
_TRANSFER = Text(
    "参保关系在就诊前已转移的，由转入地经办机构提出转移（POST /v1/enrolment-transfers），转出地经办机构放行。",
    "Where the person had moved before the visit, the new place's agency asks for the transfer "
    "(POST /v1/enrolment-transfers) and the former place's agency releases it.",
)
_ASSISTANCE = Text(
    "民政部门认定与登记不一致的，由参保地经办机构按认定结果更正参保登记（POST /v1/enrolments）。",
    "Where civil affairs recognised otherwise, the insured place's agency corrects the enrolment accordingly "
    "(POST /v1/enrolments).",
)
_ENTRY = Text(
    "由医疗机构更正入境情况（patient.entry）后申报；入境人员登记有误的，由卫生健康部门更正登记。",
    "The hospital corrects the entry from abroad (patient.entry) and submits; where the register of arrivals is "
    "wrong, the health side corrects it.",
)
_LEVEL = Text(
    "名录所载级别有误的，请经办机构提请更正机构名录；级别无误的，此为同样诊疗在该级别机构的个人负担。",
    "Where the register has a wrong level, ask the agency to have it corrected; where it is right, this is what the "
    "same treatment would leave to the patient in such an institution.",
)
_DESIGNATION = Text(
    "名录有误的，请卫生健康部门确认后由经办机构提请更正机构名录。",
    "Where the register is wrong, ask the health side to confirm it and the agency to have it corrected.",
)
_NEXT: Mapping[ChangedFact, Text] = {
    ChangedFact.FILING: _FILE,
    ChangedFact.STATUS: _STATUS,
    ChangedFact.ENROLMENT: _ENROLMENT,
    ChangedFact.INSURED_AREA: _TRANSFER,
    ChangedFact.EMPLOYMENT: _ENROLMENT,
    ChangedFact.ASSISTANCE: _ASSISTANCE,
    ChangedFact.ENTRY: _ENTRY,
    ChangedFact.LEVEL: _LEVEL,
    ChangedFact.DESIGNATION: _DESIGNATION,
}


def what_changes(alternative: Alternative) -> Text:
    """Return the text of the fact that would have to be different."""
    return _WHAT.get((alternative.fact, alternative.value), _INSURED_HERE)


def next_step(alternative: Alternative) -> Text:
    """Return the text that says who corrects the fact, and how."""
    asserted = (alternative.fact, alternative.value) == (ChangedFact.FILING, "emergency")
    return _EMERGENCY if asserted else _NEXT[alternative.fact]
