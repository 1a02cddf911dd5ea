"""The demands of registry and policy on a claim before the decision: a known institution with an agreement, the codes.

Every missing item is reported, with the provision that asks for it. Codes are the hospital's duty (Y-10, C-15,
国卫医函〔2020〕58号): a submission without codes is refused where the text asks them of this hospital and this patient,
but codes never take cover from a patient, and no claim decided again is asked for them.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from chalicelib.adjudication.domain.claim import Claim, DiagnosisRole, OnlineVisit, VisitKind
from chalicelib.adjudication.domain.deciding.plan import CompiledCell
from chalicelib.adjudication.domain.deciding.trace import Trace
from chalicelib.adjudication.domain.facts import OnRecord, gravest_status
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.values import Agreement, DiagnosisCodes
from chalicelib.registry.domain.agreements import AgreementTerm, standing_on


def unknown_institution() -> Finding:
    """Report that the institution is not in the bundle's register."""
    return Finding(
        "institution-unknown",
        "institution",
        Text(
            "该机构不在定点机构名录中，请核对机构编码。",
            "This institution is not in the register of institutions; check its code.",
        ),
    )


def unknown_person(field: str = "patient.id_no") -> Finding:
    """Report that nobody is enrolled under this document and this name, never naming the wrong one of both (a preview's
    finding; a submitted claim is deferred).
    """
    return Finding(
        "person-unknown",
        field,
        Text(
            "参保登记中没有与所填证件、姓名（及转出医院结算申请）相符的人员，请核对；如无误，已提交的申请将在登记补录或更正后"
            "自动结算。",
            "Check the document and the name (and the sending hospital's claim, where one is named): no enrolled "
            "person matches all of them. Where they are right, a submitted claim settles by itself once the "
            "enrolment is added or corrected.",
        ),
    )


@dataclass(frozen=True, slots=True)
class Prolonged:
    """An agreement past its own term that a provision keeps in force."""

    provision: Provision
    own: date | None
    until: date | None


class Coding(NamedTuple):
    """The codes of a claim, sorted, where a provision asks for some, and whether they meet the provision."""

    main: tuple[str, ...]
    additional: tuple[str, ...]
    complete: bool


class Requirements(NamedTuple):
    """The result of the checks. `findings` keep a claim from being decided at all. `duties` are codes that the hospital
    owes: a submission is refused for them, a claim that is decided again is not. `advice` stops nothing. The other
    fields are operands of the reasons.
    """

    findings: tuple[Finding, ...]
    duties: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    prolonged: Prolonged | None = None
    coding: Coding | None = None
    disease_code: str | None = None
    online: Provision | None = None
    entry: Provision | None = None


def check_requirements(claim: Claim, on_record: OnRecord, cell: CompiledCell) -> Requirements:
    """Find everything that registry, records and policy demand and the claim lacks."""
    lapsed, prolonged = _agreement(claim, on_record.agreements, cell)
    not_payable, online = _online_visit(claim, on_record, cell)
    findings = (*lapsed, *_visit_fits(cell), *not_payable)
    missing, coding = _diagnosis_codes(claim, cell)
    category, advised, code = _disease_code(claim, cell)
    told, entry = _entry(claim, on_record, cell)
    return Requirements(findings, (*missing, *category), (*advised, *told), prolonged, coding, code, online, entry)


