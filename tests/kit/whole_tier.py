"""The nation's tier over the whole product in memory: everything that can befall claims between areas, at once.

`simulated_world` plays the windows alone, over bare postings. Here every step is a use case of the product under the
same scheduler, so that the moves of a claim race the close, disputes, rulings and the banks: corrections before and
after the settlement, reversals, covers corrected and moved to another area, replacements, withdrawals, the same bill
under two numbers, a backdated notice, and the bank's reports on the hospital's orders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, partial
from typing import Any, cast

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of
from chalicelib.enrolment.usecases.cancel import CancelEnrolment, CancellationRequest
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RecalculationId, RunId
from chalicelib.law.authoring.compiler import CompiledBundle, compile_files
from chalicelib.ledger.domain.obligations import SHARDS
from chalicelib.ledger.domain.transaction import trial_balance
from chalicelib.main.capabilities import build_system
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.registry.domain.model import NATION, Insurance
from chalicelib.settlement.domain.order import PaymentOrder
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.release import ReleasePayment
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit import areas
from tests.kit.an_illness import CHONGQING, HEALTH, KUNMING, WUHAN, stay, visit
from tests.kit.bank_words import Banks
from tests.kit.books import not_as_diagnosed, not_as_replayed, not_under_the_cover_of_today, what_is_wrong
from tests.kit.builders import published
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import agency, enrolment, hospital, passport, policies, submission
from tests.kit.memory.world import World
from tests.kit.own_sums import owed_otherwise
from tests.kit.policy_sets import with_kunming_share
from tests.kit.scheduler import Ported, Scheduler, insist

CENTRE = Principal("centre", Role.CENTRE, NATION)
BETWEEN = (
    (areas.WUHAN, KUNMING),
    (areas.KUNMING, WUHAN),
    (areas.WUHAN, CHONGQING),
    (areas.CHONGQING, KUNMING),
)
"""Insuring area and hospital of the patient of each claim."""
SETTLES_WITH = {KUNMING: areas.KUNMING, WUHAN: areas.WUHAN, CHONGQING: areas.CHONGQING}
MOVES = 5
"""Number of events, of those that may befall a claim, that befall each claim."""
PATIENCE = 200


@cache
def backdated() -> CompiledBundle:
    """The project's own policies and a later notice that changes the share of Kunming's funds."""
    files = with_kunming_share(95, from_on="2020-02-01", to_on="2020-03-31", issued_on="2020-12-01")
    return compile_files(files)


class WholeTier:
    """A tier's claims with all their events, in the order that a seed gives."""

    def __init__(self, seed: int) -> None:
        # A use case here makes a hundred calls, not ten.
        self.scheduler = Scheduler(seed, fails=0.008, killed=0.005)
        self.world = World(policies(), lambda _, port: cast("Any", Ported(self.scheduler, port)))
        self.system = self.world.system
        self.calm = build_system(self.world.calm_ports)
        self.seen: Counter[str] = Counter()
        figures = partial(figures_of, self.world.documents)
        self.banks = Banks(seed, self.scheduler, self.system[ClearingPayment], figures, self.seen)
        for number, (area, _) in enumerate(BETWEEN):
            self.enrol(number, area)

    # ------------------------------------------------------------------ events

    def live_through(self) -> None:
        """Run all events at once; then the rest, in peace."""
        chance = self.scheduler.chance
        for number in range(len(BETWEEN)):
            self.scheduler.add(partial(self.settle, self.stay(number)))
        self.scheduler.add(self.clear)
        self.scheduler.add(self.clear)
        befall = [
            self.correct, self.correct, self.reverse, self.insure_otherwise, self.insure_elsewhere, self.replace,
            self.withdraw, self.bill_twice, self.visit_before, self.hear_bank, self.recalculate,
        ]  # fmt: skip
        for act in chance.sample(befall, MOVES):
            self.scheduler.add(partial(act, chance.randrange(len(BETWEEN))))
        self.scheduler.run()
        self.come_to_rest()

    def come_to_rest(self) -> None:
        """Whatever was cut off is picked up and everything is cleared, without a fault."""
        for _ in range(3):
            self.world.clock.move_to(self.world.clock.now() + timedelta(hours=1))
            self.calm[Deferral].sweep()
            self.world.run_all()
        for dispute in self.disputes():
            self.rule(dispute, Verdict.OWED)
        for _ in range(2):
            for run_id, run in list(self.world.memory.clearing.runs.items()):
                if run.status is not RunStatus.SETTLED:
                    self.carry(run_id)
            self.clear()
        for run in list(self.world.memory.clearing.runs.values()):
            self.banks.tell(run)

    def stay(self, number: int, *, quantity: int = 20) -> dict[str, Any]:
        """Build the claim of a patient's stay; another quantity makes another bill."""
        claim = stay(BETWEEN[number][1], number=f"TIER-{number}") | {"patient": passport(number)}
        (line,) = claim["lines"]
        line |= {"quantity": str(quantity), "amount": f"{quantity * 150}.00"}
        return claim

    def settle(self, claim: dict[str, Any]) -> ClaimId | None:
        """Send a claim and let an execution be at it; None where another body stands under its number."""
        whole = submission(claim)
        sent = insist(lambda: self.system[SubmitClaim](hospital(claim["institution"]), whole), refused=True)
        if sent is None:
            return None
        claim_id: ClaimId = sent.view.claim_id
        insist(lambda: run_settlement(self.system, claim_id))
        return claim_id

    def enrol(self, number: int, area: AreaCode, insurance: Insurance = Insurance.EMPLOYEE) -> None:
        request = enrolment(passport(number)["id_no"], insured_area=area, insurance=insurance)
        insist(lambda: self.system[EnrolPerson](agency(area), request), refused=True)

    def insure_otherwise(self, number: int) -> None:
        """The insured place corrects the cover backwards: another benefit decides the settled claim."""
        self.enrol(number, BETWEEN[number][0], Insurance.RESIDENT)
        self.seen["covers corrected"] += 1

    def insure_elsewhere(self, number: int) -> None:
        """The cover was another area's from the beginning: the debtor of the settled claim changes."""
        record = self.await_claim(number)
        if record is not None:
            area = BETWEEN[number][0]
            request = CancellationRequest(record.person, area, None, "another person's")
            insist(partial(self.system[CancelEnrolment], agency(area), request), refused=True)
            self.enrol(number, self.scheduler.chance.choice(sorted({each for each, _ in BETWEEN} - {area})))
            self.seen["debtors changed"] += 1

    def correct(self, number: int) -> None:
        """The health side takes the diagnosis back, or puts it earlier, of an open claim or a settled claim."""
        status = self.scheduler.chance.choice([CaseStatus.EXCLUDED, CaseStatus.CONFIRMED])
        event = StatusEvent(status, date(2020, 2, 6))
        record = self.await_claim(number, settled=self.scheduler.chance.random() < 0.7)
        if record is not None:
            of_claim, health = self.system[CorrectStatus].of_claim, HEALTH[record.institution]
            insist(partial(of_claim, health, record.claim_id, event, "retest"), refused=True)
            self.seen[f"statuses of {record.status.value} claims"] += 1

    def reverse(self, number: int) -> None:
        record = self.await_claim(number)
        if record is not None:
            self.take_back(agency(SETTLES_WITH[record.institution]), record.claim_id)
            self.seen["reversals"] += 1

    def take_back(self, by: Principal, claim_id: ClaimId) -> None:
        insist(partial(self.system[ReverseClaim], by, claim_id, "entered twice"), refused=True)

    def replace(self, number: int) -> None:
        """Another bill under the number while the first may be settled at the same moment."""
        if self.await_claim(number, settled=False) is not None:
            done = self.settle(self.stay(number, quantity=10))
            self.seen["replacements refused" if done is None else "replacements"] += 1

    def withdraw(self, number: int) -> None:
        """The hospital takes its claim back while it may be settled; later it sends it again."""
        record = self.await_claim(number, settled=False)
        if record is not None:
            self.take_back(hospital(record.institution), record.claim_id)
            self.seen["withdrawals"] += 1
            if self.scheduler.chance.random() < 0.5:
                self.settle(self.stay(number) | {"resubmit": True})

    def bill_twice(self, number: int) -> None:
        """Submit the same bill under another number, declared distinct by its hospital or not, at the same moment;
        its agency releases it twice, or refuses it, or both.
        """
        chance, twin = self.scheduler.chance, self.stay(number) | {"claim_no": f"TWIN-{number}"}
        if chance.random() < 0.7:
            twin |= {"distinct_from": [f"TIER-{number}"]}
        claim_id = self.settle(twin)
        if claim_id is None:
            return
        by = Principal("head", Role.AGENCY, SETTLES_WITH[twin["institution"]])
        for act in chance.choice(["", "release release", "refuse", "release refuse", "refuse release"]).split():
            if act == "release":
                insist(partial(self.system[ReleasePayment], by, claim_id, "two bills"), refused=True)
            else:
                self.take_back(by, claim_id)
        self.seen["bills sent twice"] += 1

    def visit_before(self, number: int) -> None:
        """A bill of an earlier visit elsewhere, of the same illness, which the stay's diagnosis covers (N-08)."""
        place = KUNMING if BETWEEN[number][1] != KUNMING else WUHAN
        self.settle(visit(place, number=f"VISIT-{number}") | {"patient": passport(number)})
        self.seen["visits before"] += 1

    def recalculate(self, number: int) -> None:
        """A backdated notice by which Kunming's funds pay more, put in force and posted for everybody's year."""
        self.await_claim(number)
        bundles = self.world.bundles
        kept = bundles.put(backdated())
        bundles.move_pointer(published(2, kept, bundles.current_hash()))
        for person in sorted({each.person for each in self.world.memory.claims.values()}):
            of_year = self.system[Recalculating].year
            insist(partial(of_year, RecalculationId("rec_1"), person, 2020, bundles.load(kept)))
        self.seen["recalculations"] += 1

    def hear_bank(self, number: int) -> None:
        """Send the bank's reports on the orders of a claim, in any order and repeated."""
        record = self.await_claim(number)
        if record is None:
            return
        chance, treasurer = (
            self.scheduler.chance,
            Principal("treasurer", Role.FINANCE, SETTLES_WITH[record.institution]),
        )
        for said in range(chance.randrange(1, 5)):
            for order in self.orders(record):
                told = partial(self.system[PaymentReceipts].receive, treasurer, order.payment_id)
                heard = insist(partial(told, f"H-{number}-{said % 3}", paid=chance.random() < 0.7), refused=True)
                self.seen["answers about orders"] += heard is not None

    def orders(self, record: ClaimRecord) -> Iterator[PaymentOrder]:
        """The orders of a claim so far."""
        for round_of in range(4):
            order = self.world.calm_ports[HospitalStore].payment_order(record.institution, record.claim_id, round_of)
            if order is not None:
                yield order

    def await_claim(self, number: int, *, settled: bool = True) -> ClaimRecord | None:
        """Return a claim by number once it is there, and settled if it must be; None if this takes too long."""
        for _ in range(PATIENCE):
            found = [each for each in self.world.memory.claims.values() if each.claim_no == f"TIER-{number}"]
            if found and (not settled or found[-1].status is ClaimStatus.SETTLED):
                return found[-1]
            insist(partial(self.system[Clearing].runs.get, RunId("clr_none")))
        return None

    # ------------------------------------------------------------------ clearing

    def clear(self) -> None:
        """Start a run of the nation's tier, if there is debt to clear."""
        run_id = insist(lambda: self.system[StartRun](CENTRE, NATION, None), refused=True)
        if run_id is not None:
            self.carry(run_id)

    def carry(self, run_id: RunId) -> None:
        """Carry out an execution of the clearing machine, with each task tried again until it succeeds."""
        self.ask(run_id)
        if not self.scheduler.calm:
            self.quarrel(run_id)
        self.finish(run_id)

    def ask(self, run_id: RunId) -> None:
        """From the open gates to the question to the parties."""
        clearing = self.system[Clearing]
        for task in (clearing.close, clearing.prove):
            passed = {shard for _, shard in self.world.memory.clearing.entries}
            self.scheduler.each_shard(partial(task, run_id), passed | {SHARDS[0]})
        insist(lambda: clearing.verify(run_id))
        self._state(run_id, insist(lambda: clearing.net(run_id)), 1)

    def finish(self, run_id: RunId) -> None:
        """From the answers of the parties to the words of the banks."""
        parties, payment = self.system[Parties], self.system[ClearingPayment]
        for area in sorted(set(SETTLES_WITH.values())):
            insist(partial(parties.confirm, Principal("agent", Role.AGENCY, area), run_id, area), refused=True)
        again = insist(lambda: parties.seal(run_id))
        if again:
            self._state(run_id, again, 2)
        for debtor in insist(lambda: payment.debtors(run_id)):
            insist(partial(payment.post, run_id, debtor))
        if not self.scheduler.calm:
            self.banks.tell(self._run(run_id))
        insist(lambda: payment.instruct(run_id))
        if self.scheduler.calm:
            self.banks.tell(self._run(run_id))
        else:
            self.scheduler.add(lambda: self.banks.tell(self._run(run_id)))

    def _run(self, run_id: RunId) -> Run:
        run = self.world.calm_ports[RunStore].get(run_id)
        assert run is not None
        return run

    def _state(self, run_id: RunId, stated: tuple[AreaCode, ...], edition: int) -> None:
        for area in stated:
            insist(partial(self.system[Parties].state, run_id, area, edition))
        insist(lambda: self.system[Parties].publish(run_id, edition))

    def quarrel(self, run_id: RunId) -> None:
        """Debtors and creditors dispute claims of the run, if they may; rulings and outcomes follow some time."""
        chance, parties = self.scheduler.chance, sorted(set(SETTLES_WITH.values()))
        for claim_id in chance.sample(sorted(self.world.memory.claims), k=min(2, len(self.world.memory.claims))):
            raised = self.dispute(run_id, chance.choice(parties), claim_id)
            if raised is not None:
                self.seen["disputes"] += 1
                self.scheduler.add(partial(self.end, raised))

    def dispute(self, run_id: RunId, area: AreaCode, claim_id: ClaimId) -> Dispute | None:
        raise_it = partial(self.system[Parties].dispute, agency(area), run_id, area, claim_id, "not ours")
        raised: Dispute | None = insist(raise_it, refused=True)
        return raised

    def disputes(self) -> list[Dispute]:
        """Return the disputes without a ruling."""
        return [each for each in self.world.memory.all(Dispute) if each.resolution is None]

    def end(self, dispute: Dispute) -> None:
        """The centre rules as it pleases, and the amounts taken are mostly disposed of."""
        chance = self.scheduler.chance
        self.rule(dispute, chance.choice(list(Verdict)))
        outcome = chance.choice([None, *RulingOutcome])
        if outcome is not None:
            self.dispose(dispute, outcome)

    def rule(self, dispute: Dispute, verdict: Verdict) -> None:
        where = (dispute.run_id, dispute.dispute_id)
        amount_fen = 1_000_00 if verdict is Verdict.REDUCED else None
        ruled = insist(partial(self.system[Parties].resolve, CENTRE, *where, verdict, amount_fen), refused=True)
        self.seen[f"ruled {verdict.value}"] += ruled is not None

    def dispose(self, dispute: Dispute, outcome: RulingOutcome) -> None:
        where = (dispute.run_id, dispute.dispute_id)
        by = agency(min(dispute.creditors))
        said = insist(partial(self.system[Rulings].dispose, by, *where, outcome, "as agreed"), refused=True)
        self.seen[f"outcomes {outcome.value}"] += said is not None

    # ------------------------------------------------------------------ invariants

    def check(self) -> None:
        """Check claim by claim: cleared is what was settled, corrected, reversed and ruled; and every invariant."""
        ports, ids = self.world.calm_ports, list(self.world.memory.claims)
        assert what_is_wrong(ports, self.calm, ids) == []
        assert not_as_replayed(ports, ids) == []
        assert not_as_diagnosed(ports, ids) == []
        assert not_under_the_cover_of_today(ports, ids) == []
        assert owed_otherwise(self.world) == []
        runs = self.world.memory.clearing.runs.values()
        assert {run.status for run in runs} <= {RunStatus.SETTLED}
        for run in runs:
            self.banks.check(run, ports[RunStore])
        left = trial_balance(list(self.world.memory.ledger.values())).accounts
        assert [row for row in left if row.balance_fen and row.account.startswith("hub/")] == []
