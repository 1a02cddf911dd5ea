"""Reads the books: transactions, accounts with their entries, and the trial balance, for a month or in total.

Entered postings are read from the books, later postings from the journal. An answer thus holds all that was answered
before, and reads only the period it covers.

An account is visible to the area that owns the account; a hospital's accounts are visible to the area that settles with
the hospital. The accounts of a person and of a clearing centre are visible to the auditor alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from re import Pattern

from chalicelib.kernel.access import Principal, Resource, Scope, allowed, require, scope_of
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Key, Page, PageRequest, every, page_of, read_page
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import BEFORE_ALL, Instant, instant, start_of
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.accounts import hospital_payable, owner_area
from chalicelib.ledger.domain.books import (
    IN_ALL,
    NOBODYS,
    AccountEntry,
    AccountSum,
    Folded,
    accounts_of,
    book_of,
    by_account,
    day_period,
    entries_of,
)
from chalicelib.ledger.domain.months import period_after, period_begins, periods_until
from chalicelib.ledger.domain.transaction import (
    AccountBalance,
    Transaction,
    TrialBalance,
    posting_period,
)
from chalicelib.ledger.ports import Books, LedgerStore
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import own

_AHEAD = timedelta(days=1)
"""The allowance for clocks that are ahead: postings dated up to a day ahead are read as well."""

_ENTRIES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Accounts:
    """The account sums, and the part of them visible to a principal."""

    ledger: LedgerStore
    books: Books
    bundles: BundleStore
    clock: Clock

    def visible_to(self, principal: Principal, period: str | None, prefix: str = "") -> TrialBalance:
        """Return the sums, for a month or in total, of the visible accounts whose names begin with `prefix`."""
        require(principal, LEDGER_READ, own(principal, "account"))
        registry = self.bundles.current().registry
        whole = self.whole(books_of(principal, registry), period, prefix)
        return whole.where(
            lambda account: (
                account.startswith(prefix) and allowed(principal, LEDGER_READ, resource_of(account, registry))
            )
        )

    def whole(self, names: Iterable[str], period: str | None = None, prefix: str = "") -> TrialBalance:
        """Return the sums in the named books, with the postings since, for every account."""
        folded = self.books.folded()
        # The sums are read before the later postings: a sum records the instant it reaches, so no posting is lost.
        kept = [each for name in names if folded for each in self.books.book(name, period or IN_ALL, prefix)]
        sums = _with_entries({each.account: each for each in kept}, period or IN_ALL, self.since(folded, period))
        return TrialBalance(tuple(sums[account].balance for account in sorted(sums)))

    def standing(self, accounts: Collection[str]) -> Mapping[str, AccountSum]:
        """Return the total sums of the given accounts, with the postings since."""
        folded = self.books.folded()
        kept = self.books.sums((account, IN_ALL) for account in accounts) if folded else {}
        sums = _with_entries({each.account: each for each in kept.values()}, IN_ALL, self.since(folded, None))
        return {account: sums.get(account, AccountSum(account, IN_ALL)) for account in accounts}

    def before(self, at: Instant, names: Collection[str], asked: tuple[str, Pattern[str]]) -> Mapping[str, AccountSum]:
        """Return account sums in the named books as of an instant: the present sums less the postings from that instant
        on. Only the months since that instant are read, however many went before. `asked` is the prefix of the
        accounts' names and the pattern of their full names.
        """
        folded = self.books.folded()
        months = periods_until(posting_period(at), posting_period(instant(self.clock.now() + _AHEAD)))
        kept = {period: self._kept_sums(folded, period, names, asked) for period in (IN_ALL, *months)}
        since = [each for each in entries_of(self.since(folded, None)) if asked[1].fullmatch(each.account)]
        sums = _plus(kept.pop(IN_ALL), IN_ALL, since)
        through = folded.through if folded else BEFORE_ALL
        for period, month in kept.items():
            later = [each for each in since if each.period == period]
            if period_begins(period) < at:
                end = min(through, period_begins(period_after(period)))
                fresh = [each for each in later if each.occurred_at >= max(at, through)]
                held = [each for account in month for each in self._kept_entries(account, at, end)]
                moved = _plus({}, period, [*held, *fresh])
            else:
                moved = _plus(month, period, later)
            sums |= {account: sums[account].less(each) for account, each in moved.items()}
        return sums

    def on(self, day: date, accounts: Collection[str]) -> Mapping[str, AccountSum]:
        """Return the sums of a day for the given bank accounts that moved on it, with the postings since. A day before
        the books kept sums by day is summed from its entries.
        """
        begins, ends, period = start_of(day), start_of(day + timedelta(days=1)), day_period(day)
        folded = self.books.folded()
        kept: dict[str, AccountSum] = {}
        if folded is not None and folded.keeps_day(begins):
            kept = {each.account: each for each in self.books.sums((each, period) for each in accounts).values()}
        elif folded is not None:
            until = min(folded.through, ends)
            kept = _plus({}, period, (each for one in accounts for each in self._kept_entries(one, begins, until)))
        since = entries_of(self.ledger.between(begins if folded is None else max(begins, folded.through), ends))
        return _plus(kept, period, (each for each in since if each.account in accounts))

    def _kept_sums(
        self, folded: Folded | None, period: str, names: Iterable[str], asked: tuple[str, Pattern[str]]
    ) -> dict[str, AccountSum]:
        """Return a period's sums in the named books, for the accounts asked for."""
        found = (each for name in names if folded for each in self.books.book(name, period, asked[0]))
        return {each.account: each for each in found if asked[1].fullmatch(each.account)}

    def _kept_entries(self, account: str, from_at: Instant, before_at: Instant) -> Iterator[AccountEntry]:
        """Return the entries of an account in the books from one instant to before another."""
        highest: str = before_at
        while from_at < highest:
            found = self.books.entries(account, from_at, highest, _ENTRIES_AT_ONCE)
            yield from (each for each in found if each.place < highest)
            if len(found) < _ENTRIES_AT_ONCE:
                return
            highest = found[-1].place

    def since(self, folded: Folded | None, period: str | None) -> Iterable[Transaction]:
        """Return the transactions of a month, or of all months, that the books do not hold yet."""
        if folded is None and period is None:
            return every(self.ledger.journal)
        from_at, before_at = folded.through if folded else BEFORE_ALL, instant(self.clock.now() + _AHEAD)
        if period is not None:
            from_at, before_at = max(from_at, period_begins(period)), period_begins(period_after(period))
        return self.ledger.between(from_at, before_at)


