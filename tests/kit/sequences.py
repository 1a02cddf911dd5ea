"""Any interleaving of acts of hospitals, agencies, finance and the health commission, with crashes, as a machine.

The rules draw the next act; after each step every invariant of the books is checked. At the end all cut-off work is
picked up by the sweep, and each claim must equal the result of replaying its person's year.
"""

from __future__ import annotations

import contextlib
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.advances.ports import AdvanceStore
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.since import AuditSinceSeal
from chalicelib.budgets.usecases import Budgets
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.cancel import CancelEnrolment, CancellationRequest
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.enrolment.usecases.transfer import EnrolmentTransfers
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import QuebaoError
from chalicelib.kernel.pages import every
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, FilingId, InstitutionCode, PersonToken, TransferId
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.ledger.ports import LedgerStore
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.payments.usecases.collect import CollectiveReceipts
from chalicelib.payments.usecases.pay_in import FiscalPayments
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import FilingChannel, FilingKind, Insurance
from chalicelib.registry.domain.requests import FilingRequest, TransferRequest
from chalicelib.registry.ports import PersonTokens
from chalicelib.requisitions.domain import RequisitionId
from chalicelib.settlement.domain.order import PaymentId
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.defer import Deferral
from chalicelib.settlement.usecases.release import ReleasePayment
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit import areas
from tests.kit.books import (
    not_as_diagnosed,
    not_as_replayed,
    not_under_the_cover_of_today,
    under_a_document_of_another,
    what_is_wrong,
)
from tests.kit.clearing_rules import clearinghouse
from tests.kit.memory.audits import audit_tonight
from tests.kit.memory.faults import Fault, When
from tests.kit.memory.machine import run_settlement
from tests.kit.memory.samples import KUNMING_CLAIM, agency, body, enrolment, hospital, passport, stated, submission
from tests.kit.memory.world import FakeClock, FakeWorkflows
from tests.kit.reimbursement_rules import ReimbursementRules
from tests.kit.requisition_rules import RequisitionRules

KUNMING, OTHER = InstitutionCode("H53010200001"), "H53010200003"
SEALED_EVERY = 2
"""A journal whose length this number divides has its months audited in parts and sealed at the end."""

FINANCE = Principal("treasurer", Role.FINANCE, "530100")
DECIDER = Principal("head", Role.AGENCY, "530100")
HEALTH = Principal("doctor", Role.HEALTH, "530102")
PEOPLE = 3
ELSEWHERE = 7
"""A person insured in Wuhan, whose claims Wuhan's fund owes Kunming."""
ADVANCES = (1, 900_000, 1_700_000, 25_000_000)
AMOUNTS = st.sampled_from(ADVANCES)
REFERENCES = st.sampled_from([f"BANK-{number}" for number in range(1, 7)])
"""References few enough that a report is repeated, and that movements of two kinds meet under a single reference."""
WUHAN = AreaCode("420100")
RENEWED = 10
"""Offset between the numbers of a person's old and new passport."""
INSURED = (Insurance.EMPLOYEE, Insurance.RESIDENT)
DAYS = st.sampled_from([None, date(2020, 1, 1), date(2020, 2, 10), date(2022, 1, 1)])
"""Before, during and long after the visits that are billed."""

LATE_BILL: dict[str, Any] = {
    "half_months": st.integers(0, 10),
    "status": st.sampled_from(["confirmed", None]),
    "at_once": st.booleans(),
    "told_first": st.sampled_from([True, True, False]),
}


@dataclass
class Counted:
    """Sequences that came to their end, the steps they took, and the calls they lost."""

    sequences: int = 0
    steps: int = 0
    lost: int = 0
    ruled: int = 0
    disposed: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def saw(self, what: str) -> int:
        """Count a rare event; return how often it was seen before."""
        self.seen[what] += 1
        return self.seen[what] - 1

    def __str__(self) -> str:
        rare = "".join(f", {count} {what}" for what, count in sorted(self.seen.items()))
        return (
            f"{self.sequences} sequences, {self.steps} steps, {self.lost} calls lost, {self.ruled} rulings, "
            f"{self.disposed} outcomes{rare}"
        )


@dataclass(frozen=True)
class Desk:
    """The stage of a sequence: use cases whose calls `fault` may lose, and the same stores and use cases without it.

    `changes` counts the acts that may have changed the books; a step that leaves the count leaves the books. `seals`
    tells whether months are sealed at the end of some sequences.
    """

    system: System
    calm_ports: Ports
    calm_system: System
    workflows: FakeWorkflows
    clock: FakeClock
    fault: Fault
    changes: Callable[[], int]
    close: Callable[[], None] = lambda: None
    seals: bool = False


