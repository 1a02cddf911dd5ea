"""Resumes waiting records once the awaited event has come: postponed matters, and passed reviews that are due for
audit. A daily task runs this use case.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import every
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.writes import Put, Remove, Revise
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.service_desk.domain.dialysis import DIALYSIS, DialysisStatus, audit_of
from chalicelib.service_desk.domain.handling import resumes_on
from chalicelib.service_desk.domain.matters import DeskMatterStatus
from chalicelib.service_desk.domain.rests import Rest, RestKind
from chalicelib.service_desk.ports import DeskMatterStore, DialysisStore, RestStore
from chalicelib.service_desk.usecases.dialysis import dialysis_task_of
from chalicelib.service_desk.usecases.matters import desk_task_of


@dataclass(frozen=True, slots=True)
class ResumePostponed:
    rests: RestStore
    matters: DeskMatterStore
    reviews: DialysisStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def __call__(self) -> int:
        """Return the number of resumed records. A record that cannot be written now is tried again on the next run."""
        resume: dict[RestKind, Callable[[Rest], bool]] = {
            RestKind.MATTER: self._matter,
            RestKind.DIALYSIS: self._dialysis,
        }
        waiting = list(every(self.rests.all))
        return sum(self.retrying.on_conflict(partial(resume[rest.kind], rest)) for rest in waiting)

    def _matter(self, rest: Rest) -> bool:
        matter, today = self.matters.get(rest.subject_id), self.clock.today()
        if matter is None or matter.status is not DeskMatterStatus.POSTPONED:
            return False
        bundle = self.bundles.current()
        due_on = resumes_on(bundle, matter.area, matter.handling, today)
        if due_on is None or today < due_on:
            return False
        rule = clock_rule(bundle, matter.kind.business, matter.area, today, urgent=True)
        moved = matter.resumed(start_clock(rule, self.clock.now(), self.working_days))
        self.commits.commit([Revise(moved), Put(desk_task_of(moved)), Remove(rest)])
        return True

    def _dialysis(self, rest: Rest) -> bool:
        review, today = self.reviews.get(rest.subject_id), self.clock.today()
        if review is None or review.status is not DialysisStatus.PASSED:
            return False
        bundle = self.bundles.current()
        after = audit_of(bundle, review, today)
        if after is not None and not after.has_come(today):
            return False
        rule = clock_rule(bundle, DIALYSIS, review.area, today)
        moved = review.called(start_clock(rule, self.clock.now(), self.working_days))
        self.commits.commit([Revise(moved), Put(dialysis_task_of(moved)), Remove(rest)])
        return True
