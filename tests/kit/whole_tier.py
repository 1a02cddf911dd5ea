"""The nation's tier over the whole product in memory: claims, corrections, reversals, enrolments and runs at once.

`simulated_world` plays the windows alone, over bare postings. Here every step is a use case of the product under the
same scheduler, so that what moves a claim later races the close, disputes and rulings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any, cast

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.clearing.domain.bank import instruction_id
from chalicelib.clearing.domain.disputes import Dispute, RulingOutcome, Verdict
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import QuebaoError, Unavailable, VersionConflict
from chalicelib.ledger.domain.obligations import SHARDS
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import NATION, Insurance
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import REMOTE_CLAIM, agency, body, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World
from tests.kit.scheduler import Killed, Ported, Scheduler

WUHAN, KUNMING = "420100", "530100"
CENTRE = Principal("centre", Role.CENTRE, NATION)
HEALTH = Principal("doctor", Role.HEALTH, KUNMING)
CLAIMS = 3
TRIES = 80
PATIENCE = 200


class WholeTier:
    """What happens to some claims of Wuhan's people in Kunming, in the order that a seed names."""

    def __init__(self, seed: int) -> None:
        # A use case here makes a hundred calls, not ten.
        self.scheduler = Scheduler(seed, fails=0.008, killed=0.005)
        self.world = World(policies(), lambda _, port: cast("Any", Ported(self.scheduler, port)))
        self.system = self.world.system
        self.calm = build_system(self.world.calm_ports)
        self.seen: Counter[str] = Counter()
        for number in range(CLAIMS):
            self.enrol(number, Insurance.EMPLOYEE)

    # ------------------------------------------------------------------ what happens

    def live_through(self) -> None:
        """Everything at once; then whatever is left, in peace."""
        chance = self.scheduler.chance
        for number in range(CLAIMS):
            self.scheduler.add(partial(self.settle, number))
        self.scheduler.add(self.clear)
        self.scheduler.add(self.clear)
        for act in (self.correct, self.reverse, self.insure_otherwise):
            self.scheduler.add(partial(act, chance.randrange(CLAIMS)))
        self.scheduler.run()
        for _ in range(3):
            self.world.clock.move_to(self.world.clock.now() + timedelta(hours=1))
            self.calm[Deferral].sweep()
            self.world.run_all()
        for _ in range(2):
            for run_id, run in list(self.world.memory.clearing.runs.items()):
                if run.status is not RunStatus.SETTLED:
                    self.carry(run_id)
            self.clear()

    def settle(self, number: int) -> None:
        claim = {**body(REMOTE_CLAIM), "claim_no": f"TIER-{number}", "patient": passport(number)}
        sent = self.insist(lambda: self.system[SubmitClaim](hospital(claim["institution"]), submission(claim)))
        self.insist(lambda: run_settlement(self.system, sent.view.claim_id))

    def enrol(self, number: int, insurance: Insurance) -> None:
        request = enrolment(passport(number)["id_no"], insured_area=WUHAN, insurance=insurance)
        self.insist(lambda: self.system[EnrolPerson](agency(WUHAN), request))

    def insure_otherwise(self, number: int) -> None:
        """The insured place corrects the cover backwards: another benefit decides what was settled."""
        self.enrol(number, Insurance.RESIDENT)
        self.seen["covers corrected"] += 1

    def correct(self, number: int) -> None:
        """The health side takes the diagnosis back, or puts it earlier."""
        status = self.scheduler.chance.choice([CaseStatus.EXCLUDED, CaseStatus.CONFIRMED])
        event = StatusEvent(status, date(2020, 2, 6))
        self.try_on(number, lambda claim: self.system[CorrectStatus].of_claim(HEALTH, claim, event, "retest"))

    def reverse(self, number: int) -> None:
        self.try_on(number, lambda claim: self.system[ReverseClaim](agency(KUNMING), claim, "entered twice"))

    def try_on(self, number: int, act: Callable[[str], object]) -> None:
        """Somebody acts on a claim that has settled, after a while of waiting for it, if it lets them."""
        for _ in range(PATIENCE):
            found = [each for each in self.world.memory.claims.values() if each.claim_no == f"TIER-{number}"]
            if found and found[-1].status is ClaimStatus.SETTLED:
                self.insist(partial(act, found[-1].claim_id), refused=True)
                self.seen["claims moved"] += 1
                return
            self.insist(partial(self.system[Clearing].runs.get, "clr_none"))

    def clear(self) -> None:
        """A run of the nation's tier, if there is anything to clear."""
        run_id = self.insist(lambda: self.system[StartRun](CENTRE, NATION, None), refused=True)
        if run_id is not None:
            self.carry(run_id)

    def carry(self, run_id: str) -> None:
        """One execution of the clearing machine, each task tried again until it succeeds."""
        clearing, parties, payment = self.system[Clearing], self.system[Parties], self.system[ClearingPayment]
        for task in (clearing.close, clearing.prove):
            for shard in SHARDS:
                self.insist(partial(task, run_id, shard))
        self.insist(lambda: clearing.verify(run_id))
        areas = self.insist(lambda: clearing.net(run_id))
        self._state(run_id, areas, 1)
        if not self.scheduler.calm:
            self.quarrel(run_id)
        for area in (WUHAN, KUNMING):
            self.insist(partial(parties.confirm, Principal("agent", Role.AGENCY, area), run_id, area), refused=True)
        again = self.insist(lambda: parties.seal(run_id))
        if again:
            self._state(run_id, again, 2)
        for debtor in self.insist(lambda: payment.debtors(run_id)):
            self.insist(partial(payment.post, run_id, debtor))
        self.insist(lambda: payment.instruct(run_id))
        run = self.world.calm_ports[RunStore].get(run_id)
        assert run is not None
        for each in figures_of(self.world.documents, run).instructions:
            name = instruction_id(run_id, each.number)
            self.insist(partial(payment.receive, CENTRE, run_id, name, f"B-{name}", each.amount_fen), refused=True)

    def _state(self, run_id: str, areas: tuple[str, ...], edition: int) -> None:
        for area in areas:
            self.insist(partial(self.system[Parties].state, run_id, area, edition))
        self.insist(lambda: self.system[Parties].publish(run_id, edition))

    def quarrel(self, run_id: str) -> None:
        """Wuhan disputes a claim of the run, if it may; the ruling and its outcome follow whenever they do."""
        for claim_id in list(self.world.memory.claims)[:2]:
            raised = self.insist(
                partial(self.system[Parties].dispute, agency(WUHAN), run_id, WUHAN, claim_id, "not ours"), refused=True
            )
            if raised is not None:
                self.scheduler.add(partial(self.rule, raised))

    def rule(self, dispute: Dispute) -> None:
        chance, where = self.scheduler.chance, (dispute.run_id, dispute.dispute_id)
        verdict = chance.choice(list(Verdict))
        amount_fen = 1_000_00 if verdict is Verdict.REDUCED else None
        ruled = self.insist(partial(self.system[Parties].resolve, CENTRE, *where, verdict, amount_fen), refused=True)
        self.seen["rulings"] += ruled is not None
        outcome = chance.choice([None, RulingOutcome.BORNE, RulingOutcome.PRESENTED])
        if outcome is not None:
            disposed = self.insist(
                partial(self.system[Rulings].dispose, agency(KUNMING), *where, outcome, "as agreed"), refused=True
            )
            self.seen["outcomes"] += disposed is not None

    def insist(self, task: Callable[[], Any], *, refused: bool = False) -> Any:
        """Try again what was killed or could not be reached; None where a refusal is an answer and was given."""
        last: BaseException | None = None
        for _ in range(TRIES):
            try:
                return task()
            except (Killed, Unavailable, VersionConflict) as error:
                last = error
            except QuebaoError:
                if refused:
                    return None
                raise
        raise AssertionError("nothing fails that often") from last

    # ------------------------------------------------------------------ what must hold

    def check(self) -> None:
        """Claim by claim: cleared is what was settled, corrected, reversed and ruled; and every other invariant."""
        ids = list(self.world.memory.claims)
        assert what_is_wrong(self.world.calm_ports, self.calm, ids) == []
        assert not_as_replayed(self.world.calm_ports, ids) == []
        statuses = {run.status for run in self.world.memory.clearing.runs.values()}
        assert statuses <= {RunStatus.SETTLED}, statuses
