"""Reports many days' purchases from a table, every line as if sent alone.

A line is kept or refused as a whole and has its own answer; the same table again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome, answered_line
from chalicelib.registry.domain.resources import own
from chalicelib.supply.access import SUPPLY_REPORT
from chalicelib.supply.usecases.lists import KIND
from chalicelib.supply.usecases.watch import SupplyRequest, WatchSupply

SUPPLY_LINES_MAX = 200
"""The most lines of a call: every line is compared with the reports around it, and a call has half a minute."""


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """A line as the edge read it: a report, or the errors of its form."""

    number: int
    request: SupplyRequest | None
    wrong: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSupplies:
    watch: WatchSupply

    def __call__(self, principal: Principal, lines: Sequence[SupplyLine]) -> tuple[LineAnswer, ...]:
        """Return the answers of the lines, in order. Raises `Invalid` for more lines than a call can keep,
        `Unavailable` if a store does not answer: the lines kept by then stay, and the same table sent again continues.
        """
        require(principal, SUPPLY_REPORT, own(principal, KIND))
        if len(lines) > SUPPLY_LINES_MAX:
            raise Invalid([_TOO_MANY])
        return tuple(self._answer(principal, line) for line in lines)

    def _answer(self, principal: Principal, line: SupplyLine) -> LineAnswer:
        request = line.request
        if request is None:
            return LineAnswer(line.number, LineOutcome.REFUSED, None, line.wrong)

        def kept() -> tuple[LineOutcome, str]:
            known = self.watch.known(principal, request)
            report = self.watch.report(principal, request)
            if known is None:
                return LineOutcome.KEPT, report.report_id
            return LineOutcome.KNOWN if known == report else LineOutcome.CHANGED, report.report_id

        return answered_line(line.number, kept)


_TOO_MANY = finding(
    "upload-too-long",
    "file",
    f"一次最多报送 {SUPPLY_LINES_MAX} 行，请分次上传。",
    f"Send the table in parts: a call takes at most {SUPPLY_LINES_MAX} lines.",
)
