"""Cancels an insured period that was never true, by the area that recorded the period; settled claims follow.

The period's days return to the earlier statement of that area, or of the agency that stated the person is not insured.
No version is lost: the cancellation is another version, with its maker, time and reason.
"""

from __future__ import annotations

from datetime import date

from chalicelib.claims.ports import PersonStore
from chalicelib.enrolment.access import ENROLMENT_CANCEL
from chalicelib.enrolment.usecases.enrol import EnrolmentRecorded, may_speak_for
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Insert, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.enrolments import (
    EnrolmentVersion,
    PersonEnrolments,
    StatementKind,
    enrolment_queue,
    stood_before,
    without_mistake,
)
from chalicelib.registry.domain.model import Enrolment, Registry
from chalicelib.registry.domain.resources import of_area
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.settlement.usecases.defer import Deferral

CALL = "POST /v1/enrolments/cancellations"


@dataclass(frozen=True, slots=True)
class CancellationRequest:
    """A cancellation of an area's period that begins on a day (None: in force always) as never true."""

    person: PersonToken
    insured_area: AreaCode
    starts_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class CancelEnrolment:
    persons: PersonStore
    bundles: BundleStore
    looking_up: LookingUp
    commits: Commits
    deferral: Deferral
    cover: CoverChanges
    retrying: Retrying
    clock: Clock

    def __call__(self, principal: Principal, request: CancellationRequest) -> EnrolmentRecorded:
        """Cancel a whole period; the same again changes nothing. Claims settled under the period are decided again:
        under the period that stands for the visit now, else as of a patient not yet insured. Raises `NotFound` where
        the area has no such period, whoever the person is.

        Source: Y-15, 云医保〔2020〕12号 四（四） for the advance until enrolment.
        """
        registry = self.bundles.current().registry
        require(principal, ENROLMENT_CANCEL, of_area(registry, request.insured_area, "enrolment"))
        self.looking_up.note(principal, request.person, CALL, Purpose.ENROLMENT)
        act = Act.of(principal, instant(self.clock.now()))
        self.retrying.on_conflict(lambda: self._cancel(principal, request, act, registry))
        self.deferral.resume_queue(enrolment_queue(request.person))
        return EnrolmentRecorded(request.person, self.cover.follow(request.person, act, "cancellation"))

    def _cancel(self, principal: Principal, request: CancellationRequest, act: Act, registry: Registry) -> None:
        known, history = self.persons.enrolments(request.person), self.persons.enrolment_history(request.person)
        mistaken = next((each for each in known.periods if _is_named(request, each)), None)
        if mistaken is None:
            if any(each.kind is StatementKind.CANCELLED and _is_named(request, each.stated) for each in history):
                return
            raise NotFound

        def is_ours(area: AreaCode) -> bool:
            return may_speak_for(principal, area, registry)

        periods = without_mistake(known.periods, mistaken, stood_before(history, mistaken), is_ours)
        version = EnrolmentVersion(
            known.version + 1, StatementKind.CANCELLED, mistaken, periods, act, reason=request.reason
        )
        self.commits.commit(
            [
                Revise(PersonEnrolments(request.person, version.number, periods)),
                Insert(version),
                *self.cover.announced(request.person, act.at),
            ]
        )


def _is_named(request: CancellationRequest, period: Enrolment) -> bool:
    return (period.insured_area, period.starts_on) == (request.insured_area, request.starts_on)
