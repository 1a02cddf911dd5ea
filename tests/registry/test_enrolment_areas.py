"""An enrolment belongs to its area: an overlap conflicts and moves by release only, and settled claims follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chalicelib.audit.usecases.audit import Audit
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.cancel import CancelEnrolment, CancellationRequest
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.enrolment.usecases.read import ReadEnrolments
from chalicelib.enrolment.usecases.transfer import EnrolmentTransfers
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken, TransferId
from chalicelib.kernel.writes import Revise
from chalicelib.ledger.domain.transaction import LedgerEvent
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments, SamePerson
from chalicelib.registry.domain.model import NATION, AssistanceClass, Employment, Enrolment, Insurance
from chalicelib.registry.domain.requests import EnrolmentRequest, TransferRequest
from chalicelib.registry.domain.transfers import EnrolmentTransfer, NewInsurance, TransferStatus
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.settlement.usecases.defer import Deferral
from tests.kit.areas import DALIAN, KUNMING, WUHAN, YUNNAN
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
FEBRUARY, MARCH, APRIL, MAY = date(2020, 2, 1), date(2020, 3, 1), date(2020, 4, 1), date(2020, 5, 1)
RELEASER = Principal("head", Role.AGENCY, "530100")
UNINSURED = enrolment(PATIENT, insured_area=None, insurance=Insurance.NONE)


def in_kunming(**changes: Any) -> EnrolmentRequest:
    return enrolment(PATIENT, **changes)


def in_wuhan(**changes: Any) -> EnrolmentRequest:
    return enrolment(PATIENT, insured_area=WUHAN, **changes)


def periods(world: World) -> list[tuple[str | None, date | None, date | None]]:
    (known,) = world.memory.all(PersonEnrolments)
    return [(each.insured_area, each.starts_on, each.ends_on) for each in known.periods]


def ask(world: World, starts_on: date = MARCH, terms: NewInsurance | None = None) -> EnrolmentTransfer:
    request = TransferRequest(stated(PATIENT), "示例", WUHAN, starts_on, terms)
    return world.system[EnrolmentTransfers].ask(agency(WUHAN), request)


def release(world: World, transfer: EnrolmentTransfer) -> int:
    return world.system[EnrolmentTransfers].decide(RELEASER, transfer.transfer_id, approve=True, reason=None).redecided


def settled(world: World, **changes: Any) -> ClaimId:
    """A stay in Kunming in February 2020 that is settled; its claim's id."""
    sent = {**body(REMOTE_CLAIM), "patient": passport(1), **changes}
    claim_id = world.system[SubmitClaim](hospital(sent["institution"]), submission(sent)).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def shown(world: World, claim_id: ClaimId) -> dict[str, Any]:
    document = world.system[ReadClaim](hospital(), claim_id).determination
    assert document is not None
    return document


def balance(world: World, account: str) -> int:
    return sum(
        posting.amount_fen
        for transaction in world.memory.ledger.values()
        for posting in transaction.postings
        if posting.account == account
    )


def conflicts(world: World, request: EnrolmentRequest) -> None:
    before = periods(world)
    with pytest.raises(Conflict) as refused:
        world.system[EnrolPerson](agency(request.insured_area or NATION), request)
    assert [each.code for each in refused.value.findings] == ["insured-elsewhere"]
    assert periods(world) == before


@pytest.mark.parametrize(
    "other",
    [
        in_wuhan(),
        in_wuhan(starts_on=date(2020, 12, 31)),
        in_wuhan(ends_on=FEBRUARY),
        in_wuhan(starts_on=MARCH, ends_on=APRIL),
    ],
    ids=["all days", "the last day alone", "the first day alone", "days within"],
)
def test_a_day_that_another_area_insures_cannot_be_insured_again(world: World, other: EnrolmentRequest) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY, ends_on=date(2020, 12, 31)))
    conflicts(world, other)


def test_the_days_before_and_after_are_free_for_others(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY, ends_on=MARCH))
    world.system[EnrolPerson](agency(WUHAN), in_wuhan(ends_on=date(2020, 1, 31)))
    world.system[EnrolPerson](agency(WUHAN), in_wuhan(starts_on=date(2020, 3, 2)))
    assert periods(world) == [
        ("420100", None, date(2020, 1, 31)),
        ("530100", FEBRUARY, MARCH),
        ("420100", date(2020, 3, 2), None),
    ]


