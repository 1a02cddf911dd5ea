"""Summaries on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.adjudication.domain.determination import Payer
from chalicelib.kernel.money import format_yuan
from chalicelib.platform.http.answers import Answer, Area, Yuan
from chalicelib.summary.domain import By, DailyReport, Tally
from chalicelib.summary.usecases import Summary


class PayerSumDocument(Answer):
    """A payer's share of the settled claims of a part."""

    payer: Payer
    amount: Yuan


class SummaryItemDocument(Answer):
    """A part: a state, a payer, a day of receipt or a settling agency. `claims` are all of the part (by payer, the
    settled claims), `settled` the settled ones, `amount` their amount or the payer's share. `payers` share the amount
    of a day or an agency; the parts by state and by payer have none.
    """

    key: str
    claims: int
    settled: int
    amount: Yuan
    payers: list[PayerSumDocument]


class SummaryDocument(Answer):
    """The claims of an institution or area, by a characteristic. `from` and `to` are days of receipt, null where that
    end is open.
    """

    of: str
    by: By
    from_: Annotated[date | None, Field(alias="from")]
    to: date | None
    claims: int
    settled: int
    amount: Yuan
    items: list[SummaryItemDocument]


class DailyFiguresDocument(Answer):
    """Figures of the claims received on the day: their number, their present states, and each payer's amount of the
    settled claims.
    """

    claims: int
    received: int
    deferred: int
    rejected: int
    settled: int
    reversed: int
    withdrawn: int
    total: Yuan
    basic: Yuan
    critical: Yuan
    assistance: Yuan
    fiscal: Yuan
    patient: Yuan


class DailyInstitutionDocument(DailyFiguresDocument):
    """An institution's figures."""

    institution: str


class DailyReportDocument(Answer):
    """A day's report of an area: every institution, and all together. `silent` is the number that sent no claim."""

    date: str
    area: Area
    institutions: list[DailyInstitutionDocument]
    silent: int
    whole: DailyFiguresDocument


def daily_document(report: DailyReport) -> dict[str, Any]:
    """Write the answer for a day's report."""
    return {
        "date": report.on.isoformat(),
        "area": report.area,
        "institutions": [{"institution": each.code, **_daily_figures(row)} for each, row in report.rows],
        "silent": report.silent,
        "whole": _daily_figures(report.whole),
    }


def _daily_figures(row: Tally) -> dict[str, Any]:
    return {
        "claims": row.claims,
        **{status.value: count for status, count in row.by_status.items()},
        "total": format_yuan(row.total_fen),
        **{payer.value: format_yuan(amount_fen) for payer, amount_fen in row.by_payer.items()},
    }


def summary_document(summary: Summary) -> dict[str, Any]:
    """Write the answer for a summary."""
    span = summary.span
    return {
        "of": summary.of,
        "by": summary.by.value,
        "from": None if span.from_on is None else span.from_on.isoformat(),
        "to": None if span.to_on is None else span.to_on.isoformat(),
        "claims": summary.whole.claims,
        "settled": summary.whole.settled,
        "amount": format_yuan(summary.whole.total_fen),
        "items": [SummaryItemDocument.from_record(item) for item in summary.items],
    }
