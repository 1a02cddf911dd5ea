"""Ports of the law: the bundles that were published."""

from __future__ import annotations

from typing import Protocol

from chalicelib.law.domain.bundle import BundleFile
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.publication import Publication
from chalicelib.registry.domain.lists import Parts


class BundleStore(Protocol):
    def current(self) -> Bundle:
        """Return the bundle the pointer names now. Raises `Unavailable` where none is published."""
        ...

    def current_hash(self) -> str | None:
        """Return the hash the pointer names now, None before the first publication."""
        ...

    def load(self, bundle_hash: str) -> Bundle:
        """Load any bundle ever published. Raises `NotFound`, or `IntegrityError` for another content."""
        ...

    def content(self, bundle_hash: str) -> bytes:
        """Return the bytes of a bundle's document ever kept, proven. Raises as `load` does."""
        ...

    @property
    def parts(self) -> Parts:
        """Return the parts of the lists that kept bundles name."""
        ...

    def put(self, file: BundleFile) -> str:
        """Keep a bundle's parts, then its document under its hash, each once, and sign it; returns the hash."""
        ...

    def pointer(self) -> Publication | None:
        """Return the publication in force now, None before the first."""
        ...

    def publication(self, number: int) -> Publication | None:
        """Return a publication by its number; None where no publication has that number."""
        ...

    def move_pointer(self, publication: Publication) -> None:
        """Make a kept bundle the current one. Raises `VersionConflict` unless the pointer stands at the publication
        numbered one less, of the bundle `publication.previous`.
        """
        ...