def test_an_areas_later_statement_takes_the_place_of_its_own_days_alone(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    world.system[EnrolPerson](agency(KUNMING), in_kunming(insurance=Insurance.RESIDENT, starts_on=MARCH, ends_on=APRIL))
    assert periods(world) == [
        ("530100", None, date(2020, 2, 29)),
        ("530100", MARCH, APRIL),
        ("530100", date(2020, 4, 2), None),
    ]


def test_a_period_with_the_same_first_day_is_corrected_as_a_whole(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY))
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY, ends_on=MARCH))
    assert periods(world) == [("530100", FEBRUARY, MARCH)]


def test_what_holds_on_a_day_does_not_hang_on_the_order_of_recording(world: World) -> None:
    statements = [(KUNMING, in_kunming(ends_on=MARCH)), (WUHAN, in_wuhan(starts_on=date(2020, 3, 2)))]
    for area, request in statements:
        world.system[EnrolPerson](agency(area), request)
    one = periods(world)
    world.memory.forget(PersonEnrolments, EnrolmentVersion)
    for area, request in reversed(statements):
        world.system[EnrolPerson](agency(area), request)
    assert periods(world) == one


def test_nobodys_statement_that_nobody_insures_a_person_touches_name_or_period(world: World) -> None:
    recorded = world.system[EnrolPerson](agency(KUNMING), in_kunming())
    kept = dict(world.vault.kept)
    strange = EnrolmentRequest(
        stated(PATIENT), "别名", None, Insurance.NONE, Employment.NONE, AssistanceClass.EXTREME_POVERTY, None, None
    )
    assert world.system[EnrolPerson](agency(WUHAN), strange) == recorded
    assert periods(world) == [("530100", None, None)]
    assert world.vault.kept == kept


