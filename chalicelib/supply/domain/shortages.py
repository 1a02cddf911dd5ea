"""Shortages of treatment drugs: opened by an institution's reports, answered by the agency, ended by a later report.

open -> (answered) -> ended, and open again when the drug runs out again. Only an institution's reports open or end a
shortage; the agency's answer removes the shortage from the work list but does not end it. Nothing here reads a store.

Source: S-21, 鲁医保发〔2023〕1号 二.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import BEFORE_ALL, Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.supply.domain.stocks import LastReported, StockState

ShortageId = NewType("ShortageId", str)

DRUG_SHORTAGE = "drug-shortage"
"""The policy name of the clock for answering a shortage."""

PAST_KEPT = 20
"""The number of earlier shortages of a drug kept with a shortage; the reports hold them all."""


class ShortageStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PastShortage:
    """An earlier shortage of the drug, which ended before the present shortage began."""

    since: date
    found_at: Instant
    ended_at: Instant
    answered: Act | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class DrugShortage:
    """A drug of which an institution has had too little since a day. `state`, `on` and the quantities are those of the
    last report that showed the shortage.
    """

    shortage_id: ShortageId
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    code: str
    state: StockState
    on: date
    on_hand: int
    daily_use: int
    since: date
    found_at: Instant
    clock: LegalClock
    citation: str
    status: ShortageStatus = ShortageStatus.OPEN
    answered: Act | None = None
    answer: str | None = None
    ended_at: Instant | None = None
    past: tuple[PastShortage, ...] = ()
    revision: int = 1

    def seen_again(self, last: LastReported, state: StockState) -> DrugShortage:
        """Update the shortage from a later report; the same figures of the same day change nothing."""
        figures = (state, last.report.on, last.line.on_hand, last.line.daily_use)
        if figures == (self.state, self.on, self.on_hand, self.daily_use):
            return self
        return replace(
            self,
            state=state,
            on=last.report.on,
            on_hand=last.line.on_hand,
            daily_use=last.line.daily_use,
            revision=self.revision + 1,
        )

    def ended(self, at: Instant) -> DrugShortage:
        """End the shortage, since a report shows the drug again; ending it twice changes nothing."""
        if self.ended_at is not None:
            return self
        return replace(
            self, status=ShortageStatus.ENDED, ended_at=at, clock=self.clock.stop(at), revision=self.revision + 1
        )

    def answered_by(self, act: Act, text: str) -> DrugShortage:
        """Record the agency's answer; the same answer again changes nothing.

        Raises `Conflict` for another answer, and for a shortage that ended without an answer.
        """
        if self.answer is not None:
            if self.answer == text:
                return self
            raise Conflict([_ANSWERED.naming(status=self.status.value)])
        if self.ended_at is not None:
            raise Conflict([_ENDED.naming(status=self.status.value)])
        return replace(
            self,
            status=ShortageStatus.ANSWERED,
            answered=act,
            answer=text,
            clock=self.clock.stop(act.at),
            revision=self.revision + 1,
        )


def shortage_id_of(institution: InstitutionCode, code: str) -> ShortageId:
    """Derive the shortage's id: a drug has one shortage in an institution, reopened when the drug runs out again."""
    return ShortageId(f"sho_{fingerprint([institution, code])[:26]}")


def shortage_of(
    known: DrugShortage | None, last: LastReported, state: StockState, clock: LegalClock, at: Instant
) -> DrugShortage:
    """Open a shortage that a report shows for the first time, or again after it had ended."""
    report, line = last.report, last.line
    return DrugShortage(
        shortage_id=shortage_id_of(report.institution, line.code),
        institution=report.institution,
        agency=report.agency,
        area=report.area,
        code=line.code,
        state=state,
        on=report.on,
        on_hand=line.on_hand,
        daily_use=line.daily_use,
        since=report.on,
        found_at=at,
        clock=clock,
        citation=report.citation,
        past=() if known is None else (*known.past, _past(known))[-PAST_KEPT:],
        revision=1 if known is None else known.revision + 1,
    )


def _past(ended: DrugShortage) -> PastShortage:
    return PastShortage(ended.since, ended.found_at, ended.ended_at or BEFORE_ALL, ended.answered, ended.answer)


_ANSWERED = finding(
    "shortage-answered",
    "text",
    "该缺药事项已有答复，请先查询。",
    "Read the answer first: the shortage was answered otherwise.",
)
_ENDED = finding(
    "shortage-ended",
    "",
    "该药品已经补足，请查询最近的报送。",
    "Read the last report: the drug is in stock again.",
)
