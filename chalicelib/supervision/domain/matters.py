"""Suspicious matters: found by a review, taken up with the institution, answered, and closed with an outcome.

Nothing here blocks a payment: a matter is a question, and errors are put right by the claim's own correction. Source:
C-18, 渝医保发〔2020〕3号 工作要求（二）.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode
from chalicelib.supervision.domain.signs import Sign, SignFigure, SupervisionRule

SuspiciousMatterId = NewType("SuspiciousMatterId", str)
ClaimReviewId = NewType("ClaimReviewId", str)


class MatterStatus(StrEnum):
    FOUND = "found"
    ASKED = "asked"
    ANSWERED = "answered"
    CLOSED = "closed"


class MatterOutcome(StrEnum):
    """`nothing`: nothing is wrong. `recovery`: the claim was put right, and money came back by the correction.
    `passed-on`: another office takes over.
    """

    NOTHING = "nothing"
    RECOVERY = "recovery"
    PASSED_ON = "passed-on"


@dataclass(frozen=True, slots=True)
class SuspiciousMatter:
    """A sign of a claim, with its outcome. `corrections` is the number of the claim's new decisions when the sign was
    found, so that a recovery can be told from earlier corrections. `clock` runs once the institution is asked.
    """

    matter_id: SuspiciousMatterId
    rule: SupervisionRule
    place: str
    figures: tuple[SignFigure, ...]
    reason: Text
    citation: str
    claim_id: ClaimId
    claim_no: str
    institution: InstitutionCode
    agency: AreaCode
    areas: tuple[AreaCode, ...]
    found_at: Instant
    corrections: int
    status: MatterStatus = MatterStatus.FOUND
    asked: Act | None = None
    question: str | None = None
    clock: LegalClock | None = None
    answered: Act | None = None
    answer: str | None = None
    closed: Act | None = None
    outcome: MatterOutcome | None = None
    because: str | None = None
    revision: int = 1

    @property
    def owner(self) -> Role:
        """The party that has to act on the matter now."""
        return Role.HOSPITAL if self.status is MatterStatus.ASKED else Role.AGENCY

    def asked_by(self, act: Act, question: str, clock: LegalClock) -> SuspiciousMatter:
        """Take the matter up with its institution; the same question again changes nothing.

        Raises `Conflict` if the matter was taken up otherwise.
        """
        if self.status is not MatterStatus.FOUND:
            if self.question == question:
                return self
            raise Conflict([_TAKEN_UP.naming(status=self.status.value)])
        return replace(
            self,
            status=MatterStatus.ASKED,
            asked=act,
            question=question,
            clock=clock,
            revision=self.revision + 1,
        )

    def answered_by(self, act: Act, answer: str) -> SuspiciousMatter:
        """Record the institution's answer; the same answer changes nothing. Raises `Conflict` if nothing is asked."""
        if self.status is not MatterStatus.ASKED:
            if self.answer == answer:
                return self
            raise Conflict([_NOT_ASKED.naming(status=self.status.value)])
        clock = None if self.clock is None else self.clock.stop(act.at)
        return replace(
            self, status=MatterStatus.ANSWERED, answered=act, answer=answer, clock=clock, revision=self.revision + 1
        )

    def closed_by(self, act: Act, outcome: MatterOutcome, because: str, claim: ClaimRecord | None) -> SuspiciousMatter:
        """Close the matter with its outcome; the same outcome again changes nothing.

        Raises `Conflict` if the matter was not taken up or was closed otherwise, `Invalid` for a recovery of a claim
        that was not put right since the sign was found.
        """
        if self.status is MatterStatus.CLOSED:
            if (self.outcome, self.because) == (outcome, because):
                return self
            raise Conflict([_CLOSED.naming(status=self.status.value)])
        if self.status is MatterStatus.FOUND:
            raise Conflict([_NOT_TAKEN_UP.naming(status=self.status.value)])
        if outcome is MatterOutcome.RECOVERY and not _is_put_right(claim, self.corrections):
            raise Invalid([_NOT_PUT_RIGHT])
        clock = None if self.clock is None else self.clock.stop(act.at)
        return replace(
            self,
            status=MatterStatus.CLOSED,
            closed=act,
            outcome=outcome,
            because=because,
            clock=clock,
            revision=self.revision + 1,
        )


