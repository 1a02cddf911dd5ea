"""Maintains an institution's protective goods and records persons' purchases of them with the personal account."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import date

from chalicelib.claims.usecases.recognise import RecognisePerson
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Revise
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import overridden, resolve
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.domain.values import PersonalAccount
from chalicelib.law.ports import BundleStore
from chalicelib.personal_accounts.access import GOODS_MAINTAIN, PURCHASE_READ, PURCHASE_RECORD
from chalicelib.personal_accounts.domain import (
    AccountPurchase,
    ProtectiveItem,
    PurchaseLine,
    item_id_of,
    purchase_id_of,
)
from chalicelib.personal_accounts.ports import ProtectiveItemStore, PurchaseStore, bought_in, kept_by
from chalicelib.registry.domain.checks import DAY_IN_FUTURE, check_period
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import Enrolment, Institution, Insurance
from chalicelib.registry.domain.resources import Lists, own

CALL = "POST /v1/account-purchases"


_PURCHASES = Lists("purchase", kept_by, bought_in)


@dataclass(frozen=True, slots=True)
class ItemRequest:
    code: str
    name: str
    supply: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    purchase_no: str
    document: StatedDocument
    name: str = field(repr=False)
    on: date
    lines: tuple[PurchaseLine, ...]


@dataclass(frozen=True, slots=True)
class PersonalAccounts:
    items: ProtectiveItemStore
    purchases: PurchaseStore
    recognise: RecognisePerson
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def maintain(self, principal: Principal, request: ItemRequest) -> ProtectiveItem:
        """Keep an item; the same code and first day again changes name, kind and end.

        Raises `Invalid` where no provision of the place has institutions maintain such goods on the first day.
        """
        require(principal, GOODS_MAINTAIN, own(principal, "goods"))
        bundle, institution = self._institution(principal)
        rule = decider(bundle, Slot.ACCOUNT_ITEMS, institution.area, request.starts_on)
        wrong: tuple[Finding, ...] = check_period(request.starts_on, request.ends_on)
        if rule is None:
            raise Invalid((*wrong, _NOT_MAINTAINED_HERE))
        if wrong:
            raise Invalid(wrong)
        item = ProtectiveItem(
            item_id_of(institution.code, request.code, request.starts_on),
            institution.code,
            request.code,
            request.name,
            request.supply,
            request.starts_on,
            request.ends_on,
            Act.of(principal, instant(self.clock.now())),
            rule.citation,
        )
        return self.retrying.on_conflict(lambda: self._keep_item(item))

    def goods(self, principal: Principal, page: PageRequest) -> Page[ProtectiveItem]:
        """Find the items that an institution maintains, by code and first day."""
        require(principal, GOODS_MAINTAIN, own(principal, "goods"))
        return self.items.find((kept_by(principal.institution),), page, newest=False)

    def buy(self, principal: Principal, request: PurchaseRequest) -> tuple[AccountPurchase, bool]:
        """Record a purchase and tell whether it is new: the same number and content again is the first purchase.

        Raises `Conflict` for different content under the number, and `Invalid` for an unknown person, a person without
        a personal account, an item not maintained on the day, and goods the account may not buy.
        """
        require(principal, PURCHASE_RECORD, own(principal, "purchase"))
        bundle, institution = self._institution(principal)
        if request.on > self.clock.today():
            raise Invalid([DAY_IN_FUTURE])
        person, period = self.recognise(principal, request.document, request.name, request.on, CALL)
        grants = granting(bundle, period, request.on)
        kept = self._kept_on(institution.code, request.on)
        wrong = [found for place, line in enumerate(request.lines) for found in _line(place, line, kept, grants)]
        if not grants:
            wrong = [_NO_ACCOUNT]
        if wrong:
            raise Invalid(wrong)
        bought = [kept[line.code] for line in request.lines]
        citations = (*(each.citation for each in grants), *(item.citation for item in bought))
        lines = [[line.code, line.quantity, line.amount_fen] for line in request.lines]
        purchase = AccountPurchase(
            purchase_id_of(institution.code, request.purchase_no),
            request.purchase_no,
            institution.code,
            institution.agency,
            institution.pooling_area,
            person,
            request.on,
            request.lines,
            sum(line.amount_fen for line in request.lines),
            fingerprint([person, request.on.isoformat(), lines]),
            Act.of(principal, instant(self.clock.now())),
            tuple(dict.fromkeys(citations)),
        )
        return self.retrying.on_conflict(lambda: self._keep(purchase))

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[AccountPurchase]:
        """Find the purchases of an institution or of an area, newest first."""
        lists = _PURCHASES.asked_for(principal, PURCHASE_READ, self.bundles.current().registry, area)
        return self.purchases.find(lists, page)

    def _institution(self, principal: Principal) -> tuple[Bundle, Institution]:
        bundle = self.bundles.current()
        institution = existing(bundle.registry.institutions.get(principal.subject))
        return bundle, institution

    def _kept_on(self, institution: InstitutionCode, day: date) -> dict[str, ProtectiveItem]:
        lists = (kept_by(institution),)
        found = every(lambda page: self.items.find(lists, page, newest=False))
        return {item.code: item for item in found if item.is_kept_on(day)}

    def _keep_item(self, item: ProtectiveItem) -> ProtectiveItem:
        known = self.items.get(item.item_id)
        if known is not None:
            if (known.name, known.supply, known.ends_on) == (item.name, item.supply, item.ends_on):
                return known
            item = replace(item, revision=known.revision + 1)
        self.commits.commit([Revise(item)])
        return item

    def _keep(self, purchase: AccountPurchase) -> tuple[AccountPurchase, bool]:
        known = self.purchases.get(purchase.purchase_id)
        if known is None:
            self.commits.commit([Revise(purchase)])
            return purchase, True
        if known.content != purchase.content:
            raise Conflict([_NUMBER_TAKEN.naming(purchase_id=known.purchase_id)])
        return known, False


def granting(bundle: Bundle, period: Enrolment, day: date) -> tuple[Provision, ...]:
    """Return the insured place's provisions that let a personal account buy goods on a day; none without an account."""
    if period.insurance is not Insurance.EMPLOYEE or period.insured_area is None:
        return ()
    chain = bundle.registry.chain(period.insured_area)
    values = {"insurance": period.insurance.value, "employment": period.employment.value}
    facts = Facts(values, chain, chain, Days(day, day, day, day))
    return resolve(bundle, Slot.PERSONAL_ACCOUNT, facts, overridden(bundle, facts)).decided_by


