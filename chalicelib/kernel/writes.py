"""Parts of a write: verbs over records that happen together or not at all, each under a condition of its own.

When any condition fails, or another writer is at the same records, nothing is written and `VersionConflict` is raised:
the use case reads again and decides again. A record is a frozen dataclass that some capability declares in its tables
and shows in its manifest; nothing else has to be declared for the record to be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from chalicelib.kernel.frozen import dataclass


class Part:
    """A part of a write, with its own condition."""

    __slots__ = ()


class Some(Enum):
    """Placeholder for any value present, in what a record has to hold."""

    VALUE = "value"


SOME = Some.VALUE

Held = Mapping[str, Any]
"""Values that fields of the standing record must have: a value, `SOME` value, None for none at all, or a frozenset of
acceptable values.
"""


@dataclass(frozen=True, slots=True)
class Verb(Part):
    """A part that writes a declared record, or looks at the record."""

    record: Any


class Insert(Verb):
    """A record to be added. Condition: nothing stands under the record's key."""

    __slots__ = ()


class Revise(Verb):
    """The next revision of a record. Condition: the revision before it stands; at 1, none was ever written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Replace(Verb):
    """A record to take the place of a standing record. Condition: the standing record holds these values."""

    held: Held


class Put(Verb):
    """A record to be written, whatever stood in its place: another part of the same write guards the record."""

    __slots__ = ()


class Remove(Verb):
    """The removal of whatever stands under a record's key; only the fields of the key are looked at."""

    __slots__ = ()


class Require(Verb):
    """A condition alone: a record still stands at its revision as read; at 0, none was ever written. Writes nothing."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Add(Verb):
    """Additions to the counters of a record, which is made where there is none; a zero addition is not written.

    Condition: what stands holds these values and, where `floored`, no counter that shrinks goes below zero.
    """

    floored: bool = False
    held: Held = field(default_factory=dict)