def tell_requirements(required: Requirements, cell: CompiledCell, trace: Trace) -> None:
    """Add the steps about agreement and codes."""
    if required.prolonged is not None:
        own, until = required.prolonged.own, required.prolonged.until
        trace.add(
            "agreement",
            Text(
                f"医院的服务协议有效至 {until}，入院时仍在有效期内。",
                f"The hospital's service agreement runs to {until} and was in force at admission.",
            ),
            cell.grounds_citing((required.prolonged.provision,)),
            before="" if own is None else own.isoformat(),
            after=str(until),
        )
    if required.entry is not None:
        entry = cell.facts.values["entry"]
        zh, en = _ENTRIES[entry]
        text = Text(f"按入境人员登记，{zh}。", f"By the register of arrivals, {en}.")
        trace.add("entry", text, cell.grounds_citing((required.entry,)), before="", after=entry)
    if required.online is not None:
        text = Text(
            "互联网首诊由名单内机构就相关症状提供，纳入支付范围。",
            "The first visit over the internet is payable: the institution is listed, the patient of the illness.",
        )
        grounds = cell.grounds_citing((required.online,))
        trace.add("online-visit", text, grounds, before="", after=OnlineVisit.FIRST.value)
    if required.coding is not None:
        _tell_codes(required.coding, cell, trace)
    if required.disease_code is not None:
        code = required.disease_code
        text = Text(f"本次就诊标注病种编码 {code}。", f"The visit carries the disease-category code {code}.")
        trace.add("disease-code", text, cell.grounds(Slot.DISEASE_CODE), before="", after=code)


_NO_AGREEMENT = Finding(
    "agreement-not-in-force",
    "institution",
    Text(
        "入院日该机构的医保服务协议不在有效期内；请联系经办机构。",
        "The institution's service agreement was not in force at admission; contact the agency.",
    ),
)


def _agreement(
    claim: Claim, terms: tuple[AgreementTerm, ...], cell: CompiledCell
) -> tuple[tuple[Finding, ...], Prolonged | None]:
    """Check the agreement at admission: a registered or recorded term, an extension (D-10) or a special one (S-14).

    After a termination (D-16), patients admitted before its day finish under the agreement.
    """
    admitted = claim.visit.admitted_on
    registered = cell.institution.agreement_until
    if not terms and registered is not None and admitted <= registered:
        return (), None  # as most agreements stand: registered, and nothing recorded since
    standing = standing_on(cell.institution, terms, admitted)
    if standing.holds_by_itself(admitted):
        return (), None
    if standing.terminated is not None:
        return (_terminated(standing.terminated),), None
    for provision in cell.resolver.resolve(Slot.AGREEMENT).decided_by:
        value = Agreement.read(provision.value)
        extended = value.extends(standing.own_until, admitted)
        if extended or (value.honours_temporary and standing.holds_specially(admitted)):
            until = value.extended_to if extended else standing.temporary_until
            return (), Prolonged(provision, standing.own_until, until)
    return (_NO_AGREEMENT,), None


def _terminated(ended: AgreementTerm) -> Finding:
    day = ended.starts_on.isoformat()
    return Finding(
        "agreement-terminated",
        "institution",
        Text(
            f"该机构的医保服务协议自 {day} 起解除，此后入院的费用不予结算；请患者到其他定点机构就医，"
            "对解除有异议的请联系经办机构。",
            f"The institution's service agreement was terminated from {day}; stays that begin since then are not "
            "settled. Send patients to another institution, and contact the agency to contest the termination.",
        ),
        ended.citation,
        (("from", day),),
    )


def _visit_fits(cell: CompiledCell) -> tuple[Finding, ...]:
    if cell.refuses_inpatients:
        return (
            Finding(
                "visit-kind",
                "visit.kind",
                Text(
                    "该机构不能收治住院病人，请更正就诊类型。",
                    "This institution cannot admit inpatients; correct the kind of visit.",
                ),
            ),
        )
    return ()


_ENTRIES = {
    "overseas-returnee": ("患者为境外返回人员", "the patient returned from abroad"),
    "none": ("患者不是境外返回人员", "the patient did not return from abroad"),
}


def _entry(claim: Claim, on_record: OnRecord, cell: CompiledCell) -> tuple[tuple[Finding, ...], Provision | None]:
    """Compare the entry with the register of arrivals. Source: X-07, 山西 2020-03-26 发布会 卫健."""
    if on_record.entry is None:
        return (), None
    rule = decider(cell.plan.bundle, Slot.ARRIVAL_WATCH, cell.institution.area, claim.visit.admitted_on)
    if rule is None:
        return (), None
    zh, en = _ENTRIES[on_record.entry.value]
    text = Text(
        f"按入境人员登记，{zh}，以登记为准；请核对，登记有误的由卫生健康部门更正。",
        f"Check the patient's entry: by the register of arrivals, which decides, {en}. Where the register is wrong, "
        "the health side puts it right.",
    )
    return (Finding("entry-differs", "patient.entry", text, rule.citation),), rule


