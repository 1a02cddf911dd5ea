"""The registry: the agencies that may record a person as insured, as uninsured, or as treated elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.claims.domain.reconciliation import Totals
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.reconcile import Reconcile
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, Malformed, NotFound
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.enrolments import PersonEnrolments
from chalicelib.registry.domain.model import Enrolment, FilingChannel, FilingKind, Insurance
from chalicelib.registry.domain.requests import FilingRequest
from chalicelib.reports.usecases import Reports
from tests.kit.areas import CHONGQING, DALIAN, FULING, KUNMING, WUHAN
from tests.kit.memory.samples import (
    AUDITOR,
    KUNMING_HOSPITAL,
    agency,
    body,
    enrolment,
    hospital,
    passport,
    policies,
    stated,
    submission,
)
from tests.kit.memory.world import World

PATIENT = passport(1)["id_no"]
UNINSURED = enrolment(PATIENT, insured_area=None, insurance=Insurance.NONE)


def filing(area: AreaCode = KUNMING, starts_on: date = date(2020, 1, 1)) -> FilingRequest:
    return FilingRequest(
        document=stated(PATIENT),
        treatment_area=area,
        kind=FilingKind.TEMPORARY,
        channel=FilingChannel.PHONE,
        starts_on=starts_on,
        ends_on=None,
    )


def periods(world: World) -> tuple[Enrolment, ...]:
    """Return the patient's standing enrolment periods."""
    (known,) = world.memory.all(PersonEnrolments)
    return known.periods


def test_the_insured_places_agency_alone_enrols(world: World) -> None:
    assert world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT)).person.startswith("prs_")
    with pytest.raises(NotFound):
        world.system[EnrolPerson](agency(WUHAN), enrolment(PATIENT))
    for principal in (hospital(), AUDITOR, Principal("clerk", Role.FINANCE, "530100")):
        with pytest.raises(Forbidden):
            world.system[EnrolPerson](principal, enrolment(PATIENT))


def test_a_county_is_enrolled_by_its_own_agency_or_its_pooling_areas(world: World) -> None:
    for area in (FULING, CHONGQING):
        world.system[EnrolPerson](agency(area), enrolment(PATIENT, insured_area=FULING))


def test_any_agency_may_say_that_nobody_insures_a_person_and_is_answered_alike_whoever_does(world: World) -> None:
    """A statement about a person whom another area insures changes nothing, and tells nothing."""
    before = world.system[EnrolPerson](agency(DALIAN), UNINSURED)
    world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT, starts_on=date(2020, 3, 1)))
    assert world.system[EnrolPerson](agency(DALIAN), UNINSURED) == before
    assert world.system[EnrolPerson](agency(CHONGQING), UNINSURED) == before
    assert [(each.insurance, each.starts_on, each.ends_on) for each in periods(world)] == [
        (Insurance.NONE, None, date(2020, 2, 29)),
        (Insurance.EMPLOYEE, date(2020, 3, 1), None),
    ]


def test_the_same_enrolment_again_changes_nothing(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT)).person
    assert world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT)).person == person
    assert world.ports[PersonStore].enrolments(person).version == 1
    assert len(world.ports[PersonStore].enrolment_history(person)) == 1


def test_a_period_recorded_again_by_its_area_is_replaced_and_both_versions_stay(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT)).person
    world.clock.sleep(60)
    world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT, insurance=Insurance.RESIDENT))
    assert [period.insurance for period in periods(world)] == [Insurance.RESIDENT]
    one, other = world.ports[PersonStore].enrolment_history(person)
    assert [one.stated.insurance, other.stated.insurance] == [Insurance.EMPLOYEE, Insurance.RESIDENT]
    assert (one.act.actor, one.act.subject) == ("clerk", "530100")
    assert one.act.at < other.act.at


def test_everything_wrong_with_an_enrolment_is_said_at_once(world: World) -> None:
    backwards = enrolment(
        PATIENT, insured_area=AreaCode("999999"), starts_on=date(2020, 2, 1), ends_on=date(2020, 1, 1)
    )
    with pytest.raises(Invalid) as refused:
        world.system[EnrolPerson](agency(AreaCode("999999")), backwards)
    assert {finding.code for finding in refused.value.findings} == {"area-unknown", "period-order"}