def _line(
    place: int, line: PurchaseLine, kept: dict[str, ProtectiveItem], grants: tuple[Provision, ...]
) -> tuple[Finding, ...]:
    item = kept.get(line.code)
    if item is None:
        return (
            finding(
                "item-not-maintained",
                f"lines[{place}].code",
                "该项目当日未由本机构维护，请先维护或更正编码。",
                "The institution does not maintain the item on the day; record it first, or correct the code.",
            ),
        )
    if any(item.supply in PersonalAccount.read(each.value).supplies for each in grants):
        return ()
    return (
        finding(
            "supply-not-covered",
            f"lines[{place}].code",
            "个人账户不能购买此类用品，请由患者自付。",
            "A personal account cannot pay for such goods; let the person pay.",
        ),
    )


_NO_ACCOUNT = finding(
    "account-not-provided",
    "patient",
    "该人员当日没有可购买防护用品的个人账户，请由本人自付。",
    "The person has no personal account that buys protective goods on the day; let the person pay.",
)
_NOT_MAINTAINED_HERE = finding(
    "goods-not-provided",
    "from",
    "起始日在本区划没有维护防护用品项目的规定，请核对日期。",
    "No provision of this place has such goods maintained on the first day; check the day.",
)
_NUMBER_TAKEN = finding(
    "purchase-no-taken",
    "purchase_no",
    "该购买编号已用于内容不同的购买，请换号或查询原记录。",
    "The number names another purchase; use another, or read that one.",
)
