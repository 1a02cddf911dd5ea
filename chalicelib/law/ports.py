"""What the law needs of the world: the bundles that were published."""

from __future__ import annotations

from typing import Protocol

from chalicelib.law.domain.bundle import BundleFile
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.publication import Publication
from chalicelib.registry.domain.lists import Parts


class BundleStore(Protocol):
    def current(self) -> Bundle:
        """The bundle the pointer names now. Raises `Unavailable` where none is published."""
        ...

    def current_hash(self) -> str | None:
        """What the pointer names now, None before the first publication."""
        ...

    def load(self, bundle_hash: str) -> Bundle:
        """Any bundle ever published. Raises `NotFound`, or `IntegrityError` for another content."""
        ...

    def content(self, bundle_hash: str) -> bytes:
        """The bytes of a bundle's document ever kept, proven. Raises as `load` does."""
        ...

    @property
    def parts(self) -> Parts:
        """The parts of the lists that kept bundles name."""
        ...

    def put(self, file: BundleFile) -> str:
        """Keep a bundle's parts, then its document under its hash, each once, and sign it; returns the hash."""
        ...

    def pointer(self) -> Publication | None:
        """The publication in force now, None before the first."""
        ...

    def publication(self, number: int) -> Publication | None:
        """A publication by its number; None where there never was one."""
        ...

    def move_pointer(self, publication: Publication) -> None:
        """Make a kept bundle the current one. Raises `VersionConflict` unless the pointer stands at the publication
        numbered one less, of the bundle `publication.previous`.
        """
        ...
