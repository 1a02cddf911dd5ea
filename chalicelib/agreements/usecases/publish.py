"""The public list: whose agreements are in force, and whose were ended, for everybody to read.

Source: D-16, 大连 2020-02-20 发布会 惩戒-1 (在医保网上进行公示).
"""

from __future__ import annotations

from datetime import date

from chalicelib.claims.ports import AgreementTerms
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.ports import Clock
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.agreements import AgreementStanding, standing_on
from chalicelib.registry.domain.model import Institution


@dataclass(frozen=True, slots=True)
class PublicAgreement:
    """How an institution's agreements stand on a day."""

    institution: Institution
    on: date
    standing: AgreementStanding


@dataclass(frozen=True, slots=True)
class PublicAgreements:
    recorded: AgreementTerms
    bundles: BundleStore
    clock: Clock

    def find(self, area: str | None, on: date | None, page: PageRequest) -> Page[PublicAgreement]:
        """The institutions of an area and of those in it, by code; of a day, today unless one is named."""
        registry = self.bundles.current().registry
        day = on or self.clock.today()
        known = [
            each
            for _, each in sorted(registry.institutions.items())
            if area is None or area in (*registry.chain(each.area), each.pooling_area)
        ]
        shown = page_of(known, lambda each: each.code, page)
        terms = {each.code: self.recorded.of(each.code).terms for each in shown.items}
        found = tuple(PublicAgreement(each, day, standing_on(each, terms[each.code], day)) for each in shown.items)
        return Page(found, shown.next)