def test_a_refused_enrolment_leaves_the_name_alone(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    kept = dict(world.vault.kept)
    conflicts(world, in_wuhan())
    assert world.vault.kept == kept


@pytest.mark.parametrize("insurance", [Insurance.EMPLOYEE, Insurance.RESIDENT])
def test_a_wrong_name_learns_nothing_of_who_is_insured_elsewhere(world: World, insurance: Insurance) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    before, kept = periods(world), dict(world.vault.kept)
    wrong = replace(in_wuhan(insurance=insurance), name="别名")
    told = world.system[EnrolPerson](agency(WUHAN), wrong)
    nobody = world.system[EnrolPerson](agency(WUHAN), replace(wrong, document=stated(passport(2)["id_no"])))
    assert (told.person, told.redecided) == (person, 0)
    assert (nobody.redecided, nobody.person[:4]) == (0, person[:4])
    (still,) = [each for each in world.memory.all(PersonEnrolments) if each.person == person]
    assert [(each.insured_area, each.starts_on, each.ends_on) for each in still.periods] == before
    assert kept.items() <= world.vault.kept.items()
    contradicted = world.ports[PersonStore].enrolment_history(person)[-1]
    assert (contradicted.stated.insured_area, contradicted.periods) == ("420100", still.periods)
    assert contradicted.act.subject == "420100"
    assert world.system[EnrolPerson](agency(WUHAN), wrong) == told
    assert world.ports[PersonStore].enrolment_history(person)[-1] == contradicted, "the same word again is one version"


def test_a_wrong_name_makes_no_later_document_of_who_is_insured_elsewhere(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    later = stated(passport(2)["id_no"])
    wrong = replace(in_wuhan(starts_on=MAY), name="别名", document=later, formerly=stated(PATIENT))
    assert world.system[EnrolPerson](agency(WUHAN), wrong).person == person
    assert world.memory.all(SamePerson) == []
    with pytest.raises(Conflict):
        world.system[EnrolPerson](agency(WUHAN), replace(wrong, name="示例"))


def test_a_released_person_is_the_new_areas_from_that_day_and_was_the_old_ones_before(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    transfer = ask(world)
    assert periods(world) == [("530100", None, None)]
    assert (transfer.status, transfer.standing_area) == (TransferStatus.REQUESTED, "530100")
    assert release(world, transfer) == 0
    assert periods(world) == [("530100", None, date(2020, 2, 29)), ("420100", MARCH, None)]
    released = world.ports[PersonStore].enrolment_history(person)[-1]
    assert (released.act.actor, released.transfer_id) == ("head", transfer.transfer_id)
    conflicts(world, in_kunming(starts_on=MARCH))
    world.system[EnrolPerson](agency(WUHAN), in_wuhan(insurance=Insurance.RESIDENT, starts_on=MARCH))


def test_a_transfer_may_name_the_terms_of_the_new_insurance(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    release(world, ask(world, terms=NewInsurance(Insurance.RESIDENT, Employment.NONE, AssistanceClass.SUBSISTENCE)))
    (known,) = world.memory.all(PersonEnrolments)
    assert [(each.insurance, each.assistance) for each in known.periods] == [
        (Insurance.EMPLOYEE, AssistanceClass.NONE),
        (Insurance.RESIDENT, AssistanceClass.SUBSISTENCE),
    ]


def test_a_refused_transfer_changes_nothing_and_may_be_asked_for_again(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    first = ask(world)
    assert ask(world) == first
    decide = world.system[EnrolmentTransfers].decide
    refused = decide(RELEASER, first.transfer_id, approve=False, reason="still employed here").transfer
    assert (refused.status, refused.reason) == (TransferStatus.REFUSED, "still employed here")
    assert decide(RELEASER, first.transfer_id, approve=False, reason=None).transfer == refused
    with pytest.raises(Conflict):
        decide(RELEASER, first.transfer_id, approve=True, reason=None)
    assert periods(world) == [("530100", None, None)]
    second = ask(world)
    assert second.transfer_id != first.transfer_id
    release(world, second)
    assert periods(world)[-1] == ("420100", MARCH, None)


def test_only_another_person_of_the_standing_area_decides(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    transfer = ask(world)
    decide = world.system[EnrolmentTransfers].decide
    for stranger in (agency(WUHAN), Principal("head", Role.AGENCY, "210200")):
        with pytest.raises(NotFound):
            decide(stranger, transfer.transfer_id, approve=True, reason=None)
    with pytest.raises(OwnAct):
        decide(Principal("CLERK ", Role.AGENCY, "530100"), transfer.transfer_id, approve=True, reason=None)
    with pytest.raises(Forbidden):
        decide(AUDITOR, transfer.transfer_id, approve=True, reason=None)
    with pytest.raises(NotFound):
        decide(RELEASER, TransferId("etr_none"), approve=True, reason=None)


def test_nobody_and_the_uninsured_are_answered_alike_when_asked_for(world: World) -> None:
    said = []
    for prepare in (lambda: None, lambda: world.system[EnrolPerson](agency(KUNMING), UNINSURED)):
        prepare()
        with pytest.raises(Conflict) as refused:
            ask(world)
        said.append(refused.value.findings)
    assert said[0] == said[1]
    assert [each.code for each in said[0]] == ["nothing-to-transfer"]


def test_a_wrong_name_is_answered_as_nobody_is(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    wrong = TransferRequest(stated(PATIENT), "别名", WUHAN, MARCH, None)
    with pytest.raises(Conflict) as refused:
        world.system[EnrolmentTransfers].ask(agency(WUHAN), wrong)
    assert [each.code for each in refused.value.findings] == ["nothing-to-transfer"]


def test_a_transfer_of_who_is_insured_there_no_more_conflicts(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY))
    transfer = ask(world)
    world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY, ends_on=date(2020, 2, 28)))
    with pytest.raises(Conflict):
        release(world, transfer)
    assert ask(world).transfer_id == transfer.transfer_id


def test_a_transfer_on_other_terms_waits_for_the_one_before_and_none_goes_into_no_insurance(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    ask(world)
    with pytest.raises(Conflict) as refused:
        ask(world, terms=NewInsurance(Insurance.RESIDENT, Employment.NONE, AssistanceClass.NONE))
    assert [each.code for each in refused.value.findings] == ["transfer-pending"]
    with pytest.raises(Invalid):
        ask(world, terms=NewInsurance(Insurance.NONE, Employment.NONE, AssistanceClass.NONE))


def test_both_sides_and_the_auditor_read_a_transfer_and_nobody_else(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    transfer = ask(world)
    transfers, page = world.system[EnrolmentTransfers], PageRequest(5)
    for principal in (agency(WUHAN), agency(KUNMING), AUDITOR):
        assert transfers.read(principal, transfer.transfer_id) == transfer
    for principal in (agency(WUHAN), agency(KUNMING)):
        assert transfers.find(principal, None, page).items == (transfer,)
    assert transfers.find(AUDITOR, KUNMING, page).items == (transfer,)
    assert transfers.find(agency(DALIAN), None, page).items == ()
    with pytest.raises(NotFound):
        transfers.read(agency(DALIAN), transfer.transfer_id)
    with pytest.raises(NotFound):
        transfers.read(agency(WUHAN), TransferId("etr_none"))
    with pytest.raises(NotFound):
        transfers.find(agency(DALIAN), KUNMING, page)


def test_an_agency_reads_its_own_periods_and_their_history_and_the_auditor_all(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    release(world, ask(world))
    read = world.system[ReadEnrolments]
    seen = {area: [each.insured_area for each in read(agency(area), person).periods] for area in (KUNMING, WUHAN)}
    assert seen == {"530100": ["530100"], "420100": ["420100"]}
    whole = read(AUDITOR, person)
    assert [each.insured_area for each in whole.periods] == ["530100", "420100"]
    assert [each.kind.value for each in whole.versions] == ["recorded", "released"]
    assert [each.kind.value for each in read(agency(KUNMING), person).versions] == ["recorded", "released"]
    assert [each.kind.value for each in read(agency(WUHAN), person).versions] == ["released"]
    for stranger in (agency(DALIAN), agency(YUNNAN)):
        with pytest.raises(NotFound):
            read(stranger, person)
    with pytest.raises(Forbidden):
        read(hospital(), person)


def test_a_release_from_before_a_settled_visit_makes_it_the_new_areas_debt(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    claim_id = settled(world)
    assert shown(world, claim_id)["cross_region"] is None
    assert release(world, ask(world, starts_on=date(2020, 1, 1))) == 1
    after = shown(world, claim_id)
    assert (after["cross_region"]["debtor"], after["cross_region"]["creditor"]) == ("420100", "530100")
    assert balance(world, "fund/530100/employee/basic") == 0
    assert balance(world, "region/420100/due-to/530100") < 0
    assert world.system[ReadClaim](agency(WUHAN), claim_id).claim_id == claim_id
    entry = world.ports[ClaimStore].history(claim_id)[-1]
    assert (entry.event.value, entry.role) == ("enrolment", Role.AGENCY)


def test_a_release_from_after_a_settled_visit_leaves_it(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    claim_id = settled(world)
    before = shown(world, claim_id)
    assert release(world, ask(world, starts_on=MAY)) == 0
    assert shown(world, claim_id) == before


def test_a_class_put_right_decides_settled_claims_again(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    claim_id = settled(world)
    recorded = world.system[EnrolPerson](agency(KUNMING), in_kunming(insurance=Insurance.RESIDENT))
    assert recorded.redecided == 1
    assert {each["scheme"] for each in shown(world, claim_id)["payers"] if "scheme" in each} == {"resident"}
    assert world.system[EnrolPerson](agency(KUNMING), in_kunming(insurance=Insurance.RESIDENT)).redecided == 0


@pytest.mark.parametrize(
    ("recorder", "stated", "moves"),
    [
        ("371000", {"insured_area": "371000", "starts_on": date(2022, 1, 1)}, False),
        ("371000", {"insured_area": "371000", "starts_on": MAY}, False),
        ("530100", {"starts_on": date(2022, 1, 1)}, False),
        ("530100", {"starts_on": MAY}, True),
        ("530100", {"ends_on": date(2019, 12, 31)}, False),
        ("371000", {"insured_area": "371000"}, True),
        ("530100", {}, True),
    ],
    ids=[
        "a later job elsewhere",
        "a job elsewhere soon after",
        "a job years later where the treatment was",
        "enrolled by the treatment place after treatment",
        "an insurance that had ended",
        "an insurance elsewhere in force at the visit",
        "an insurance of the treatment place in force at the visit",
    ],
)
def test_what_was_advanced_moves_only_to_an_enrolment_for_the_visit(
    world: World,
    recorder: AreaCode,
    stated: dict[str, Any],
    moves: bool,  # noqa: FBT001 pytest passes by name
) -> None:
    """Source: Y-15, 云医保〔2020〕12号 四（四）."""
    world.system[EnrolPerson](agency(KUNMING), UNINSURED)
    claim_id = settled(world)
    pending = balance(world, "enrolment-pending/530100")
    assert pending > 0
    recorded = world.system[EnrolPerson](agency(recorder), enrolment(PATIENT, **stated))
    assert balance(world, "enrolment-pending/530100") == (0 if moves else pending)
    assert recorded.redecided == int(moves)
    assert [each.event for each in world.memory.ledger.values()].count(LedgerEvent.ENROLLED) == int(moves)
    if moves:
        area = stated.get("insured_area", "530100")
        assert balance(world, f"fund/{area}/employee/basic") == pending
    assert world.ports[ClaimStore].get(claim_id) is not None


def test_what_moved_to_a_fund_moves_on_where_the_enrolment_of_the_visit_becomes_another(world: World) -> None:
    world.system[EnrolPerson](agency(KUNMING), UNINSURED)
    claim_id = settled(world)
    world.system[EnrolPerson](agency(KUNMING), in_kunming())
    assert balance(world, "fund/530100/employee/basic") > 0
    assert release(world, ask(world, starts_on=date(2020, 1, 1))) == 1
    assert balance(world, "fund/530100/employee/basic") == 0
    assert balance(world, "enrolment-pending/530100") == 0
    assert balance(world, "region/420100/due-to/530100") < 0
    assert world.system[Audit].run().differences == ()
    assert shown(world, claim_id)["cross_region"]["debtor"] == "420100"


def test_a_change_of_cover_that_was_cut_off_is_finished_by_the_sweep(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    claim_id = settled(world)
    known = world.ports[PersonStore].enrolments(person)
    moved = Enrolment(person, WUHAN, Insurance.EMPLOYEE, Employment.ACTIVE, AssistanceClass.NONE)
    # As a process leaves it that ends between recording and deciding again.
    written = Revise(PersonEnrolments(person, known.version + 1, (moved,)))
    queued = world.system[CoverChanges].announced(person, Instant("2026-11-21T04:00:00.000000Z"))
    world.ports[Commits].commit([written, *queued])
    world.clock.sleep(1200)
    world.system[Deferral].sweep()
    assert shown(world, claim_id)["cross_region"]["debtor"] == "420100"
    assert not [key for key, _ in world.memory.waiting if key.startswith("cover#")]


KINDS = ["recorded", "cancelled"]


def cancel(world: World, person: PersonToken, starts_on: date | None = None, area: AreaCode = KUNMING) -> int:
    request = CancellationRequest(person, area, starts_on, "recorded for another person")
    return world.system[CancelEnrolment](agency(area), request).redecided


def test_a_period_that_was_never_true_is_cancelled_by_its_own_area_and_every_version_is_kept(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY)).person
    assert cancel(world, person, FEBRUARY) == 0
    assert periods(world) == []
    versions = world.ports[PersonStore].enrolment_history(person)
    assert [each.kind.value for each in versions] == KINDS
    assert [each.stated for each in versions] == [versions[0].stated] * 2
    assert (versions[-1].act.actor, versions[-1].act.subject) == ("clerk", "530100")
    assert versions[-1].reason == "recorded for another person"
    assert [each.kind.value for each in world.system[ReadEnrolments](agency(KUNMING), person).versions] == (KINDS)
    assert cancel(world, person, FEBRUARY) == 0
    assert world.ports[PersonStore].enrolment_history(person) == versions, "the same word again is one version"
    world.system[EnrolPerson](agency(WUHAN), in_wuhan(starts_on=FEBRUARY))
    assert periods(world) == [("420100", FEBRUARY, None)]


def test_a_cancelled_period_gives_its_days_back_to_what_was_said_of_them_before(world: World) -> None:
    world.system[EnrolPerson](agency(WUHAN), UNINSURED)
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=MARCH, ends_on=APRIL)).person
    mistaken = in_kunming(insurance=Insurance.RESIDENT, starts_on=date(2020, 3, 10), ends_on=MAY)
    world.system[EnrolPerson](agency(KUNMING), mistaken)
    cancel(world, person, date(2020, 3, 10))
    (known,) = world.memory.all(PersonEnrolments)
    assert [(each.insurance.value, each.starts_on, each.ends_on) for each in known.periods] == [
        ("none", None, date(2020, 2, 29)),
        ("employee", MARCH, date(2020, 3, 9)),
        ("employee", date(2020, 3, 10), APRIL),
        ("none", date(2020, 4, 2), MAY),
        ("none", date(2020, 5, 2), None),
    ]


def test_only_the_area_itself_cancels_and_nobody_learns_what_stands(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming(starts_on=FEBRUARY)).person
    stranger = CancellationRequest(person, KUNMING, FEBRUARY, "no")
    with pytest.raises(NotFound):
        world.system[CancelEnrolment](agency(WUHAN), stranger)
    with pytest.raises(Forbidden):
        world.system[CancelEnrolment](AUDITOR, stranger)
    said = []
    for whom, area, starts_on in (
        (person, WUHAN, FEBRUARY),
        (PersonToken("prs_" + "0" * 32), WUHAN, FEBRUARY),
        (person, KUNMING, MARCH),
    ):
        with pytest.raises(NotFound) as refused:
            cancel(world, whom, starts_on, area)
        said.append((refused.value.code, refused.value.findings))
    assert len(set(said)) == 1
    assert periods(world) == [("530100", FEBRUARY, None)]


def test_days_that_another_area_released_do_not_go_back_to_it_by_a_cancellation(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    release(world, ask(world))
    cancel(world, person, MARCH, WUHAN)
    assert periods(world) == [("530100", None, date(2020, 2, 29))]


def test_claims_settled_under_a_period_that_was_never_true_become_nobodys_and_then_the_right_areas(
    world: World,
) -> None:
    """Source: Y-15, 云医保〔2020〕12号 四（四）."""
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming()).person
    claim_id = settled(world)
    assert balance(world, "fund/530100/employee/basic") > 0
    assert cancel(world, person) == 1
    assert balance(world, "fund/530100/employee/basic") == 0
    pending = balance(world, "enrolment-pending/530100")
    assert pending > 0
    entry = world.ports[ClaimStore].history(claim_id)[-1]
    assert (entry.event.value, entry.role) == ("enrolment", Role.AGENCY)
    assert cancel(world, person) == 0
    assert world.system[EnrolPerson](agency(WUHAN), in_wuhan()).redecided == 1
    assert balance(world, "enrolment-pending/530100") == 0
    assert balance(world, "region/420100/due-to/530100") < 0
    assert world.system[Audit].run().differences == ()


def test_what_moved_to_a_fund_by_a_mistaken_enrolment_is_pending_again_and_moves_on_to_the_right_one(
    world: World,
) -> None:
    """Source: Y-15, 云医保〔2020〕12号 四（四）."""
    world.system[EnrolPerson](agency(KUNMING), UNINSURED)
    settled(world)
    pending = balance(world, "enrolment-pending/530100")
    person = world.system[EnrolPerson](agency(WUHAN), in_wuhan()).person
    assert (balance(world, "enrolment-pending/530100"), balance(world, "fund/420100/employee/basic")) == (0, pending)
    assert cancel(world, person, area=WUHAN) == 1
    assert (balance(world, "enrolment-pending/530100"), balance(world, "fund/420100/employee/basic")) == (pending, 0)
    assert balance(world, "region/420100/due-to/530100") == 0
    assert [each[0] for each in periods(world)] == [None]
    assert cancel(world, person, area=WUHAN) == 0
    assert world.system[Audit].run().differences == ()

    assert world.system[EnrolPerson](agency(KUNMING), in_kunming()).redecided == 1
    assert (balance(world, "enrolment-pending/530100"), balance(world, "fund/530100/employee/basic")) == (0, pending)
    assert world.system[Audit].run().differences == ()


def test_a_visit_under_another_period_is_left_where_one_beside_it_is_cancelled(world: World) -> None:
    person = world.system[EnrolPerson](agency(KUNMING), in_kunming(ends_on=APRIL)).person
    world.system[EnrolPerson](agency(KUNMING), in_kunming(insurance=Insurance.RESIDENT, starts_on=MAY))
    claim_id = settled(world)
    before = shown(world, claim_id)
    assert cancel(world, person, MAY) == 0
    assert shown(world, claim_id) == before