class MoneySequences(RequisitionRules, ReimbursementRules, RuleBasedStateMachine):
    """`opened` gives a fresh desk; `counted` gets the played acts."""

    def __init__(self, opened: Callable[[], Desk], counted: Counted) -> None:
        super().__init__()
        self.claim_ids: list[ClaimId] = []
        self.bodies: list[dict[str, Any]] = []
        self.advances: list[AdvanceId] = []
        self.collective: list[tuple[str, int, list[str]]] = []
        self.transfers: list[TransferId] = []
        self.filings: list[FilingId] = []
        self.requisitions: list[RequisitionId] = []
        self.cases: list[ClaimId] = []
        self.dialyses: list[tuple[str, ClaimId]] = []
        self.renewed: dict[int, str] = {}
        self.counted = counted
        self.looked_at = -1
        self.desk = opened()
        self.system, self.calm_ports, self.fault = self.desk.system, self.desk.calm_ports, self.desk.fault
        self.workflows, self.clock = self.desk.workflows, self.desk.clock
        self.areas = clearinghouse(self.system, self.calm_ports)

    @contextlib.contextmanager
    def cut_off(self) -> Iterator[None]:
        """Refusals and lost calls end a step; they must never end the truth of the books."""
        with contextlib.suppress(QuebaoError):
            yield

    @initialize(strangers=st.sets(st.integers(0, PEOPLE - 1), max_size=1), amount_fen=st.sampled_from([0, *ADVANCES]))
    def begin(self, strangers: set[int], amount_fen: int) -> None:
        for number in set(range(PEOPLE)) - strangers:
            self.enrol(number, Insurance.EMPLOYEE)
        self.system[EnrolPerson](agency(WUHAN), enrolment(passport(ELSEWHERE)["id_no"], insured_area=WUHAN))
        if amount_fen:
            self.advance(AdvanceFund.SPECIAL, amount_fen, "paid")

    @rule(number=st.integers(0, PEOPLE - 1), insurance=st.sampled_from([Insurance.EMPLOYEE, Insurance.RESIDENT]))
    def enrol(self, number: int, insurance: Insurance) -> None:
        request = enrolment(passport(number)["id_no"], insurance=insurance)
        with self.cut_off():
            self.system[EnrolPerson](agency(AreaCode("530100")), request)

    @rule(number=st.integers(0, PEOPLE - 1), insurance=st.sampled_from(INSURED))
    def enrol_under_another_name(self, number: int, insurance: Insurance) -> None:
        """A mistyped name: bills wait from then on, what is settled stands, and `enrol` puts it right."""
        request = replace(enrolment(passport(number)["id_no"], insurance=insurance), name="别名")
        with self.cut_off():
            self.system[EnrolPerson](agency(AreaCode("530100")), request)

    @rule(number=st.integers(0, PEOPLE - 1))
    def enrol_as_uninsured(self, number: int) -> None:
        request = enrolment(passport(number)["id_no"], insured_area=None, insurance=Insurance.NONE)
        with self.cut_off():
            self.system[EnrolPerson](agency(AreaCode("530100")), request)

    @rule(number=st.integers(0, PEOPLE - 1), starts_on=DAYS, insurance=st.sampled_from(INSURED))
    def enrol_elsewhere(self, number: int, starts_on: date | None, insurance: Insurance) -> None:
        """Another area's agency says so too: it conflicts, or names days that are free."""
        request = enrolment(passport(number)["id_no"], insured_area=WUHAN, insurance=insurance, starts_on=starts_on)
        with self.cut_off():
            self.system[EnrolPerson](agency(WUHAN), request)

    @rule(number=st.integers(0, PEOPLE - 1), area=st.sampled_from(["530100", WUHAN]), starts_on=DAYS)
    def cancel_enrolment(self, number: int, area: AreaCode, starts_on: date | None) -> None:
        """A period was never true: settlements under the period become another area's, or wait for an area."""
        person = self.person_of(number)
        with self.cut_off():
            self.system[CancelEnrolment](agency(area), CancellationRequest(person, area, starts_on, "another person's"))

    def person_of(self, number: int) -> PersonToken:
        """Return the person to whom a passport leads by now."""
        document, _ = read_document(stated(passport(number)["id_no"]), self.clock.today())
        assert document is not None
        return self.calm_ports[PersonStore].known_as(self.calm_ports[PersonTokens].token(document))

    @rule(
        number=st.integers(0, PEOPLE - 1),
        insurance=st.sampled_from(INSURED),
        area=st.sampled_from(["530100", "530100", "530100", WUHAN]),
    )
    def enrol_by_new_passport(self, number: int, insurance: Insurance, area: AreaCode) -> None:
        """A renewed passport is recorded as its old passport's holder's: repeated, by the wrong area, too late."""
        self.enrol_by_new_passport_now(number, insurance, area)

    def enrol_by_new_passport_now(self, number: int, insurance: Insurance, area: AreaCode = areas.KUNMING) -> None:
        renewed, known_before = passport(number + RENEWED)["id_no"], self.person_of(number)
        request = replace(
            enrolment(renewed, insured_area=area, insurance=insurance), formerly=stated(passport(number)["id_no"])
        )
        with self.cut_off():
            person = self.system[EnrolPerson](agency(area), request).person
            assert person == known_before, "a new document makes no new person"
            if self.person_of(number + RENEWED) == person:
                self.counted.saw("enrolments by a new document")
                self.renewed[number] = person

    @rule(number=st.integers(0, PEOPLE - 1), shown=st.sampled_from([0, RENEWED]), **LATE_BILL)
    def bill_late(
        self, *, number: int, shown: int, half_months: int, status: str | None, at_once: bool, told_first: bool
    ) -> None:
        """A bill by either passport, before or after the record that both are the same person's."""
        if told_first:
            self.enrol_by_new_passport_now(number, Insurance.EMPLOYEE)
        known, told, claim_no = len(self.claim_ids), self.renewed.get(number), f"SEQ-{len(self.bodies)}"
        self.submit(
            number=number + shown, quantity=1, status=status, episode=None, early=False, half_months=half_months,
            elsewhere=False, is_distinct=False, at_once=at_once,
        )  # fmt: skip
        # Somebody else may have sent another bill meanwhile.
        sent = [each for each in map(self.calm_ports[ClaimStore].get, self.claim_ids[known:]) if each is not None]
        record = next((each for each in sent if each.claim_no == claim_no), None)
        if told is None or record is None:
            return
        assert record.person == told, "both documents lead to one person"
        self.counted.saw(f"late bills by {'a new' if shown else 'an old'} document")

    @rule(
        number=st.integers(0, PEOPLE - 1),
        insurance=st.sampled_from(INSURED),
        calls=st.integers(0, 12),
        faster=st.sampled_from(["bill", "enrolment"]),
    )
    def bill_while_identified(self, number: int, insurance: Insurance, calls: int, faster: str) -> None:
        """A bill by the new passport arrives at the moment when the passport is recorded for an old one's holder."""

        def bill() -> None:
            self.bill_late(
                number=number, shown=RENEWED, half_months=len(self.bodies) % 11, status=None, at_once=False,
                told_first=False,
            )  # fmt: skip

        def identify() -> None:
            self.enrol_by_new_passport_now(number, insurance)

        meant, first = (identify, bill) if faster == "bill" else (bill, identify)
        self.fault.meanwhile(calls, first)
        meant()
        self.counted.saw("bills beside a new document")

    @rule(number=st.integers(0, PEOPLE - 1), starts_on=DAYS.filter(bool), back=st.booleans())
    def ask_for_person(self, number: int, starts_on: date, back: bool) -> None:  # noqa: FBT001
        asking = AreaCode("530100") if back else WUHAN
        request = TransferRequest(stated(passport(number)["id_no"]), "示例", asking, starts_on, None)
        with self.cut_off():
            transfer = self.system[EnrolmentTransfers].ask(agency(asking), request)
            if transfer.transfer_id not in self.transfers:
                self.transfers.append(transfer.transfer_id)

    @precondition(lambda self: self.transfers)
    @rule(data=st.data(), approve=st.booleans())
    def decide_transfer(self, data: st.DataObject, approve: bool) -> None:  # noqa: FBT001
        transfer_id = data.draw(st.sampled_from(self.transfers))
        self.decide_now(transfer_id, data.draw(st.sampled_from(["530100", WUHAN])), approve=approve)

    def decide_now(self, transfer_id: TransferId, standing: str, *, approve: bool) -> None:
        with self.cut_off():
            self.system[EnrolmentTransfers].decide(
                Principal("head", Role.AGENCY, standing), transfer_id, approve=approve, reason=None
            )

    @rule(
        number=st.integers(0, PEOPLE - 1),
        filer=st.sampled_from([hospital(), agency(AreaCode("530100")), agency(WUHAN)]),
        kind=st.sampled_from(FilingKind),
    )
    def file_treatment(self, number: int, filer: Principal, kind: FilingKind) -> None:
        document = stated(passport(number)["id_no"])
        request = FilingRequest(document, AreaCode("530100"), kind, FilingChannel.PHONE, date(2020, 1, 1), None)
        with self.cut_off():
            made = self.system[Filings].record(filer, request).filing.filing_id
            if made not in self.filings:
                self.filings.append(made)

    @precondition(lambda self: self.filings)
    @rule(data=st.data(), by=st.sampled_from([hospital(), agency(AreaCode("530100")), agency(WUHAN)]))
    def withdraw_filing(self, data: st.DataObject, by: Principal) -> None:
        with self.cut_off():
            self.system[Filings].withdraw(by, data.draw(st.sampled_from(self.filings)), "mistaken")

    @rule(
        number=st.sampled_from([*range(PEOPLE), ELSEWHERE]),
        quantity=st.sampled_from([1, 5, 400]),
        status=st.sampled_from(["confirmed", "suspected", None]),
        episode=st.sampled_from([None, "E-1"]),
        early=st.booleans(),
        half_months=st.sampled_from([*range(11), 0.5, 1.5]),
        elsewhere=st.sampled_from([False, False, False, True]),
        is_distinct=st.sampled_from([False, False, True]),
        at_once=st.booleans(),
    )
    def submit(
        self,
        *,
        number: int,
        quantity: int,
        status: str | None,
        episode: str | None,
        early: bool,
        half_months: float,
        elsewhere: bool,
        is_distinct: bool,
        at_once: bool,
    ) -> None:
        """Stays of fifteen days, one after the other where they share no day but the first and last; some of one person
        fall together, here or elsewhere, and some of those their hospital says are two.
        """
        claim = copy.deepcopy(body(KUNMING_CLAIM))
        claim |= {"claim_no": f"SEQ-{len(self.bodies)}", "patient": passport(number)}
        if status is None:
            claim["diagnosis"]["history"] = []
        else:
            claim["diagnosis"]["history"][0]["status"] = status
        line = claim["lines"][0]
        line |= {"quantity": str(quantity), "amount": f"{quantity * 1200}.00"}
        admitted = date(2020, 2, 5) + timedelta(days=int(15 * half_months))
        claim["visit"] |= {"admitted": str(admitted), "discharged": str(admitted + timedelta(days=15))}
        line["date"] = str(admitted + timedelta(days=5))
        if elsewhere:
            claim["institution"] = OTHER
        if is_distinct:
            patients = [each for each in self.bodies if each["patient"] == claim["patient"]]
            claim["distinct_from"] = [each["claim_no"] for each in patients]
        if episode is not None:
            claim["visit"]["episode"] = episode
        if early:
            # A visit of one day before the stay, as the illness might have begun.
            claim["visit"] = {"kind": "outpatient", "date": "2020-02-03", "episode": "E-1"}
            claim["lines"] = [{**line, "date": "2020-02-03"}]
            claim["diagnosis"]["history"] = []
        self.bodies.append(claim)
        self.send(claim)
        if at_once:
            self.run_everything()

    @precondition(lambda self: self.bodies)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        self.send(data.draw(st.sampled_from(self.bodies)), resubmit=data.draw(st.booleans()))

    def send(self, claim: dict[str, Any], *, resubmit: bool = False) -> None:
        with self.cut_off():
            whole = submission({**claim, "resubmit": resubmit})
            sent = self.system[SubmitClaim](hospital(claim["institution"]), whole)
            if sent.view.claim_id not in self.claim_ids:
                self.claim_ids.append(sent.view.claim_id)

    @precondition(lambda self: self.bodies)
    @rule(data=st.data(), quantity=st.sampled_from([2, 3]))
    def replace_body(self, data: st.DataObject, quantity: int) -> None:
        """Another body under a number: an open claim is replaced, an ended claim followed, a settled claim stands."""
        self.replace_now(data.draw(st.integers(0, len(self.bodies) - 1)), quantity)

    def replace_now(self, place: int, quantity: int) -> None:
        line = {**self.bodies[place]["lines"][0], "quantity": str(quantity), "amount": f"{quantity * 1200}.00"}
        changed = {**self.bodies[place], "lines": [line]}
        self.bodies[place] = changed
        self.send(changed)

    @precondition(lambda self: self.bodies)
    @rule(
        data=st.data(),
        calls=st.integers(0, 30),
        act=st.sampled_from(
            ["settle", "replace", "withdraw", "twin", "release", "refuse", "enrol", "enrol elsewhere", "transfer"]
        ),
    )
    def meanwhile(self, data: st.DataObject, calls: int, act: str) -> None:
        """Some calls from now, between a read and a write of the running task, another task is faster."""
        place = data.draw(st.integers(0, len(self.bodies) - 1))
        chosen = data.draw(st.sampled_from(self.claim_ids)) if self.claim_ids else ClaimId("")
        number, insurance = data.draw(st.integers(0, PEOPLE - 1)), data.draw(st.sampled_from(INSURED))
        transfer_id = data.draw(st.sampled_from(self.transfers)) if self.transfers else TransferId("")
        acts: dict[str, Callable[[], None]] = {
            "settle": self.run_everything_now,
            "replace": lambda: self.replace_now(place, 4),
            "withdraw": lambda: self.reverse_now(chosen, hospital()),
            "twin": lambda: self.send({**self.bodies[place], "claim_no": f"TWIN-{place}"}),
            "release": lambda: self.release_now(chosen),
            "refuse": lambda: self.refuse_now(chosen),
            "enrol": lambda: self.enrol(number, insurance),
            "enrol elsewhere": lambda: self.enrol_elsewhere(number, None, insurance),
            "transfer": lambda: self.decide_now(transfer_id, "530100", approve=True),
        }
        self.fault.meanwhile(calls, acts[act])

    @rule(
        number=st.integers(0, PEOPLE - 1),
        is_distinct=st.booleans(),
        end=st.sampled_from([None, "release", "refuse"]),
    )
    def bill_twice(self, number: int, is_distinct: bool, end: str | None) -> None:  # noqa: FBT001
        """Bill one visit under two numbers, declared distinct by its hospital or not, and act as its agency does."""
        visit = {"quantity": 1, "status": None, "episode": None, "early": True, "half_months": 0, "elsewhere": False}
        self.submit(number=number, is_distinct=False, at_once=True, **visit)
        self.submit(number=number, is_distinct=is_distinct, at_once=True, **visit)
        self.the_books_are_true()
        if self.claim_ids and end is not None:
            (self.release_now if end == "release" else self.refuse_now)(self.claim_ids[-1])

    @rule(number=st.integers(0, PEOPLE - 1), faster=st.sampled_from(["replace", "settle"]), calls=st.integers(0, 30))
    def change_ones_mind(self, number: int, faster: str, calls: int) -> None:
        """A claim is settled and replaced at the same moment."""
        self.submit(
            number=number, quantity=5, status=None, episode=None, early=False, half_months=len(self.bodies) % 11,
            elsewhere=False, is_distinct=False, at_once=False,
        )  # fmt: skip
        place = len(self.bodies) - 1
        if faster == "replace":
            self.fault.meanwhile(calls, lambda: self.replace_now(place, 4))
            self.run_everything_now()
        else:
            self.fault.meanwhile(calls, self.run_everything_now)
            self.replace_now(place, 4)

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        self.release_now(data.draw(st.sampled_from(self.claim_ids)))

    def release_now(self, claim_id: ClaimId) -> None:
        with self.cut_off():
            self.system[ReleasePayment](DECIDER, claim_id, "two bills")

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data())
    def refuse(self, data: st.DataObject) -> None:
        self.refuse_now(data.draw(st.sampled_from(self.claim_ids)))

    def refuse_now(self, claim_id: ClaimId) -> None:
        with self.cut_off():
            self.system[ReverseClaim](DECIDER, claim_id, "one bill")

    @precondition(lambda self: self.bodies)
    @rule(data=st.data())
    def send_batch(self, data: st.DataObject) -> None:
        """Claims entered late, some of them again; a call that is lost ends the batch, which is then sent whole."""
        bodies = data.draw(st.lists(st.sampled_from(self.bodies), min_size=2, max_size=4))
        number = len(self.bodies)
        bodies.insert(1, {**bodies[0], "claim_no": f"SEQ-{number}"})
        self.bodies.append(bodies[1])
        for claim in (*bodies, *bodies):
            self.send(claim)

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data())
    def execute_again(self, data: st.DataObject) -> None:
        """An execution comes to a claim that another execution has handled, as a retried task does."""
        with self.cut_off():
            self.settle(data.draw(st.sampled_from(self.claim_ids)))

    def settle(self, claim_id: ClaimId) -> None:
        run_settlement(self.tasks, claim_id)

    @precondition(lambda self: self.workflows.waiting)
    @rule()
    def run_one(self) -> None:
        with self.cut_off():
            self.workflows.run_next(self.settle)

    @precondition(lambda self: self.workflows.waiting)
    @rule()
    def run_everything(self) -> None:
        self.run_everything_now()

    def run_everything_now(self) -> None:
        for _ in range(50):
            with self.cut_off():
                if not self.workflows.run_next(self.settle):
                    return

    @rule(at=st.integers(0, 40), when=st.sampled_from(When))
    def crash_soon(self, at: int, when: When) -> None:
        self.arm(at, when)

    def arm(self, at: int | None, when: When = When.BEFORE) -> None:
        self.counted.lost += self.fault.struck
        self.fault.arm(at, when)

    @rule()
    def sweep(self) -> None:
        self.clock.sleep(timedelta(minutes=11).total_seconds())
        with self.cut_off():
            self.system[Deferral].sweep()

    @rule(fund=st.sampled_from(AdvanceFund), amount_fen=AMOUNTS, end=st.sampled_from(["paid", "failed", "silence"]))
    def advance(self, fund: AdvanceFund, amount_fen: int, end: str) -> None:
        """Play an advance from its request to the bank's answer, without a pause in which something else happens."""
        self.ask_for_advance(fund, amount_fen)
        if self.advances:
            with self.cut_off():
                self.system[Advances].decide(DECIDER, self.advances[-1], approve=True)
                self.system[Advances].instruct(self.advances[-1])
            self.finish(self.advances[-1], end, f"OWN-{len(self.advances)}")

    @rule(fund=st.sampled_from(AdvanceFund), amount_fen=AMOUNTS)
    def ask_for_advance(self, fund: AdvanceFund, amount_fen: int) -> None:
        with self.cut_off():
            asked = self.system[Advances].request(hospital(), KUNMING, fund, amount_fen, "treatment")
            if asked.advance_id not in self.advances:
                self.advances.append(asked.advance_id)

    @precondition(lambda self: self.advances)
    @rule(data=st.data(), approve=st.booleans(), offered=st.sampled_from([None, *AdvanceFund]))
    def decide_advance(self, data: st.DataObject, approve: bool, offered: AdvanceFund | None) -> None:  # noqa: FBT001
        advance_id = data.draw(st.sampled_from(self.advances))
        with self.cut_off():
            self.system[Advances].decide(DECIDER, advance_id, approve=approve, fund=offered)

    @precondition(lambda self: self.advances)
    @rule(data=st.data())
    def instruct_advance(self, data: st.DataObject) -> None:
        with self.cut_off():
            self.system[Advances].instruct(data.draw(st.sampled_from(self.advances)))

    @precondition(lambda self: self.advances)
    @rule(
        data=st.data(),
        end=st.sampled_from(["paid", "failed", "silence", "return", "part", "much"]),
        reference=REFERENCES,
    )
    def finish_advance(self, data: st.DataObject, end: str, reference: str) -> None:
        self.finish(data.draw(st.sampled_from(self.advances)), end, reference)

    def finish(self, advance_id: AdvanceId, end: str, reference: str) -> None:
        money = self.system
        with self.cut_off():
            match end:
                case "silence":
                    money[Advances].give_up(advance_id)
                case "return":
                    money[AdvanceReceipts].give_back(FINANCE, advance_id, reference, None)
                case "part":
                    money[AdvanceReceipts].give_back(FINANCE, advance_id, reference, 1)
                case "much":
                    money[AdvanceReceipts].give_back(FINANCE, advance_id, reference, 900_000)
                case _:
                    money[AdvanceReceipts].receive(FINANCE, advance_id, reference, paid=end == "paid")

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data(), paid=st.booleans(), reference=REFERENCES)
    def bank_answers_order(self, data: st.DataObject, paid: bool, reference: str) -> None:  # noqa: FBT001
        orders = self.orders()
        if orders:
            payment_id = data.draw(st.sampled_from(orders))
            with self.cut_off():
                self.system[PaymentReceipts].receive(FINANCE, PaymentId(payment_id), reference, paid=paid)

    @precondition(lambda self: self.claim_ids or self.advances)
    @rule(data=st.data(), reference=REFERENCES)
    def bank_pays_several_at_once(self, data: st.DataObject, reference: str) -> None:
        """Report a movement for several orders, in any state; a report that is cut off is sent again at the end."""
        known = {name: self.amount_of(name) for name in (*self.orders(), *self.advances)}
        if known:
            names = data.draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=3, unique=True))
            sent = (reference, sum(known[name] for name in names), names)
            self.collective.append(sent)
            with self.cut_off():
                self.system[CollectiveReceipts].receive(FINANCE, *sent)

    def orders(self) -> list[str]:
        """Every payment order, by its id."""
        found = every(lambda page: self.calm_ports[HospitalStore].payment_orders(KUNMING, page))
        return [order.payment_id for order in found]

    def amount_of(self, name: str) -> int:
        advance = self.calm_ports[AdvanceStore].get(AdvanceId(name))
        if advance is not None:
            return advance.approved_fen
        claim_id, _, number = name.partition("-")
        order = self.calm_ports[HospitalStore].payment_order(KUNMING, ClaimId(claim_id), int(number or 0))
        return 0 if order is None else order.amount_fen

    @rule(reference=REFERENCES, amount_fen=AMOUNTS)
    def finance_pays_in(self, reference: str, amount_fen: int) -> None:
        with self.cut_off():
            self.system[FiscalPayments].pay_in(FINANCE, FINANCE.area, reference, amount_fen)

    @rule(year=st.sampled_from([2020, 2026]), quota_fen=st.sampled_from([0, 1, 25_000_000]))
    def adjust_budget(self, year: int, quota_fen: int) -> None:
        with self.cut_off():
            self.system[Budgets].adjust(agency(AreaCode("530100")), KUNMING, year, quota_fen, "more beds")

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data(), principal=st.sampled_from([hospital(), agency(AreaCode("530100"))]))
    def reverse(self, data: st.DataObject, principal: Principal) -> None:
        """A settled claim is reversed, or an open claim is withdrawn, by its hospital."""
        self.reverse_now(data.draw(st.sampled_from(self.claim_ids)), principal)

    def reverse_now(self, claim_id: ClaimId, principal: Principal) -> None:
        with self.cut_off():
            self.system[ReverseClaim](principal, claim_id, "entered twice")

    @precondition(lambda self: self.claim_ids)
    @rule()
    def ask_the_parties(self) -> None:
        with self.cut_off():
            self.areas.ask()

    @precondition(lambda self: self.areas.runs)
    @rule(data=st.data())
    def dispute(self, data: st.DataObject) -> None:
        with self.cut_off():
            self.areas.dispute(data.draw(st.sampled_from(self.claim_ids)))

    @precondition(lambda self: self.areas.disputes)
    @rule(data=st.data(), verdict=st.sampled_from(Verdict), amount_fen=st.sampled_from([1, 10_000, 500_000]))
    def rule_on_dispute(self, data: st.DataObject, verdict: Verdict, amount_fen: int) -> None:
        with self.cut_off():
            self.areas.rule(data.draw(st.sampled_from(self.areas.disputes)), verdict, amount_fen)

    @precondition(lambda self: self.areas.disputes)
    @rule(data=st.data(), outcome=st.sampled_from(RulingOutcome))
    def dispose_of_ruling(self, data: st.DataObject, outcome: RulingOutcome) -> None:
        with self.cut_off():
            self.areas.dispose(data.draw(st.sampled_from(self.areas.disputes)), outcome)

    @precondition(lambda self: self.areas.runs)
    @rule()
    def finish_runs(self) -> None:
        with self.cut_off():
            self.areas.finish()

    @rule(
        quantity=st.sampled_from([1, 5]),
        verdict=st.sampled_from(Verdict),
        outcome=st.sampled_from([None, *RulingOutcome]),
        corrected=st.sampled_from([None, "before", "between", "after"]),
        enrolled=st.sampled_from([None, None, "before", "between", "after"]),
        end=st.sampled_from([None, "reversed", "cleared"]),
    )
    def quarrel(
        self,
        quantity: int,
        verdict: Verdict,
        outcome: RulingOutcome | None,
        corrected: str | None,
        enrolled: str | None,
        end: str | None,
    ) -> None:
        """A remote claim with every event that can befall it, without a pause in which something else happens."""
        self.submit(
            number=ELSEWHERE,
            quantity=quantity,
            status=None,
            episode=None,
            early=False,
            half_months=len(self.bodies) % 11,
            elsewhere=False,
            is_distinct=False,
            at_once=True,
        )
        self.ask_the_parties()
        if not self.claim_ids:
            return
        claim_id = self.claim_ids[-1]
        steps: list[Callable[[], None]] = [
            lambda: self._correct_when(claim_id, corrected, "before"),
            lambda: self._enrol_when(enrolled, "before"),
            lambda: self.areas.dispute(claim_id),
            lambda: self._correct_when(claim_id, corrected, "between"),
            lambda: self._enrol_when(enrolled, "between"),
            lambda: self._rule_all(verdict),
            lambda: self._correct_when(claim_id, corrected, "after"),
            lambda: self._enrol_when(enrolled, "after"),
            lambda: self._dispose_all(outcome),
            lambda: self._end(claim_id, end),
        ]
        for step in steps:
            with self.cut_off():
                step()
            self.the_books_are_true()

    def _correct_when(self, claim_id: ClaimId, corrected: str | None, when: str) -> None:
        if corrected == when:
            event = StatusEvent(CaseStatus.CONFIRMED, date(2020, 2, 8))
            self.system[CorrectStatus].of_claim(HEALTH, claim_id, event, "second test")

    def _enrol_when(self, enrolled: str | None, when: str) -> None:
        """The insured place corrects the cover of the disputed claim's patient: another benefit decides the claim."""
        if enrolled == when:
            self.counted.saw("enrolled beside a dispute")
            request = enrolment(passport(ELSEWHERE)["id_no"], insured_area=WUHAN, insurance=Insurance.RESIDENT)
            self.system[EnrolPerson](agency(WUHAN), request)

    def _rule_all(self, verdict: Verdict) -> None:
        for each in self.areas.disputes:
            with self.cut_off():  # one that was ruled on otherwise keeps nobody from the next
                self.areas.rule(each, verdict, 10_000)

    def _dispose_all(self, outcome: RulingOutcome | None) -> None:
        if outcome is not None:
            for each in self.areas.disputes:
                with self.cut_off():
                    self.areas.dispose(each, outcome)

    def _end(self, claim_id: ClaimId, end: str | None) -> None:
        if end == "reversed":
            self.system[ReverseClaim](agency(AreaCode("530100")), claim_id, "entered twice")
        if end == "cleared":
            self.areas.finish()

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data(), status=st.sampled_from(CaseStatus), day=st.integers(3, 19))
    def correct_status(self, data: st.DataObject, status: CaseStatus, day: int) -> None:
        claim_id = data.draw(st.sampled_from(self.claim_ids))
        event = StatusEvent(status, date(2020, 2, day))
        with self.cut_off():
            self.system[CorrectStatus].of_claim(HEALTH, claim_id, event, "second test")

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data(), status=st.sampled_from(CaseStatus), day=st.integers(3, 19))
    def correct_person(self, data: st.DataObject, status: CaseStatus, day: int) -> None:
        """The health side's word about a person reaches every visit of theirs, open or settled."""
        record = self.calm_ports[ClaimStore].get(data.draw(st.sampled_from(self.claim_ids)))
        if record is not None:
            event = StatusEvent(status, date(2020, 2, day))
            with self.cut_off():
                self.system[CorrectStatus].of_person(HEALTH, record.person, event, "second test")
                self.counted.saw("persons corrected")

    @rule(
        number=st.integers(0, PEOPLE - 1), visit_last=st.booleans(), status=st.sampled_from(["confirmed", "suspected"])
    )
    def one_illness_in_two_hospitals(self, number: int, visit_last: bool, status: str) -> None:  # noqa: FBT001
        """A visit here and the stay elsewhere that brings the diagnosis, of one episode, received in either order."""
        shared = {"quantity": 1, "episode": "E-1", "half_months": 0, "is_distinct": False, "at_once": True}
        visit = {"number": number, "status": None, "early": True, "elsewhere": False, **shared}
        stay = {"number": number, "status": status, "early": False, "elsewhere": True, **shared}
        for each in (stay, visit) if visit_last else (visit, stay):
            self.submit(**each)
        self.counted.saw("episodes over two hospitals")

    @precondition(lambda self: self.claim_ids)
    @rule(data=st.data(), answers=st.lists(st.tuples(st.booleans(), REFERENCES), min_size=2, max_size=4))
    def bank_answers_one_order_again_and_again(self, data: st.DataObject, answers: list[tuple[bool, str]]) -> None:
        """An order, perhaps a held order, is paid, fails, and is paid after all."""
        orders = self.orders()
        if orders:
            payment_id = data.draw(st.sampled_from(orders))
            for paid, reference in answers:
                with self.cut_off():
                    self.system[PaymentReceipts].receive(FINANCE, PaymentId(payment_id), reference, paid=paid)
                    self.counted.saw("answers about one order")
                self.the_books_are_true()

    @rule()
    def top_up(self) -> None:
        with self.cut_off():
            self.advances += [each for each in self.system[Advances].top_up() if each not in self.advances]

    @invariant()
    def the_books_are_true(self) -> None:
        self.counted.steps += 1
        changes = self.desk.changes()
        if changes != self.looked_at:
            wrong = what_is_wrong(self.calm_ports, self.desk.calm_system, self.claim_ids)
            assert wrong == [], wrong
            self.looked_at = changes

    def teardown(self) -> None:
        """All cut-off work is picked up, and then every claim is as its year makes it."""
        try:
            self.arm(None)
            self.fault.meanwhile(0, lambda: None)
            for _ in range(3):
                self.sweep()
                self.run_everything()
            self.send_collective_movements_again()
            self.looked_at = -1
            self.the_books_are_true()
            self.nothing_is_left_open()
            if self.desk.seals and self.can_be_sealed():
                self.the_months_are_sealed()
                self.counted.saw("sealed to their end")
            self.counted.sequences += 1
            self.counted.ruled += sum(each.resolution is not None for each in self.areas.disputes)
            self.counted.disposed += sum(each.disposal is not None for each in self.areas.disputes)
        finally:
            self.desk.close()

    def can_be_sealed(self) -> bool:
        """Tell by the journal itself, so that a repeated sequence ends alike: a share of the journals that lie in the
        running month. Bills by hand and dialyses are played with the clock set back, as no clock of the product is.
        """
        journal = list(every(self.calm_ports[LedgerStore].journal))
        running = posting_period(instant(self.desk.clock.now()))
        return len(journal) % SEALED_EVERY == 0 and all(each.period == running for each in journal)

    def the_months_are_sealed(self) -> None:
        """The audit in parts finds nothing either, in the running month and when it is over and sealed."""
        system = self.desk.calm_system
        system[FoldBooks]()
        assert system[AuditSinceSeal].run().differences == ()
        self.desk.clock.sleep(33 * 24 * 3600)
        system[FoldBooks]()
        audit_tonight(system)
        seal = self.calm_ports[SealStore].newest()
        assert seal is not None
        assert system[AuditSinceSeal].run().differences == ()

    def send_collective_movements_again(self) -> None:
        """Whoever got no answer sends it again, until it is booked whole."""
        for sent in self.collective:
            with self.cut_off():
                self.system[CollectiveReceipts].receive(FINANCE, *sent)
        for _ in range(2):
            self.sweep()
            self.run_everything()

    def nothing_is_left_open(self) -> None:
        unfinished = [
            record.claim_id
            for claim_id in self.claim_ids
            if (record := self.calm_ports[ClaimStore].get(claim_id))
            and record.status is ClaimStatus.SETTLED
            and not (record.settlement and record.settlement.ordered)
        ]
        assert unfinished == []
        wrong = not_as_replayed(self.calm_ports, self.claim_ids) + not_as_diagnosed(self.calm_ports, self.claim_ids)
        assert wrong == [], wrong
        assert not_under_the_cover_of_today(self.calm_ports, self.claim_ids) == []
        assert under_a_document_of_another(self.calm_ports, self.claim_ids) == []

    @property
    def tasks(self) -> System:
        return self.system
