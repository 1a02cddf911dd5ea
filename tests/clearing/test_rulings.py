"""A ruling is a fact of the claim's debt: whatever moves the claim before or after it presents the difference, no more.

The figures are those of Wuhan's employee in Kunming: 25,112.00 of the funds as a confirmed patient, 17,096.80 while
nothing is known of the illness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus
from chalicelib.claims.domain.history import HistoryEvent, RulingOutcome, Verdict
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.enrolment.usecases.cancel import CancelEnrolment, CancellationRequest
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Conflict, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import DisputeId, RecalculationId
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import TaskKind, TaskStatus
from tests.kit.areas import CHONGQING, KUNMING, WUHAN
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.samples import REMOTE_CLAIM, agency, body, enrolment, put_in_force
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_kunming_share
from tests.kit.remote_claims import RemoteClaim
from tests.kit.worked_cases import sample_persons

CONFIRMED_FEN, UNKNOWN_FEN = 2_511_200, 1_709_680
OWED, REDUCED, NOT_OWED = Verdict.OWED, Verdict.REDUCED, Verdict.NOT_OWED
BORNE, PRESENTED, RECOVERED = RulingOutcome.BORNE, RulingOutcome.PRESENTED, RulingOutcome.RECOVERED
PART_FEN = 1_000_000


@pytest.fixture(name="claim")
def fixture_claim(world: World) -> Iterator[RemoteClaim]:
    claim = RemoteClaim(world)
    yield claim
    claim.balances()
    ids = list(world.memory.claims)
    assert what_is_wrong(world.calm_ports, world.system, ids) == []
    assert not_as_replayed(world.calm_ports, ids) == []


def ruled(claim: RemoteClaim, verdict: Verdict, amount_fen: int | None = None, *, confirmed: bool = True) -> DisputeId:
    """A claim that was disputed in its first run and ruled on; the dispute's id."""
    claim.settle(confirmed=confirmed)
    claim.ask()
    dispute = claim.rule(claim.dispute(), verdict, amount_fen)
    claim.finish(claim.runs[0])
    return dispute.dispute_id


def the_dispute(claim: RemoteClaim) -> object:
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    return dispute


# ---------------------------------------------------------------------- postings of a ruling


@pytest.mark.parametrize(
    ("verdict", "amount_fen", "owed_fen"),
    [(OWED, None, CONFIRMED_FEN), (REDUCED, PART_FEN, PART_FEN), (NOT_OWED, None, 0)],
)
def test_a_ruling_leaves_the_debtor_with_what_it_owes_and_the_rest_in_suspense(
    claim: RemoteClaim, verdict: Verdict, amount_fen: int | None, owed_fen: int
) -> None:
    ruled(claim, verdict, amount_fen)
    assert (claim.owed, claim.expense) == (owed_fen, owed_fen)
    assert claim.suspense == CONFIRMED_FEN - owed_fen
    assert claim.balance("suspense/420100") == 0
    assert claim.clear() == owed_fen
    assert claim.owed == 0


def test_while_a_dispute_is_open_the_debtor_keeps_the_expense_and_owes_nothing(claim: RemoteClaim) -> None:
    claim.settle()
    claim.ask()
    claim.dispute()
    assert (claim.owed, claim.expense, claim.suspense) == (0, CONFIRMED_FEN, CONFIRMED_FEN)
    assert claim.finish(claim.runs[0]) == 0
    assert claim.clear() == 0


@pytest.mark.parametrize("amount_fen", [None, 0, -1, CONFIRMED_FEN, CONFIRMED_FEN + 1])
def test_a_reduced_amount_is_named_and_lies_between_nothing_and_what_is_disputed(
    claim: RemoteClaim, amount_fen: int | None
) -> None:
    claim.settle()
    claim.ask()
    dispute = claim.dispute()
    with pytest.raises(Invalid):
        claim.rule(dispute, REDUCED, amount_fen)
    with pytest.raises(Invalid):
        claim.rule(dispute, NOT_OWED, PART_FEN)


