"""A review of dialysis: decided by a person, or passed at once while a notice says so, and then audited later.

waiting -> approved, refused or withdrawn; or passed -> due (on the work list) -> upheld, or recovering -> recovered.
The slot `provisional-review` lets it pass for as long as the epidemic is not lifted, `after-epidemic` says from which
day it is audited. Nothing here reads a store.

Source: D-11, 大连 2020-02-20 发布会 经办-4.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.epidemic import AfterEpidemic, after_epidemic, epidemic_lifted

DIALYSIS = "dialysis-review"
"""The business, and the duty on the work list."""

SPAN_DAYS_MAX = 366


class DialysisStatus(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    DUE = "due"
    UPHELD = "upheld"
    RECOVERING = "recovering"
    RECOVERED = "recovered"


class DialysisOutcome(StrEnum):
    """What an audit finds: passed rightly, or wrongly."""

    UPHELD = "upheld"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DialysisReview:
    """A hospital's dialysis of a person from one day to another, both inside, laid before the agency of `area`.

    `citation` is the provision that let it pass; `content` what another record under the number has to repeat. `claims`
    are those that an audit found to have been passed wrongly; their money is taken back from the hospital.
    """

    review_id: str
    review_no: str
    area: str
    institution: str
    person: str
    from_on: date
    to_on: date
    asked_on: date
    content: str
    asked: Act
    clock: LegalClock
    status: DialysisStatus
    citation: str | None = None
    decided: Act | None = None
    decided_because: str | None = None
    audited: Act | None = None
    audited_because: str | None = None
    claims: tuple[str, ...] = ()
    closed_at: str | None = None
    revision: int = 1

    @property
    def awaits_audit(self) -> bool:
        return self.status in (DialysisStatus.PASSED, DialysisStatus.DUE)

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors who laid the review before the agency; none of them decides on it or audits it."""
        return (self.asked.actor,)

    def decided_by(self, act: Act, *, approve: bool, because: str | None) -> DialysisReview:
        """Decided before the epidemic or after it; the same again changes nothing. Raises `Conflict` where it was
        decided otherwise, or passed by itself.
        """
        status = DialysisStatus.APPROVED if approve else DialysisStatus.REFUSED
        if (self.status, self.decided_because) == (status, because):
            return self
        if self.status is not DialysisStatus.WAITING:
            raise Conflict([_NOT_WAITING.naming(status=self.status.value)])
        return self._moved(
            status=status, decided=act, decided_because=because, clock=self.clock.stop(act.at), closed_at=act.at
        )

    def withdrawn_by(self, act: Act, because: str) -> DialysisReview:
        """Taken back; again it stays as it was taken back first. Raises `Conflict` once it was decided or has passed:
        what has passed is audited.
        """
        if self.status is DialysisStatus.WITHDRAWN:
            return self
        if self.status is not DialysisStatus.WAITING:
            raise Conflict([_NOT_WAITING.naming(status=self.status.value)])
        return self._moved(
            status=DialysisStatus.WITHDRAWN,
            decided=act,
            decided_because=because,
            clock=self.clock.stop(act.at),
            closed_at=act.at,
        )

    def called(self, clock: LegalClock) -> DialysisReview:
        """Due to be audited, with a clock that starts now."""
        return self._moved(status=DialysisStatus.DUE, clock=clock)

    def says(self, outcome: DialysisOutcome, because: str, claims: tuple[str, ...]) -> bool:
        """Whether its audit said just this."""
        upheld = self.status is DialysisStatus.UPHELD
        said = DialysisOutcome.UPHELD if upheld else DialysisOutcome.WRONG
        return self.audited is not None and (said, self.audited_because, self.claims) == (outcome, because, claims)

    def audited_by(self, act: Act, outcome: DialysisOutcome, because: str, claims: tuple[str, ...]) -> DialysisReview:
        """With what the audit found; the same again changes nothing. Raises `Conflict` where it found something else,
        and for what did not pass by itself.
        """
        if self.says(outcome, because, claims):
            return self
        if self.audited is not None:
            raise Conflict([_AUDITED.naming(status=self.status.value)])
        if not self.awaits_audit:
            raise Conflict([_NOT_PASSED.naming(status=self.status.value)])
        status = DialysisStatus.UPHELD if outcome is DialysisOutcome.UPHELD else DialysisStatus.RECOVERING
        over = None if status is DialysisStatus.RECOVERING else act.at
        clock = self.clock if over is None else self.clock.stop(over)
        return self._moved(
            status=status, audited=act, audited_because=because, claims=claims, clock=clock, closed_at=over
        )

    def recovered(self, at: str) -> DialysisReview:
        """With everything taken back that was passed wrongly."""
        return self._moved(status=DialysisStatus.RECOVERED, clock=self.clock.stop(at), closed_at=at)

    def _moved(self, **changes: Any) -> DialysisReview:
        return replace(self, revision=self.revision + 1, **changes)


def pass_provision(bundle: Bundle, area: str, day: date) -> str | None:
    """The provision by which a review passes at once on a day, None where a person decides on it."""
    found = decider(bundle, Slot.PROVISIONAL_REVIEW, area, day, DIALYSIS)
    lifted = epidemic_lifted(bundle, area, day)
    if found is None or (lifted is not None and lifted.on <= day):
        return None
    return found.citation


def audit_of(bundle: Bundle, review: DialysisReview, today: date) -> AfterEpidemic | None:
    """From which day a review that passed is audited, as it is known today; None where nothing makes it wait."""
    return after_epidemic(bundle, DIALYSIS, review.area, today, waits_since=review.asked_on)


def dialysis_review_id_of(institution: str, review_no: str) -> str:
    """A number names one review of a hospital."""
    return f"dia_{fingerprint([institution, review_no])[:26]}"


AUDIT_EARLY = finding(
    "audit-early",
    "",
    "疫情尚未解除，该审核未到补审之日，请在解除之后办理。",
    "Wait for the day on which the epidemic is lifted: what has passed is audited from then on.",
)
CLAIM_OUTSIDE = finding(
    "claim-outside-review",
    "claims",
    "所列结算申请须是该机构、该患者在审核期间内已结算的，请核对。",
    "Name settled claims of this hospital and patient that were discharged within the days of the review.",
)
CLAIMS_UNEXPECTED = finding(
    "claims-unexpected",
    "claims",
    "审核无误时不列结算申请，请删去。",
    "Leave the claims out: what was passed rightly stands.",
)
SPAN_TOO_LONG = finding(
    "period-too-long",
    "to",
    f"一次审核至多 {SPAN_DAYS_MAX} 天，请分次提出。",
    f"Split it: a review spans at most {SPAN_DAYS_MAX} days.",
)
REVIEW_NUMBER_TAKEN = finding(
    "review-no-taken",
    "review_no",
    "该编号已用于另一次审核，请换号或查询原记录。",
    "Use another number, or read the review that this one names.",
)
_NOT_WAITING = finding(
    "review-not-waiting",
    "status",
    "该审核已经办结或已自动通过，请查询其状态；自动通过的待补审。",
    "Read its status: it was decided, taken back, or has passed by itself, and is then audited.",
)
_NOT_PASSED = finding(
    "review-not-passed",
    "status",
    "只有自动通过的审核才补审，请查询其状态。",
    "Read its status: only what passed by itself is audited.",
)
_AUDITED = finding(
    "audit-taken",
    "outcome",
    "该审核已有补审结论，不能更改，请查看原结论。",
    "Read the outcome of its audit, which is not changed.",
)
