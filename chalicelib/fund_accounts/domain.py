"""Area figures beside the ledger: a fund's income, and finance's budget.

A pooling area's agency states the monthly income of its employees' and residents' funds; the ledger holds the spending,
and a fund falls short where income is less than spending. An area's finance states its budget for the fiscal part of a
year; the ledger holds the amounts owed, paid first, refunded and still short. A figure stated again is corrected with a
reason, and every version stays. Nothing here reads a store.
Source: S-13, 鲁医保发〔2023〕1号 七; W-06, 威医保发〔2023〕2号 二.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.ledger.domain.months import period_after, period_begins, periods_until
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction

FigureId = NewType("FigureId", str)


class FigureKind(StrEnum):
    """The kind of figure. `fund-…`: a fund's income of a month. `fiscal-budget`: a year's fiscal budget."""

    EMPLOYEE_INCOME = "fund-employee"
    RESIDENT_INCOME = "fund-resident"
    FISCAL_BUDGET = "fiscal-budget"


INCOME_OF = {Scheme.EMPLOYEE: FigureKind.EMPLOYEE_INCOME, Scheme.RESIDENT: FigureKind.RESIDENT_INCOME}


@dataclass(frozen=True, slots=True)
class FigureVersion:
    """A statement of a figure at an instant; a correction has its reason."""

    amount_fen: Fen
    reason: str | None
    stated: Act


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """A figure of an area and a period, `2023-01` or `2023`, with every version; the last version is in force."""

    figure_id: FigureId
    area: AreaCode
    kind: FigureKind
    period: str
    versions: tuple[FigureVersion, ...]
    revision: int = 1

    @property
    def amount_fen(self) -> Fen:
        return self.versions[-1].amount_fen

    def corrected(self, version: FigureVersion) -> AreaFigure:
        """Return the figure with another amount, unchanged for the same amount. Raises `Invalid` without a reason."""
        if version.amount_fen == self.amount_fen:
            return self
        if version.reason is None:
            raise Invalid([_CORRECTION_WHY])
        return replace(self, versions=(*self.versions, version), revision=self.revision + 1)


def figure_id_of(area: AreaCode, kind: FigureKind, period: str) -> FigureId:
    """Return the id of the only figure of an area, a kind and a period."""
    return FigureId(f"fig_{fingerprint([area, kind.value, period])[:26]}")


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Return the months from first to last, both inclusive. Raises `Invalid` for more than a year, or no month."""
    months = tuple(islice(periods_until(first, last), MONTHS_MAX + 1))
    if not 1 <= len(months) <= MONTHS_MAX:
        raise Invalid([_MONTHS_RANGE])
    return months


def span_of(months: tuple[str, ...]) -> tuple[Instant, Instant]:
    """Return the instants at which some months begin and end."""
    return period_begins(months[0]), period_begins(period_after(months[-1]))


def complete_months(today: date) -> tuple[str, ...]:
    """Return the complete months of the year; in January the months of the year before."""
    year = today.year if today.month > 1 else today.year - 1
    return tuple(f"{year}-{month:02}" for month in range(1, (today.month if today.month > 1 else 13)))


MONTHS_MAX = 12


@dataclass(frozen=True, slots=True)
class SchemeAccount:
    """A fund's account over some months: the stated income, the spending, and the months without a stated income."""

    scheme: Scheme
    income_fen: Fen
    spent_fen: Fen
    unstated: tuple[str, ...]

    @property
    def short_fen(self) -> Fen:
        """Return the amount by which the fund fell short; known only once every month's income is stated."""
        return max(0, self.spent_fen - self.income_fen)


@dataclass(frozen=True, slots=True)
class FundAccount:
    """The funds of a pooling area over some months."""

    area: AreaCode
    months: tuple[str, ...]
    schemes: tuple[SchemeAccount, ...]

    @property
    def unstated(self) -> tuple[str, ...]:
        """Return the months for which some fund's income is not stated."""
        return tuple(month for month in self.months if any(month in each.unstated for each in self.schemes))

    @property
    def short_fen(self) -> Fen:
        """Return the amount by which the funds fell short, fund by fund: no fund stands in for another."""
        return sum(each.short_fen for each in self.schemes)


