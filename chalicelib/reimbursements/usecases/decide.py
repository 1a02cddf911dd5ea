"""Audits a reimbursement by hand at the insured place, decides the case with the engine of all claims, and pays it.

The decision writes everything at once: the expense, the order to the bank, the person's year and the case. The year
counts a bill reimbursed by hand like any claim, in its place; the bill is decided once, and later changes of the year
leave the decision. No code is asked of the person: asking for a code is the hospital's duty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.adjudication.domain.assess import assess
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, Step, movement_id_of, step_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import Decider
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Conflict, IntegrityError, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part, Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.ledger.ports import PostTransaction
from chalicelib.reimbursements.access import REIMBURSEMENT_AUDIT, REIMBURSEMENT_DECIDE, REIMBURSEMENT_RECEIPT
from chalicelib.reimbursements.domain.case import Payment, Reimbursement, ReimbursementStatus, report_key
from chalicelib.reimbursements.domain.postings import answered, granted, ordered, reimbursed
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.reimbursements.usecases.cases import Bills, Cases, Taken

Moved = tuple[Reimbursement, list[Part]]


@dataclass(frozen=True, slots=True)
class DecideReimbursement:
    cases: Cases
    accepting: AcceptReimbursement
    decider: Decider
    documents: Documents
    bills: Bills

    def audit(self, principal: Principal, case_id: ClaimId) -> Reimbursement:
        """Record that a case is in order."""
        return self.cases.move(principal, REIMBURSEMENT_AUDIT, case_id, lambda case, act: (case.audit(act), []))

    def send_back(self, principal: Principal, case_id: ClaimId, kinds: Sequence[str], reason: str) -> Reimbursement:
        """Ask the desk for documents, with the reason."""
        return self.cases.move(
            principal, REIMBURSEMENT_AUDIT, case_id, lambda case, _: (case.send_back(kinds, reason), [])
        )

    def turn_down(self, principal: Principal, case_id: ClaimId, reason: str) -> Reimbursement:
        """Refuse a case at its audit, which frees its visit."""
        return self.cases.move(principal, REIMBURSEMENT_AUDIT, case_id, self._refusing(reason))

    def refuse(self, principal: Principal, case_id: ClaimId, reason: str) -> Reimbursement:
        """Refuse an audited case, as another person than those who handled the case."""
        return self.cases.move(principal, REIMBURSEMENT_DECIDE, case_id, self._refusing(reason))

    def release(self, principal: Principal, case_id: ClaimId) -> Reimbursement:
        """Decide the case, post the decision and order the payment; a repeated release changes nothing.

        Raises `OwnAct` for the actors who accepted, forwarded or audited the case, `Invalid` for what prevents a
        decision.
        """
        return self.cases.move(principal, REIMBURSEMENT_DECIDE, case_id, self._release)

    def order_again(self, principal: Principal, case_id: ClaimId) -> Reimbursement:
        """Order anew a payment that the bank could not make, as another person than those who handled the case."""

        def step(case: Reimbursement, act: Act) -> Moved:
            moved = case.order_again()
            payment = moved.payment
            if payment is None:
                raise IntegrityError
            return moved, [PostTransaction(ordered(moved, act.at, payment.amount_fen, payment.number))]

        return self.cases.move(principal, REIMBURSEMENT_DECIDE, case_id, step)

    def _refusing(self, reason: str) -> Taken:
        def step(case: Reimbursement, act: Act) -> Moved:
            return case.refuse(act, reason), self.accepting.frees(case)

        return step

    def _release(self, case: Reimbursement, act: Act) -> Moved:
        if case.payment is not None:
            return case, []
        case.require_audited()
        claim = self.bills.of(case)
        seen = self.decider.examine(claim)
        if seen.wait is not None and seen.enrolment is None:
            raise Invalid([_NOT_INSURED_NOW])
        if seen.resemblance.findings:
            raise Conflict(seen.resemblance.findings)
        assessment = assess(claim, seen.circumstances, seen.bundle, again=True)
        determination, document = assessment.determination, assessment.document
        if determination is None or document is None:
            raise Invalid(assessment.findings)
        what = granted(determination, is_full=_is_full(seen.bundle, case))
        if not what.amount_fen:
            raise Invalid([_NOTHING])
        payment = Payment(what.amount_fen, what.fiscal_fen, self.documents.put_determination(document), act.at)
        moved = case.order(act, payment)
        year = seen.year.with_entry(
            case.case_id, case.institution, case.case_id, determination.contribution, by_hand=True
        )
        return moved, [
            PostTransaction(reimbursed(case, act.at, what)),
            PostTransaction(ordered(case, act.at, what.amount_fen, 0)),
            Revise(year),
            seen.enrolments,
        ]


@dataclass(frozen=True, slots=True)
class ReimbursementReceipts:
    cases: Cases
    register: Register

    def receive(
        self, principal: Principal, case_id: ClaimId, bank_reference: str, outcome: BankOutcome
    ) -> Reimbursement:
        """Record the bank's report on the payment; the same report again returns the case as it stands.

        Raises `OwnAct` for the actors who handled the case, `Conflict` without an order and for a used reference.
        """
        require_reference(bank_reference)

        def step(case: Reimbursement, act: Act) -> Moved:
            return self._heard(case, act, bank_reference, outcome)

        return self.cases.move(principal, REIMBURSEMENT_RECEIPT, case_id, step)

    def _heard(self, case: Reimbursement, act: Act, bank_reference: str, outcome: BankOutcome) -> Moved:
        payment = case.payment
        if payment is None:
            raise Conflict([_NOT_ORDERED.naming(status=case.status.value)])
        movement_id = movement_id_of(case.payer, bank_reference)
        said = Movement(movement_id, case.payer, MovementKind.ORDERS, (case.case_id,), outcome, payment.amount_fen, act)
        movement = self.register.new(said)
        if movement is None:
            return case, []
        step = step_of(case.order_state, payment.beyond, outcome)
        beyond = payment.beyond + {Step.BEYOND: 1, Step.BEYOND_CAME_BACK: -1}.get(step, 0)
        heard = replace(
            payment,
            beyond=beyond,
            bank_reference=bank_reference,
            said=(*payment.said, report_key(movement_id, outcome)),
        )
        moves = answered(case, step, movement_id, act.at)
        parts: list[Part] = [Revise(movement), *([] if moves is None else [PostTransaction(moves)])]
        return case.heard(heard, _STATUS.get(step, case.status)), parts


_STATUS = {
    Step.CONFIRMED: ReimbursementStatus.PAID,
    Step.FAILED: ReimbursementStatus.FAILED,
    Step.CAME_BACK: ReimbursementStatus.FAILED,
}


def _is_full(bundle: Bundle, case: Reimbursement) -> bool:
    provision = bundle.by_citation.get(case.citation)
    return provision is not None and bool(provision.value["full"])


_NOT_INSURED_NOW = finding(
    "person-unknown",
    "person",
    "该人员就医时的参保登记已不存在，请核对参保登记，或不予报销并说明原因。",
    "The person's enrolment at the visit is gone; check it, or refuse the case with the reason.",
)
_NOTHING = finding(
    "nothing-to-reimburse",
    "",
    "按规定没有可报销的金额，请作不予报销处理并说明原因。",
    "Under the provisions nothing of the bill can be reimbursed; refuse the case and say why.",
)
_NOT_ORDERED = finding(
    "payment-not-ordered",
    "",
    "该手工报销尚未下达支付指令，请核对编号。",
    "No payment has been ordered for this case yet; check its id.",
)
