"""What a desk counts, kept as it happens: matters by kind and way, day by day, and the report of some days.

Source: D-09, 大连 2020-02-20 发布会 经办-2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind

REPORT_DAYS_MAX = 366
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class DeskCount:
    """An area's matters of one kind and one way on a day: taken in, finished and taken back on it."""

    area: str
    on: date
    kind: DeskMatterKind
    channel: Channel
    received: int = 0
    finished: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class DeskSum:
    """Matters taken in, finished and taken back."""

    received: int
    finished: int
    withdrawn: int

    @classmethod
    def of(cls, counts: Iterable[DeskCount]) -> DeskSum:
        every = tuple(counts)
        return cls(
            sum(each.received for each in every),
            sum(each.finished for each in every),
            sum(each.withdrawn for each in every),
        )


@dataclass(frozen=True, slots=True)
class DeskReport:
    """The counts of an area's days, both inside, in the order of days, kinds and ways.

    `citations` name the provisions by which what is counted as contactless was done that way on its day.
    """

    area: str
    from_on: date
    to_on: date
    counts: tuple[DeskCount, ...]
    citations: tuple[str, ...]

    @property
    def total(self) -> DeskSum:
        return DeskSum.of(self.counts)

    @property
    def contactless(self) -> DeskSum:
        """What came by any other way than the counter: a matter is taken in so only where a provision has it so."""
        return DeskSum.of(each for each in self.counts if each.channel is not Channel.COUNTER)

    @property
    def by_kind(self) -> tuple[tuple[DeskMatterKind, Channel, DeskSum], ...]:
        """Kinds and ways that occur, in the order in which they are declared."""
        found = _summed(self.counts, lambda each: (each.kind, each.channel))
        order = [(kind, channel) for kind in DeskMatterKind for channel in Channel]
        return tuple((kind, channel, found[kind, channel]) for kind, channel in order if (kind, channel) in found)

    @property
    def by_day(self) -> tuple[tuple[date, DeskSum], ...]:
        """Days on which anything was counted."""
        return tuple(sorted(_summed(self.counts, lambda each: each.on).items(), key=lambda pair: pair[0]))


def desk_report_of(bundle: Bundle, area: str, from_on: date, to_on: date, counts: Iterable[DeskCount]) -> DeskReport:
    """The report of what was counted, with what provided for the ways that it came by."""
    kept = tuple(counts)
    asked = dict.fromkeys((each.on, each.kind.business) for each in kept if each.channel is not Channel.COUNTER)
    found = (decider(bundle, Slot.SERVICE_CHANNELS, area, day, business) for day, business in asked)
    citations = dict.fromkeys(each.citation for each in found if each is not None)
    return DeskReport(area, from_on, to_on, kept, tuple(citations))


def _summed(counts: Iterable[DeskCount], key: Callable[[DeskCount], Key]) -> dict[Key, DeskSum]:
    groups: dict[Key, list[DeskCount]] = defaultdict(list)
    for each in counts:
        groups[key(each)].append(each)
    return {each: DeskSum.of(found) for each, found in groups.items()}
