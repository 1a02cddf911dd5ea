"""Reading of institutions and areas as the register knows them."""

from __future__ import annotations

from chalicelib.kernel.access import Principal
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.law.access import INSTITUTION_READ
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import of_institution, permitted


@dataclass(frozen=True, slots=True)
class ReadInstitution:
    bundles: BundleStore

    def __call__(self, principal: Principal, code: str) -> Institution:
        """Return the institution. Raises `NotFound` also for an institution that is not the principal's business."""
        institution = self.bundles.current().registry.institutions.get(code)
        return permitted(principal, INSTITUTION_READ, "institution", institution, of_institution)


@dataclass(frozen=True, slots=True)
class NameAreas:
    """The names of the areas of the standing bundle, by their codes."""

    bundles: BundleStore

    def __call__(self) -> dict[str, Text]:
        areas = self.bundles.current().registry.areas.values()
        return {area.code: Text(area.name_zh, area.name_en) for area in areas}