def _with_entries(kept: Mapping[str, AccountSum], period: str, since: Iterable[Transaction]) -> dict[str, AccountSum]:
    return _plus(kept, period, entries_of(since))


def _plus(kept: Mapping[str, AccountSum], period: str, entries: Iterable[AccountEntry]) -> dict[str, AccountSum]:
    """Return a period's sums by account, with entries added that the sums do not hold yet."""
    sums = dict(kept)
    for account, found in by_account(entries).items():
        sums[account] = sums.get(account, AccountSum(account, period)).plus(found)
    return sums


def reads_everything(principal: Principal) -> bool:
    """Tell whether a principal reads every account, as the auditor does."""
    return scope_of(principal.role, LEDGER_READ) is Scope.ANY


def books_of(principal: Principal, registry: Registry) -> list[str]:
    """Return the books of a principal's visible accounts: their province's, and those of the hospitals they settle
    with.
    """
    if reads_everything(principal):
        return sorted({NOBODYS, *(code[:2] for code in registry.areas)})
    hospitals = registry.institutions_at(lambda place: place.agency == principal.area)
    return sorted({principal.area[:2], *(book_of(hospital_payable(each.code)) for _, each in hospitals)})


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    ledger: LedgerStore
    bundles: BundleStore

    def __call__(self, principal: Principal, transaction_id: TransactionId) -> Transaction:
        """Return a whole transaction, if any of its accounts is visible to the caller. Raises `NotFound`."""
        require(principal, LEDGER_READ, own(principal, "account"))
        transaction = existing(self.ledger.get(transaction_id))
        registry = self.bundles.current().registry
        areas = frozenset[AreaCode]().union(*(resource_of(each, registry).areas for each in accounts_of(transaction)))
        require(principal, LEDGER_READ, Resource("account", areas=areas))
        return transaction


@dataclass(frozen=True, slots=True)
class ListAccounts:
    accounts: Accounts

    def __call__(
        self, principal: Principal, prefix: str, page: PageRequest, period: str | None = None
    ) -> Page[AccountBalance]:
        """Return the visible accounts whose names begin with `prefix`, by name."""
        visible = self.accounts.visible_to(principal, period, prefix)
        return page_of(visible.accounts, lambda line: line.account, page)


@dataclass(frozen=True, slots=True)
class ReadTrialBalance:
    accounts: Accounts

    def __call__(self, principal: Principal, period: str | None = None) -> TrialBalance:
        return self.accounts.visible_to(principal, period)


@dataclass(frozen=True, slots=True)
class ListEntries:
    accounts: Accounts

    def __call__(self, principal: Principal, account: str, period: str | None, page: PageRequest) -> Page[AccountEntry]:
        """Return the entries of an account, for a month or in total, the newest first. Raises `NotFound` for an account
        of another owner.
        """
        books, registry = self.accounts.books, self.accounts.bundles.current().registry
        require(principal, LEDGER_READ, resource_of(account, registry))
        folded = books.folded()
        lowest = "" if period is None else period_begins(period)
        highest = _LAST if period is None else period_begins(period_after(period))
        through = lowest if folded is None else folded.through
        fresh = [each for each in entries_of(self.accounts.since(folded, period)) if each.account == account]
        fresh.sort(key=lambda each: each.place, reverse=True)

        def read(_: str, after: Key | None, limit: int) -> tuple[Sequence[tuple[Key, AccountEntry]], Key | None]:
            below = min(highest, after[0]) if after is not None else highest
            found = [each for each in fresh if each.place < below][: limit + 1]
            if len(found) <= limit and lowest < min(below, through):
                kept = books.entries(account, lowest or _FIRST, min(below, through), limit + 2)
                found += [each for each in kept if each.place < below]
            keyed = [((each.place,), each) for each in found[:limit]]
            return keyed, keyed[-1][0] if len(found) > limit else None

        return read_page((account,), page, read)


_FIRST, _LAST = "0", "9"
"""Bounds that sort before and after every instant."""


def resource_of(account: str, registry: Registry) -> Resource:
    """Return an account as a resource of the access rules, with its owner's area."""
    kind, _, rest = account.partition("/")
    if kind == "hospital":
        institution = registry.institutions.get(rest.partition("/")[0])
        return Resource("account", areas=frozenset() if institution is None else frozenset({institution.agency}))
    area = owner_area(account)
    return Resource("account", areas=frozenset() if area is None else frozenset({area}))
