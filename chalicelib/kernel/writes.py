"""What a write is made of: verbs over records that happen together or not at all, each under a condition of its own.

When any condition fails, or another writer is at the same records, nothing is written and `VersionConflict` is raised:
the use case reads again and decides again. A record is a frozen dataclass that some capability declares in its tables
and shows in its manifest; nothing else has to be said for it to be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from chalicelib.kernel.frozen import dataclass


class Part:
    """One thing of a write, with its own condition."""

    __slots__ = ()


class Some(Enum):
    """Stands for whatever value is there, in what a record has to hold."""

    VALUE = "value"


SOME = Some.VALUE

Held = Mapping[str, Any]
"""Values that fields of the standing record must have: a value, `SOME` value, None for none at all, or a frozenset of
those that will do.
"""


@dataclass(frozen=True, slots=True)
class Insert(Part):
    """Add a record. Condition: nothing stands under its key."""

    record: Any


@dataclass(frozen=True, slots=True)
class Revise(Part):
    """Write the next revision of a record. Condition: the one before it stands; at 1, none was ever written."""

    record: Any


@dataclass(frozen=True, slots=True)
class Replace(Part):
    """Write a record in the place of one that stands. Condition: the one that stands holds these values."""

    record: Any
    held: Held


@dataclass(frozen=True, slots=True)
class Put(Part):
    """Write a record, whatever stood in its place: another part of the same write guards it."""

    record: Any


@dataclass(frozen=True, slots=True)
class Remove(Part):
    """Take away whatever stands under a record's key; only the fields of the key are looked at."""

    record: Any


@dataclass(frozen=True, slots=True)
class Require(Part):
    """Write nothing. Condition: a record still stands at the revision it was read with; at 0, none was ever written."""

    record: Any


@dataclass(frozen=True, slots=True)
class Add(Part):
    """Add to the counters of a record, which is made where there is none; what counts nothing is not written.

    Condition: what stands holds these values and, where `floored`, no counter that shrinks goes below zero.
    """

    record: Any
    floored: bool = False
    held: Held = field(default_factory=dict)
