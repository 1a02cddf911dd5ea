"""Invariants of bills reimbursed by hand: posted once, paid as the bank reported, and no visit reimbursed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.visits import Likeness, VisitEntry, likeness, years_of
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import DocumentStore
from chalicelib.kernel.system import Ports
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.reimbursements.domain.case import Reimbursement, ReimbursementStatus
from chalicelib.reimbursements.domain.postings import owed_to
from chalicelib.reimbursements.ports import ReimbursementStore, reimbursed_in
from chalicelib.reimbursements.usecases.cases import Bills
from tests.kit.areas import KUNMING

OVER = frozenset({ReimbursementStatus.REFUSED, ReimbursementStatus.WITHDRAWN})
_ONE_BILL = (Likeness.SAME_BILL, Likeness.OVERLAP_HERE)


def wrong_with_reimbursements(ports: Ports, journal: Sequence[Transaction]) -> list[str]:
    """Return the invariants that the cases of Kunming break."""
    lists = (reimbursed_in(KUNMING),)
    cases = list(every(lambda page: ports[ReimbursementStore].find(lists, page)))
    caused: dict[str, Counter[str]] = {}
    for transaction in journal:
        moved = caused.setdefault(transaction.cause, Counter())
        moved["decided"] += transaction.id.startswith("reimburse:")
        for posting in transaction.postings:
            moved[posting.account] += posting.amount_fen
    return [wrong for case in cases for wrong in _wrong(ports, case, caused.get(case.case_id, Counter()))]


def _wrong(ports: Ports, case: Reimbursement, moved: Counter[str]) -> Iterator[str]:
    payment = case.payment
    if moved["decided"] != (payment is not None):
        yield f"{case.case_id} is {case.status} and was posted {moved['decided']} times"
    amount_fen = 0 if payment is None else payment.amount_fen
    beyond = 0 if payment is None else payment.beyond
    is_paid, waits = case.status is ReimbursementStatus.PAID, case.status is ReimbursementStatus.ORDERED
    due = {
        f"bank/{case.payer}/cash": -amount_fen * (is_paid + beyond),
        f"bank/{case.payer}/in-transit": -amount_fen * waits,
        owed_to(case): amount_fen * (beyond - (case.status is ReimbursementStatus.FAILED)),
    }
    for account, expected_fen in due.items():
        if moved[account] != expected_fen:
            yield f"{case.case_id} is {case.status}: {account} moved {moved[account]}, not {expected_fen}"
    places = list(_places(ports, case))
    if any(len(found) != (case.status not in OVER) for _, found in places):
        yield f"{case.case_id} is {case.status} and stands otherwise among the visits"
    if payment is None or case.status in OVER:
        return
    for others, found in places:
        for other in others:
            if any(likeness(entry, other) in _ONE_BILL for entry in found) and _is_settled(ports, other.claim_id):
                yield f"{case.case_id} pays what {other.claim_id} settled"


def _places(ports: Ports, case: Reimbursement) -> Iterator[tuple[list[VisitEntry], list[VisitEntry]]]:
    """Of each year that the bill touches, the other visits of the person and the case's own."""
    for year in years_of(Bills(ports[DocumentStore]).of(case).visit):
        entries = ports[PersonStore].visits(case.person, year).entries
        yield (
            [each for each in entries if each.claim_id != case.case_id],
            [each for each in entries if each.claim_id == case.case_id],
        )


def _is_settled(ports: Ports, claim_id: ClaimId) -> bool:
    record = ports[ClaimStore].get(claim_id)
    return record is not None and record.status is ClaimStatus.SETTLED
