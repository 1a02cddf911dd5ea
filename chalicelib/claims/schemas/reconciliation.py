"""Wire forms of the comparison of a hospital's books with ours."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.claims.domain.reconciliation import Reconciliation, Row, Totals
from chalicelib.platform.http.answers import Answer, Yuan
from chalicelib.platform.http.fields import ClaimNumber, DateText, InstitutionCodeText, MoneyText
from chalicelib.platform.http.reading import WireModel, at_most


class TotalsBody(WireModel):
    claims: Annotated[int, Field(ge=0, le=1_000_000)]
    total: MoneyText
    funds: MoneyText
    fiscal: MoneyText
    patient: MoneyText

    def to_totals(self) -> Totals:
        """Return the totals in the domain's form."""
        return Totals(self.claims, self.total, self.funds, self.fiscal, self.patient)


class RowBody(WireModel):
    claim_no: ClaimNumber
    total: MoneyText
    funds: MoneyText
    fiscal: MoneyText
    patient: MoneyText

    def to_row(self) -> Row:
        """Return the row of a claim in the domain's form."""
        return Row(self.claim_no, self.total, self.funds, self.fiscal, self.patient)


class ReconciliationBody(WireModel):
    """The books of a hospital for days of receipt in Asia/Shanghai, both included. The rows may be sent at once or once
    the totals differ.
    """

    institution: InstitutionCodeText
    from_on: DateText = Field(validation_alias="from")
    to_on: DateText = Field(validation_alias="to")
    totals: TotalsBody
    rows: Annotated[list[RowBody], *at_most(20_000)] | None = None


def reconciliation_document(found: Reconciliation) -> dict[str, Any]:
    """Write the claims missing on either side and the differing figures, claim by claim."""
    return {
        "equal": found.equal,
        "rows_needed": found.rows_needed,
        "ours": TotalsDocument.from_record(found.ours),
        "missing_here": list(found.missing_here),
        "missing_there": list(found.missing_there),
        "different": [UnequalDocument.from_record(each) for each in found.unequal],
    }


class TotalsDocument(Answer):
    claims: int
    total: Yuan
    funds: Yuan
    fiscal: Yuan
    patient: Yuan


class UnequalDocument(Answer):
    claim_no: str
    figure: str
    yours: Annotated[Yuan, Field(validation_alias="theirs_fen")]
    ours: Yuan


class ReconciliationDocument(Answer):
    equal: bool
    rows_needed: bool
    ours: TotalsDocument
    missing_here: list[str]
    missing_there: list[str]
    different: list[UnequalDocument]