def matter_id_of(claim_id: ClaimId, sign: Sign) -> SuspiciousMatterId:
    """Derive the matter's id: a sign of a claim is a single matter, and so is a sign that two claims share."""
    about = sign.place if sign.rule in _OF_TWO_CLAIMS else f"{claim_id}/{sign.place}"
    return SuspiciousMatterId(f"mat_{fingerprint([sign.rule.value, about])[:26]}")


_OF_TWO_CLAIMS = frozenset({SupervisionRule.OVERLAPPING_STAYS, SupervisionRule.RESEMBLING_BILL})


def matter_of(record: ClaimRecord, sign: Sign, agency: AreaCode, at: Instant) -> SuspiciousMatter:
    """Open the matter for a sign that a review found."""
    return SuspiciousMatter(
        matter_id=matter_id_of(record.claim_id, sign),
        rule=sign.rule,
        place=sign.place,
        figures=sign.figures,
        reason=sign.reason,
        citation=sign.citation,
        claim_id=record.claim_id,
        claim_no=record.claim_no,
        institution=record.institution,
        agency=agency,
        areas=tuple(sorted({agency, *record.areas})),
        found_at=at,
        corrections=_corrections(record),
    )


def _corrections(record: ClaimRecord | None) -> int:
    return 0 if record is None or record.settlement is None else record.settlement.corrections


def _is_put_right(claim: ClaimRecord | None, corrections: int) -> bool:
    """Tell whether the claim was reversed, taken back or decided again since the sign was found."""
    if claim is None:
        return False
    return claim.status in (ClaimStatus.REVERSED, ClaimStatus.WITHDRAWN) or _corrections(claim) > corrections


@dataclass(frozen=True, slots=True)
class ClaimReview:
    """A review of the claims that an area settles, received in some days, with the number of claims and of matters
    shown, including known matters. `by` is None for a review by the nightly task.
    """

    review_id: ClaimReviewId
    area: AreaCode
    from_on: date
    to_on: date
    claims: int
    matters: int
    at: Instant
    by: Act | None
    citations: tuple[str, ...]
    revision: int = 1


def review_id_of(area: AreaCode, from_on: date, to_on: date, at: Instant) -> ClaimReviewId:
    """Derive the review's id from its run: the same days may be reviewed again later, when more is known."""
    return ClaimReviewId(f"rev_{fingerprint([area, from_on.isoformat(), to_on.isoformat(), at])[:26]}")


_TAKEN_UP = finding(
    "matter-taken-up",
    "",
    "该事项已向机构询问，请先查询。",
    "The matter was taken up with its institution already. Read the matter first.",
)
_NOT_ASKED = finding(
    "matter-not-asked",
    "",
    "该事项没有待答复的询问，请先查询。",
    "No question about this matter is waiting for an answer. Read the matter first.",
)
_NOT_TAKEN_UP = finding(
    "matter-not-taken-up",
    "",
    "该事项尚未向机构询问，请先询问。",
    "Take the matter up with its institution first.",
)
_CLOSED = finding(
    "matter-closed",
    "",
    "该事项已作不同办结，请先查询办结结果。",
    "The matter was closed otherwise. Read its outcome first.",
)
_NOT_PUT_RIGHT = finding(
    "claim-not-put-right",
    "outcome",
    "该结算申请自发现后没有冲销或更正，不能以追回办结；请先办理冲销或更正。",
    "Reverse or correct the claim first: it stands as it was found, and nothing came back.",
)
