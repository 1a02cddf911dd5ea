"""Submissions, enrolments and principals for tests of use cases, made from the worked cases' bodies."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import parse_claim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.authoring.compiler import CompiledBundle
from chalicelib.law.usecases.publish import DecidePublication, KeepPolicies, PolicyDraft
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import AssistanceClass, Employment, Insurance
from chalicelib.registry.domain.requests import EnrolmentRequest
from tests.kit.areas import KUNMING
from tests.kit.memory.world import World
from tests.kit.worked_cases import sample_persons, shipped_policies, worked_cases

KUNMING_HOSPITAL = InstitutionCode("H53010200001")
KUNMING_CLAIM = "yunnan-employee-90-10"
REMOTE_CLAIM = "kunming-treats-wuhan-employee"
AUDITOR = Principal("auditor", Role.AUDITOR, "000000")
OFFICER = Principal("officer", Role.POLICY, "000000")
SECOND_OFFICER = Principal("second-officer", Role.POLICY, "000000")


def put_in_force(system: System, files: Mapping[str, bytes]) -> str:
    """Hand a policy set in as one officer and put it in force as another; return the bundle."""
    outcome = system[KeepPolicies](OFFICER, PolicyDraft(files))
    bundle = outcome.checked.bundle.hash
    if outcome.kept is not None:
        system[DecidePublication](SECOND_OFFICER, bundle, approve=True)
    return bundle


def policies() -> CompiledBundle:
    """The project's own policies, compiled."""
    return shipped_policies()


def hospital(code: str = KUNMING_HOSPITAL) -> Principal:
    return Principal("his", Role.HOSPITAL, code)


def agency(area: AreaCode) -> Principal:
    return Principal("clerk", Role.AGENCY, area)


def body(case_id: str = KUNMING_CLAIM) -> dict[str, Any]:
    """A worked case's request body, to be changed freely."""
    case = next(case for case in worked_cases() if case.id == case_id)
    return copy.deepcopy(case.claim)


def expected(case_id: str = KUNMING_CLAIM) -> dict[str, Any]:
    """Return the expected result of a worked case."""
    case = next(case for case in worked_cases() if case.id == case_id)
    return dict(case.document["expect"])


def submission(changed: dict[str, Any] | None = None) -> Submission:
    """A body as the edge hands it on."""
    return parse_claim(json.dumps(changed or body()).encode())


def passport(number: int) -> dict[str, str]:
    """Return a fictional patient who is in no sample, for tests that need many patients."""
    return {"id_type": "passport", "issued_by": "USA", "id_no": f"SAMPLE{number:06d}", "name": "示例"}


def stated(id_no: str) -> StatedDocument:
    """Read a number as a document: a number of `passport`, or an identity card's."""
    return StatedDocument(None, id_no, "USA" if id_no.startswith("SAMPLE") else None)


def enrolment(
    id_no: str,
    *,
    insured_area: AreaCode | None = KUNMING,
    insurance: Insurance = Insurance.EMPLOYEE,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> EnrolmentRequest:
    """Build an active employee in Kunming, unless other values are given."""
    return EnrolmentRequest(
        document=stated(id_no),
        name="示例",
        insured_area=insured_area,
        insurance=insurance,
        employment=Employment.ACTIVE if insurance is Insurance.EMPLOYEE else Employment.NONE,
        assistance=AssistanceClass.NONE,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def enrol_sample(world: World, id_no: str) -> PersonToken:
    """Enrol a sample person as its agency would; returns the token."""
    person = sample_persons()[id_no]
    request = EnrolmentRequest(
        document=stated(id_no),
        name=person["name"],
        insured_area=AreaCode(person["insured_area"]) if person["insured_area"] else None,
        insurance=Insurance(person["insurance"]),
        employment=Employment(person["employment"] or "none"),
        assistance=AssistanceClass(person["assistance"]),
        starts_on=None,
        ends_on=None,
    )
    return world.system[EnrolPerson](agency(AreaCode(person["insured_area"] or KUNMING)), request).person


def moved(claim: dict[str, Any], days: int) -> dict[str, Any]:
    """The same bill so many days later, as another stay of the patient: its visit and its lines, not its history."""

    def later(day: str) -> str:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()

    visit = {name: later(value) if name in _DAYS else value for name, value in claim["visit"].items()}
    lines = [{**line, "date": later(line["date"])} for line in claim["lines"]]
    return {**claim, "visit": visit, "lines": lines}


_DAYS = ("admitted", "discharged", "date")
