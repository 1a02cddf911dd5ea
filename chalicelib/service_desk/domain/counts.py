"""Counts of a desk, kept as matters happen: by kind and channel, day by day, and the report of some days.

Source: D-09, 大连 2020-02-20 发布会 经办-2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import TypeVar

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind

REPORT_DAYS_MAX = 366
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class DeskCount:
    """An area's matters of a kind and a channel on a day: the matters taken in, finished and taken back that day."""

    area: AreaCode
    on: date
    kind: DeskMatterKind
    channel: Channel
    received: int = 0
    finished: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class DeskSum:
    """The sum of matters taken in, finished and taken back."""

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
    """The counts of an area's days, both inside, in the order of days, kinds and channels.

    `citations` name the provisions under which matters counted as contactless were done that way on their day.
    """

    area: AreaCode
    from_on: date
    to_on: date
    counts: tuple[DeskCount, ...]
    citations: tuple[str, ...]

    @property
    def total(self) -> DeskSum:
        return DeskSum.of(self.counts)

    @property
    def contactless(self) -> DeskSum:
        """Sum the matters of all channels but the counter, taken in only where a provision allows the channel."""
        return DeskSum.of(each for each in self.counts if each.channel is not Channel.COUNTER)

    @property
    def by_kind(self) -> tuple[tuple[DeskMatterKind, Channel, DeskSum], ...]:
        """The kinds and channels that occur, in the order of their declaration."""
        found = _summed(self.counts, lambda each: (each.kind, each.channel))
        order = [(kind, channel) for kind in DeskMatterKind for channel in Channel]
        return tuple((kind, channel, found[kind, channel]) for kind, channel in order if (kind, channel) in found)

    @property
    def by_day(self) -> tuple[tuple[date, DeskSum], ...]:
        """The days with counts, in order, with their sums."""
        return tuple(sorted(_summed(self.counts, lambda each: each.on).items(), key=lambda pair: pair[0]))


def desk_report_of(
    bundle: Bundle, area: AreaCode, from_on: date, to_on: date, counts: Iterable[DeskCount]
) -> DeskReport:
    """Build the report of the counts, with the provisions for the channels that occur."""
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