INTERNET_FIRST_VISIT = "internet-first-visit"
"""The business for which policy is searched for a first visit over the internet."""


def _online_visit(
    claim: Claim, on_record: OnRecord, cell: CompiledCell
) -> tuple[tuple[Finding, ...], Provision | None]:
    """Return the findings against a first visit over the internet, or the provision that makes the visit payable.

    Ordinarily only follow-up visits of an illness are payable online, and nothing is asked of those. Source: S-10,
    鲁医保发〔2023〕1号 五.
    """
    visit = claim.visit
    if visit.online is not None and visit.kind is not VisitKind.OUTPATIENT:
        return (_ONLINE_KIND,), None
    if visit.online is not OnlineVisit.FIRST:
        return (), None
    rule = decider(
        cell.plan.bundle, Slot.INTERNET_VISIT, cell.institution.area, visit.admitted_on, INTERNET_FIRST_VISIT
    )
    if rule is None:
        return (_ONLINE_NOT_PROVIDED,), None
    found = []
    if rule.value["listed_only"] and not on_record.listed_online:
        found.append(Finding("online-not-listed", "institution", _NOT_LISTED, rule.citation))
    if (statuses := rule.value.get("statuses")) and gravest_status(claim.diagnosis) not in statuses:
        found.append(Finding("online-symptoms", "diagnosis.history", _NO_SYMPTOMS, rule.citation))
    return tuple(found), None if found else rule


_ONLINE_NOT_PROVIDED = Finding(
    "online-first-visit-not-provided",
    "visit.online",
    Text(
        "就诊日在该区划没有支付互联网首诊的规定；确为线下就诊的，请按线下就诊申报；否则由患者自费。",
        "No provision in force there on that day pays for a first online visit. Submit it as a visit in person if "
        "it was one; otherwise bill the patient.",
    ),
)
_ONLINE_KIND = Finding(
    "online-visit-kind",
    "visit.kind",
    Text(
        "互联网诊疗须按门诊申报，请更正就诊类型。",
        "Submit an online visit as an outpatient visit: correct the kind of visit.",
    ),
)
_NOT_LISTED = Text(
    "就诊日该机构不在卫生健康部门公布的互联网医疗机构名单内；请与卫生健康部门核对，列入后重新申报。",
    "The health side does not list this institution as an internet hospital on the day of the visit. Check with "
    "the health side, and submit the claim again once it is listed.",
)
_NO_SYMPTOMS = Text(
    "互联网首诊仅就新型冠状病毒感染相关症状支付；请核对诊断状态的经过。",
    "Check the history of the diagnosis status: a first online visit is paid only for symptoms of the novel "
    "coronavirus infection.",
)


_MAIN = DiagnosisRole.MAIN
_CODINGS_MAX = 1_000
"""The most sets of codes whose check a cell keeps."""


def _diagnosis_codes(claim: Claim, cell: CompiledCell) -> tuple[tuple[Finding, ...], Coding | None]:
    if cell.codes_asked is None:
        return (), None
    codes = claim.diagnosis.codes
    main = frozenset([each.code for each in codes if each.role is _MAIN])
    additional = frozenset([each.code for each in codes if each.role is not _MAIN])
    found: tuple[tuple[Finding, ...], Coding] | None = cell.codings.get((main, additional))
    if found is None:
        missing = _missing_codes(*cell.codes_asked, main, additional)
        found = missing, Coding(tuple(sorted(main)), tuple(sorted(additional)), not missing)
        if len(cell.codings) >= _CODINGS_MAX:
            cell.codings.clear()
        cell.codings[main, additional] = found
    return found


