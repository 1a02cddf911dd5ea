"""Names beside codes: a signed form names hospitals and areas, and keeps the codes for its last sheet."""

from __future__ import annotations

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.model import Registry


@dataclass(frozen=True, slots=True)
class Names:
    """The registry of a bundle, asked for names; an entry no longer in the registry is named by its code."""

    registry: Registry

    def area(self, code: AreaCode | None) -> str:
        """Return an area's Chinese name; a dash without an area."""
        if code is None:
            return "—"
        area = self.registry.areas.get(code)
        return code if area is None else area.name_zh

    def institution(self, code: str) -> str:
        """Return an institution's Chinese name."""
        found = self.registry.institutions.get(code)
        return code if found is None else found.name_zh

    def agency(self, code: AreaCode) -> str:
        """Return the agency of an area, as forms call the office."""
        return f"{self.area(code)}医疗保障经办机构"
