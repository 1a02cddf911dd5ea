"""Compares a hospital's books with ours for some days of receipt of claims (see `claims/domain/reconciliation.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from chalicelib.claims.access import CLAIM_RECONCILE
from chalicelib.claims.domain.reconciliation import Reconciliation, Row, Totals, reconcile
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.ports import ClaimQuery, ClaimStore
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.time import start_of
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.registry.domain.checks import check_period

_TWICE = finding(
    "claim-no-twice",
    "rows",
    "同一结算申请号出现多次，请只列一次。",
    "The number is listed more than once; give each claim number once.",
)


@dataclass(frozen=True, slots=True)
class Reconcile:
    claims: ClaimStore

    def __call__(
        self,
        principal: Principal,
        institution: InstitutionCode,
        from_on: date,
        to_on: date,
        totals: Totals,
        rows: Sequence[Row] | None,
    ) -> Reconciliation:
        """Compare the settled claims received on some days, first and last day included. Raises `Invalid`."""
        require(principal, CLAIM_RECONCILE, Resource("claim", institution=institution))
        wrong = list(check_period(from_on, to_on))
        if rows is not None and len({row.claim_no for row in rows}) != len(rows):
            wrong.append(_TWICE)
        if wrong:
            raise Invalid(wrong)
        query = ClaimQuery(
            institution=institution,
            status=ClaimStatus.SETTLED,
            received_from=start_of(from_on),
            received_before=start_of(to_on + timedelta(days=1)),
        )
        ours = [_row(record) for record in every(lambda page: self.claims.find(query, page))]
        return reconcile(totals, rows, ours)


def _row(record: ClaimRecord) -> Row:
    """Return the row of a claim, taken from its bill: the documents of a day's claims are not read."""
    if record.settlement is None:
        raise AssertionError("a settled claim has a settlement")
    bill = record.settlement.bill
    return Row(
        claim_no=record.claim_no,
        total_fen=bill.billed_fen,
        funds_fen=bill.basic_fen + bill.critical_fen + bill.assistance_fen,
        fiscal_fen=bill.fiscal_fen,
        patient_fen=bill.patient_fen,
    )
