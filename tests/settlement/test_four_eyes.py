"""Four eyes: a person who took a step of an act for two takes no later step, in any role and spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import Advance
from chalicelib.advances.ports import AdvanceStore
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.claims.domain.history import Verdict
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.repair import Repairing
from chalicelib.clearing.usecases.run import Clearing, StartRun
from chalicelib.impact.usecases.recalculate import DecideRecalculation, RequestRecalculation
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import OwnAct, QuebaoError
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, RecalculationId
from chalicelib.law.usecases.publish import DecidePublication, KeepPolicies, PolicyDraft
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.ports import PostTransaction
from chalicelib.patient_advances.domain import PatientAdvanceId, PatientCase
from chalicelib.patient_advances.usecases.request import PatientAdvances
from chalicelib.payments.usecases.collect import CollectiveReceipts
from tests.kit.areas import YUNNAN
from tests.kit.clearing_builders import FUND, owing
from tests.kit.clearing_runs import close, post
from tests.kit.memory.samples import body, enrol_sample, put_in_force
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_kunming_share
from tests.kit.remote_claims import RemoteClaim

KUNMING, WUHAN = InstitutionCode("H53010200001"), InstitutionCode("H42010600001")
NEED_FEN = 2_000_000

Step = Callable[[str], None]


def _advance_steps(world: World, last: str) -> Iterator[Step]:
    """Asked for by the hospital, decided by its agency, reported by finance: as a receipt, alone or with others, or as
    a return.
    """
    found: list[AdvanceId] = []
    advances = world.system[Advances]

    def ask(actor: str) -> None:
        principal = Principal(actor, Role.HOSPITAL, KUNMING)
        found.append(advances.request(principal, KUNMING, AdvanceFund.SPECIAL, NEED_FEN, "ward").advance_id)

    def decide(actor: str) -> None:
        advances.decide(Principal(actor, Role.AGENCY, "530100"), found[0], approve=True)
        advances.instruct(found[0])

    yield ask
    yield decide
    yield lambda actor: _report(world, actor, "530100", found[0], last)


def _report(world: World, actor: str, office: str, advance_id: AdvanceId, how: str) -> None:
    finance = Principal(actor, Role.FINANCE, office)
    match how:
        case "receipt":
            world.system[AdvanceReceipts].receive(finance, advance_id, "BANK-1", paid=True)
        case "return":
            world.system[AdvanceReceipts].give_back(finance, advance_id, "BACK-1", NEED_FEN)
        case "collective":
            world.system[CollectiveReceipts].receive(finance, "BANK-1", NEED_FEN, (advance_id,))


def _patient_advance_steps(world: World) -> Iterator[Step]:
    use = world.system[PatientAdvances]
    person = enrol_sample(world, body("kunming-employee-in-wuhan")["patient"]["id_no"])
    days = date(2020, 2, 5), date(2020, 2, 20)
    case = PatientCase(person, WUHAN, VisitKind.INPATIENT, *days, CaseStatus.CONFIRMED)
    found: list[str] = []
    granted_ids: list[AdvanceId] = []

    def report(actor: str) -> None:
        principal = Principal(actor, Role.AGENCY, "530100")
        found.append(use.report(principal, case, NEED_FEN, "cannot pay the deposit").request_id)

    def forward(actor: str) -> None:
        use.forward(Principal(actor, Role.CENTRE, "530000"), PatientAdvanceId(found[0]), forward=True, answer=None)

    def decide(actor: str) -> None:
        granted = use.decide(Principal(actor, Role.AGENCY, "420100"), PatientAdvanceId(found[0]), accept=True)
        assert granted.advance_id is not None
        granted_ids.append(granted.advance_id)
        world.system[Advances].instruct(granted.advance_id)

    yield report
    yield forward
    yield decide
    yield lambda actor: _report(world, actor, "420100", granted_ids[0], "receipt")


def _publication_steps(world: World) -> Iterator[Step]:
    found: list[str] = []

    def keep(actor: str) -> None:
        outcome = world.system[KeepPolicies](_officer(actor), PolicyDraft(with_kunming_share(95)))
        found.append(outcome.checked.bundle.hash)

    yield keep
    yield lambda actor: _done(world.system[DecidePublication](_officer(actor), found[0], approve=True))


def _recalculation_steps(world: World) -> Iterator[Step]:
    claim = RemoteClaim(world)
    claim.settle()
    put_in_force(world.system, with_kunming_share(95))
    found: list[RecalculationId] = []

    def ask(actor: str) -> None:
        found.append(world.system[RequestRecalculation](_officer(actor), "current").recalculation_id)

    yield ask
    yield lambda actor: _done(world.system[DecideRecalculation](_officer(actor), found[0], approve=True))


def _dispute_steps(world: World) -> Iterator[Step]:
    claim = RemoteClaim(world)
    claim.settle()
    run_id = claim.ask()
    parties, found = world.system[Parties], []

    def dispute(actor: str) -> None:
        principal = Principal(actor, Role.AGENCY, claim.debtor)
        found.append(parties.dispute(principal, run_id, claim.debtor, claim.claim_id, "not ours").dispute_id)

    yield dispute
    yield lambda actor: _done(
        parties.resolve(Principal(actor, Role.CENTRE, claim.tier), run_id, found[0], Verdict.OWED, None)
    )


def _repair_steps(world: World) -> Iterator[Step]:
    tier, period = YUNNAN, "2026-11"
    post(world.calm_ports, owing(ClaimId("clm_a"), (FUND, AreaCode("530300"), AreaCode("530100"), 1_000)))
    world.calm_ports[Commits].commit(
        [PostTransaction(owing(ClaimId("clm_b"), (FUND, AreaCode("530300"), AreaCode("530100"), 300)))]
    )
    run_id = world.system[StartRun](Principal("starter", Role.CENTRE, tier), tier, period)
    with pytest.raises(QuebaoError) as stopped:
        close(world.system, run_id)
    world.system[Clearing].fail(run_id, stopped.value.code)
    use, found = world.system[Repairing], []

    def ask(actor: str) -> None:
        found.append(use.request(Principal(actor, Role.CENTRE, tier), run_id, "a table was restored").repair_id)

    yield ask
    yield lambda actor: _done(use.decide(Principal(actor, Role.CENTRE, tier), run_id, found[0], approve=True))


def _officer(actor: str) -> Principal:
    return Principal(actor, Role.POLICY, "000000")


def _done(_: object) -> None:
    return


@dataclass(frozen=True)
class Life:
    """The steps of a matter, in their order, each step by its named person."""

    name: str
    count: int
    steps: Callable[[World], Iterator[Step]]


LIVES = (
    Life("advance, receipt", 3, lambda world: _advance_steps(world, "receipt")),
    Life("advance, return", 3, lambda world: _advance_steps(world, "return")),
    Life("advance, collective receipt", 3, lambda world: _advance_steps(world, "collective")),
    Life("patient advance", 4, _patient_advance_steps),
    Life("publication", 2, _publication_steps),
    Life("recalculation", 2, _recalculation_steps),
    Life("dispute", 2, _dispute_steps),
    Life("repair", 2, _repair_steps),
)
PAIRS = [(life, early, late) for life in LIVES for early, late in combinations(range(life.count), 2)]


@pytest.mark.parametrize(
    ("life", "early", "late"), PAIRS, ids=[f"{life.name}: {early} and {late}" for life, early, late in PAIRS]
)
def test_no_two_steps_of_one_life_are_one_persons(world: World, life: Life, early: int, late: int) -> None:
    steps = list(life.steps(world))
    assert len(steps) == life.count
    for number in range(late):
        steps[number]("wang" if number == early else f"other-{number}")
    with pytest.raises(OwnAct):
        steps[late](" WANG ")
    steps[late]("somebody-else")


@pytest.mark.parametrize("life", LIVES, ids=[life.name for life in LIVES])
def test_different_people_take_a_life_to_its_end(world: World, life: Life) -> None:
    for number, step in enumerate(life.steps(world)):
        step(f"person-{number}")


def _only_advance(world: World) -> Advance:
    (advance,) = world.memory.all(Advance)
    known = world.ports[AdvanceStore].get(advance.advance_id)
    assert known is not None
    return known


def test_an_advance_for_a_patient_keeps_every_act_of_its_life(world: World) -> None:
    for number, step in enumerate(_patient_advance_steps(world)):
        step(f"person-{number}")
    advance = _only_advance(world)
    acts = (advance.requested, advance.passed_on, advance.decided_in, *advance.reports)
    assert all(isinstance(act, Act) for act in acts)
    assert [(act.actor, act.role, act.subject) for act in acts if act is not None] == [
        ("person-0", Role.AGENCY, "530100"),
        ("person-1", Role.CENTRE, "530000"),
        ("person-2", Role.AGENCY, "420100"),
        ("person-3", Role.FINANCE, "420100"),
    ]


def test_a_return_keeps_who_reported_it_and_a_failure_that_nobody_reported_keeps_nobody(world: World) -> None:
    for number, step in enumerate(_advance_steps(world, "receipt")):
        step(f"person-{number}")
    _report(world, "person-9", "530100", _only_advance(world).advance_id, "return")
    (back,) = _only_advance(world).returns
    assert (back.reported.actor, back.reported.role, back.reported.subject) == ("person-9", Role.FINANCE, "530100")


def test_an_instruction_that_the_bank_never_answered_names_no_reporter(world: World) -> None:
    ask, decide, _ = _advance_steps(world, "receipt")
    ask("one")
    decide("two")
    taken_back = world.system[Advances].give_up(_only_advance(world).advance_id)
    assert (taken_back.reports, taken_back.bank_reference) == ((), None)
