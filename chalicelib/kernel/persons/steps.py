"""Steps in the life of a record: the record is read, changed under somebody's act, and written with its companions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from chalicelib.kernel.access import Principal
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Part

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TakeStep:
    commits: Commits
    retrying: Retrying
    clock: Clock

    def __call__(
        self,
        principal: Principal,
        read: Callable[[], T],
        change: Callable[[T, Act], T],
        written: Callable[[T, T], Iterable[Part]],
    ) -> T:
        """Return the record after the step; `written` makes the write from the records before and after the change.

        A change that gives the same record back writes nothing. Where another writer was faster, the record is read
        and changed anew. Raises what `read` and `change` raise.
        """

        def once() -> T:
            standing = read()
            moved = change(standing, Act.of(principal, instant(self.clock.now())))
            if moved is not standing:
                self.commits.commit(list(written(standing, moved)))
            return moved

        return self.retrying.on_conflict(once)
