"""Policy sets that were handed in, in memory."""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.law.domain.publication import KeptBundle, KeptStatus
from chalicelib.law.ports import WriteKeptBundle


class KeptBundleMemory:
    """Every time a set was handed in, by bundle and number."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int], KeptBundle] = {}

    def holds(self, part: WriteKeptBundle) -> bool:
        """Whether the part's condition holds."""
        stands = self.kept.get((part.kept.bundle, part.kept.number))
        return (stands.revision if stands else 0) == part.kept.revision - 1

    def apply(self, part: WriteKeptBundle) -> None:
        """Write the part."""
        self.kept[part.kept.bundle, part.kept.number] = part.kept


class FakeKeptBundles:
    def __init__(self, memory: KeptBundleMemory) -> None:
        self._memory = memory

    def latest(self, bundle: str) -> KeptBundle | None:
        found = [kept for (known, _), kept in sorted(self._memory.kept.items()) if known == bundle]
        return found[-1] if found else None

    def find(self, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        found = [kept for kept in self._memory.kept.values() if kept.status is status]
        newest = sorted(found, key=lambda kept: (kept.kept.at, kept.bundle), reverse=True)
        places = {(kept.bundle, kept.number): f"{place:06d}" for place, kept in enumerate(newest)}
        return page_of(newest, lambda kept: places[kept.bundle, kept.number], page)
