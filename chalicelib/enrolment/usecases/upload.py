"""Records many enrolments from a table, each line as if sent alone.

A line is recorded or refused as a whole and has its own answer, so that no line of a table is lost or half done: an
error in a line does not affect the others, and the same table again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.enrolment.access import ENROLMENT_RECORD
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome, answered_line
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.requests import EnrolmentRequest
from chalicelib.registry.domain.resources import of_area

ENROLMENT_LINES_MAX = 200
"""The most lines of a call: each line uses keys and stores as a call of its own would, within half a minute."""


@dataclass(frozen=True, slots=True, repr=False)
class EnrolmentLine:
    """A line as read at the edge: a request, or the errors of its form."""

    number: int
    request: EnrolmentRequest | None
    wrong: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolMany:
    enrol: EnrolPerson
    bundles: BundleStore

    def __call__(self, principal: Principal, lines: Sequence[EnrolmentLine]) -> tuple[LineAnswer, ...]:
        """Record the lines and return each line's answer, in order. Raises `Invalid` for more lines than a call can
        record, `Unavailable` where a store does not answer: recorded lines stay, and the same table sent again goes on.
        """
        registry = self.bundles.current().registry
        require(principal, ENROLMENT_RECORD, of_area(registry, principal.area, "enrolment"))
        if len(lines) > ENROLMENT_LINES_MAX:
            raise Invalid([_TOO_MANY])
        return tuple(self._answer(principal, line) for line in lines)

    def _answer(self, principal: Principal, line: EnrolmentLine) -> LineAnswer:
        request = line.request
        if request is None:
            return LineAnswer(line.number, LineOutcome.REFUSED, None, line.wrong)
        return answered_line(line.number, lambda: (LineOutcome.KEPT, self.enrol(principal, request).person))


_TOO_MANY = finding(
    "upload-too-long",
    "file",
    f"一次最多登记 {ENROLMENT_LINES_MAX} 行，请分次上传。",
    f"Send the table in parts: a call records at most {ENROLMENT_LINES_MAX} lines.",
)
