"""A person's rights: the vault's record is read, corrected and erased by two people, and on record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import PersonRequestId, PersonToken
from chalicelib.person_requests.domain.request import RequestKind, RequestStatus
from chalicelib.person_requests.domain.retention import Kept, Retention, Term, kept_until
from chalicelib.person_requests.usecases import PersonDesk, PersonRequests
from chalicelib.registry.domain.model import Insurance
from tests.kit.areas import KUNMING, WUHAN, YUNNAN
from tests.kit.memory.samples import (
    AUDITOR,
    KUNMING_CLAIM,
    agency,
    body,
    enrolment,
    hospital,
    passport,
    put_in_force,
    submission,
)
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_retention

PATIENT = passport(1)["id_no"]
CLERK, HEAD = agency(KUNMING), Principal("head", Role.AGENCY, "530100")
WHY = "the person asks what is kept"


@pytest.fixture(name="person")
def fixture_person(world: World) -> str:
    return world.system[EnrolPerson](CLERK, enrolment(PATIENT)).person


def ask(
    world: World, person: PersonToken, kind: RequestKind = RequestKind.READ, name: str | None = None
) -> PersonRequestId:
    return world.system[PersonRequests].ask(CLERK, person, kind, WHY, name).request_id


def decide(world: World, request_id: PersonRequestId, *, approve: bool = True, by: Principal = HEAD) -> RequestStatus:
    return world.system[PersonRequests].decide(by, request_id, approve=approve, reason=None).status


def test_what_is_kept_is_read_after_another_persons_consent_and_each_reading_is_on_record(
    world: World, person: PersonToken
) -> None:
    requests = world.system[PersonRequests]
    request_id = ask(world, person)
    with pytest.raises(Conflict):
        requests.open(CLERK, request_id)
    assert decide(world, request_id) is RequestStatus.APPROVED
    for times in (1, 2):
        world.clock.sleep(120)
        request, revealed = requests.open(CLERK, request_id)
        assert (revealed.id_no, revealed.name) == (PATIENT, "示例")
        assert [act.actor for act in request.openings] == ["clerk"] * times
    assert PATIENT not in repr(revealed)
    assert PATIENT not in world.everything_kept()
    with pytest.raises(Conflict):
        requests.open(HEAD, request_id)
    world.clock.sleep(25 * 3600)
    with pytest.raises(Conflict):
        requests.open(CLERK, request_id)


def test_who_asked_does_not_decide_and_a_decision_stands(world: World, person: PersonToken) -> None:
    request_id = ask(world, person)
    with pytest.raises(OwnAct):
        decide(world, request_id, by=Principal("Clerk", Role.AGENCY, "530100"))
    assert decide(world, request_id, approve=False) is RequestStatus.REFUSED
    assert decide(world, request_id, approve=False) is RequestStatus.REFUSED
    with pytest.raises(Conflict):
        decide(world, request_id)
    with pytest.raises(Conflict):
        world.system[PersonRequests].open(CLERK, request_id)


def test_a_name_is_put_right_in_the_vault_and_where_bills_are_matched(world: World, person: PersonToken) -> None:
    request_id = ask(world, person, RequestKind.CORRECT, "示例正")
    assert world.vault.kept[person][1] == "示例"
    assert decide(world, request_id) is RequestStatus.DONE
    assert decide(world, request_id) is RequestStatus.DONE
    assert world.vault.kept[person] == (PATIENT, "示例正")
    assert world.vault.pending == {}
    sent = body(KUNMING_CLAIM) | {"patient": passport(1) | {"name": "示例正"}}
    assert world.system[PreviewClaim](hospital(), submission(sent)).determination
    assert [each.kind.value for each in world.ports[PersonStore].enrolment_history(person)] == ["recorded", "renamed"]


def test_a_refused_correction_leaves_nothing_of_the_name_behind(world: World, person: PersonToken) -> None:
    request_id = ask(world, person, RequestKind.CORRECT, "别名")
    decide(world, request_id, approve=False)
    assert world.vault.pending == {}
    assert world.vault.kept[person][1] == "示例"


def test_a_correction_alone_brings_a_name(world: World, person: PersonToken) -> None:
    for kind, name in ((RequestKind.CORRECT, None), (RequestKind.READ, "示例")):
        with pytest.raises(Invalid):
            ask(world, person, kind, name)


def test_what_must_be_kept_is_not_erased_and_the_day_is_named(world: World, person: PersonToken) -> None:
    with pytest.raises(Conflict) as refused:
        ask(world, person, RequestKind.ERASE)
    (finding,) = refused.value.findings
    assert (finding.code, "2036-12-31" in finding.message.en) == ("retention", True)
    world.system[SubmitClaim](hospital(), submission(body() | {"patient": passport(1)}))
    world.run_all()
    world.clock.move_to(datetime(2040, 1, 1, tzinfo=UTC))
    with pytest.raises(Conflict) as again:
        ask(world, person, RequestKind.ERASE)
    assert "2050-12-31" in again.value.findings[0].message.en


def test_whom_nobody_insures_any_more_is_erased_and_the_token_stays(world: World) -> None:
    uninsured = enrolment(PATIENT, insured_area=None, insurance=Insurance.NONE)
    person = world.system[EnrolPerson](CLERK, uninsured).person
    assert decide(world, ask(world, person, RequestKind.ERASE)) is RequestStatus.DONE
    assert person not in world.vault.kept
    assert [period.name_key for period in world.ports[PersonStore].enrolments(person).periods] == [""]


def test_another_areas_agency_neither_asks_nor_decides_nor_sees(world: World, person: PersonToken) -> None:
    requests, page = world.system[PersonRequests], PageRequest(5)
    request_id = ask(world, person)
    stranger = Principal("head", Role.AGENCY, "420100")
    with pytest.raises(NotFound):
        requests.ask(stranger, person, RequestKind.READ, WHY, None)
    with pytest.raises(NotFound):
        requests.ask(CLERK, PersonToken("prs_" + "0" * 32), RequestKind.READ, WHY, None)
    for call in (
        lambda: decide(world, request_id, by=stranger),
        lambda: requests.read(stranger, request_id),
        lambda: requests.open(stranger, request_id),
        lambda: requests.find(stranger, KUNMING, page),
        lambda: requests.read(CLERK, PersonRequestId("prq_none")),
        lambda: decide(world, PersonRequestId("prq_none")),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(Forbidden):
        requests.ask(hospital(), person, RequestKind.READ, WHY, None)
    assert requests.find(AUDITOR, KUNMING, page).items == requests.find(CLERK, None, page).items
    assert requests.read(AUDITOR, request_id).purpose == WHY
    with pytest.raises(Forbidden):
        requests.open(AUDITOR, request_id)


def test_the_function_opens_nothing_that_two_people_did_not_decide(world: World, person: PersonToken) -> None:
    """Whoever can only invoke it gets nothing by inventing or repeating a request's id."""
    request_id = ask(world, person)
    for undecided in (request_id, "prq_none"):
        with pytest.raises(NotFound):
            world.ports[PersonDesk](PersonRequestId(undecided))
    decide(world, request_id)
    with pytest.raises(NotFound):
        world.ports[PersonDesk](request_id)


