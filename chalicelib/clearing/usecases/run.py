"""A run from its start to its net: closes the window's gates, proves the window against the journal, nets its contents.

Each method is a task of the clearing state machine (or its start) and may be run again at any time. A state once
reached is not entered again; a failure leaves the run visible as failed, and starting it again continues from there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

from chalicelib.clearing.access import CLEARING_RUN
from chalicelib.clearing.domain.proof import Fault, ShardEvidence, faults
from chalicelib.clearing.domain.run import Figures, Run, RunStatus, ShardSummary, run_id_of
from chalicelib.clearing.domain.statements import (
    Line,
    areas_of,
    leaf_content,
    lines_of,
    read_line,
    read_position,
    write_line,
    write_position,
)
from chalicelib.clearing.domain.terms import terms_for
from chalicelib.clearing.domain.windows import Position, summed
from chalicelib.clearing.ports import ClearingMachine, OpenRun, RunStore, WindowStore, WriteRun
from chalicelib.clearing.usecases.mend import Mender
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Conflict, Finding, IntegrityError, Invalid, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import civil_date, instant
from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.obligations import SHARDS, Window, province_of
from chalicelib.ledger.domain.transaction import posting_period
from chalicelib.registry.domain.model import AreaLevel

_NOTHING_TO_CLEAR = Finding(
    "nothing-to-clear",
    "period",
    Text(
        "该期间没有未清算的款项，请另选期间或待有结算入账后再发起。",
        "Nothing of this period is waiting to be cleared; choose another period, or wait for claims to be posted.",
    ),
)
_PERIOD_AHEAD = Finding(
    "period-ahead",
    "period",
    Text(
        "清算期间不能晚于本月，请填写本月或以前的月份。",
        "A period after the current month cannot be cleared; give this month or an earlier one.",
    ),
)
_NO_TIER = Finding(
    "no-tier",
    "tier",
    Text(
        "清算层级须为省级区划代码，或代表国家级的 000000。",
        "Give the area code of a province as the tier, or 000000 for the national tier.",
    ),
)
_FAULTS_NAMED_MAX = 20


class WindowNotProved(IntegrityError):
    """A difference between the window and the journal; nothing is netted. The run shows the transactions concerned."""

    code = "window-not-proved"
    message = Text(
        "清算窗口与账簿不符，清算已停止，请申请修复。",
        "The window does not match the ledger, so the run stops; ask for a repair.",
    )


@dataclass(frozen=True, slots=True)
class Month:
    """The windows of a tier and month as read: the open window, and the runs of the windows before it, oldest first."""

    open: Window
    earlier: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class StartRun:
    """The start of a run over the open window of a tier and a month, or of a failed run where it failed."""

    windows: WindowStore
    runs: RunStore
    commits: Commits
    machine: ClearingMachine
    clock: Clock
    retrying: Retrying
    bundles: BundleStore

    def __call__(self, principal: Principal, tier: AreaCode, period: str | None) -> RunId:
        """Start a run and return its id. Raises `Conflict` where nothing waits to be cleared, naming the run that is
        under way if any; `Invalid` for a month to come.
        """
        require(principal, CLEARING_RUN, Resource("clearing", tier=tier))
        current = posting_period(instant(self.clock.now()))
        wrong = [_PERIOD_AHEAD] if period is not None and period > current else []
        wrong += [_NO_TIER] if province_of(tier) != tier else []
        if wrong:
            raise Invalid(wrong)
        return self.start(tier, period or current, principal.actor)

    def start(self, tier: AreaCode, period: str, actor: str, *, empty: bool = False) -> RunId:
        """Start a run and return its id; without a principal, for the schedule, which may clear an `empty` window."""
        return self._started(self._months(tier, period), actor, lambda _: empty)

    def schedule_all(self) -> int:
        """Start the runs due on the first of a month, in all provinces' tiers and the nation's; return their number."""
        areas = self.bundles.current().registry.areas.values()
        return self.schedule(
            sorted(area.code for area in areas if area.level in (AreaLevel.NATION, AreaLevel.PROVINCE))
        )

    def schedule(self, tiers: Iterable[AreaCode]) -> int:
        """Start a run of the month before in every tier. Returns the number of runs.

        A tier's first run of a month starts even where nothing waits, so that every month ends with a statement that
        says so; later runs start only for late obligations. Failed runs of the month are resumed.
        """
        first = civil_date(self.clock.now()).replace(day=1)
        period = (first - timedelta(days=1)).strftime("%Y-%m")
        started = 0
        for tier in tiers:
            month = self._month(tier, period)
            failed = {run.run_id for run in month.earlier if run.status is RunStatus.FAILED}
            resumed = tuple(self.resume(run.run_id) if run.run_id in failed else run for run in month.earlier)
            started += len(failed)
            months = chain([replace(month, earlier=resumed)], self._months(tier, period))
            with suppress(Conflict):
                self._started(months, "schedule", lambda month: month.open.number == 1)
                started += 1
        return started

    def resume(self, run_id: RunId) -> Run:
        """Resume a failed run where it failed, and return it; a run under way is left to its execution."""
        run = self.retrying.on_conflict(lambda: self._resumed(run_of(self.runs, run_id)))
        self.machine.start(run.run_id, run.window.tier, run.attempt)
        return run

    def _started(self, months: Iterator[Month], actor: str, may_be_empty: Callable[[Month], bool]) -> RunId:
        """Open a run by the month as read, which is read anew where another start came first; start its execution."""
        run = self.retrying.on_conflict(lambda: self._open(month := next(months), actor, empty=may_be_empty(month)))
        self.machine.start(run.run_id, run.window.tier, run.attempt)
        return run.run_id

    def _months(self, tier: AreaCode, period: str) -> Iterator[Month]:
        while True:
            yield self._month(tier, period)

    def _month(self, tier: AreaCode, period: str) -> Month:
        window = self.windows.open_window(tier, period)
        runs = (self.runs.get(run_id_of(replace(window, number=number))) for number in range(1, window.number))
        return Month(window, tuple(run for run in runs if run is not None))

    def _open(self, month: Month, actor: str, *, empty: bool) -> Run:
        window, tier = month.open, month.open.tier
        failed = next((run for run in month.earlier if run.status is RunStatus.FAILED), None)
        if failed is not None:
            return self._resumed(failed)
        if not empty and not self.windows.passed(window):
            last = month.earlier[-1] if month.earlier else None
            if last is not None and last.status is not RunStatus.SETTLED:
                # The run's start may have been cut off before the execution began; starting the attempt again is safe.
                # A caller who lost the answer of the start learns the run's id here.
                self.machine.start(last.run_id, tier, last.attempt)
                raise Conflict([_under_way(last.run_id)])
            raise Conflict([_NOTHING_TO_CLEAR])
        terms = terms_for(self.bundles.current(), tier, window.period, civil_date(self.clock.now()))
        run = Run(run_id_of(window), window, actor, instant(self.clock.now()), terms)
        self.commits.commit([OpenRun(run)])
        return run

    def _resumed(self, failed: Run) -> Run:
        if failed.status is not RunStatus.FAILED:
            return failed
        run = replace(failed.resumed(), revision=failed.revision + 1)
        self.commits.commit([WriteRun(run)])
        return run


@dataclass(frozen=True, slots=True)
class Clearing:
    """The first half of a run. The second half, in `parties.py`, uses the same `runs` and `documents`."""

    windows: WindowStore
    runs: RunStore
    documents: DocumentStore
    commits: Commits
    clock: Clock
    retrying: Retrying

    def close(self, run_id: RunId, shard: int) -> None:
        """Close one gate of the run's window."""
        run = run_of(self.runs, run_id)
        if not run.reached(RunStatus.VERIFIED):
            self.windows.close_gate(run.window, shard)

    def prove(self, run_id: RunId, shard: int) -> None:
        """Hold a shard against the journal and keep its contents, line by line and area by area.

        Faults that two people agreed to mend are mended first. Raises `VersionConflict` where another task was faster.
        """
        run = run_of(self.runs, run_id)
        if run.reached(RunStatus.VERIFIED):
            return
        mender = Mender(self.windows, self.runs, self.commits)
        evidence = mender.mended(run, shard, lambda shard: self._evidence(run.window, shard))
        lines = lines_of(evidence.entries)
        by_area: dict[AreaCode, list[Line]] = {}
        for line in lines:
            for area in areas_of(line, run.window.tier):
                by_area.setdefault(area, []).append(line)
        summary = ShardSummary(
            shard=shard,
            lines=len(lines),
            root=merkle.root_of([merkle.leaf(leaf_content(line)) for line in lines]).hex(),
            content=self._keep(lines) if lines else None,
            positions=self._put(map(write_position, evidence.positions)) if evidence.positions else None,
            areas={area: self._keep(own) for area, own in sorted(by_area.items())},
            faults=faults(evidence)[:_FAULTS_NAMED_MAX],
        )
        self.runs.keep_shard(run_id, summary)

    def verify(self, run_id: RunId) -> None:
        """Verify the run once all shards are proved. Raises `WindowNotProved` where a shard has faults."""
        run = run_of(self.runs, run_id)
        if run.reached(RunStatus.VERIFIED):
            return
        shards = self.runs.shards(run_id)
        if tuple(summary.shard for summary in shards) != SHARDS:
            raise AssertionError("a run is verified after its shards")
        wrong = [fault for summary in shards for fault in summary.faults]
        if wrong:
            raise WindowNotProved([_finding(fault) for fault in wrong[:_FAULTS_NAMED_MAX]])
        root = merkle.root_of([bytes.fromhex(summary.root) for summary in shards]).hex()
        lines = sum(summary.lines for summary in shards)
        self._write(replace(run.to(RunStatus.VERIFIED), lines=lines, root=root))

    def net(self, run_id: RunId) -> tuple[AreaCode, ...]:
        """Net the proved positions. Returns the areas that get a statement. Raises `Unbalanced`."""
        run = run_of(self.runs, run_id)
        shards = self.runs.shards(run_id)
        if not run.reached(RunStatus.NETTED):
            gross = summed(position for summary in shards for position in self._positions(summary))
            figures = Figures.of(gross, gross, run.window.tier)
            content = self.documents.put(DocumentKind.CLEARING, figures.write())
            self._write(replace(run.to(RunStatus.NETTED), figures=content))
        return stated_areas(shards)

    def fail(self, run_id: RunId, reason: str) -> None:
        """Leave a run visible as failed, with the reason; a run that has ended stays as it is."""
        self.retrying.on_conflict(lambda: self._fail_once(run_id, reason))

    def _fail_once(self, run_id: RunId, reason: str) -> None:
        run = run_of(self.runs, run_id)
        if run.status not in (RunStatus.FAILED, RunStatus.SETTLED):
            self._write(run.failed(reason))

    def _evidence(self, window: Window, shard: int) -> ShardEvidence:
        """Read the evidence in this order, since a transaction in the journal was written together with its entries."""
        gate = self.windows.gate(window, shard)
        journal = self.windows.journal(window.tier, window.period, shard)
        newest = self.windows.open_window(window.tier, window.period)
        others = [replace(window, number=n) for n in range(1, newest.number + 1) if n != window.number]
        return ShardEvidence(
            window=window,
            shard=shard,
            gate=gate,
            journal=journal,
            entries=self.windows.entries(window, shard),
            elsewhere=tuple(entry for other in others for entry in self.windows.entries(other, shard)),
            positions=self.windows.positions(window, shard),
        )

    def _keep(self, lines: Iterable[Line]) -> str:
        return self._put(map(write_line, lines))

    def _put(self, rows: Iterable[dict[str, Any]]) -> str:
        return self.documents.put(DocumentKind.CLEARING, canonical_json(list(rows)))

    def _positions(self, summary: ShardSummary) -> tuple[Position, ...]:
        return tuple(read_position(row) for row in _stored_rows(self.documents, summary.positions))

    def _write(self, run: Run) -> None:
        self.commits.commit([WriteRun(replace(run, revision=run.revision + 1))])


