"""Bodies of claims, kept beside their claims as hospitals sent them: compressed, and in parts where one record would be
too large.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import ClaimId

PART_MAX = 300_000
"""The largest size of a part, in bytes: a table's item holds 400 KB."""


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A part of a claim's compressed body: its number, counted from 0, of `parts` in all."""

    claim_id: ClaimId
    number: int
    parts: int
    content: bytes


def pressed(claim_id: ClaimId, body: bytes) -> tuple[BodyPart, ...]:
    """Compress a body and cut the result into the parts to be kept."""
    whole = zlib.compress(body)
    cut = [whole[start : start + PART_MAX] for start in range(0, len(whole), PART_MAX)]
    return tuple(BodyPart(claim_id, number, len(cut), content) for number, content in enumerate(cut))


def unpressed(parts: Iterable[BodyPart]) -> bytes:
    """Return the body made of all its parts, given in any order."""
    ordered = sorted(parts, key=lambda part: part.number)
    return zlib.decompress(b"".join(part.content for part in ordered))
