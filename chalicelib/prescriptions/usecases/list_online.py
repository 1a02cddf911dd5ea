"""Publishes the health side's dated list of institutions that see patients online, taken in line by line.

Source: S-20, 鲁医保发〔2023〕1号 五.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chalicelib.kernel.access import Principal, allowed, require
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome, UploadedLine, read_upload
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.prescriptions.access import INTERNET_LIST_PUBLISH
from chalicelib.prescriptions.domain import InternetInstitution, listing_id_of
from chalicelib.prescriptions.ports import LISTED_ONLINE, InternetListStore, listings_of
from chalicelib.registry.domain.resources import of_case, own


@dataclass(frozen=True, slots=True)
class ListedOnline:
    """The list of internet institutions, as claims look it up. Source: S-10."""

    listings: InternetListStore

    def lists(self, institution: InstitutionCode, day: date) -> bool:
        """Tell whether an institution is listed on a day."""
        return any(
            each.covers(day) for each in every(lambda page: self.listings.find((listings_of(institution),), page))
        )


@dataclass(frozen=True, slots=True)
class InternetList:
    listings: InternetListStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def publish(self, principal: Principal, text: str) -> tuple[LineAnswer, ...]:
        """Keep a list line by line, with the columns `institution`, `from` and `to` (empty: until taken off the list).

        The same institution and first day again changes the last day. Raises `Invalid` for text that is no such table.
        """
        require(principal, INTERNET_LIST_PUBLISH, own(principal, "internet-list"))
        bundle = self.bundles.current()
        act = Act.of(principal, instant(self.clock.now()))
        lines = read_upload(text, ("institution", "from"), ("to",))
        return tuple(self._take(line, principal, bundle, act) for line in lines)

    def find(self, page: PageRequest) -> Page[InternetInstitution]:
        """Return all listings, by institution and first day; open to every caller."""
        return self.listings.find((LISTED_ONLINE,), page, newest=False)

    def _take(self, line: UploadedLine, principal: Principal, bundle: Bundle, act: Act) -> LineAnswer:
        listing, wrong = _read(line, principal, bundle, act)
        if listing is None:
            return LineAnswer(line.number, LineOutcome.REFUSED, None, wrong)
        return self.retrying.on_conflict(lambda: self._keep(line.number, listing))

    def _keep(self, number: int, listing: InternetInstitution) -> LineAnswer:
        known = self.listings.get(listing.listing_id)
        if known is None:
            self.commits.commit([Revise(listing)])
            return LineAnswer(number, LineOutcome.KEPT, listing.listing_id)
        if known.ends_on == listing.ends_on:
            return LineAnswer(number, LineOutcome.KNOWN, listing.listing_id)
        self.commits.commit([Revise(replace(listing, revision=known.revision + 1))])
        return LineAnswer(number, LineOutcome.CHANGED, listing.listing_id)


def _read(
    line: UploadedLine, principal: Principal, bundle: Bundle, act: Act
) -> tuple[InternetInstitution | None, tuple[Finding, ...]]:
    institution = bundle.registry.institutions.get(line.cells["institution"])
    resource = None if institution is None else of_case(bundle.registry, institution.area)
    if institution is None or resource is None or not allowed(principal, INTERNET_LIST_PUBLISH, resource):
        return None, (_NOT_OURS,)
    try:
        starts_on = date.fromisoformat(line.cells["from"])
        ends_on = date.fromisoformat(line.cells["to"]) if line.cells["to"] else None
    except ValueError:
        return None, (_NO_DAY,)
    if ends_on is not None and ends_on < starts_on:
        return None, (_ORDER,)
    rule = decider(bundle, Slot.INTERNET_LIST, institution.area, starts_on)
    if rule is None:
        return None, (_NOT_PROVIDED,)
    listing_id = listing_id_of(institution.code, starts_on)
    return (
        InternetInstitution(listing_id, institution.code, principal.area, starts_on, ends_on, act, rule.citation),
        (),
    )


_NOT_OURS = finding(
    "institution-unknown",
    "institution",
    "该编码不是本区划内的定点医药机构，请核对。",
    "Check the code: no designated institution of this area has it.",
)
_NO_DAY = finding(
    "date-format", "from", "日期须写作 YYYY-MM-DD，请更正。", "Correct the days: write them as YYYY-MM-DD."
)
_ORDER = finding("period-order", "to", "截止日早于起始日，请更正。", "Correct the days: they end before they begin.")
_NOT_PROVIDED = finding(
    "internet-list-not-provided",
    "from",
    "起始日在该区划没有公布互联网医疗机构名单的规定，请核对日期。",
    "No provision in force in the area on the first day has a list of internet hospitals; check the day.",
)
