"""The use cases by name: all that the edge knows of the application.

Each is a callable object; `runtime/wiring.py` builds them once per process. Every one asks
`domain.access.require` before anything is read out or written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeAlias

from chalicelib.application.clearing_services import ClearingServices
from chalicelib.application.eligibility import Eligibility, EligibilityRequest
from chalicelib.application.enrolment import EnrolmentRecorded
from chalicelib.application.filing import FilingOutcome
from chalicelib.application.money_services import MoneyServices
from chalicelib.application.policy_services import PolicyServices
from chalicelib.application.registry_services import RegistryServices
from chalicelib.application.requests import (
    ClaimFilter,
    ClaimView,
    EnrolmentRequest,
    FilingRequest,
    Page,
    PageRequest,
    Previewed,
    Submission,
    SubmitOutcome,
)
from chalicelib.domain.access import Principal
from chalicelib.domain.ledger import AccountBalance, Transaction, TrialBalance
from chalicelib.domain.lookups import Lookup
from chalicelib.domain.policy import Notice, Provision
from chalicelib.domain.registry import Institution


class SubmitsClaims(Protocol):
    def __call__(
        self, principal: Principal, submission: Submission, wait_s: int = 0, *, call: str = ...
    ) -> SubmitOutcome: ...


PolicyDetail: TypeAlias = tuple[Notice, tuple[Provision, ...]]


@dataclass(frozen=True, slots=True)
class Services:
    """`list_accounts` takes a prefix (empty: all). A listed claim carries no determination; reading it does."""

    preview_claim: Callable[[Principal, Submission], Previewed]
    submit_claim: SubmitsClaims
    read_claim: Callable[[Principal, str], ClaimView]
    list_claims: Callable[[Principal, ClaimFilter, PageRequest], Page[ClaimView]]
    enrol_person: Callable[[Principal, EnrolmentRequest], EnrolmentRecorded]
    file_treatment: Callable[[Principal, FilingRequest], FilingOutcome]
    registry: RegistryServices
    read_eligibility: Callable[[Principal, EligibilityRequest], Eligibility]
    list_access_records: Callable[[Principal, str, date | None, date | None, PageRequest], Page[Lookup]]
    read_institution: Callable[[Principal, str], Institution]
    list_policies: Callable[[Principal, PageRequest], Page[Notice]]
    read_policy: Callable[[Principal, str], PolicyDetail]
    cite: Callable[[str], dict[str, Any]]
    policy_work: PolicyServices
    clearing: ClearingServices
    money: MoneyServices
    health: Callable[[], dict[str, Any]]
    today: Callable[[], date]
    read_transaction: Callable[[Principal, str], Transaction]
    list_accounts: Callable[[Principal, str, PageRequest], Page[AccountBalance]]
    trial_balance: Callable[[Principal], TrialBalance]