def run_of(runs: RunStore, run_id: RunId) -> Run:
    """Return a run by its id. Raises `NotFound`."""
    return existing(runs.get(run_id))


def figures_of(documents: DocumentStore, run: Run) -> Figures:
    """Return the sums of a run, empty before the run is netted."""
    if run.figures is None:
        return Figures((), (), (), (), ())
    return Figures.read(documents.get(DocumentKind.CLEARING, run.figures))


def stored_lines(documents: DocumentStore, content: str | None) -> tuple[Line, ...]:
    """Return the lines kept by proving a shard; a shard without lines has no document of lines."""
    return tuple(read_line(row) for row in _stored_rows(documents, content))


def _stored_rows(documents: DocumentStore, content: str | None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [] if content is None else json.loads(documents.get(DocumentKind.CLEARING, content))
    return rows


def stated_areas(shards: Iterable[ShardSummary]) -> tuple[AreaCode, ...]:
    """Return all areas that are shown a line of a run."""
    return tuple(sorted({area for summary in shards for area in summary.areas}))


def _under_way(run_id: RunId) -> Finding:
    return Finding(
        "run-under-way",
        "period",
        Text("该期间的清算批次正在进行，请等待其完成。", "A run of this period is under way; wait for its end."),
    ).naming(run_id=run_id)


def _finding(fault: Fault) -> Finding:
    about = fault.transaction_id or f"shard {fault.shard}"
    return Finding(
        fault.code.value,
        about,
        Text("清算窗口与账簿不符，请申请修复。", "The window and the ledger differ here; ask for a repair."),
    )
