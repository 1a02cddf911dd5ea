"""States a fund's income and finance's budget, and reads both beside the ledger."""

from __future__ import annotations

from datetime import date

from chalicelib.fund_accounts.access import BUDGET_STATE, FIGURES_READ, INCOME_STATE
from chalicelib.fund_accounts.domain import (
    BUDGET_NOT_PROVIDED,
    FIGURE_RANGE,
    INCOME_OF,
    MONTH_TO_COME,
    NO_POOLING_AREA,
    AreaFigure,
    FigureKind,
    FigureVersion,
    FiscalAccount,
    FundAccount,
    figure_id_of,
    fiscal_figures,
    fund_account,
    months_between,
    span_of,
    total_of,
)
from chalicelib.fund_accounts.forms import fiscal_form, fund_form
from chalicelib.fund_accounts.ports import FigureStore, figures_in
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import FEN_MAX, Fen
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.citation import articles_of
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import Scheme
from chalicelib.ledger.ports import LedgerStore
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.registry.domain.resources import area_to_read, own

_KIND = "area-figure"


@dataclass(frozen=True, slots=True)
class MeasureFund:
    """The measure of a pooling area's funds: the stated income and the ledger's spending."""

    figures: FigureStore
    ledger: LedgerStore

    def __call__(self, area: AreaCode, months: tuple[str, ...]) -> FundAccount:
        stated: dict[tuple[FigureKind, str], Fen] = {}
        for kind in INCOME_OF.values():
            for month in months:
                figure = self.figures.get(figure_id_of(area, kind, month))
                if figure is not None:
                    stated[kind, month] = figure.amount_fen
        return fund_account(area, months, stated, self.ledger.between(*span_of(months)))


@dataclass(frozen=True, slots=True)
class AreaFigures:
    figures: FigureStore
    ledger: LedgerStore
    measure: MeasureFund
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def state_income(
        self, principal: Principal, scheme: Scheme, month: str, amount_fen: Fen, reason: str | None
    ) -> AreaFigure:
        """State a fund's income of a month, or correct it with a reason; the same amount again changes nothing.

        Raises `Invalid` for an area without a fund of its own, and for a month that is not over.
        """
        require(principal, INCOME_STATE, own(principal, _KIND))
        area, registry = principal.area, self.bundles.current().registry
        if area not in registry.areas or registry.pooling_area(area) != area:
            raise Invalid([NO_POOLING_AREA])
        if month >= self.clock.today().isoformat()[:7]:
            raise Invalid([MONTH_TO_COME])
        return self._state(principal, INCOME_OF[scheme], month, amount_fen, reason)

    def state_budget(self, principal: Principal, year: int, amount_fen: Fen, reason: str | None) -> AreaFigure:
        """State finance's budget for the fiscal part of a year, or correct the budget with a reason.

        Raises `Invalid` where no notice of that year has the area budget.
        """
        require(principal, BUDGET_STATE, own(principal, _KIND))
        if budget_rule(self.bundles.current(), principal.area, year) is None:
            raise Invalid([BUDGET_NOT_PROVIDED])
        return self._state(principal, FigureKind.FISCAL_BUDGET, str(year), amount_fen, reason)

    def find(
        self, principal: Principal, kind: FigureKind, area: AreaCode | None, page: PageRequest
    ) -> Page[AreaFigure]:
        """Find an area's figures of a kind, the latest period first."""
        return self.figures.find((figures_in(self._readable(principal, area), kind),), page)

    def fund(self, principal: Principal, area: AreaCode | None, first: str, last: str) -> FundAccount:
        """Return an area's funds over some months, both inclusive. Raises `Invalid` for more than a year of months."""
        return self.measure(self._readable(principal, area), months_between(first, last))

    def fiscal(self, principal: Principal, area: AreaCode | None, year: int) -> FiscalAccount:
        """Return an area's fiscal part of a year beside its budget."""
        whose = self._readable(principal, area)
        stated = self.figures.get(figure_id_of(whose, FigureKind.FISCAL_BUDGET, str(year)))
        posted = self.ledger.between(*span_of(months_between(f"{year}-01", f"{year}-12")))
        months = fiscal_figures(whose, year, posted)
        return FiscalAccount(
            area=whose,
            year=year,
            budget_fen=None if stated is None else stated.amount_fen,
            citation=budget_rule(self.bundles.current(), whose, year),
            total=total_of(months.values()),
            months=months,
        )

    def fund_form(self, account: FundAccount) -> PrintedForm:
        """Build the form of the funds of some months, to be signed, issued today."""
        bundle = self.bundles.current()
        last = date.fromisoformat(f"{account.months[-1]}-28")
        aid = decider(bundle, Slot.FUND_DEFICIT, account.area, last)
        return fund_form(account, *self._named(bundle, account.area, None if aid is None else aid.citation))

    def fiscal_form(self, account: FiscalAccount) -> PrintedForm:
        """Build the form of a year's fiscal part, to be signed, issued today."""
        return fiscal_form(account, *self._named(self.bundles.current(), account.area, account.citation))

    def _named(self, bundle: Bundle, area: AreaCode, citation: str | None) -> tuple[str, str, date]:
        """Return the area's name, the cited article and today, as a form has them."""
        cited = () if citation is None else articles_of(bundle, (citation,))
        return bundle.registry.areas[area].name_zh, "；".join(cited) or "—", self.clock.today()

    def _readable(self, principal: Principal, area: AreaCode | None) -> AreaCode:
        return area_to_read(principal, FIGURES_READ, self.bundles.current().registry, area, _KIND)

    def _state(
        self, principal: Principal, kind: FigureKind, period: str, amount_fen: Fen, reason: str | None
    ) -> AreaFigure:
        if not 0 <= amount_fen <= FEN_MAX:
            raise Invalid([FIGURE_RANGE])
        area = principal.area

        def once() -> AreaFigure:
            version = FigureVersion(amount_fen, reason, Act.of(principal, instant(self.clock.now())))
            known = self.figures.get(figure_id_of(area, kind, period))
            if known is None:
                stated = AreaFigure(figure_id_of(area, kind, period), area, kind, period, (version,))
            else:
                stated = known.corrected(version)
            if stated is not known:
                self.commits.commit([Revise(stated)])
            return stated

        return self.retrying.on_conflict(once)


def budget_rule(bundle: Bundle, area: AreaCode, year: int) -> str | None:
    """Return the citation of the budget notice of an area for a year: a notice in force on the year's last day."""
    found = decider(bundle, Slot.FISCAL_BUDGET, area, date(year, 12, 31))
    return None if found is None else found.citation
