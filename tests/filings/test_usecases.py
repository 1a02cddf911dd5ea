"""Filings of treatment elsewhere: the offices that make them, the visits covered, and the effects of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, FilingId, TransactionId
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.model import FilingChannel, FilingKind
from chalicelib.registry.domain.requests import FilingRequest
from tests.kit.areas import DALIAN, KUNMING, WUHAN
from tests.kit.memory.samples import (
    AUDITOR,
    REMOTE_CLAIM,
    agency,
    body,
    enrolment,
    hospital,
    passport,
    stated,
    submission,
)
from tests.kit.memory.world import World

PATIENT = passport(1)["id_no"]
PAGE = PageRequest(20)
DURING, AFTER = date(2020, 2, 10), date(2020, 3, 10)


def filing(area: AreaCode = KUNMING, **changes: Any) -> FilingRequest:
    asked = FilingRequest(
        document=stated(PATIENT),
        treatment_area=area,
        kind=FilingKind.TEMPORARY,
        channel=FilingChannel.PHONE,
        starts_on=date(2020, 1, 1),
        ends_on=None,
    )
    return replace(asked, **changes)


def ordinary_stay() -> dict[str, Any]:
    """A stay of a Wuhan employee in Kunming in February 2020 that no notice protects: unfiled, Wuhan cuts its share."""
    stay = body(REMOTE_CLAIM)
    stay["patient"] = passport(1)
    stay["diagnosis"] = {"history": [], "codes": [{"code": "J18.900", "role": "main"}]}
    stay.pop("remote", None)
    return stay


@pytest.fixture(name="wuhan")
def fixture_wuhan(world: World) -> World:
    """A world that knows the patient as Wuhan's."""
    world.system[EnrolPerson](agency(WUHAN), enrolment(PATIENT, insured_area=WUHAN))
    return world


def basic(world: World, stay: dict[str, Any] | None = None) -> float:
    stay = ordinary_stay() if stay is None else stay
    document = world.system[PreviewClaim](hospital(stay["institution"]), submission(stay)).determination
    return float(document["shares"]["basic"])


def at(world: World, day: date) -> World:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


def settled(world: World) -> ClaimId:
    claim_id = world.system[SubmitClaim](hospital(), submission(ordinary_stay())).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def basic_of(world: World, claim_id: ClaimId) -> float:
    document = world.system[ReadClaim](hospital(), claim_id).determination
    assert document is not None
    return float(document["shares"]["basic"])


def test_a_filing_is_kept_once_with_who_made_it_and_when(world: World) -> None:
    first = world.system[Filings].record(agency(KUNMING), filing())
    world.clock.sleep(86_400)
    assert world.system[Filings].record(agency(KUNMING), filing()) == first
    (kept,) = world.ports[PersonStore].filings(first.filing.person)
    assert (kept.made.actor, kept.made.role, kept.made.subject) == ("clerk", Role.AGENCY, "530100")


def test_filings_that_differ_in_channel_or_maker_are_two(wuhan: World) -> None:
    made = [
        wuhan.system[Filings].record(agency(KUNMING), filing()),
        wuhan.system[Filings].record(agency(KUNMING), filing(channel=FilingChannel.COUNTER)),
        wuhan.system[Filings].record(agency(WUHAN), filing()),
        wuhan.system[Filings].record(hospital(), filing()),
    ]
    assert len({each.filing.filing_id for each in made}) == len(made)
    assert made[1].filing.channel is FilingChannel.COUNTER


def test_a_hospital_and_the_agencies_of_both_places_may_file(wuhan: World) -> None:
    for principal in (hospital(), agency(KUNMING), agency(WUHAN)):
        wuhan.system[Filings].record(principal, filing())
    with pytest.raises(NotFound):
        wuhan.system[Filings].record(agency(DALIAN), filing())
    with pytest.raises(Forbidden):
        wuhan.system[Filings].record(AUDITOR, filing())


def test_a_filing_for_an_unknown_area_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        world.system[Filings].record(hospital(), filing(AreaCode("999999")))


@pytest.mark.parametrize(("treated_in", "counts"), [("530100", True), ("530000", True), ("500000", False)])
def test_an_agencys_filing_counts_by_its_own_days_for_its_area_and_what_lies_in_it(
    wuhan: World,
    treated_in: AreaCode,
    counts: bool,  # noqa: FBT001 pytest passes by name
) -> None:
    """The filing is recorded years later, by the fund's own agency."""
    unfiled = basic(wuhan)
    wuhan.system[Filings].record(agency(WUHAN), filing(treated_in))
    assert (basic(wuhan) > unfiled) == counts


def test_an_agencys_filing_from_the_day_after_discharge_comes_too_late(wuhan: World) -> None:
    unfiled = basic(wuhan)
    late = date.fromisoformat(ordinary_stay()["visit"]["discharged"]) + timedelta(days=1)
    wuhan.system[Filings].record(agency(WUHAN), filing(starts_on=late))
    assert basic(wuhan) == unfiled


@pytest.mark.parametrize("kind", list(FilingKind))
def test_what_a_hospital_files_after_discharge_changes_no_figure(wuhan: World, kind: FilingKind) -> None:
    at(wuhan, AFTER)
    unfiled = basic(wuhan)
    kept = wuhan.system[Filings].record(hospital(), filing(kind=kind, starts_on=date(2020, 1, 20)))
    assert basic(wuhan) == unfiled
    assert kept.filing.made_on == AFTER


