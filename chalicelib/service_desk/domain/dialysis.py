"""Reviews of dialysis: decided by a person, or passed at once while a notice allows that, and audited later.

waiting -> approved, refused or withdrawn; or passed -> due (on the work list) -> upheld, or recovering -> recovered.
The slot `provisional-review` lets a review pass until the epidemic is lifted, `after-epidemic` sets the day from which
the review is audited. Nothing here reads a store.

Source: D-11, 大连 2020-02-20 发布会 经办-4.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any, NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.epidemic import AfterEpidemic, after_epidemic, epidemic_lifted

DialysisReviewId = NewType("DialysisReviewId", str)

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
    """The finding of an audit: passed rightly, or wrongly."""

    UPHELD = "upheld"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class DialysisReview:
    """A person's dialysis at a hospital from one day to another, both inside, submitted to the agency of `area`.

    `citation` is the provision that let the review pass; `content` is what a repeated record under the number must
    match. `claims` are the claims that an audit found wrongly passed; their money is taken back from the hospital.
    """

    review_id: DialysisReviewId
    review_no: str
    area: AreaCode
    institution: InstitutionCode
    person: PersonToken
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
    claims: tuple[ClaimId, ...] = ()
    closed_at: Instant | None = None
    revision: int = 1

    @property
    def awaits_audit(self) -> bool:
        return self.status in (DialysisStatus.PASSED, DialysisStatus.DUE)

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors who submitted the review to the agency; none of them decides on the review or audits it."""
        return (self.asked.actor,)

    def decided_by(self, act: Act, *, approve: bool, because: str | None) -> DialysisReview:
        """Decide the review, during the epidemic or after it; the same decision changes nothing. Raises `Conflict` if
        the review was decided otherwise, or passed by itself.
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
        """Take the review back; a second withdrawal changes nothing. Raises `Conflict` once the review was decided or
        has passed: a passed review is audited.
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
        """Make the review due for its audit, with a clock that starts now."""
        return self._moved(status=DialysisStatus.DUE, clock=clock)

    def says(self, outcome: DialysisOutcome, because: str, claims: tuple[ClaimId, ...]) -> bool:
        """Tell whether the audit has recorded exactly this outcome, reason and claims."""
        upheld = self.status is DialysisStatus.UPHELD
        said = DialysisOutcome.UPHELD if upheld else DialysisOutcome.WRONG
        return self.audited is not None and (said, self.audited_because, self.claims) == (outcome, because, claims)

    def audited_by(
        self, act: Act, outcome: DialysisOutcome, because: str, claims: tuple[ClaimId, ...]
    ) -> DialysisReview:
        """Record the audit's outcome; the same outcome changes nothing. Raises `Conflict` for another outcome, and for
        a review that did not pass by itself.
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

    def recovered(self, at: Instant) -> DialysisReview:
        """Record that all wrongly passed claims are recovered."""
        return self._moved(status=DialysisStatus.RECOVERED, clock=self.clock.stop(at), closed_at=at)

    def _moved(self, **changes: Any) -> DialysisReview:
        return replace(self, revision=self.revision + 1, **changes)


def pass_provision(bundle: Bundle, area: AreaCode, day: date) -> str | None:
    """Find the provision under which a review passes at once on a day; None if a person decides on the review."""
    found = decider(bundle, Slot.PROVISIONAL_REVIEW, area, day, DIALYSIS)
    lifted = epidemic_lifted(bundle, area, day)
    if found is None or (lifted is not None and lifted.on <= day):
        return None
    return found.citation


def audit_of(bundle: Bundle, review: DialysisReview, today: date) -> AfterEpidemic | None:
    """Find the day from which a passed review is audited, as known today; None if nothing makes the audit wait."""
    return after_epidemic(bundle, DIALYSIS, review.area, today, waits_since=review.asked_on)


def dialysis_review_id_of(institution: InstitutionCode, review_no: str) -> DialysisReviewId:
    """Derive the review's id: a number names a single review of a hospital."""
    return DialysisReviewId(f"dia_{fingerprint([institution, review_no])[:26]}")


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
