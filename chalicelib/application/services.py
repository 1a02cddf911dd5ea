"""The use cases by name: all that the edge knows of the application.

Each is a callable object; `runtime/wiring.py` builds them once per process. Every one asks
`domain.access.require` before anything is read out or written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from chalicelib.application.requests import (
    ClaimFilter,
    ClaimView,
    EnrolmentRequest,
    FilingRequest,
    Page,
    PageRequest,
    Submission,
    SubmitOutcome,
)
from chalicelib.domain.access import Principal
from chalicelib.domain.ledger import Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.policy import Notice, Provision
from chalicelib.domain.registry import FilingRecord, Institution


class SubmitsClaims(Protocol):
    def __call__(self, principal: Principal, submission: Submission, wait_s: int = 0) -> SubmitOutcome: ...


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """`balance_fen` is `debit_fen - credit_fen`."""

    account: str
    debit_fen: Fen
    credit_fen: Fen

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """The accounts a principal may see and their sums; the auditor's `balance_fen` is 0."""

    accounts: tuple[AccountBalance, ...]

    @property
    def debit_fen(self) -> Fen:
        return sum(account.debit_fen for account in self.accounts)

    @property
    def credit_fen(self) -> Fen:
        return sum(account.credit_fen for account in self.accounts)

    @property
    def balance_fen(self) -> Fen:
        return self.debit_fen - self.credit_fen


PolicyDetail: TypeAlias = tuple[Notice, tuple[Provision, ...]]


@dataclass(frozen=True, slots=True)
class Services:
    """`list_accounts` takes a prefix (empty: all)."""

    preview_claim: Callable[[Principal, Submission], dict[str, Any]]
    submit_claim: SubmitsClaims
    read_claim: Callable[[Principal, str], ClaimView]
    list_claims: Callable[[Principal, ClaimFilter, PageRequest], Page[ClaimView]]
    enrol_person: Callable[[Principal, EnrolmentRequest], str]
    file_treatment: Callable[[Principal, FilingRequest], FilingRecord]
    read_institution: Callable[[Principal, str], Institution]
    list_policies: Callable[[Principal, PageRequest], Page[Notice]]
    read_policy: Callable[[Principal, str], PolicyDetail]
    health: Callable[[], dict[str, Any]]
    read_transaction: Callable[[Principal, str], Transaction]
    list_accounts: Callable[[Principal, str, PageRequest], Page[AccountBalance]]
    trial_balance: Callable[[Principal], TrialBalance]
