"""Wire form and file of a statement's lines with their claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.clearing.forms import KINDS, STATUSES
from chalicelib.clearing.schemas.bodies import StatementLineDocument
from chalicelib.clearing.usecases.stated_claims import StatedClaim
from chalicelib.kernel.money import format_yuan, parse_yuan
from chalicelib.kernel.time import Instant, civil_date_of
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind, Value
from chalicelib.platform.http.answers import Answer, ShownInstant, Yuan


class StatedClaimDocument(Answer):
    """A claim as it stands. `total` is the bill of a settled claim, 0.00 of any other."""

    claim_no: str
    institution: str
    institution_name: str
    received_at: ShownInstant
    status: ClaimStatus
    total: Yuan


class StatedLineDocument(StatementLineDocument):
    """A line of a statement. `claim` is null where the line is of no claim or the claim is not the caller's to read."""

    claim: StatedClaimDocument | None


class StatedLinePage(Answer):
    items: list[StatedLineDocument]
    next: str | None


def stated_line(stated: StatedClaim) -> dict[str, Any]:
    """Write a line with its claim."""
    claim = stated.claim
    if claim is None:
        return {**stated.line, "claim": None}
    return {
        **stated.line,
        "claim": {
            "claim_no": claim.claim_no,
            "institution": claim.institution,
            "institution_name": stated.hospital_name,
            "received_at": claim.received_at,
            "status": claim.status.value,
            "total": format_yuan(_total_fen(stated)),
        },
    }


def stated_lines_file(found: Sequence[StatedClaim]) -> ListFile:
    """Write the lines with their claims as a table for an office that checks them."""
    columns = (
        Column("序号", ColumnKind.COUNT, english="no"),
        Column("结算申请号", english="claim no"),
        Column("医疗机构", english="institution"),
        Column("机构编码", english="institution code"),
        Column("受理日", ColumnKind.DAY, english="received"),
        Column("总费用", ColumnKind.MONEY, english="bill"),
        Column("记账日", ColumnKind.DAY, english="posted"),
        Column("类别", english="kind"),
        Column("应付区划", english="debtor"),
        Column("应收区划", english="creditor"),
        Column("金额", ColumnKind.MONEY, english="amount"),
        Column("状态", english="status"),
        Column("结算编号", english="claim"),
    )
    return ListFile("statement-claims", columns, [_row(place, each) for place, each in enumerate(found, start=1)])


def _row(place: int, stated: StatedClaim) -> tuple[Value, ...]:
    line, claim = stated.line, stated.claim
    of_claim: tuple[Value, ...] = (None, None, None, None, None)
    if claim is not None:
        received_on, total_fen = civil_date_of(claim.received_at), _total_fen(stated)
        of_claim = (claim.claim_no, stated.hospital_name, claim.institution, received_on, total_fen)
    return (
        place,
        *of_claim,
        civil_date_of(Instant(line["occurred_at"])),
        KINDS[ObligationKind(line["kind"])],
        stated.debtor_name,
        stated.creditor_name,
        parse_yuan(line["amount"]),
        STATUSES[line["status"]],
        line["claim_id"],
    )


def _total_fen(stated: StatedClaim) -> int:
    settled = None if stated.claim is None else stated.claim.settlement
    return 0 if settled is None else settled.bill.billed_fen
