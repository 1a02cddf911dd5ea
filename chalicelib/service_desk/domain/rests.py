"""What waits for its reason to fall away, so that a daily task finds it again."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.kernel.frozen import dataclass


class RestKind(StrEnum):
    MATTER = "matter"
    DIALYSIS = "dialysis-review"


@dataclass(frozen=True, slots=True)
class Rest:
    """A thing of the desk that waits."""

    kind: RestKind
    subject_id: str
