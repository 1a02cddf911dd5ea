"""Import of an agency's list of catalogue items or institutions: checked line by line, kept as a bundle, published by
another person like any policy.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from chalicelib.kernel.access import Principal, Role, require
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Finding, Invalid, Unavailable, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.words.uploads import LineAnswer
from chalicelib.law.access import REGISTRY_IMPORT
from chalicelib.law.domain.bundle import BundleFile, open_bundle
from chalicelib.law.domain.proof import prove
from chalicelib.law.ports import BundleStore
from chalicelib.law.usecases.publish import KeepPolicies
from chalicelib.registry.domain.lists import Parts
from chalicelib.registry.domain.register import LaidOver
from chalicelib.registry.domain.resources import own


class RegistryTable(StrEnum):
    CATALOGUE = "catalogue"
    INSTITUTIONS = "institutions"


class Merged(Protocol):
    """The result of rows laid over a bundle."""

    @property
    def bundle(self) -> BundleFile | None: ...

    @property
    def answers(self) -> tuple[LineAnswer, ...]: ...

    @property
    def wrong(self) -> tuple[Finding, ...]: ...


class TableMerger(Protocol):
    def __call__(self, bundle: bytes, parts: Parts, table: str, text: str, agency: AreaCode | None, /) -> Merged:
        """Lay the rows of a CSV text over a table of a bundle; only institutions of `agency` may be changed."""
        ...


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """The outcome of a list. `bundle` waits for another person's decision, None where a line was refused or everything
    was known; `previous` is the bundle the list was laid over.
    """

    bundle: str | None
    previous: str
    answers: tuple[LineAnswer, ...]


@dataclass(frozen=True, slots=True)
class ImportTable:
    bundles: BundleStore
    merger: TableMerger
    keeping: KeepPolicies

    def __call__(self, principal: Principal, table: RegistryTable, text: str) -> ImportedTable:
        """Check a list, lay it over the bundle in force, and keep the result until another person decides on it.

        The whole list is kept or nothing: where a line is refused, none is kept, and every line has its answer. The
        same list again, while it waits or once it is in force, changes nothing. Raises `Invalid` for text that is no
        such table, and where the policies could not be proven with it.
        """
        require(principal, REGISTRY_IMPORT, own(principal, "registry"))
        pointer = self.bundles.pointer()
        if pointer is None:
            raise Unavailable
        standing = pointer.bundle
        agency = principal.area if principal.role is Role.AGENCY else None
        merged = self.merger(self.bundles.content(standing), self.bundles.parts, table.value, text, agency)
        if merged.wrong:
            raise Invalid(merged.wrong)
        if merged.bundle is None:
            return ImportedTable(None, standing, merged.answers)
        content, parts = merged.bundle.content, LaidOver(merged.bundle.parts, self.bundles.parts)
        if prove(open_bundle(content, sha256_hex(content), parts)).failures:
            raise Invalid([_NOT_PROVEN])
        bundle = self.bundles.put(merged.bundle)
        self.keeping.keep(principal, bundle, standing)
        return ImportedTable(bundle, standing, merged.answers)


_NOT_PROVEN = finding(
    "registry-not-proven",
    "file",
    "按此登记表，有的情形没有或不止一条规定决定，请核对区划和机构级别。",
    "Check areas and levels: with this table some case would be decided by no provision, or by two.",
)
