"""Reads the books: transactions, accounts and the trial balance, all derived from the journal, never from counters.

An account is visible to the area that owns it; a hospital's accounts to the area that settles with it. A person's and a
clearing centre's are the auditor's alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.kernel.access import Principal, Resource, allowed, require
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.pages import Page, PageRequest, every, page_of
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.accounts import owner_area
from chalicelib.ledger.domain.transaction import AccountBalance, Transaction, TrialBalance, trial_balance
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import own


@dataclass(frozen=True, slots=True)
class Books:
    """The journal, and who may see what of it."""

    ledger: LedgerStore
    bundles: BundleStore

    def visible_to(self, principal: Principal) -> TrialBalance:
        """The trial balance of the accounts a principal may see."""
        require(principal, LEDGER_READ, own(principal, "account"))
        registry = self.bundles.current().registry
        whole = trial_balance(every(self.ledger.journal))
        return whole.where(lambda account: allowed(principal, LEDGER_READ, resource_of(account, registry)))


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    ledger: LedgerStore
    bundles: BundleStore

    def __call__(self, principal: Principal, transaction_id: str) -> Transaction:
        """A whole transaction, to whom one of its accounts is visible. Raises `NotFound`."""
        require(principal, LEDGER_READ, own(principal, "account"))
        transaction = self.ledger.get(transaction_id)
        if transaction is None:
            raise NotFound
        registry = self.bundles.current().registry
        areas = frozenset[str]().union(*(resource_of(p.account, registry).areas for p in transaction.postings))
        require(principal, LEDGER_READ, Resource("account", areas=areas))
        return transaction


@dataclass(frozen=True, slots=True)
class ListAccounts:
    books: Books

    def __call__(self, principal: Principal, prefix: str, page: PageRequest) -> Page[AccountBalance]:
        """The visible accounts whose name begins with `prefix`, by name."""
        visible = self.books.visible_to(principal).where(lambda account: account.startswith(prefix))
        return page_of(visible.accounts, lambda line: line.account, page)


@dataclass(frozen=True, slots=True)
class ReadTrialBalance:
    books: Books

    def __call__(self, principal: Principal) -> TrialBalance:
        return self.books.visible_to(principal)


def resource_of(account: str, registry: Registry) -> Resource:
    """Whose an account is."""
    kind, _, rest = account.partition("/")
    if kind == "hospital":
        institution = registry.institutions.get(rest.partition("/")[0])
        return Resource("account", areas=frozenset() if institution is None else frozenset({institution.agency}))
    area = owner_area(account)
    return Resource("account", areas=frozenset() if area is None else frozenset({area}))
