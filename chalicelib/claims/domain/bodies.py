"""What a hospital sent, as it is kept beside its claim: pressed, and in parts where one record would be too large."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from chalicelib.kernel.frozen import dataclass

PART_MAX = 300_000
"""Bytes of a part: a table's item holds 400 KB."""


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One of the `parts` of a claim's pressed body, by its number from 0."""

    claim_id: str
    number: int
    parts: int
    content: bytes


def pressed(claim_id: str, body: bytes) -> tuple[BodyPart, ...]:
    """A body as it is kept."""
    whole = zlib.compress(body)
    cut = [whole[start : start + PART_MAX] for start in range(0, len(whole), PART_MAX)]
    return tuple(BodyPart(claim_id, number, len(cut), content) for number, content in enumerate(cut))


def unpressed(parts: Iterable[BodyPart]) -> bytes:
    """The body that all its parts make, in whichever order."""
    ordered = sorted(parts, key=lambda part: part.number)
    return zlib.decompress(b"".join(part.content for part in ordered))
