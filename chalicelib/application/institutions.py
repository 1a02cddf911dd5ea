"""Shows institutions and areas as the register knows them."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.ports import BundleStore
from chalicelib.domain.access import Action, Principal, of_institution, own, require
from chalicelib.domain.errors import NotFound
from chalicelib.domain.registry import Institution
from chalicelib.domain.texts import Text


@dataclass(frozen=True, slots=True)
class ReadInstitution:
    bundles: BundleStore

    def __call__(self, principal: Principal, code: str) -> Institution:
        """The institution. Raises `NotFound` also for one that is not the principal's business."""
        institution = self.bundles.current().registry.institutions.get(code)
        resource = own(principal, "institution") if institution is None else of_institution(institution)
        require(principal, Action.INSTITUTION_READ, resource)
        if institution is None:
            raise NotFound
        return institution


@dataclass(frozen=True, slots=True)
class NameAreas:
    """What the areas of the standing bundle are called, by their codes."""

    bundles: BundleStore

    def __call__(self) -> dict[str, Text]:
        areas = self.bundles.current().registry.areas.values()
        return {area.code: Text(area.name_zh, area.name_en) for area in areas}
