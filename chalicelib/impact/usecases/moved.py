"""Requests, lists and reads runs over the amounts moved by the articles of a period. The tasks of `moving.py`, which
this module does not import, decide the claims.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chalicelib.claims.usecases.documents import Documents
from chalicelib.impact.access import MOVED_ASK, MOVED_READ
from chalicelib.impact.domain.moved import MovedBy, MovedMoney, MovedRun, moved_id_of, read_moved
from chalicelib.impact.domain.simulation import SimulationStatus
from chalicelib.impact.ports import MovedStore, SimulationMachine, SimulationStore
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import Finding, Invalid, NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying, carry, is_under_way
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, SimulationId
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.checks import check_period
from chalicelib.registry.domain.model import NATION, Registry
from chalicelib.registry.domain.resources import of_area

MOVED_DAYS_MAX = 366

_TOO_LONG = Finding(
    "period-too-long",
    "to",
    Text(
        f"一次测算至多 {MOVED_DAYS_MAX} 天，请缩短期间。",
        f"Ask for at most {MOVED_DAYS_MAX} days at a time.",
    ),
)
_EVERYWHERE = frozenset({Role.POLICY, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class AskMoved:
    bundles: BundleStore
    runs: MovedStore
    machine: SimulationMachine
    commits: Commits
    clock: Clock
    retrying: Retrying

    def __call__(
        self, principal: Principal, area: AreaCode | None, from_on: date, to_on: date, by: MovedBy
    ) -> MovedRun:
        """Start computing the amounts each unit moved of the claims posted on some days, both inside, in an area.
        Requested again, a failed run goes on where it stood, a done run starts over, a running run is left.

        Raises `NotFound` for an unknown area, `Invalid` for days in the wrong order or too many of them.
        """
        code = area_of(principal, MOVED_ASK, self.bundles.current().registry, area)
        wrong = check_period(from_on, to_on)
        if not wrong and (to_on - from_on).days >= MOVED_DAYS_MAX:
            wrong = (_TOO_LONG,)
        if wrong:
            raise Invalid(wrong)
        asked = Act.of(principal, instant(self.clock.now()))
        run = MovedRun(moved_id_of(code, from_on, to_on, by), code, from_on, to_on, by, asked, self.clock.today())
        return carry(
            lambda ended: self._opened(run, ended),
            lambda opened: self.machine.start(opened.moved_id, opened.attempt),
            self.retrying,
        )

    def _opened(self, asked: MovedRun, ended: MovedRun | None) -> MovedRun:
        known = self.runs.get(asked.moved_id)
        if known is None:
            run = asked
        elif is_under_way(known, ended):
            return known
        else:
            is_anew = known.status is SimulationStatus.DONE
            run = replace(
                asked,
                revision=known.revision + 1,
                attempt=known.attempt + 1,
                round=known.round + is_anew,
                last_on=asked.last_on if is_anew else known.last_on,
            )
        self.commits.commit([Revise(run)])
        return run


@dataclass(frozen=True, slots=True)
class ListMoved:
    bundles: BundleStore
    runs: MovedStore

    def __call__(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[MovedRun]:
        """Return an area's runs, the latest request first; without an area, all runs for an officer who sees all."""
        if area is None and principal.role in _EVERYWHERE:
            require(principal, MOVED_READ, Resource("report"))
            return self.runs.find(None, page)
        return self.runs.find(area_of(principal, MOVED_READ, self.bundles.current().registry, area), page)


@dataclass(frozen=True, slots=True)
class MovedDetail:
    """A run's progress, and its findings once done; `bundle` is the bundle in force, which names the notices."""

    run: MovedRun
    looked_at: int
    moved: MovedMoney | None
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class ReadMoved:
    bundles: BundleStore
    runs: MovedStore
    shards: SimulationStore
    documents: Documents

    def __call__(self, principal: Principal, moved_id: SimulationId) -> MovedDetail:
        """Read a run. Raises `NotFound` also for a foreign area's run."""
        run, bundle = self.runs.get(moved_id), self.bundles.current()
        whose = Resource("report") if run is None else of_area(bundle.registry, run.area, "report")
        require(principal, MOVED_READ, whose)
        if run is None:
            raise NotFound
        return MovedDetail(
            run,
            sum(shard.looked_at for shard in self.shards.shards(moved_id, run.round)),
            read_moved(self.documents.simulated(run.result)) if run.result else None,
            bundle,
        )


def area_of(principal: Principal, action: Action, registry: Registry, area: AreaCode | None) -> AreaCode:
    """Return the requested area: by default the caller's own, or the nation for a caller without an area. Raises
    `NotFound` for an area that is foreign or unknown.
    """
    code = area or (NATION if principal.role in _EVERYWHERE else principal.area)
    is_known = code in registry.areas
    require(principal, action, of_area(registry, code, "report") if is_known else Resource("report"))
    if not is_known:
        raise NotFound
    return code
