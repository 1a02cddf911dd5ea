"""What is remembered of a publication: which bundle became the current one, when, after which, and by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from chalicelib.application.times import civil_date
from chalicelib.domain.coverage import Article


@dataclass(frozen=True, slots=True)
class Publication:
    """The `number`-th publication, from 1. `previous` is the bundle that was current until then, None for the first;
    `published_at` an instant in UTC; `published_by` the actor as the issuer names it.
    """

    number: int
    bundle: str
    previous: str | None
    published_at: str
    published_by: str

    @property
    def published_on(self) -> date:
        """The Asia/Shanghai day."""
        return civil_date(datetime.fromisoformat(self.published_at))


class Publications(Protocol):
    """Publications by number; the newest is the pointer itself."""

    def pointer(self) -> Publication | None: ...

    def publication(self, number: int) -> Publication | None: ...


def newest_first(store: Publications) -> Iterator[Publication]:
    """The whole history. Each publication names the one before it by its number, so none can be left out."""
    found = store.pointer()
    while found is not None:
        yield found
        found = store.publication(found.number - 1) if found.number > 1 else None


def known_on(store: Publications, day: date) -> Publication | None:
    """The publication in force at the end of an Asia/Shanghai day; None before the first."""
    return next((found for found in newest_first(store) if found.published_on <= day), None)


class Compiled(Protocol):
    """A bundle's canonical bytes with their SHA-256, the rows it has to cover, and where each provision is written."""

    @property
    def content(self) -> bytes: ...

    @property
    def hash(self) -> str: ...

    @property
    def articles(self) -> tuple[Article, ...]: ...

    @property
    def places(self) -> Mapping[str, str]: ...


class PolicyCompiler(Protocol):
    def __call__(self, files: Mapping[str, bytes], /) -> Compiled:
        """Compile files given by relative path. Raises `Invalid` with everything that is wrong, by file and line."""
        ...
