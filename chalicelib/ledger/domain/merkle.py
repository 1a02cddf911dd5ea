r"""A tree of hashes over the lines of a clearing run or the items of a copy, and short proofs that a line is in the
tree.

Leaves and nodes are hashed in different domains (0x00 and 0x01 before the content), so that a node can never pass for a
line. A run's root stands over the roots of its 64 shards; a proof is a list of neighbours from the leaf up. The holder
of a statement can check a proof with nothing but SHA-256:

    import hashlib
    def proves(line: bytes, path: list[dict], root: str) -> bool:
        value = hashlib.sha256(b"\x00" + line).digest()
        for step in path:
            other = bytes.fromhex(step["hash"])
            pair = other + value if step["side"] == "left" else value + other
            value = hashlib.sha256(b"\x01" + pair).digest()
        return value.hex() == root
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from chalicelib.kernel.frozen import dataclass

EMPTY = sha256(b"").digest()
"""The root over no leaves."""


class Side(StrEnum):
    """The side of a neighbour in its pair."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Neighbour:
    side: Side
    digest: bytes


def leaf(content: bytes) -> bytes:
    """Return the hash of a line."""
    return sha256(b"\x00" + content).digest()


def root_of(digests: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes or over roots. An odd hash at the end of a row goes up unchanged."""
    return _rows(digests)[-1][0] if digests else EMPTY


def path_to(digests: Sequence[bytes], place: int) -> tuple[Neighbour, ...]:
    """Return the neighbours from a leaf's hash up to the root. Raises `IndexError` for a place beyond the leaves."""
    if not 0 <= place < len(digests):
        raise IndexError("there is no leaf at that place")
    path = []
    for row in _rows(digests)[:-1]:
        neighbour = place ^ 1
        if neighbour < len(row):
            path.append(Neighbour(Side.LEFT if neighbour < place else Side.RIGHT, row[neighbour]))
        place //= 2
    return tuple(path)


def verify(content: bytes, path: Sequence[Neighbour], root: bytes) -> bool:
    """Tell whether a line is in the tree under a root."""
    value = leaf(content)
    for step in path:
        value = _node(step.digest, value) if step.side is Side.LEFT else _node(value, step.digest)
    return value == root


def _rows(digests: Sequence[bytes]) -> list[list[bytes]]:
    rows = [list(digests)]
    while len(rows[-1]) > 1:
        row = rows[-1]
        above = [_node(row[place], row[place + 1]) for place in range(0, len(row) - 1, 2)]
        rows.append(above + row[len(row) & ~1 :])
    return rows


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()
