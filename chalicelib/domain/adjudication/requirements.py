"""What registry and policy demand of a claim before it is decided: a known institution with an agreement, the codes.

Reports everything that is missing, each finding citing the provision that asks for it.
"""

from __future__ import annotations

from chalicelib.domain.adjudication.trace import Trace
from chalicelib.domain.claims import Claim, DiagnosisRole
from chalicelib.domain.errors import Finding
from chalicelib.domain.policy import Slot
from chalicelib.domain.registry import Institution, InstitutionKind
from chalicelib.domain.resolution import Resolver
from chalicelib.domain.texts import Text
from chalicelib.domain.values import Agreement, DiagnosisCodes, DiseaseCode


def unknown_institution() -> Finding:
    """The institution is not in the bundle's register."""
    return Finding(
        "institution-unknown",
        "institution",
        Text("该机构不在定点机构名录中。", "This institution is not in the register of institutions."),
    )


def unknown_person(field: str = "patient.id_no") -> Finding:
    """Nobody is enrolled under this document and this name: which of both is wrong is never told (a preview's finding;
    a submitted claim is deferred).
    """
    return Finding(
        "person-unknown",
        field,
        Text(
            "参保登记中没有与所填证件及姓名相符的人员，请核对；如无误，已提交的申请将在登记补录或更正后自动结算。",
            "Check document and name: nobody is enrolled under both. Where they are right, a submitted claim settles "
            "once the registry has the record.",
        ),
    )


def check_requirements(claim: Claim, institution: Institution, resolver: Resolver, trace: Trace) -> tuple[Finding, ...]:
    """Every finding of registry and policy; none means that the claim can be decided."""
    return (
        *_agreement(claim, institution, resolver, trace),
        *_visit_fits(claim, institution),
        *_diagnosis_codes(claim, resolver, trace),
        *_disease_code(claim, resolver, trace),
    )


def _agreement(claim: Claim, institution: Institution, resolver: Resolver, trace: Trace) -> tuple[Finding, ...]:
    """In force at admission: by its own term, an extension (D-10) or a temporary special agreement (S-14)."""
    admitted = claim.visit.admitted_on
    own = institution.agreement_until
    if own is not None and admitted <= own:
        return ()
    for provision in resolver.resolve(Slot.AGREEMENT).decided_by:
        value = Agreement.read(provision.value)
        temporary = institution.temporary_agreement_until
        extended = own is not None and value.extended_to is not None and admitted <= value.extended_to
        honoured = value.honours_temporary and temporary is not None and admitted <= temporary
        if extended or honoured:
            trace.add(
                "agreement",
                Text(
                    f"医院的服务协议有效至 {value.extended_to if extended else temporary}，入院时仍在有效期内。",
                    f"The hospital's service agreement runs to {value.extended_to if extended else temporary} "
                    "and was in "
                    "force at admission.",
                ),
                before="" if own is None else own.isoformat(),
                after=str(value.extended_to if extended else temporary),
                citing=(provision,),
            )
            return ()
    return (
        Finding(
            "agreement-not-in-force",
            "institution",
            Text(
                "入院日该机构的医保服务协议不在有效期内；请联系经办机构。",
                "The institution's service agreement was not in force at admission; contact the agency.",
            ),
        ),
    )


def _visit_fits(claim: Claim, institution: Institution) -> tuple[Finding, ...]:
    if claim.visit.is_inpatient and (institution.kind is InstitutionKind.PHARMACY or institution.level is None):
        return (
            Finding(
                "visit-kind",
                "visit.kind",
                Text("该机构不能收治住院病人。", "This institution cannot admit inpatients."),
            ),
        )
    return ()


def _diagnosis_codes(claim: Claim, resolver: Resolver, trace: Trace) -> tuple[Finding, ...]:
    resolution = resolver.resolve(Slot.DIAGNOSIS_CODES)
    if resolution.winner is None:
        return ()
    rule = DiagnosisCodes.read(resolution.winner.value)
    cited = resolution.winner.citation
    main = {code.code for code in claim.diagnosis.codes if code.role is DiagnosisRole.MAIN}
    additional = {code.code for code in claim.diagnosis.codes if code.role is DiagnosisRole.ADDITIONAL}
    findings: list[Finding] = []
    if rule.main_any_of and not _meeting(main, rule.main_any_of):
        wanted = "、".join(rule.main_any_of), ", ".join(rule.main_any_of)
        findings.append(
            _code("main-required", f"主要诊断编码应为 {wanted[0]}。", f"The main code must be {wanted[1]}.", cited)
        )
    findings += [
        _code("additional-required", f"须有附加编码 {code}。", f"The additional code {code} is required.", cited)
        for code in rule.additional_all_of
        if not _meeting(additional, (code,))
    ]
    findings += [
        _code("never-main", f"{code} 不得作为主要诊断。", f"{code} may not be the main diagnosis.", cited)
        for code in _meeting(main, rule.never_main)
    ]
    if rule.main_any_of or rule.additional_all_of or rule.never_main:
        trace.add(
            "diagnosis-codes",
            Text(
                f"诊断编码 {'、'.join(sorted(main | additional))} 符合就医地的要求。",
                f"The diagnosis codes {', '.join(sorted(main | additional))} are what the treatment place asks for.",
            ),
            before="",
            after="、".join(sorted(main | additional)),
            by=[resolution],
        )
    return tuple(findings)


def _meeting(codes: set[str], wanted: tuple[str, ...]) -> list[str]:
    """The codes that are one of the wanted, or a national extension of one (`Z03.800x001` extends `Z03.800`)."""
    return sorted(code for code in codes if any(code == one or code.startswith(f"{one}x") for one in wanted))


def _code(what: str, zh: str, en: str, citation: str) -> Finding:
    return Finding(f"diagnosis-{what}", "diagnosis.codes", Text(zh, en), citation)


def _disease_code(claim: Claim, resolver: Resolver, trace: Trace) -> tuple[Finding, ...]:
    resolution = resolver.resolve(Slot.DISEASE_CODE)
    wanted = None if resolution.winner is None else DiseaseCode.read(resolution.winner.value).code
    if resolution.winner is None or wanted is None:
        return ()
    if claim.diagnosis.disease_code != wanted:
        return (
            Finding(
                "disease-code-required",
                "diagnosis.disease_code",
                Text(f"病种编码应为 {wanted}。", f"The disease-category code must be {wanted}."),
                resolution.winner.citation,
            ),
        )
    trace.add(
        "disease-code",
        Text(f"这次就诊以病种编码 {wanted} 标明。", f"The visit is marked with the disease-category code {wanted}."),
        before="",
        after=wanted,
        by=[resolution],
    )
    return ()
