"""Records of policy sets: the officer who handed each in, the officer who decided, the bundle in force and its start.

A set that was checked is kept and waits; it comes into force by another officer's decision and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant, civil_date_of
from chalicelib.law.domain.bundle import BundleFile
from chalicelib.law.domain.coverage import Article


@dataclass(frozen=True, slots=True)
class Publication:
    """The `number`-th publication, from 1. `previous` is the bundle that was current until then, None for the first;
    `kept` is the act of the officer who handed the files in, `decided` the act of the one who put them in force.
    """

    number: int
    bundle: str
    previous: str | None
    kept: Act
    decided: Act

    @property
    def published_at(self) -> Instant:
        """Return the instant of publication in UTC."""
        return self.decided.at

    @property
    def published_by(self) -> str:
        """Return the actor whose decision put the bundle in force."""
        return self.decided.actor

    @property
    def published_on(self) -> date:
        """Return the Asia/Shanghai day of publication."""
        return civil_date_of(self.published_at)


class KeptStatus(StrEnum):
    """The status of a kept bundle: kept -> published or refused, by an officer other than the one who handed it in."""

    KEPT = "kept"
    PUBLISHED = "published"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class KeptBundle:
    """A checked policy set that was handed in; a set handed in again after a decision is kept for the `number`-th time.
    `previous` is the bundle the set starts from, None before the first publication.
    """

    bundle: str
    previous: str | None
    kept: Act
    number: int = 1
    revision: int = 1
    status: KeptStatus = KeptStatus.KEPT
    decided: Act | None = None
    reason: str | None = None


class KeptBundles(Protocol):
    def latest(self, bundle: str) -> KeptBundle | None:
        """Return the latest record of a policy set that was handed in."""
        ...

    def find(self, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        """Find kept bundles of a status, newest first, from an index that may lag."""
        ...


class Publications(Protocol):
    """The publications by number; the newest is the pointer itself."""

    def pointer(self) -> Publication | None: ...

    def publication(self, number: int) -> Publication | None: ...


def newest_first(store: Publications) -> Iterator[Publication]:
    """Yield the whole history. Each publication names its predecessor by number, so none can be left out."""
    found = store.pointer()
    while found is not None:
        yield found
        found = store.publication(found.number - 1) if found.number > 1 else None


def known_on(store: Publications, day: date) -> Publication | None:
    """Return the publication in force at the end of an Asia/Shanghai day; None before the first."""
    return next((found for found in newest_first(store) if found.published_on <= day), None)


class Compiled(BundleFile, Protocol):
    """A bundle's file with its SHA-256, the rows it has to cover, and the place where each provision is written."""

    @property
    def hash(self) -> str: ...

    @property
    def articles(self) -> tuple[Article, ...]: ...

    @property
    def places(self) -> Mapping[str, str]: ...


class PolicyCompiler(Protocol):
    def __call__(self, files: Mapping[str, bytes], /) -> Compiled:
        """Compile files given by relative path. Raises `Invalid` with every fault, by file and line."""
        ...
