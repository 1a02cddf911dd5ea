"""Calls of the registry's routes, good and bad, in a world in which a person is insured, asked for and filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.enrolment.usecases.transfer import EnrolmentTransfers
from chalicelib.filings.usecases import Filings
from chalicelib.registry.domain.enrolments import PersonEnrolments
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest, TransferRequest
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.samples import agency, enrolment, hospital, passport, stated
from tests.kit.memory.world import World

Call = tuple[tuple[str, ...], dict[str, Any]]
"""Method, path as declared and path as called, and what else the call takes."""

_NUMBER = 77


def registry_calls(world: World) -> Iterator[Call]:
    """Yield at least one good answer of every route that reads or moves enrolments and filings."""
    known = passport(_NUMBER)
    number = stated(known["id_no"])
    person = world.system[EnrolPerson](agency(KUNMING), enrolment(known["id_no"])).person
    asked = world.system[EnrolmentTransfers].ask(
        agency(WUHAN), TransferRequest(number, "示例", WUHAN, date(2026, 12, 1), None)
    )
    kunming = {"role": "agency", "subject": "530100"}
    wuhan = {"role": "agency", "subject": "420100"}
    transfers, transfer = "/v1/enrolment-transfers", "/v1/enrolment-transfers/{transfer_id}"
    yield ("GET", "/v1/enrolments"), kunming
    yield ("GET", "/v1/enrolments", f"/v1/enrolments?person={person}"), kunming
    yield ("GET", "/v1/enrolments", f"/v1/enrolments?person=prs_{'0' * 32}"), kunming
    cancelled = "/v1/enrolments/cancellations"
    mistaken = {"person": person, "insured_area": "530100", "from": "2020-01-01", "reason": "another person's"}
    world.system[EnrolPerson](agency(KUNMING), enrolment(passport(78)["id_no"], starts_on=date(2020, 1, 1)))
    other = next(each.person for each in world.memory.all(PersonEnrolments) if each.person != person)
    yield ("POST", cancelled), {"body": {**mistaken, "person": other}, **kunming}
    yield ("POST", cancelled), {"body": mistaken, **kunming}
    yield ("POST", cancelled), {"body": {}, **kunming}
    named = {**known, "insured_area": "420100"}
    yield ("POST", transfers), {"body": {**named, "from": "2026-12-02"}, **wuhan}
    yield ("POST", transfers), {"body": {**named, "id_no": "SAMPLE999999", "from": "2026-12-02"}, **wuhan}
    yield ("POST", transfers), {"body": {}, **wuhan}
    yield ("GET", transfers), wuhan
    yield ("GET", transfers, f"{transfers}?area=5301"), wuhan
    yield ("GET", transfer, f"{transfers}/{asked.transfer_id}"), kunming
    yield ("GET", transfer, f"{transfers}/etr_none"), kunming
    decided = f"{transfers}/{asked.transfer_id}/decision"
    yield ("POST", f"{transfer}/decision", decided), {"body": {"decision": "maybe"}, **kunming}
    yield ("POST", f"{transfer}/decision", decided), {"body": {"decision": "approve"}, **kunming}
    yield ("POST", f"{transfer}/decision", decided), {"body": {"decision": "refuse"}, **kunming}
    yield from _filing_calls(world, person)
    yield from _rights_calls(person, kunming)


def _filing_calls(world: World, person: str) -> Iterator[Call]:
    number = stated(passport(_NUMBER)["id_no"])
    kunming = {"role": "agency", "subject": "530100"}
    filed = (
        world.system[Filings]
        .record(
            agency(KUNMING),
            FilingRequest(number, WUHAN, FilingKind.LONG_TERM, FilingChannel.COUNTER, date(2026, 1, 1), None),
        )
        .filing
    )
    yield ("GET", "/v1/filings"), kunming
    yield ("GET", "/v1/filings", f"/v1/filings?person={person}"), kunming
    yield ("GET", "/v1/filings", "/v1/filings?person=nobody"), kunming
    confirmation = "/v1/filings/{filing_id}/confirmation"
    now = world.clock.now()
    world.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    by_hospital = FilingRequest(number, WUHAN, FilingKind.TEMPORARY, FilingChannel.ONLINE, None, None)
    awaited = world.system[Filings].record(hospital(), by_hospital).filing
    world.clock.move_to(now)
    yield ("POST", confirmation, confirmation.format(filing_id=awaited.filing_id)), kunming
    yield ("POST", confirmation, confirmation.format(filing_id=filed.filing_id)), kunming
    yield ("POST", confirmation, confirmation.format(filing_id="fil_none")), kunming
    yield ("GET", "/v1/filings", "/v1/filings?backdated=true"), kunming
    withdrawal = "/v1/filings/{filing_id}/withdrawal"
    named_filing = withdrawal.format(filing_id=filed.filing_id)
    yield ("POST", withdrawal, named_filing), {"body": {"reason": "filed for another person"}, **kunming}
    yield ("POST", withdrawal, withdrawal.format(filing_id="fil_none")), {"body": {"reason": "no"}, **kunming}
    yield ("POST", withdrawal, named_filing), {"body": {}, **kunming}


def _rights_calls(person: str, kunming: dict[str, str]) -> Iterator[Call]:
    """A reading from its request to its opening, and a request that is refused by law."""
    requests, request = "/v1/person-requests", "/v1/person-requests/{request_id}"
    asked = {"person": person, "purpose": "the person asks"}
    yield ("POST", requests), {"body": {**asked, "kind": "erase"}, **kunming}
    yield ("POST", requests), {"body": {**asked, "kind": "read"}, **kunming}
    yield ("POST", requests), {"body": {**asked, "kind": "correct"}, **kunming}
    yield ("POST", requests), {"body": {}, **kunming}
    yield ("GET", requests), kunming
    yield ("GET", request, f"{requests}/prq_none"), kunming
    yield ("POST", f"{request}/decision", f"{requests}/prq_none/decision"), {"body": {"decision": "refuse"}, **kunming}
    yield ("POST", f"{request}/opening", f"{requests}/prq_none/opening"), kunming
