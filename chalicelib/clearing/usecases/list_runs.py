"""Lists the clearing runs and windows of a month, so that readers need no run id beforehand.

A month's windows are numbered, and a run is named by its window: the list is read by key, without a search.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.clearing.access import CLEARING_READ
from chalicelib.clearing.domain.run import Run, RunStatus, run_id_of
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.run import stated_areas
from chalicelib.kernel.access import Principal, Resource, Role, allowed, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.obligations import Window, province_of
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.registry.domain.model import NATION
from chalicelib.registry.domain.resources import own

NUMBER_MAX = 10**8 - 1


@dataclass(frozen=True, slots=True)
class WindowView:
    """A window of a month with its run; `run` is None while the window is open."""

    window: Window
    run: Run | None


@dataclass(frozen=True, slots=True)
class ListClearing:
    runs: RunStore
    windows: WindowStore
    clock: Clock

    def windows_of(
        self, principal: Principal, tier: AreaCode | None, period: str | None, page: PageRequest
    ) -> Page[WindowView]:
        """List the windows of a month, by default the current month, by tier and newest first; those of the caller's
        tiers unless a tier is named. Raises `Forbidden` for a role that reads no clearing.
        """
        return page_of(self._windows(principal, tier, period), lambda view: _place(view.window), page)

    def runs_of(
        self,
        principal: Principal,
        tier: AreaCode | None,
        period: str | None,
        status: RunStatus | None,
        page: PageRequest,
    ) -> Page[Run]:
        """List the runs of a month that concern the caller, in the order of the windows. An agency and finance see
        those in which their area has a part.
        """
        runs = [
            view.run
            for view in self._windows(principal, tier, period)
            if view.run is not None
            and (status is None or view.run.status is status)
            and allowed(principal, CLEARING_READ, self._concern(view.run))
        ]
        return page_of(runs, lambda run: _place(run.window), page)

    def _windows(self, principal: Principal, tier: AreaCode | None, period: str | None) -> list[WindowView]:
        require(principal, CLEARING_READ, own(principal, "clearing"))
        month = period or posting_period(instant(self.clock.now()))
        return [view for each in self._tiers(principal, tier) for view in self._of_tier(principal, each, month)]

    def _of_tier(self, principal: Principal, tier: AreaCode, period: str) -> Iterator[WindowView]:
        if principal.role is Role.CENTRE and principal.area != tier:
            return
        newest = self.windows.open_window(tier, period)
        for number in range(newest.number, 0, -1):
            window = Window(tier, period, number)
            yield WindowView(window, self.runs.get(run_id_of(window)))

    def _tiers(self, principal: Principal, tier: AreaCode | None) -> tuple[AreaCode, ...]:
        """Return the named tier, or the tiers in which the caller's area clears: the province's and the nation's."""
        if tier is not None:
            return (tier,)
        if principal.area == NATION or principal.role is Role.CENTRE:
            return (principal.area,)
        return (province_of(principal.area), NATION)

    def _concern(self, run: Run) -> Resource:
        areas = frozenset(stated_areas(self.runs.shards(run.run_id)))
        return Resource("clearing", areas=areas, tier=run.window.tier)


def _place(window: Window) -> str:
    """Return a window's sort key in a list: by tier, the newest first."""
    return f"{window.tier}#{NUMBER_MAX - window.number:08d}"
