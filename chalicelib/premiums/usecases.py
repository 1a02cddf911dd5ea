"""Defers premiums of affected employers, decides the late fee, and decides the first day of flexible workers' cover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from chalicelib.claims.ports import PersonStore
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.services.epidemic import after_epidemic, months_after
from chalicelib.law.domain.services.vocabulary import EmployerSize
from chalicelib.law.ports import BundleStore
from chalicelib.premiums.access import PREMIUM_READ, PREMIUM_RECORD
from chalicelib.premiums.domain import DeferredPremium, FlexibleCover, deferral_id_of, flexible_cover_id_of, late_fee
from chalicelib.premiums.ports import DeferralStore, FlexibleCoverStore, deferred_by, deferred_in
from chalicelib.registry.domain.resources import area_to_read, own

DEFERRED = "deferred-premiums"


@dataclass(frozen=True, slots=True)
class DeferralRequest:
    """An employer's premium of a month to defer, with the ground of the epidemic."""

    employer: str
    month: str
    due_on: date
    amount_fen: Fen
    size: EmployerSize
    ground: str


@dataclass(frozen=True, slots=True)
class Premiums:
    deferrals: DeferralStore
    flexible: FlexibleCoverStore
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def defer(self, principal: Principal, request: DeferralRequest) -> DeferredPremium:
        """Defer a premium and name the cover that goes on; the same employer's month again is the first deferral.

        Raises `Invalid` where no provision of the area defers premiums due on the day, or none for an employer of this
        size; `Conflict` for the same month with another amount or day.
        """
        require(principal, PREMIUM_RECORD, own(principal, "premiums"))
        bundle, area = self.bundles.current(), principal.area
        rule = decider(bundle, Slot.PREMIUM_DEFERRAL, area, request.due_on)
        if rule is None:
            raise Invalid([_NOT_PROVIDED])
        if request.size.value not in rule.value["sizes"]:
            raise Invalid([_NOT_OF_SIZE])
        premium = DeferredPremium(
            deferral_id_of(area, request.employer, request.month),
            request.employer,
            area,
            request.month,
            request.due_on,
            request.amount_fen,
            request.size,
            request.ground,
            tuple(rule.value["benefits"]),
            Act.of(principal, instant(self.clock.now())),
            rule.citation,
        )
        return self.retrying.on_conflict(lambda: self._keep(premium))

    def pay(
        self, principal: Principal, employer: str, paid_on: date, months: Sequence[str]
    ) -> tuple[DeferredPremium, ...]:
        """Pay deferred premiums together, each with its late fee: none if all the employer owes is paid at once and in
        time, otherwise the ordinary fee. The same payment again is the first one.

        Raises `NotFound` for a month that was not deferred, `Invalid` for a future day, `Conflict` for a month paid on
        another day.
        """
        require(principal, PREMIUM_RECORD, own(principal, "premiums"))
        if paid_on > self.clock.today():
            raise Invalid([_IN_FUTURE])
        act = Act.of(principal, instant(self.clock.now()))
        return self.retrying.on_conflict(lambda: self._pay(act, employer, paid_on, tuple(dict.fromkeys(months))))

    def find(
        self, principal: Principal, area: AreaCode | None, employer: str | None, page: PageRequest
    ) -> Page[DeferredPremium]:
        """Find the deferred premiums of an area or of an employer, the latest month first."""
        whose = self._whose(principal, area)
        lists = (deferred_in(whose),) if employer is None else (deferred_by(whose, employer),)
        return self.deferrals.find(lists, page)

    def cover(self, principal: Principal, person: PersonToken, paid_on: date) -> FlexibleCover:
        """Record a flexible worker's payment and return the first day of cover; the same payment again is the first.

        Raises `NotFound` for a person not on record, `Invalid` for a future day.
        """
        require(principal, PREMIUM_RECORD, own(principal, "premiums"))
        if self.persons.enrolments(person).version == 0:
            raise NotFound
        if paid_on > self.clock.today():
            raise Invalid([_IN_FUTURE])
        bundle, area = self.bundles.current(), principal.area
        rule = decider(bundle, Slot.WAITING_PERIOD, area, paid_on)
        if rule is None:
            raise Invalid([_NO_WAITING_RULE])
        cover = FlexibleCover(
            flexible_cover_id_of(area, person, paid_on),
            person,
            area,
            paid_on,
            months_after(paid_on, int(rule.value["months"])),
            Act.of(principal, instant(self.clock.now())),
            rule.citation,
            is_illustrative(bundle, rule.citation),
        )
        return self.retrying.on_conflict(lambda: self._keep_cover(cover))

    def covers(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[FlexibleCover]:
        """Find the payments of an area's flexible workers, the latest day first."""
        return self.flexible.find((deferred_in(self._whose(principal, area)),), page)

    def _whose(self, principal: Principal, area: AreaCode | None) -> AreaCode:
        return area_to_read(principal, PREMIUM_READ, self.bundles.current().registry, area, "premiums")

    def _keep(self, premium: DeferredPremium) -> DeferredPremium:
        known = self.deferrals.get(premium.deferral_id)
        if known is None:
            self.commits.commit([Revise(premium)])
            return premium
        if (known.due_on, known.amount_fen, known.size) != (premium.due_on, premium.amount_fen, premium.size):
            raise Conflict([_MONTH_TAKEN.naming(deferral_id=known.deferral_id)])
        return known

    def _keep_cover(self, cover: FlexibleCover) -> FlexibleCover:
        known = self.flexible.get(cover.cover_id)
        if known is None:
            self.commits.commit([Revise(cover)])
        return known or cover

    def _pay(self, act: Act, employer: str, paid_on: date, months: tuple[str, ...]) -> tuple[DeferredPremium, ...]:
        lists = (deferred_by(act.area, employer),)
        owed = list(every(lambda page: self.deferrals.find(lists, page)))
        named = [each for each in owed if each.month in months]
        if len(named) != len(months):
            raise NotFound
        still_open = {each.month for each in owed if each.paid_on is None}
        whole = still_open <= set(months)
        bundle, today = self.bundles.current(), self.clock.today()
        moved = []
        for each in named:
            fee_fen, citations = fee_of(bundle, each, paid_on, today, whole=whole)
            moved.append(each.settle(act, paid_on, fee_fen, citations))
        changed = [new for old, new in zip(named, moved, strict=True) if new != old]
        if changed:
            self.commits.commit([Revise(each) for each in changed])
        return tuple(moved)


def fee_of(
    bundle: Bundle, premium: DeferredPremium, paid_on: date, today: date, *, whole: bool
) -> tuple[Fen, tuple[str, ...]]:
    """Return the late fee of a deferred premium and the citations that decide the fee."""
    deferral = bundle.by_citation.get(premium.citation)
    after = after_epidemic(bundle, DEFERRED, premium.area, today, waits_since=premium.due_on)
    asks_for_all = deferral is not None and bool(deferral.value["whole"])
    in_time = after is not None and (after.until_on is None or paid_on <= after.until_on)
    if after is not None and in_time and (whole or not asks_for_all):
        return 0, tuple(dict.fromkeys((premium.citation, *after.citations)))
    rule = decider(bundle, Slot.LATE_FEE, premium.area, paid_on)
    if rule is None:
        return 0, (premium.citation,)
    return late_fee(premium.amount_fen, Fraction(rule.value["per_day"]), premium.due_on, paid_on), (rule.citation,)


def is_illustrative(bundle: Bundle, citation: str) -> bool:
    """Tell whether a rule is illustrative, present only so that a charge can be waived."""
    found = bundle.by_citation.get(citation)
    return found is not None and bundle.notices[found.notice].confidence == "illustrative"


_NOT_PROVIDED = finding(
    "deferral-not-provided",
    "due_on",
    "应缴日在本区划没有缓缴的规定，请核对日期。",
    "No provision in force here defers premiums that fall due on that day; check the day.",
)
_NOT_OF_SIZE = finding(
    "employer-size",
    "size",
    "只有中小企业可以缓缴，请核对企业规模。",
    "Only small and medium employers may defer premiums; check the employer's size.",
)
_MONTH_TAKEN = finding(
    "premium-month-taken",
    "month",
    "该单位该月的缓缴已按另一内容登记，请先查询。",
    "The employer's month is deferred with another amount, day or size. Read that first.",
)
_IN_FUTURE = finding(
    "date-in-future",
    "paid_on",
    "缴费日不能晚于今天，请更正。",
    "The day of payment is in the future; give today or an earlier day.",
)
_NO_WAITING_RULE = finding(
    "waiting-not-provided",
    "paid_on",
    "缴费日没有待遇等待期的规定，请核对日期。",
    "No provision says when cover begins after such a payment; check the day.",
)
