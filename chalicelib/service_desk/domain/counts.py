"""What a desk counts, kept as it happens: matters by kind and way, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind


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