def test_a_period_that_ends_before_it_begins_is_refused_everywhere_in_the_same_words(world: World) -> None:
    starts_on, ends_on = date(2020, 2, 1), date(2020, 1, 1)
    backwards = replace(filing(starts_on=starts_on), ends_on=ends_on)
    calls: list[Callable[[], object]] = [
        lambda: world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT, starts_on=starts_on, ends_on=ends_on)),
        lambda: world.system[Filings].record(hospital(), backwards),
        lambda: world.system[Reports].settlement(AUDITOR, starts_on, ends_on, None, None),
        lambda: world.system[Reconcile](hospital(), KUNMING_HOSPITAL, starts_on, ends_on, Totals(0, 0, 0, 0, 0), None),
    ]
    said = []
    for call in calls:
        with pytest.raises((Invalid, Malformed)) as refused:
            call()
        said.append(refused.value.findings)
    assert [finding.code for finding in said[0]] == ["period-order"]
    assert said == [said[0]] * len(calls)


def test_an_area_nobody_knows_is_refused_for_a_filing_as_for_an_enrolment(world: World) -> None:
    with pytest.raises(Invalid) as filed:
        world.system[Filings].record(hospital(), filing(AreaCode("999999")))
    with pytest.raises(Invalid) as enrolled:
        world.system[EnrolPerson](agency(AreaCode("999999")), enrolment(PATIENT, insured_area=AreaCode("999999")))
    (one,), (other,) = filed.value.findings, enrolled.value.findings
    assert (one.field, other.field) == ("treatment_area", "insured_area")
    assert (one.code, one.message) == (other.code, other.message)


def test_a_person_is_enrolled_once_however_the_number_is_written(world: World) -> None:
    one = world.system[EnrolPerson](agency(KUNMING), enrolment("53010219000104004X"))
    assert world.system[EnrolPerson](agency(KUNMING), enrolment("53010219000104004x")) == one


def test_a_mistyped_identity_number_is_not_enrolled_and_not_filed(world: World) -> None:
    """No claim would ever find a person recorded under an impossible number."""
    mistyped = "530102190001010018"
    with pytest.raises(Invalid) as refused:
        world.system[EnrolPerson](agency(KUNMING), enrolment(mistyped))
    assert [finding.code for finding in refused.value.findings] == ["identity-check-digit"]
    with pytest.raises(Invalid) as unfiled:
        world.system[Filings].record(hospital(), replace(filing(), document=stated(mistyped)))
    assert mistyped not in repr(unfiled.value.findings)


def test_who_is_enrolled_in_the_moment_a_claim_is_posted_leaves_nothing_pending() -> None:
    """The claim was looked at as an uninsured person's; when it is posted the person has a fund. Source: Y-15."""

    class Enrolling:
        """Commits before whose first settlement the patient is enrolled."""

        def __init__(self, commits: Commits) -> None:
            self._commits = commits
            self.enrol: Callable[[], object] | None = None

        def commit(self, parts: Sequence[Part]) -> None:
            settles = any(isinstance(part, PostTransaction) for part in parts)
            if settles and self.enrol is not None:
                enrol, self.enrol = self.enrol, None
                enrol()
            self._commits.commit(parts)

    commits: list[Enrolling] = []

    def wrap(name: str, port: object) -> object:
        if name != "Commits":
            return port
        commits.append(Enrolling(port))  # type: ignore[arg-type]  # the port named so
        return commits[-1]

    world = World(policies(), wrap)
    world.system[EnrolPerson](agency(KUNMING), UNINSURED)
    claim = body() | {"patient": passport(1)}
    world.system[SubmitClaim](hospital(), submission(claim))
    commits[0].enrol = lambda: world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT))

    assert world.run_all() == ["Settled"]

    balances = Counter[str]()
    for transaction in world.memory.ledger.values():
        balances.update({posting.account: posting.amount_fen for posting in transaction.postings})
    assert balances["enrolment-pending/530100"] == 0
    assert balances["fund/530100/employee/basic"] == 1_530_000