@pytest.mark.parametrize("kind", list(FilingKind))
def test_what_a_hospital_files_during_the_stay_counts_for_it(wuhan: World, kind: FilingKind) -> None:
    at(wuhan, DURING)
    kept = wuhan.system[Filings].record(hospital(), filing(kind=kind)).filing
    at(wuhan, AFTER)
    filed = basic(wuhan)
    wuhan.system[Filings].withdraw(hospital(), kept.filing_id, "another patient")
    assert basic(wuhan) < filed


def test_a_hospitals_filing_never_begins_before_the_day_it_was_made_save_an_emergencys(world: World) -> None:
    at(world, DURING)
    filings = {kind: world.system[Filings].record(hospital(), filing(kind=kind)).filing for kind in FilingKind}
    assert filings[FilingKind.TEMPORARY].counts_from == DURING
    assert filings[FilingKind.LONG_TERM].counts_from == DURING
    assert filings[FilingKind.EMERGENCY].counts_from == date(2020, 1, 1)


def test_a_hospitals_filing_that_is_over_already_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.system[Filings].record(hospital(), filing(ends_on=date(2020, 3, 1)))
    assert [each.code for each in refused.value.findings] == ["filing-over"]
    world.system[Filings].record(agency(KUNMING), filing(ends_on=date(2020, 3, 1)))


def test_a_filing_without_a_first_day_begins_when_it_is_made(world: World) -> None:
    at(world, DURING)
    assert world.system[Filings].record(agency(KUNMING), filing(starts_on=None)).filing.starts_on == DURING


def test_an_agencys_late_filing_decides_a_settled_claim_again_and_its_withdrawal_once_more(wuhan: World) -> None:
    claim_id = settled(wuhan)
    unfiled = basic_of(wuhan, claim_id)
    outcome = wuhan.system[Filings].record(agency(WUHAN), filing())
    assert outcome.redecided == 1
    assert basic_of(wuhan, claim_id) > unfiled
    withdrawn = wuhan.system[Filings].withdraw(agency(WUHAN), outcome.filing.filing_id, "not ours")
    assert withdrawn.redecided == 1
    assert basic_of(wuhan, claim_id) == unfiled
    assert wuhan.system[Filings].withdraw(agency(WUHAN), outcome.filing.filing_id, "again").redecided == 0
    assert wuhan.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:2")) is not None
    assert wuhan.ports[LedgerStore].get(TransactionId(f"correct:{claim_id}:3")) is None


def test_a_withdrawn_filing_stays_on_record_and_may_be_made_anew(wuhan: World) -> None:
    first = wuhan.system[Filings].record(agency(WUHAN), filing()).filing
    kept = wuhan.system[Filings].withdraw(agency(WUHAN), first.filing_id, "wrong patient").filing
    assert (kept.reason, kept.withdrawn and kept.withdrawn.actor) == ("wrong patient", "clerk")
    anew = wuhan.system[Filings].record(agency(WUHAN), filing()).filing
    assert anew.filing_id != first.filing_id
    assert len(wuhan.ports[PersonStore].filings(first.person)) == 2


def test_a_filing_is_withdrawn_by_its_maker_or_the_insuring_agency_and_nobody_else(wuhan: World) -> None:
    made = wuhan.system[Filings].record(hospital(), filing()).filing
    withdraw = wuhan.system[Filings].withdraw
    for principal in (agency(KUNMING), agency(DALIAN), hospital("H50010200001")):
        with pytest.raises(NotFound):
            withdraw(principal, made.filing_id, "no")
    with pytest.raises(Forbidden):
        withdraw(AUDITOR, made.filing_id, "no")
    with pytest.raises(NotFound):
        withdraw(hospital(), FilingId("fil_none"), "no")
    assert withdraw(agency(WUHAN), made.filing_id, "not known here").filing.withdrawn is not None


def test_filings_are_listed_for_whom_they_concern(wuhan: World) -> None:
    by_agency = wuhan.system[Filings].record(agency(WUHAN), filing()).filing
    wuhan.clock.sleep(60)
    by_hospital = wuhan.system[Filings].record(hospital(), filing()).filing
    filings = wuhan.system[Filings]
    both = (by_hospital, by_agency)
    for principal in (agency(WUHAN), agency(KUNMING)):
        assert filings.of_subject(principal, None, PAGE).items == both
        assert set(filings.of_person(principal, by_agency.person, PAGE).items) == set(both)
    assert filings.of_subject(hospital(), None, PAGE).items == (by_hospital,)
    assert filings.of_person(hospital(), by_agency.person, PAGE).items == (by_hospital,)
    assert filings.of_subject(AUDITOR, KUNMING, PAGE).items == both
    assert filings.of_subject(agency(DALIAN), None, PAGE).items == ()
    with pytest.raises(NotFound):
        filings.of_subject(agency(DALIAN), KUNMING, PAGE)
    for stranger in (agency(DALIAN), hospital("H50010200001")):
        with pytest.raises(NotFound):
            filings.of_person(stranger, by_agency.person, PAGE)
    with pytest.raises(Forbidden):
        filings.of_person(Principal("clerk", Role.FINANCE, "530100"), by_agency.person, PAGE)