def _missing_codes(
    rule: DiagnosisCodes, cited: str, main: frozenset[str], additional: frozenset[str]
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    otherwise_met = bool(_meeting(main, rule.or_main_any_of))
    if rule.main_any_of and not otherwise_met and not _meeting(main, rule.main_any_of):
        zh, en = _either((*rule.main_any_of, *rule.or_main_any_of))
        findings.append(_code("main-required", f"主要诊断编码应为 {zh}。", f"Give {en} as the main code.", cited))
    findings += [
        _code("additional-required", f"须有其他诊断编码 {code}。", f"Add the code {code} as an additional one.", cited)
        for code in rule.additional_all_of
        if not otherwise_met and not _meeting(additional, (code,))
    ]
    if rule.any_position_of and not _meeting(main | additional, rule.any_position_of):
        zh, en = _either(rule.any_position_of)
        findings.append(
            _code(
                "required",
                f"诊断编码中须有 {zh}，主要诊断或其他诊断均可。",
                f"Add the code {en} to the diagnoses, as the main or an additional one.",
                cited,
            )
        )
    findings += [
        _code(
            "never-main",
            f"{code} 不得作为主要诊断，请改为其他诊断。",
            f"{code} may not be the main diagnosis; mark it as additional.",
            cited,
        )
        for code in _meeting(main, rule.never_main)
    ]
    return tuple(findings)


def _tell_codes(coding: Coding, cell: CompiledCell, trace: Trace) -> None:
    main, additional = coding.main, coding.additional
    zh, en = f"主要诊断 {'、'.join(main)}", f"main diagnosis {', '.join(main)}"
    if additional:
        zh += f"，其他诊断 {'、'.join(additional)}"
        en += f", additional {', '.join(additional)}"
    text = (
        Text(f"{zh}，符合就医地的诊断编码规定。", f"The codes ({en}) meet the treatment place's coding rule.")
        if coding.complete
        else Text(
            f"{zh}，尚不符合就医地的诊断编码规定，由医疗机构补正；编码是医疗机构的义务，不影响患者待遇。",
            f"The codes ({en}) do not meet the treatment place's coding rule yet; the hospital has to complete them. "
            "Coding is the hospital's duty and takes nothing from the patient.",
        )
    )
    grounds = cell.grounds(Slot.DIAGNOSIS_CODES)
    trace.add("diagnosis-codes", text, grounds, before="", after="、".join((*main, *additional)))


def _either(codes: tuple[str, ...]) -> tuple[str, str]:
    return "、".join(codes), ", ".join(codes)


def _meeting(codes: frozenset[str], wanted: tuple[str, ...]) -> list[str]:
    """Return the codes that are among the wanted, or a national extension of them (`Z03.800x001` extends `Z03.800`)."""
    return sorted([code for code in codes if _meets(code, wanted)]) if wanted and codes else []


@lru_cache(4096)
def _meets(code: str, wanted: tuple[str, ...]) -> bool:
    return any(code == one or code.startswith(f"{one}x") for one in wanted)


def _code(what: str, zh: str, en: str, citation: str) -> Finding:
    return Finding(f"diagnosis-{what}", "diagnosis.codes", Text(zh, en), citation)


def _disease_code(claim: Claim, cell: CompiledCell) -> tuple[tuple[Finding, ...], tuple[Finding, ...], str | None]:
    """Return the findings that refuse a submission, those that only advise, and the code where present."""
    if cell.disease_code_asked is None:
        return (), (), None
    rule, cited = cell.disease_code_asked
    if claim.diagnosis.disease_code == rule.code:
        return (), (), rule.code
    if not rule.refuses:
        text = Text(
            f"请填写病种编码 {rule.code}；缺少不影响结算。",
            f"Give the disease-category code {rule.code}; the claim settles without it.",
        )
        return (), (Finding("disease-code-advised", "diagnosis.disease_code", text, cited),), None
    text = Text(f"病种编码应为 {rule.code}。", f"Give {rule.code} as the disease-category code.")
    return (Finding("disease-code-required", "diagnosis.disease_code", text, cited),), (), None
