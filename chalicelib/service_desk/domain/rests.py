"""Records of the desk that wait for an event, listed for the daily task that resumes them."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.kernel.frozen import dataclass


class RestKind(StrEnum):
    MATTER = "matter"
    DIALYSIS = "dialysis-review"


@dataclass(frozen=True, slots=True)
class Rest:
    """A matter or a review of the desk that waits."""

    kind: RestKind
    subject_id: str
