"""The comparison of sealed months with their seals: all of them, or one part of a month."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.audit.domain.seals import Seal, broken_links
from chalicelib.audit.ports import SealStore
from chalicelib.audit.usecases.prove import ProveMonth
from chalicelib.kernel.frozen import dataclass
from chalicelib.ledger.domain.copy import Difference
from chalicelib.ledger.domain.obligations import month_parts


@dataclass(frozen=True, slots=True)
class SealedMonths:
    """The check that sealed months are unchanged since their seals."""

    seals: SealStore
    months: ProveMonth

    def part(self, period: str, part: int) -> tuple[Difference, ...]:
        """Find a change in one part of a sealed month. Nothing is posted into the past, so any change is wrong."""
        seal = next(each for each in self.seals.all() if each.period == period)
        return tuple(self._changed(seal, part))

    def all(self) -> tuple[Difference, ...]:
        """Find the changes of all sealed months, and the broken links of their seals."""
        seals = self.seals.all()
        changed = (each for seal in seals for part in month_parts(seal.period) for each in self._changed(seal, part))
        return (*broken_links(seals), *changed)

    def _changed(self, seal: Seal, part: int) -> Iterator[Difference]:
        if self.months.root(seal.period, part) != seal.roots[part]:
            yield Difference("sealed-month-changed", f"{seal.period}/{part:x}", 0)
