"""A treatment drug that runs out in an institution: seen in its reports, answered by the agency, over once it is there.

open -> (answered) -> ended, and open again when the drug runs out again. Only what an institution reports opens or ends
a shortage; the agency's answer takes it from the work list and does not fill the shelf. Nothing here reads a store.

Source: S-21, 鲁医保发〔2023〕1号 二.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.supply.domain.stocks import LastReported, StockState

DRUG_SHORTAGE = "drug-shortage"
"""The business that policy is asked about."""

PAST_KEPT = 20
"""How many earlier shortages of a drug are kept with it; the reports have them all."""


class ShortageStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PastShortage:
    """A shortage that ended before this one began."""

    since: date
    found_at: str
    ended_at: str
    answered: Act | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class DrugShortage:
    """A drug that an institution has too little of since a day. `state`, `on` and the quantities are those of the last
    report that showed it.
    """

    shortage_id: str
    institution: str
    agency: str
    area: str
    code: str
    state: StockState
    on: date
    on_hand: int
    daily_use: int
    since: date
    found_at: str
    clock: LegalClock
    citation: str
    status: ShortageStatus = ShortageStatus.OPEN
    answered: Act | None = None
    answer: str | None = None
    ended_at: str | None = None
    past: tuple[PastShortage, ...] = ()
    revision: int = 1

    def seen_again(self, last: LastReported, state: StockState) -> DrugShortage:
        """The shortage as a later report shows it; the same figures of the same day change nothing."""
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

    def ended(self, at: str) -> DrugShortage:
        """Over, since a report shows the drug again; once more it changes nothing."""
        if self.ended_at is not None:
            return self
        return replace(
            self, status=ShortageStatus.ENDED, ended_at=at, clock=self.clock.stop(at), revision=self.revision + 1
        )

    def answered_by(self, act: Act, text: str) -> DrugShortage:
        """What the agency did about it; the same again changes nothing.

        Raises `Conflict` for another answer, and for a shortage that ended without one.
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


def shortage_id_of(institution: str, code: str) -> str:
    """A drug has one shortage in an institution, which is opened again when it comes back."""
    return f"sho_{fingerprint([institution, code])[:26]}"


def shortage_of(
    known: DrugShortage | None, last: LastReported, state: StockState, clock: LegalClock, at: str
) -> DrugShortage:
    """A shortage as a report shows it for the first time, or again after it had ended."""
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
    return PastShortage(ended.since, ended.found_at, ended.ended_at or "", ended.answered, ended.answer)


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
