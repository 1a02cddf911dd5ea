"""Opens joint inspections, records the participants, and closes inspections with their outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import area_to_read, of_area, require_found
from chalicelib.supervision.access import INSPECTION_CLOSE, INSPECTION_JOIN, INSPECTION_OPEN, INSPECTION_READ
from chalicelib.supervision.domain.inspections import (
    NOT_PROVIDED,
    PERIOD,
    UNKNOWN_INSTITUTION,
    UNKNOWN_MATTER,
    Inspection,
    InspectionId,
    InspectionOutcome,
    InspectionStatus,
    inspection_id_of,
)
from chalicelib.supervision.ports import InspectionStore, MatterStore, supervised_in

_KIND = "inspection"


@dataclass(frozen=True, slots=True)
class InspectionRequest:
    institutions: tuple[str, ...]
    from_on: date
    to_on: date
    purpose: str
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspections:
    inspections: InspectionStore
    matters: MatterStore
    bundles: BundleStore
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock

    def open(self, principal: Principal, request: InspectionRequest) -> Inspection:
        """Open an inspection of the caller's area; the opener takes part. The same inspection again returns the first.

        Raises `Invalid` without a provision of the area for joint inspections, for institutions and matters that are
        not the area's, and for a period in the wrong order.
        """
        bundle = self.bundles.current()
        require(principal, INSPECTION_OPEN, of_area(bundle.registry, principal.area, _KIND))
        rule = decider(bundle, Slot.JOINT_INSPECTION, principal.area, self.clock.today())
        if rule is None:
            raise Invalid([NOT_PROVIDED])
        if wrong := self._wrong(bundle, principal.area, request):
            raise Invalid(wrong)
        act = Act.of(principal, instant(self.clock.now()))
        institutions = tuple(sorted(set(request.institutions)))
        opened = Inspection(
            inspection_id=inspection_id_of(
                principal.area, institutions, request.from_on, request.to_on, request.purpose
            ),
            area=principal.area,
            institutions=institutions,
            from_on=request.from_on,
            to_on=request.to_on,
            purpose=request.purpose,
            matters=tuple(sorted(set(request.matters))),
            offices=tuple(Role(each) for each in rule.value["offices"]),
            citation=rule.citation,
            opened=act,
            took_part=(act,),
        )
        return self.retrying.on_conflict(lambda: self._keep(opened))

    def join(self, principal: Principal, inspection_id: InspectionId) -> Inspection:
        """Record that the caller takes part. Raises `Conflict` for a closed inspection."""
        return self._move(principal, INSPECTION_JOIN, inspection_id, lambda each, act: each.joined_by(act))

    def close(
        self, principal: Principal, inspection_id: InspectionId, outcome: InspectionOutcome, found: str
    ) -> Inspection:
        """Close an inspection. Raises `Invalid` while a named office has not taken part."""
        return self._move(
            principal, INSPECTION_CLOSE, inspection_id, lambda each, act: each.closed_by(act, outcome, found)
        )

    def read(self, principal: Principal, inspection_id: InspectionId) -> Inspection:
        """Return an inspection to the offices of its area."""
        return self._visible(principal, INSPECTION_READ, inspection_id)

    def find(
        self, principal: Principal, status: InspectionStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[Inspection]:
        """List the inspections of an area, newest first."""
        whose = area_to_read(principal, INSPECTION_READ, self.bundles.current().registry, area, _KIND)
        return self.inspections.find((supervised_in(whose),), page, {} if status is None else {"status": status.value})

    def _wrong(self, bundle: Bundle, area: AreaCode, request: InspectionRequest) -> list[Finding]:
        known = bundle.registry.institutions
        ours = all(code in known and _is_of(bundle, known[code], area) for code in request.institutions)
        found = [self.matters.get(each) for each in request.matters]
        matters = all(each is not None and each.institution in request.institutions for each in found)
        return [
            *([] if ours else [UNKNOWN_INSTITUTION]),
            *([] if matters else [UNKNOWN_MATTER]),
            *([] if request.from_on <= request.to_on else [PERIOD]),
        ]

    def _keep(self, opened: Inspection) -> Inspection:
        known = self.inspections.get(opened.inspection_id)
        if known is None:
            self.commits.commit([Revise(opened)])
        return known or opened

    def _move(
        self,
        principal: Principal,
        action: Action,
        inspection_id: InspectionId,
        change: Callable[[Inspection, Act], Inspection],
    ) -> Inspection:
        return self.take_step(
            principal, lambda: self._visible(principal, action, inspection_id), change, lambda _, moved: [Revise(moved)]
        )

    def _visible(self, principal: Principal, action: Action, inspection_id: InspectionId) -> Inspection:
        inspection = require_found(principal, action, _KIND, self.inspections.get(inspection_id))
        require(principal, action, Resource(_KIND, areas=frozenset({inspection.area})))
        return inspection


def _is_of(bundle: Bundle, institution: Institution, area: AreaCode) -> bool:
    return area == institution.agency or area in bundle.registry.chain(institution.area)