def fund_account(
    area: AreaCode,
    months: tuple[str, ...],
    stated: Mapping[tuple[FigureKind, str], Fen],
    journal: Iterable[Transaction],
) -> FundAccount:
    """Return the stated income and the journal's spending of an area's funds."""
    spent: Counter[str] = Counter()
    wanted = set(months)
    for transaction in journal:
        if transaction.period in wanted:
            for posting in transaction.postings:
                spent[posting.account] += posting.amount_fen
    schemes = []
    for scheme, kind in INCOME_OF.items():
        prefix = f"fund/{area}/{scheme.value}/"
        schemes.append(
            SchemeAccount(
                scheme=scheme,
                income_fen=sum(stated.get((kind, month), 0) for month in months),
                spent_fen=sum(fen for account, fen in spent.items() if account.startswith(prefix)),
                unstated=tuple(month for month in months if (kind, month) not in stated),
            )
        )
    return FundAccount(area, months, tuple(schemes))


@dataclass(frozen=True, slots=True)
class FiscalFigures:
    """Finance's fiscal part in fen: owed, paid first, to be refunded by other levels, and refunded."""

    owed_fen: Fen = 0
    paid_fen: Fen = 0
    to_come_back_fen: Fen = 0
    came_back_fen: Fen = 0

    @property
    def short_fen(self) -> Fen:
        """Return the amount still to be paid."""
        return max(0, self.owed_fen - self.paid_fen)

    @property
    def still_to_come_back_fen(self) -> Fen:
        return self.to_come_back_fen - self.came_back_fen


@dataclass(frozen=True, slots=True)
class FiscalAccount:
    """An area's fiscal part of a year beside its budget; `budget_fen` is None where no budget is stated."""

    area: AreaCode
    year: int
    budget_fen: Fen | None
    citation: str | None
    total: FiscalFigures
    months: Mapping[str, FiscalFigures] = field(default_factory=dict)

    @property
    def left_fen(self) -> Fen | None:
        """Return the amount left in the budget after payments; negative where payments exceed the budget."""
        return None if self.budget_fen is None else self.budget_fen - self.total.paid_fen


def fiscal_figures(area: AreaCode, year: int, journal: Iterable[Transaction]) -> dict[str, FiscalFigures]:
    """Return the fiscal part by month of posting, for the months with any movement of it."""
    owed, overpaid = f"fiscal/{area}/receivable", f"fiscal/{area}/overpaid"
    back = f"subsidy/{area}/due-from/"
    found: dict[str, Counter[str]] = {}
    for transaction in journal:
        if not transaction.period.startswith(f"{year}-"):
            continue
        is_payment = transaction.event is LedgerEvent.FINANCE_PAID
        has_cleared = transaction.event is LedgerEvent.CLEARED
        for posting in transaction.postings:
            if posting.account not in (owed, overpaid) and not posting.account.startswith(back):
                continue
            month = found.setdefault(transaction.period, Counter())
            if posting.account.startswith(back):
                if has_cleared:
                    month["came_back_fen"] -= posting.amount_fen
                else:
                    month["to_come_back_fen"] += posting.amount_fen
            elif is_payment:
                month["paid_fen"] -= posting.amount_fen
            else:
                month["owed_fen"] += posting.amount_fen
    return {month: FiscalFigures(**sums) for month, sums in sorted(found.items())}


def total_of(months: Iterable[FiscalFigures]) -> FiscalFigures:
    """Return the sum of some months."""
    columns = zip(*(astuple(each) for each in months), strict=True)
    return FiscalFigures(*(sum(column) for column in columns))


FIGURE_RANGE = finding(
    "amount-range", "amount", "金额须在零到一百亿元之间，请更正。", "Give an amount from zero to ten billion yuan."
)
MONTH_TO_COME = finding(
    "month-to-come",
    "month",
    "该月尚未结束，请在月末后填报。",
    "Give the income once the month is over: it has not ended.",
)
NO_POOLING_AREA = finding(
    "no-pooling-area",
    "",
    "基金收入由统筹地区的经办机构填报，请由统筹地区办理。",
    "Have the pooling area's agency state the income: this area has no fund of its own.",
)
BUDGET_NOT_PROVIDED = finding(
    "fiscal-budget-not-provided",
    "year",
    "该年度没有文件要求本区划财政安排此项预算，请核对年度。",
    "Check the year: no notice in force in it has this area's finance budget for the fiscal part.",
)
_CORRECTION_WHY = finding(
    "reason-required",
    "reason",
    "已填报其他金额；更正须说明原因。",
    "Say why the figure is corrected: another amount was stated before.",
)
_MONTHS_RANGE = finding(
    "months-range",
    "to",
    "止月不早于起月，最多十二个月，请更正。",
    "Ask for one to twelve months, the first month first.",
)
