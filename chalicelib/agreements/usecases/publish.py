"""The public list of agreements in force and agreements ended, open to every reader.

Source: D-16, 大连 2020-02-20 发布会 惩戒-1 (在医保网上进行公示).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.claims.ports import AgreementTerms
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_looked_for
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.agreements import AgreementStanding, standing_on
from chalicelib.registry.domain.model import Institution


@dataclass(frozen=True, slots=True)
class PublicAgreement:
    """The standing of an institution's agreements on a day."""

    institution: Institution
    on: date
    standing: AgreementStanding


@dataclass(frozen=True, slots=True)
class PublicAgreements:
    recorded: AgreementTerms
    bundles: BundleStore
    clock: Clock

    def find(self, area: AreaCode | None, on: date | None, page: PageRequest) -> Page[PublicAgreement]:
        """Find the institutions of an area and of its parts, by place and code, as of a day (by default today); without
        an area all institutions, by code.
        """
        registry = self.bundles.current().registry
        day = on or self.clock.today()

        def entries(after: str | None) -> Iterator[tuple[str, Institution]]:
            if area is None:
                return registry.institutions_by_code(after)
            return registry.institutions_at(
                lambda place: area in (*registry.chain(place.area), place.pooling_area), after
            )

        shown = page_looked_for(entries, lambda each: each, page)
        terms = {each.code: self.recorded.of(each.code).terms for each in shown.items}
        found = tuple(PublicAgreement(each, day, standing_on(each, terms[each.code], day)) for each in shown.items)
        return Page(found, shown.next)
