"""Acts placed between a read and a write: the faster side of a race in a test is stated, not left to chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import System
from chalicelib.kernel.writes import Part
from chalicelib.main.capabilities import build_system
from tests.kit.memory.world import World

Wanted = Callable[[Sequence[Part]], bool]


class _InBetween:
    def __init__(self, inner: Any, when: Wanted, act: Callable[[], object]) -> None:
        self._inner, self._when, self._act = inner, when, act
        self._done = False

    def commit(self, parts: Sequence[Part]) -> None:
        if not self._done and self._when(parts):
            self._done = True
            self._act()
        self._inner.commit(parts)


def slower(world: World, when: Wanted, act: Callable[[], object]) -> System:
    """Build use cases that let `act` happen, once and whole, before a write of the kind that `when` names."""
    return build_system(world.ports.give(Commits, _InBetween(world.ports[Commits], when, act)))


def writes(kind: type[Any]) -> Wanted:
    """Build a predicate: tell whether a record or part of this kind is to be written."""
    return lambda parts: any(isinstance(each, kind) for part in parts for each in (part, getattr(part, "record", None)))
