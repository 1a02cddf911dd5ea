"""Files beds at once, and lists the filings that stand on a day."""

from __future__ import annotations

from datetime import date

from chalicelib.beds.access import BED_FILE, BED_READ
from chalicelib.beds.domain import (
    BEDS_NOT_PROVIDED,
    NOT_DESIGNATED,
    BedFiling,
    BedKind,
    StandingBeds,
    backup_findings,
    bed_filing_id_of,
)
from chalicelib.beds.ports import BedStore, beds_in, beds_of
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.epidemic import after_epidemic
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import Lists, own

STRIKING_OFF = "bed-striking-off"
_SLOTS = {BedKind.INFECTIOUS: Slot.BED_FILING, BedKind.RESERVE: Slot.BED_RESERVE}


_LISTS = Lists("beds", beds_of, beds_in)


@dataclass(frozen=True, slots=True)
class BedRequest:
    kind: BedKind
    count: int
    starts_on: date
    backups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beds:
    beds: BedStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def file(self, principal: Principal, request: BedRequest) -> StandingBeds:
        """File beds, which count at once; the same filing again is the first one.

        Raises `Invalid` where no provision of the place has such beds filed on the first day, for a hospital that is
        not designated (infectious wards), and for a reserve whose backup institutions are too few or unknown.
        """
        require(principal, BED_FILE, own(principal, "beds"))
        bundle = self.bundles.current()
        institution = existing(bundle.registry.institutions.get(principal.subject))
        rule = decider(bundle, _SLOTS[request.kind], institution.area, request.starts_on)
        if rule is None:
            raise Invalid([BEDS_NOT_PROVIDED])
        wrong: list[Finding] = []
        if request.kind is BedKind.INFECTIOUS:
            wrong += [] if institution.treatment_designated else [NOT_DESIGNATED]
            wrong += [_NO_BACKUPS] if request.backups else []
        else:
            wrong += backup_findings(request.backups, int(rule.value["backup_min"]), rule.citation)
            known = bundle.registry.institutions
            unknown = [code for code in request.backups if code == institution.code or code not in known]
            wrong += [_UNKNOWN_BACKUP] if unknown else []
        if wrong:
            raise Invalid(wrong)
        backups = tuple(sorted(set(request.backups)))
        filing = BedFiling(
            bed_filing_id_of(institution.code, request.kind, request.count, request.starts_on, backups),
            institution.code,
            institution.agency,
            institution.pooling_area,
            request.kind,
            request.count,
            request.starts_on,
            backups,
            Act.of(principal, instant(self.clock.now())),
            rule.citation,
        )
        kept = self.retrying.on_conflict(lambda: self._keep(filing))
        return standing(bundle, kept, self.clock.today())

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[StandingBeds]:
        """Find the filings of a hospital or an area in their standing of today, newest first."""
        bundle, today = self.bundles.current(), self.clock.today()
        found = self.beds.find(_LISTS.asked_for(principal, BED_READ, bundle.registry, area), page)
        return Page(tuple(standing(bundle, each, today) for each in found.items), found.next)

    def _keep(self, filing: BedFiling) -> BedFiling:
        known = self.beds.get(filing.filing_id)
        if known is None:
            self.commits.commit([Revise(filing)])
        return known or filing


def standing(bundle: Bundle, filing: BedFiling, today: date) -> StandingBeds:
    """Return a filing with the day it is struck off, as far as that day is known today."""
    if filing.kind is BedKind.RESERVE:
        return StandingBeds(filing, None, (filing.citation,))
    after = after_epidemic(bundle, STRIKING_OFF, filing.area, today, waits_since=filing.starts_on)
    if after is None:
        return StandingBeds(filing, None, (filing.citation,))
    return StandingBeds(filing, after.from_on, tuple(dict.fromkeys((filing.citation, *after.citations))))


_NO_BACKUPS = finding(
    "backups-unexpected", "backups", "感染科床位备案不填备用医院，请删去。", "Leave the backups out: a ward has none."
)
_UNKNOWN_BACKUP = finding(
    "backup-unknown",
    "backups",
    "备用医院编码不在机构名录中，或为本机构，请核对。",
    "Check the codes of the backup institutions: each must be in the register and not be this institution.",
)