def test_the_same_ruling_again_changes_nothing_and_another_is_refused(claim: RemoteClaim) -> None:
    ruled(claim, REDUCED, PART_FEN)
    before = len(claim.world.memory.ledger)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    assert claim.rule(dispute, REDUCED, PART_FEN) == dispute
    assert len(claim.world.memory.ledger) == before
    for verdict, amount_fen in ((OWED, None), (NOT_OWED, None), (REDUCED, PART_FEN + 1)):
        with pytest.raises(Conflict):
            claim.rule(dispute, verdict, amount_fen)


def test_a_ruling_keeps_who_made_it_as_what_and_for_whom(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    assert dispute.resolution is not None
    assert (dispute.raised.actor, dispute.raised.subject) == (agency(WUHAN).actor, "420100")
    assert (dispute.resolution.act.actor, dispute.resolution.act.subject) == ("centre", "000000")


# ---------------------------------------------------------------------- later events


@pytest.mark.parametrize(
    ("verdict", "amount_fen", "cleared_fen"),
    [(OWED, None, CONFIRMED_FEN), (REDUCED, PART_FEN, PART_FEN), (NOT_OWED, None, 0)],
)
@pytest.mark.parametrize("cleared_before", [True, False])
def test_a_reversal_after_a_ruling_takes_back_what_was_owed_and_never_more(
    claim: RemoteClaim, verdict: Verdict, amount_fen: int | None, cleared_fen: int, *, cleared_before: bool
) -> None:
    ruled(claim, verdict, amount_fen)
    if cleared_before:
        assert claim.clear() == cleared_fen
    claim.reverse()
    assert (claim.expense, claim.suspense) == (-claim.own_expense, 0)
    assert claim.owed == (-cleared_fen if cleared_before else 0)
    assert claim.clear() == (-cleared_fen if cleared_before else 0)
    assert claim.owed == 0


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("raised_first", [True, False])
def test_a_reversal_before_the_ruling_leaves_nothing_to_be_ruled_away(
    claim: RemoteClaim, verdict: Verdict, *, raised_first: bool
) -> None:
    """Also where it was reversed while the parties were asked and disputed only then: the reversal waits with it."""
    claim.settle()
    claim.ask()
    if raised_first:
        dispute = claim.dispute()
        claim.reverse()
    else:
        claim.reverse()
        dispute = claim.dispute()
    assert (claim.owed, claim.suspense, claim.expense) == (0, 0, 0)
    claim.finish(claim.runs[0])
    claim.clear()
    ruling = claim.rule(dispute, verdict, 1 if verdict is REDUCED else None)
    assert (claim.owed, claim.suspense, claim.expense) == (0, 0, 0)
    assert not ruling.awaits_outcome
    assert claim.clear() == 0


@pytest.mark.parametrize("cleared_between", [True, False])
@pytest.mark.parametrize(
    ("verdict", "amount_fen", "before_fen", "after_fen"),
    [
        (OWED, None, UNKNOWN_FEN, CONFIRMED_FEN),
        (REDUCED, PART_FEN, PART_FEN, PART_FEN),
        (NOT_OWED, None, 0, 0),
    ],
)
def test_a_correction_after_a_ruling_keeps_the_ruling(
    claim: RemoteClaim,
    verdict: Verdict,
    amount_fen: int | None,
    before_fen: int,
    after_fen: int,
    *,
    cleared_between: bool,
) -> None:
    ruled(claim, verdict, amount_fen, confirmed=False)
    assert claim.owed == before_fen
    cleared_fen = claim.clear() if cleared_between else 0
    claim.confirm_patient()
    assert claim.expense == after_fen
    assert claim.suspense == CONFIRMED_FEN - after_fen
    assert claim.clear() == after_fen - cleared_fen
    claim.confirm_patient(CaseStatus.EXCLUDED)
    assert claim.suspense + claim.expense <= CONFIRMED_FEN
    claim.reverse()
    assert (claim.expense, claim.suspense) == (0, 0)


def test_a_recalculation_after_a_ruling_keeps_the_ruling(world: World) -> None:
    """Kunming's employee in Wuhan: 0.90 x 24,000.00 = 21,600.00, by a backdated notice 0.95 x 24,000.00 = 22,800.00."""
    claim = RemoteClaim(world, "kunming-employee-in-wuhan", debtor=KUNMING, creditor=WUHAN, settled_by=WUHAN)
    ruled(claim, REDUCED, PART_FEN)
    assert (claim.owed, claim.suspense) == (PART_FEN, 2_160_000 - PART_FEN)
    put_in_force(world.system, with_kunming_share(95, issued_on="2020-12-01"))
    record = world.memory.claims[claim.claim_id]
    world.system[Recalculating].year(RecalculationId("rec_1"), record.person, 2020, world.bundles.current())
    assert (claim.owed, claim.suspense, claim.expense) == (PART_FEN, 2_280_000 - PART_FEN, PART_FEN)
    assert claim.clear() == PART_FEN


@pytest.mark.parametrize("verdict", [REDUCED, NOT_OWED])
def test_a_ruling_binds_the_fund_it_was_made_about_and_not_the_one_that_insured_the_patient_after_all(
    claim: RemoteClaim, verdict: Verdict
) -> None:
    """Wuhan's enrolment was another person's, and Chongqing's employee it was: its fund owes what is decided, anew."""
    ruled(claim, verdict, PART_FEN if verdict is REDUCED else None)
    claim.clear()
    id_no = body(REMOTE_CLAIM)["patient"]["id_no"]
    record = claim.world.memory.claims[claim.claim_id]
    mistaken = CancellationRequest(record.person, WUHAN, None, "another person's")
    claim.world.system[CancelEnrolment](agency(WUHAN), mistaken)
    insured = replace(enrolment(id_no, insured_area=CHONGQING), name=sample_persons()[id_no]["name"])
    claim.world.system[EnrolPerson](agency(CHONGQING), insured)
    assert (claim.expense, claim.suspense) == (0, 0)
    borne = sum(fen for account, fen in claim.balances().items() if account.startswith("fund/500000/"))
    assert borne == -claim.balance("region/500000/due-to/530100") > PART_FEN
    claim.clear()
    assert claim.balance("region/500000/due-to/530100") == claim.balance("region/420100/due-to/530100") == 0


def test_a_claim_that_came_to_less_than_was_ruled_is_owed_as_it_was_decided(claim: RemoteClaim) -> None:
    """Reduced to 20,000.00; then the illness turns out to be another: 17,096.80 is less than that, and is owed."""
    ruled(claim, REDUCED, 2_000_000)
    assert claim.clear() == 2_000_000
    claim.confirm_patient(CaseStatus.EXCLUDED)
    assert (claim.owed, claim.suspense) == (claim.expense - 2_000_000, 0)
    assert claim.expense < 2_000_000


@pytest.mark.parametrize(
    ("verdict", "amount_fen", "owed_fen"),
    [(OWED, None, CONFIRMED_FEN), (REDUCED, 2_000_000, 2_000_000), (NOT_OWED, None, 0)],
)
@pytest.mark.parametrize("raised_first", [True, False])
def test_a_correction_beside_an_open_dispute_waits_for_the_ruling_with_the_rest(
    claim: RemoteClaim, verdict: Verdict, amount_fen: int | None, owed_fen: int, *, raised_first: bool
) -> None:
    """20,000.00 is more than was disputed at first and less than the claim comes to by now."""
    claim.settle(confirmed=False)
    claim.ask()
    if raised_first:
        dispute = claim.dispute()
        claim.confirm_patient()
    else:
        claim.confirm_patient()
        dispute = claim.dispute()
    assert (claim.owed, claim.suspense) == (0, CONFIRMED_FEN)
    claim.finish(claim.runs[0])
    assert claim.clear() == 0
    claim.rule(dispute, verdict, amount_fen)
    assert (claim.expense, claim.suspense) == (owed_fen, CONFIRMED_FEN - owed_fen)
    assert claim.clear() == owed_fen


def test_two_disputes_about_one_claim_in_two_runs_are_ruled_on_each_for_itself(claim: RemoteClaim) -> None:
    """The second run had closed its window before the first was disputed."""
    claim.settle(confirmed=False)
    claim.ask()
    claim.confirm_patient()
    claim.ask()
    first = claim.dispute(claim.runs[0])
    assert (claim.owed, claim.suspense) == (CONFIRMED_FEN - UNKNOWN_FEN, UNKNOWN_FEN)
    second = claim.dispute(claim.runs[1])
    assert (claim.owed, claim.suspense) == (0, CONFIRMED_FEN)
    claim.finish(claim.runs[0])
    claim.finish(claim.runs[1])
    claim.rule(first, NOT_OWED)
    assert (claim.owed, claim.expense, claim.suspense) == (0, CONFIRMED_FEN - UNKNOWN_FEN, CONFIRMED_FEN)
    claim.rule(second, REDUCED, 500_000)
    assert (claim.owed, claim.expense, claim.suspense) == (500_000, 500_000, CONFIRMED_FEN - 500_000)
    claim.dispose(first, BORNE)
    assert (claim.own_expense, claim.suspense) == (UNKNOWN_FEN, CONFIRMED_FEN - UNKNOWN_FEN - 500_000)
    claim.dispose(second, PRESENTED)
    assert (claim.owed, claim.suspense) == (CONFIRMED_FEN - UNKNOWN_FEN, 0)
    claim.reverse()
    assert (claim.owed, claim.expense, claim.own_expense, claim.suspense) == (0, 0, 0, 0)


def test_what_was_ruled_owed_can_be_disputed_again_where_it_is_presented_again(claim: RemoteClaim) -> None:
    claim.settle()
    claim.ask()
    claim.rule(claim.dispute(), OWED)
    claim.finish(claim.runs[0])
    claim.ask()
    claim.rule(claim.dispute(), NOT_OWED)
    claim.finish(claim.runs[1])
    assert (claim.owed, claim.expense, claim.suspense) == (0, 0, CONFIRMED_FEN)
    claim.reverse()
    assert claim.clear() == 0


def test_money_that_was_taken_back_is_not_disputed(claim: RemoteClaim) -> None:
    claim.settle()
    claim.clear()
    claim.reverse()
    claim.ask()
    for area in (WUHAN, KUNMING):
        with pytest.raises(Invalid) as refused:
            claim.dispute(area=area)
        assert [finding.code for finding in refused.value.findings] == ["nothing-owed"]


# ---------------------------------------------------------------------- outcome of a ruling


def test_what_the_treatment_places_fund_bears_leaves_suspense_and_is_its_expense(claim: RemoteClaim) -> None:
    ruled(claim, REDUCED, PART_FEN)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    claim.dispose(dispute, BORNE)
    assert (claim.expense, claim.own_expense, claim.suspense) == (PART_FEN, CONFIRMED_FEN - PART_FEN, 0)
    claim.confirm_patient(CaseStatus.EXCLUDED)
    assert claim.suspense == 0
    claim.reverse()
    assert (claim.expense, claim.own_expense, claim.suspense) == (0, 0, 0)


def test_what_a_claim_grows_by_after_its_outcome_goes_the_way_of_the_rest(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED, confirmed=False)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    claim.dispose(dispute, BORNE)
    claim.confirm_patient()
    assert (claim.owed, claim.expense, claim.own_expense, claim.suspense) == (0, 0, CONFIRMED_FEN, 0)


def test_what_is_presented_anew_is_owed_in_the_open_window_and_can_be_disputed_there(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    claim.dispose(dispute, PRESENTED)
    assert (claim.owed, claim.expense, claim.suspense) == (CONFIRMED_FEN, CONFIRMED_FEN, 0)
    claim.ask()
    claim.rule(claim.dispute(), NOT_OWED)
    claim.finish(claim.runs[1])
    assert (claim.owed, claim.suspense) == (0, CONFIRMED_FEN)


def test_what_is_recovered_is_a_reversal_and_a_reversal_is_a_recovery(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    recovered = claim.dispose(dispute, RECOVERED)
    assert recovered.disposal is not None
    assert claim.world.memory.claims[claim.claim_id].status.value == "reversed"
    assert (claim.owed, claim.suspense, claim.own_expense) == (0, 0, 0)
    assert claim.dispose(dispute, RECOVERED) == recovered
    with pytest.raises(Conflict):
        claim.dispose(dispute, BORNE)


def test_after_a_reversal_the_outcome_says_recovered(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED)
    claim.reverse()
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    assert dispute.disposal is not None
    assert (dispute.disposal.outcome, dispute.disposal.act.subject) == (RECOVERED, "530100")


def test_an_outcome_is_said_once_by_the_treatment_places_agency_after_a_ruling_that_took_something(
    claim: RemoteClaim,
) -> None:
    claim.settle()
    claim.ask()
    dispute = claim.dispute()
    with pytest.raises(Conflict) as early:
        claim.dispose(dispute, BORNE)
    claim.rule(dispute, NOT_OWED)
    with pytest.raises(NotFound):
        claim.clearing[Rulings].dispose(agency(WUHAN), dispute.run_id, dispute.dispute_id, BORNE, "as agreed")
    borne = claim.dispose(dispute, BORNE)
    posted = len(claim.world.memory.ledger)
    assert claim.dispose(dispute, BORNE) == borne
    assert len(claim.world.memory.ledger) == posted
    with pytest.raises(Conflict) as otherwise:
        claim.dispose(dispute, PRESENTED)
    codes = [finding.code for error in (early, otherwise) for finding in error.value.findings]
    assert codes == ["dispute-open", "outcome-taken"]


def test_nothing_is_disposed_of_where_everything_was_ruled_owed(claim: RemoteClaim) -> None:
    ruled(claim, OWED)
    (dispute,) = claim.world.ports[RunStore].disputes(claim.runs[0])
    with pytest.raises(Conflict) as refused:
        claim.dispose(dispute, BORNE)
    assert [finding.code for finding in refused.value.findings] == ["nothing-ruled-away"]


# ---------------------------------------------------------------------- duties, and where they can be read


def waiting_outcomes(claim: RemoteClaim) -> list[str]:
    """The claims whose outcome the treatment place's agency still owes."""
    page = claim.world.system[TaskWork].find(agency(KUNMING), TaskStatus.OPEN, TaskKind.OUTCOME, PageRequest(10))
    assert all(task.owner is agency(KUNMING).role for task in page.items)
    return [str(task.claim_id) for task in page.items]


@pytest.mark.parametrize("outcome", [BORNE, PRESENTED, RECOVERED])
def test_what_a_ruling_took_is_a_task_of_the_treatment_place_until_its_outcome(
    claim: RemoteClaim, outcome: RulingOutcome
) -> None:
    dispute_id = ruled(claim, NOT_OWED)
    assert waiting_outcomes(claim) == [claim.claim_id]
    claim.world.system[Rulings].dispose(agency(KUNMING), claim.runs[0], dispute_id, outcome, "as agreed")
    assert waiting_outcomes(claim) == []


def test_a_reversal_leaves_no_outcome_to_be_said(claim: RemoteClaim) -> None:
    ruled(claim, NOT_OWED)
    claim.reverse()
    assert waiting_outcomes(claim) == []


def test_a_ruling_that_takes_nothing_asks_nobody(claim: RemoteClaim) -> None:
    ruled(claim, OWED)
    assert waiting_outcomes(claim) == []


def test_dispute_ruling_and_outcome_are_events_of_the_claims_history(claim: RemoteClaim) -> None:
    dispute_id = ruled(claim, NOT_OWED)
    claim.world.system[Rulings].dispose(agency(KUNMING), claim.runs[0], dispute_id, BORNE, "as agreed")
    history = claim.world.system[ReadClaim](agency(KUNMING), claim.claim_id).history
    events = [(entry.event, entry.role) for entry in history]
    assert events[-3:] == [
        (HistoryEvent.DISPUTE, Role.AGENCY),
        (HistoryEvent.RULING, Role.CENTRE),
        (HistoryEvent.OUTCOME, Role.AGENCY),
    ]
