"""What waits for its reason to fall away, so that a daily task finds it again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RestKind(StrEnum):
    MATTER = "matter"
    DIALYSIS = "dialysis-review"


@dataclass(frozen=True, slots=True)
class Rest:
    """A thing of the desk that waits."""

    kind: RestKind
    subject_id: str
