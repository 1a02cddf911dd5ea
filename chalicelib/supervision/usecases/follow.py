"""Follows suspicious matters: taken up with the institution, answered, closed by another person."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.access import Action, Principal, Resource
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import Lists, area_to_read, permitted
from chalicelib.supervision.access import (
    SUPERVISION_ANSWER,
    SUPERVISION_ASK,
    SUPERVISION_CLOSE,
    SUPERVISION_READ,
)
from chalicelib.supervision.domain.matters import (
    ClaimReview,
    MatterOutcome,
    MatterStatus,
    SuspiciousMatter,
    SuspiciousMatterId,
)
from chalicelib.supervision.domain.signs import SupervisionRule
from chalicelib.supervision.ports import (
    MatterStore,
    ReviewStore,
    supervised_at,
    supervised_for,
    supervised_in,
    supervised_of,
)
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "supervision"
MATTER_ANSWER = "matter-answer"
"""The policy name of the clock that runs while an institution is asked."""


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """The filter of a list of matters."""

    status: MatterStatus | None = None
    rule: SupervisionRule | None = None
    outcome: MatterOutcome | None = None
    area: AreaCode | None = None
    institution: InstitutionCode | None = None


@dataclass(frozen=True, slots=True)
class Supervision:
    matters: MatterStore
    reviews: ReviewStore
    claims: ClaimStore
    bundles: BundleStore
    working_days: WorkingDays
    take_step: TakeStep
    clock: Clock

    def ask(self, principal: Principal, matter_id: SuspiciousMatterId, question: str) -> SuspiciousMatter:
        """Take a matter up with its institution, which sees the matter from then on. Raises `Conflict` if taken up."""

        def asked(matter: SuspiciousMatter, act: Act) -> SuspiciousMatter:
            rule = clock_rule(self.bundles.current(), MATTER_ANSWER, matter.agency, self.clock.today())
            return matter.asked_by(act, question, start_clock(rule, self.clock.now(), self.working_days))

        return self._move(principal, SUPERVISION_ASK, matter_id, asked)

    def answer(self, principal: Principal, matter_id: SuspiciousMatterId, text: str) -> SuspiciousMatter:
        """Answer as the institution. Raises `Conflict` if nothing is asked."""
        return self._move(principal, SUPERVISION_ANSWER, matter_id, lambda matter, act: matter.answered_by(act, text))

    def close(
        self, principal: Principal, matter_id: SuspiciousMatterId, outcome: MatterOutcome, because: str
    ) -> SuspiciousMatter:
        """Close a matter with its outcome, as another person than the asker.

        Raises `Conflict` for a matter that was not taken up, `Invalid` for a recovery of an unchanged claim.
        """
        return self._move(
            principal,
            SUPERVISION_CLOSE,
            matter_id,
            lambda matter, act: matter.closed_by(act, outcome, because, self.claims.get(matter.claim_id)),
        )

    def read(self, principal: Principal, matter_id: SuspiciousMatterId) -> SuspiciousMatter:
        """Return a matter to a reader who may see it."""
        return self._visible(principal, SUPERVISION_READ, matter_id)

    def find(self, principal: Principal, wanted: MatterFilter, page: PageRequest) -> Page[SuspiciousMatter]:
        """List the matters about which a hospital was asked, or that concern an area, newest first."""
        whose = Lists(_KIND, supervised_at, lambda area: _list_of(area, wanted))
        lists = whose.asked_for(principal, SUPERVISION_READ, self.bundles.current().registry, wanted.area)
        named = {"status": wanted.status, "rule": wanted.rule, "outcome": wanted.outcome}
        equal = {name: value.value for name, value in named.items() if value is not None}
        if wanted.institution is not None:
            equal["institution"] = wanted.institution
        return self.matters.find(lists, page, equal)

    def reviewed(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[ClaimReview]:
        """List the reviews of an area, newest first."""
        whose = area_to_read(principal, SUPERVISION_READ, self.bundles.current().registry, area, _KIND)
        return self.reviews.find((supervised_in(whose),), page)

    def _move(
        self,
        principal: Principal,
        action: Action,
        matter_id: SuspiciousMatterId,
        change: Callable[[SuspiciousMatter, Act], SuspiciousMatter],
    ) -> SuspiciousMatter:
        return self.take_step(
            principal, lambda: self._visible(principal, action, matter_id), change, lambda _, moved: _written(moved)
        )

    def _visible(self, principal: Principal, action: Action, matter_id: SuspiciousMatterId) -> SuspiciousMatter:
        return permitted(principal, action, _KIND, self.matters.get(matter_id), lambda it: _resource(it, action))


def _list_of(area: AreaCode, wanted: MatterFilter) -> str:
    """Return the shortest list of an area that holds what is wanted: an institution's, an outcome's, a rule's."""
    if wanted.institution is not None:
        return supervised_of(area, wanted.institution)
    word = wanted.outcome or wanted.rule
    return supervised_in(area) if word is None else supervised_for(area, word)


def _resource(matter: SuspiciousMatter, action: Action) -> Resource:
    """Build the access resource: the settling agency asks and closes; the institution sees the matter once asked."""
    institution = None if matter.status is MatterStatus.FOUND else matter.institution
    areas = frozenset(matter.areas) if action is SUPERVISION_READ else frozenset({matter.agency})
    acted = () if matter.asked is None else (matter.asked.actor,)
    return Resource(_KIND, institution=institution, areas=areas, acted=acted)


def _written(matter: SuspiciousMatter) -> list[Part]:
    """Build the writes of the matter and its present task; the matter's revision guards both."""
    task = _task(matter)
    return [Revise(matter)] if task is None else [Revise(matter), Put(task)]


def _task(matter: SuspiciousMatter) -> Task | None:
    if matter.clock is None:
        return None
    task = duty_task(
        Duty(MATTER_ANSWER, matter.matter_id, matter.clock),
        matter.owner,
        agency=matter.agency,
        institution=matter.institution,
        areas=frozenset({matter.agency}),
    )
    return task if matter.closed is None else done(task, matter.closed.at)