def test_retention_counts_from_the_last_year_of_settlement_and_of_insurance() -> None:
    today, terms = date(2026, 11, 25), Retention(Term(30, "archives-79.vouchers"), Term(10, "retention.enrolments"))
    assert kept_until(terms, (), (), today) is None
    assert kept_until(terms, (2020,), (), today) == Kept(date(2050, 12, 31), "archives-79.vouchers")
    assert kept_until(terms, (), (date(2015, 5, 1),), today) is None
    open_end = kept_until(terms, (1990,), (date(2020, 5, 1), None), today)
    assert open_end == Kept(date(2036, 12, 31), "retention.enrolments")
    assert kept_until(Retention(None, terms.enrolments), (), (date(2015, 5, 1),), today) is None
    assert kept_until(Retention(None, terms.enrolments), (1950,), (), today) == Kept(None, None)


def test_how_long_is_policy_and_another_policy_is_another_answer(world: World) -> None:
    """A province's own term, from a day on, sets the illustrative one aside there and nowhere else."""
    ended = date(2018, 5, 1)
    here = world.system[EnrolPerson](CLERK, enrolment(PATIENT, ends_on=ended)).person
    there = enrolment(passport(2)["id_no"], insured_area=WUHAN, ends_on=ended)
    elsewhere = world.system[EnrolPerson](agency(WUHAN), there).person

    def refused(by: Principal, person: PersonToken) -> list[tuple[str | None, tuple[tuple[str, str | int], ...]]]:
        with pytest.raises(Conflict) as caught:
            world.system[PersonRequests].ask(by, person, RequestKind.ERASE, WHY, None)
        return [(each.citation, each.about) for each in caught.value.findings]

    illustrative = [("retention.enrolments", (("until", "2028-12-31"),))]
    assert refused(CLERK, here) == refused(agency(WUHAN), elsewhere) == illustrative
    put_in_force(world.system, with_retention(YUNNAN, 20, from_on="2026-01-01"))
    assert refused(CLERK, here) == [("keep-530000.1", (("until", "2038-12-31"),))]
    assert refused(agency(WUHAN), elsewhere) == illustrative
    put_in_force(world.system, with_retention(YUNNAN, 20, from_on="2027-01-01"))
    assert refused(CLERK, here) == illustrative
    put_in_force(world.system, with_retention(YUNNAN, 5, from_on="2026-01-01"))
    assert decide(world, ask(world, here, RequestKind.ERASE)) is RequestStatus.DONE
