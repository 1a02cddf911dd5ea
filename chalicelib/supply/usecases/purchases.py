"""Records purchases outside the platform and their filing there, and shows late filings."""

from __future__ import annotations

from datetime import date, datetime

from chalicelib.kernel.access import Action, Principal, Role, require
from chalicelib.kernel.clocks import WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, NotFound, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.persons.steps import TakeStep
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import BEFORE_ALL, instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Put, Revise
from chalicelib.law.domain.services.clocks import clock_rule
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.resources import of_institution, own
from chalicelib.supply.access import PURCHASE_READ, PURCHASE_REPORT
from chalicelib.supply.domain.purchases import (
    PURCHASE_FILING,
    Goods,
    OffPlatformPurchase,
    OffPlatformPurchaseId,
    PurchaseStatus,
    off_platform_id_of,
)
from chalicelib.supply.ports import OffPlatformStore
from chalicelib.supply.usecases.lists import lists_asked_for
from chalicelib.worklist.domain import Duty, Task, done, duty_task

_KIND = "purchase"


@dataclass(frozen=True, slots=True)
class OffPlatformRequest:
    purchase_no: str
    goods: Goods
    bought_on: date


@dataclass(frozen=True, slots=True)
class OffPlatformPurchases:
    purchases: OffPlatformStore
    bundles: BundleStore
    take_step: TakeStep
    commits: Commits
    retrying: Retrying
    clock: Clock
    working_days: WorkingDays

    def report(self, principal: Principal, request: OffPlatformRequest) -> OffPlatformPurchase:
        """Record a purchase used first and due for filing by its clock; the same purchase again returns the first
        record.

        Raises `Conflict` for another content under the number, `Invalid` for a future day, and for a place without a
        provision that lets goods be bought first on that day.
        """
        require(principal, PURCHASE_REPORT, own(principal, _KIND))
        bundle = self.bundles.current()
        institution = existing(bundle.registry.institutions.get(principal.subject))
        if request.bought_on > self.clock.today():
            raise Invalid([_IN_FUTURE])
        rule = clock_rule(bundle, PURCHASE_FILING, institution.area, request.bought_on)
        if rule.citation is None:
            raise Invalid([_NOT_PROVIDED])
        bought_at = datetime.fromisoformat(start_of(request.bought_on))
        purchase = OffPlatformPurchase(
            purchase_id=off_platform_id_of(institution.code, request.purchase_no),
            purchase_no=request.purchase_no,
            institution=institution.code,
            agency=institution.agency,
            area=institution.pooling_area,
            goods=request.goods,
            bought_on=request.bought_on,
            reported=Act.of(principal, instant(self.clock.now())),
            filing=start_clock(rule, bought_at, self.working_days),
            citation=rule.citation,
        )
        return self.retrying.on_conflict(lambda: self._keep(purchase))

    def file(self, principal: Principal, purchase_id: OffPlatformPurchaseId, platform_no: str) -> OffPlatformPurchase:
        """Record the platform's number and stop the clock, even if late. Raises `Conflict` for another number."""

        def filed(purchase: OffPlatformPurchase, act: Act) -> OffPlatformPurchase:
            return purchase.filed_under(platform_no, act)

        return self.take_step(
            principal,
            lambda: self._visible(principal, PURCHASE_REPORT, purchase_id),
            filed,
            lambda purchase, moved: [Revise(moved), Put(done(_task(purchase), moved.filing.stopped or BEFORE_ALL))],
        )

    def read(self, principal: Principal, purchase_id: OffPlatformPurchaseId) -> OffPlatformPurchase:
        """Return a purchase to the institution, its agency or the auditor."""
        return self._visible(principal, PURCHASE_READ, purchase_id)

    def find(
        self, principal: Principal, status: PurchaseStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[OffPlatformPurchase]:
        """List an institution's or an area's purchases, the oldest first."""
        lists = lists_asked_for(self.bundles.current(), principal, PURCHASE_READ, area)
        equal = None if status is None else {"status": status.value}
        return self.purchases.find(lists, page, equal, newest=False)

    def _keep(self, purchase: OffPlatformPurchase) -> OffPlatformPurchase:
        known = self.purchases.get(purchase.purchase_id)
        if known is None:
            self.commits.commit([Revise(purchase), Put(_task(purchase))])
            return purchase
        if known.said != purchase.said:
            raise Conflict([_NUMBER_TAKEN.naming(purchase_id=known.purchase_id)])
        return known

    def _visible(self, principal: Principal, action: Action, purchase_id: OffPlatformPurchaseId) -> OffPlatformPurchase:
        purchase = self.purchases.get(purchase_id)
        known = self.bundles.current().registry.institutions
        institution = None if purchase is None else known.get(purchase.institution)
        if purchase is None or institution is None:
            require(principal, action, own(principal, _KIND))
            raise NotFound
        require(principal, action, of_institution(institution, _KIND))
        return purchase


def _task(purchase: OffPlatformPurchase) -> Task:
    duty = Duty(PURCHASE_FILING, purchase.purchase_id, purchase.filing)
    areas = frozenset({purchase.agency, purchase.area})
    return duty_task(duty, Role.HOSPITAL, agency=purchase.agency, institution=purchase.institution, areas=areas)


_IN_FUTURE = finding(
    "date-in-future",
    "bought_on",
    "采购日不能晚于今天，请更正。",
    "The day of the purchase is in the future; give today or an earlier day.",
)
_NOT_PROVIDED = finding(
    "purchase-not-provided",
    "bought_on",
    "采购日在本区划没有先采购后备案的规定，请通过采购平台采购。",
    "Use the platform: no provision of the place and day lets goods be bought first and filed afterwards.",
)
_NUMBER_TAKEN = finding(
    "purchase-no-taken",
    "purchase_no",
    "该采购单号已用于另一内容的采购，请换号或查询原记录。",
    "Use another number, or read the purchase that has this one: its content differs.",
)
