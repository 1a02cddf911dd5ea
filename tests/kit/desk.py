"""A small office behind the API: use cases that answer from memory, with the real access rules and body checks.

The answers are real: determinations come from the domain and the project's own policies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from chalice.app import Chalice
from chalice.local import LocalGatewayException
from chalice.test import Client, HTTPResponse

from chalicelib.adjudication.domain.determination import DeterminationJson
from chalicelib.adjudication.domain.validation import check_body
from chalicelib.claims.access import CLAIM_PREVIEW, CLAIM_READ, CLAIM_SUBMIT
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import (
    ClaimFilter,
    ClaimView,
    Previewed,
    SettlementView,
    Submission,
    SubmitOutcome,
)
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.eligibility.domain import Routing, RoutingGround, RoutingWay
from chalicelib.eligibility.usecases.list_access_records import ReadAccessRecords
from chalicelib.eligibility.usecases.read import Eligibility, EligibilityRequest, ReadEligibility
from chalicelib.enrolment.access import ENROLMENT_RECORD
from chalicelib.enrolment.usecases.enrol import EnrolmentRecorded, EnrolPerson
from chalicelib.filings.usecases import FilingOutcome, Filings
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.errors import Invalid, NotFound
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import ClaimId, FilingId, InstitutionCode, PersonToken, TransactionId
from chalicelib.law.access import INSTITUTION_READ
from chalicelib.law.domain.model import Notice, Provision
from chalicelib.law.usecases.read import CiteProvision, ListPolicies, ReadPolicy
from chalicelib.law.usecases.read_institution import ReadInstitution
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.ledger.domain.books import AccountEntry, ListedTransaction, entries_of
from chalicelib.ledger.domain.transaction import (
    AccountBalance,
    LedgerEvent,
    Posting,
    Transaction,
    TrialBalance,
    trial_balance,
)
from chalicelib.ledger.usecases.read import ListAccounts, ListEntries, ReadTransaction, ReadTrialBalance
from chalicelib.ledger.usecases.transactions import ListTransactions, TransactionFilter
from chalicelib.lookups.domain import Lookup, Purpose
from chalicelib.main import capabilities as resources
from chalicelib.main.capabilities import build_system
from chalicelib.main.health import ReadHealth
from chalicelib.platform.http.bearer import FixedKeys, TokenVerifier
from chalicelib.platform.http.endpoints import Edge
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import Institution, Insurance
from chalicelib.registry.domain.requests import EnrolmentRequest, FilingRequest
from chalicelib.registry.domain.resources import of_area, of_institution, own
from chalicelib.settlement.http.webhooks import webhooks_document
from infra.local.issuer import AUDIENCE, NAME, Issuer
from tests.kit.areas import KUNMING
from tests.kit.builders import CLAIM_ID, NOW, PERSON
from tests.kit.memory.world import World
from tests.kit.worked_cases import WorkedCase, decide, shipped_bundle, shipped_policies

TODAY = date(2026, 11, 21)
HOSPITAL, OTHER_HOSPITAL = InstitutionCode("H53010200001"), "H53010200003"
ID_NO = "530102190001010019"

SETTLEMENT = Transaction(
    id=TransactionId(f"settle:{CLAIM_ID}"),
    event=LedgerEvent.SETTLED,
    occurred_at=NOW,
    cause=CLAIM_ID,
    postings=(Posting("fund/530100/employee/basic", 1530000), Posting(f"hospital/{HOSPITAL}/payable", -1530000)),
    citations=("yn-2020-12.3.5",),
)


CLAIM: Mapping[str, Any] = {
    "claim_no": "YN-0001",
    "institution": HOSPITAL,
    "visit": {"kind": "inpatient", "admitted": "2020-02-05", "discharged": "2020-02-20"},
    "patient": {"id_type": "identity-card", "id_no": ID_NO, "name": "示例甲"},
    "diagnosis": {
        "history": [{"status": "confirmed", "on": "2020-02-06"}],
        "codes": [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}],
    },
    "lines": [
        {
            "no": no,
            "code": code,
            "name": name,
            "date": "2020-02-10",
            "quantity": quantity,
            "price": price,
            "amount": amount,
        }
        for no, code, name, quantity, price, amount in (
            (1, "120100010", "有创机械通气", "5", "1200.00", "6000.00"),
            (2, "XJ05ARL020A001010100002", "洛匹那韦利托那韦片", "20", "100.00", "2000.00"),
            (3, "XJ01DDC001A001010100011", "头孢曲松注射液", "60", "150.00", "9000.00"),
        )
    ],
}
"""A confirmed patient's stay in Kunming, as a hospital bills it."""


@cache
def determination() -> DeterminationJson:
    """Decide the sample claim and return its determination document, as the domain writes it."""
    case = WorkedCase("sample", Path(), {"claim": CLAIM})
    document = decide(case, shipped_bundle()).document
    assert document is not None
    return document


def claim_body(**changes: Any) -> dict[str, Any]:
    """A copy of the sample claim, some of its fields changed; None leaves a field out."""
    return {name: value for name, value in {**deepcopy(dict(CLAIM)), **changes}.items() if value is not None}


def view(**changes: Any) -> ClaimView:
    """A settled claim."""
    settled = ClaimView(
        claim_id=CLAIM_ID,
        claim_no="YN-0001",
        institution=HOSPITAL,
        version=1,
        status=ClaimStatus.SETTLED,
        reason=None,
        findings=(),
        warnings=(),
        determination=determination(),
        settlement=SettlementView(SETTLEMENT.id, 0, 1700000),
        received_at=NOW,
        changed_at=NOW,
    )
    return replace(settled, **changes)


@cache
def policy_office() -> World:
    """Build the policy officers' world: the shipped policies published, no claims."""
    return World(shipped_policies())


class _Instead:
    """A use case of the policy office with some methods of the desk."""

    def __init__(self, real: object, **methods: object) -> None:
        self._real, self._methods = real, methods

    def __getattr__(self, name: str) -> Any:
        return self._methods[name] if name in self._methods else getattr(self._real, name)


@dataclass(frozen=True)
class _Submitting:
    """Submitting at the desk; a batch checks its claims as the policy office does."""

    submit: Callable[..., SubmitOutcome]
    checked: Callable[..., object]

    def __call__(self, *asked: Any, **named: Any) -> SubmitOutcome:
        return self.submit(*asked, **named)


@dataclass
class Desk:
    """The use cases, with a record of their calls. `claims` holds the readable claims by id."""

    claims: dict[str, ClaimView] = field(default_factory=lambda: {CLAIM_ID: view()})
    outcome: SubmitOutcome = field(default_factory=lambda: SubmitOutcome(view(), created=False))
    failure: Exception | None = None
    asked: list[Any] = field(default_factory=list)

    @property
    def system(self) -> System:
        return self.over({})

    def over(self, others: Mapping[type[Any], object]) -> System:
        """Assemble the use cases answered here from memory, with `others` in their place, and the policy office's."""
        answered: dict[type[Any], object] = {
            PreviewClaim: self.preview,
            SubmitClaim: _Submitting(self.submit, policy_office().system[SubmitClaim].checked),
            ReadClaim: self.read,
            ListClaims: self.list,
            EnrolPerson: self.enrol,
            Filings: _Instead(policy_office().system[Filings], record=self.file),
            ReadEligibility: self.eligibility,
            ReadAccessRecords: self.access_records,
            ReadInstitution: self.institution,
            ListPolicies: self.policies,
            ReadPolicy: self.policy,
            ReadHealth: lambda: {"status": "ok", "report": "done"},
            ReadTransaction: self.transaction,
            ListAccounts: self.accounts,
            ListEntries: self.entries,
            ListTransactions: self.transactions,
            ReadTrialBalance: self.balance,
        }
        ports = policy_office().ports
        for part, answers in {**answered, **others}.items():
            ports = ports.give(part, answers)
        return build_system(ports)

    def preview(
        self, principal: Principal, submission: Submission, *, alternatives: bool = False, bundle: str | None = None
    ) -> Previewed:
        self._check(principal, CLAIM_PREVIEW, submission)
        return Previewed(determination(), submission.warnings)

    def submit(self, principal: Principal, submission: Submission, wait_s: int = 0, *, call: str = "") -> SubmitOutcome:
        self._check(principal, CLAIM_SUBMIT, submission)
        self.asked.append(wait_s)
        warned = replace(self.outcome.view, warnings=submission.warnings)
        return replace(self.outcome, view=warned)

    def read(self, principal: Principal, claim_id: ClaimId) -> ClaimView:
        found = self.claims.get(claim_id)
        resource = own(principal, "claim") if found is None else Resource("claim", institution=found.institution)
        require(principal, CLAIM_READ, resource)
        if found is None:
            raise NotFound
        return found

    def list(self, principal: Principal, wanted: ClaimFilter, page: PageRequest) -> Page[ClaimView]:
        self.asked += [wanted, page]
        return Page((view(determination=None, settlement=None),), next="bmV4dA")

    def enrol(self, principal: Principal, request: EnrolmentRequest) -> EnrolmentRecorded:
        self.asked.append(request)
        if self.failure is not None:
            raise self.failure
        area = of_area(shipped_bundle().registry, request.insured_area or principal.area, "enrolment")
        require(principal, ENROLMENT_RECORD, area)
        return EnrolmentRecorded(PERSON, 0)

    def eligibility(self, principal: Principal, request: EligibilityRequest) -> Eligibility:
        self.asked.append(request)
        if self.failure is not None:
            raise self.failure
        here = Routing(RoutingWay.LOCAL, RoutingGround.INSURED_HERE)
        return Eligibility(request.on, Insurance.EMPLOYEE, KUNMING, (), here)

    def access_records(
        self, principal: Principal, person: PersonToken, from_on: date | None, to_on: date | None, page: PageRequest
    ) -> Page[Lookup]:
        self.asked += [person, from_on, to_on, page]
        by = Act("his", Role.HOSPITAL, "H53010200001", NOW)
        return Page((Lookup(person, by, "POST /v1/claims/preview", Purpose.PREVIEW, matched=False),), next=None)

    def file(self, principal: Principal, request: FilingRequest) -> FilingOutcome:
        self.asked.append(request)
        filing = FilingRecord(
            filing_id=FilingId("fil_00"),
            person=PERSON,
            treatment_area=request.treatment_area,
            kind=request.kind,
            channel=request.channel,
            starts_on=request.starts_on or TODAY,
            ends_on=request.ends_on,
            made=Act.of(principal, NOW),
            made_on=TODAY,
        )
        return FilingOutcome(filing, 0)

    def institution(self, principal: Principal, code: str) -> Institution:
        found = shipped_bundle().registry.institutions.get(code)
        if found is None:
            raise NotFound
        require(principal, INSTITUTION_READ, of_institution(found))
        return found

    def policies(self, principal: Principal, page: PageRequest) -> Page[Notice]:
        self.asked.append(page)
        return Page(tuple(shipped_bundle().notices.values())[: page.limit], next=None)

    def policy(self, principal: Principal, notice: str) -> tuple[Notice, tuple[Provision, ...]]:
        bundle = shipped_bundle()
        if notice not in bundle.notices:
            raise NotFound
        return bundle.notices[notice], tuple(each for each in bundle.provisions if each.notice == notice)

    def transaction(self, principal: Principal, transaction_id: TransactionId) -> Transaction:
        if transaction_id != SETTLEMENT.id:
            raise NotFound
        require(principal, LEDGER_READ, Resource("account", areas=frozenset({KUNMING})))
        return SETTLEMENT

    def accounts(
        self, principal: Principal, prefix: str, page: PageRequest, period: str | None = None
    ) -> Page[AccountBalance]:
        self.asked += [prefix, page]
        return Page(trial_balance([SETTLEMENT]).accounts)

    def entries(self, principal: Principal, account: str, period: str | None, page: PageRequest) -> Page[AccountEntry]:
        self.asked += [account, period, page]
        require(principal, LEDGER_READ, Resource("account", areas=frozenset({KUNMING})))
        return Page(tuple(entries_of([SETTLEMENT])))

    def transactions(
        self, principal: Principal, wanted: TransactionFilter, page: PageRequest
    ) -> Page[ListedTransaction]:
        self.asked += [wanted, page]
        require(principal, LEDGER_READ, Resource("account", areas=frozenset({KUNMING})))
        return Page((ListedTransaction(SETTLEMENT, 1530000),))

    def balance(self, principal: Principal, period: str | None = None) -> TrialBalance:
        return trial_balance([SETTLEMENT])

    def _check(self, principal: Principal, action: Action, submission: Submission) -> None:
        require(principal, action, Resource("claim", institution=submission.institution))
        if self.failure is not None:
            raise self.failure
        wrong = check_body(submission.to_claim(PERSON), TODAY, submission.patient.document)
        if wrong:
            raise Invalid(wrong)
        self.asked.append(submission)


@dataclass(frozen=True)
class Answered:
    """An answer of the API, read."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; a workbook has places that are none."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def findings(self) -> set[tuple[str, str]]:
        """Codes and places of a problem's errors."""
        return {(error["code"], error["field"]) for error in self.json["errors"]}


class Office(Protocol):
    """The system behind the API: the desk here, or a world of use cases."""

    @property
    def system(self) -> System: ...


_CALLED: ContextVar[Office] = ContextVar("the office that the running request reaches")


@cache
def _served() -> tuple[Issuer, Chalice, Client]:
    """Build the API once a process, before whichever office a request is for, and the issuer that the API trusts."""
    issuer, app = Issuer.new(), Chalice(app_name="quebao", configure_logs=False)
    # A header that was accepted once is good for longer than the tests run; a refused one is verified each time.
    accepted = cache(TokenVerifier(NAME, AUDIENCE, FixedKeys(issuer.jwks)).principal)
    resources.register(
        app,
        Edge(
            lambda: _CALLED.get().system,
            accepted,
            policy_office().system[CiteProvision],
            lambda: "https://quebao.example",
            webhooks_document,
        ),
    )
    return issuer, app, Client(app)


@cache
def _token(role: str, subject: str, actor: str | None) -> str:
    """Sign a token once a process: it is good for longer than the tests run."""
    issuer, _, _ = _served()
    return issuer.token(role, subject, actor)


class Caller:
    """Calls the API as any caller; by default as the sample hospital."""

    def __init__(self, desk: Office) -> None:
        self.desk = desk
        self.issuer, self.app, self._client = _served()

    def raw(self, method: str, path: str, body: Any = None, **sent: Any) -> bytes:
        """Return the bytes of an answer, of a file too; the other arguments are sent as for `call`."""
        return bytes(self._request(method, path, body, **sent).body)

    def call(self, method: str, path: str, body: Any = None, **sent: Any) -> Answered:
        """Send a request with a good token; `headers` add to it, an empty header takes one away."""
        got = self._request(method, path, body, **sent)
        return Answered(got.status_code, dict(got.headers), got.body)

    def _request(
        self,
        method: str,
        path: str,
        body: Any,
        *,
        role: str = "hospital",
        subject: str = HOSPITAL,
        actor: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HTTPResponse:
        sent = {
            "Authorization": f"Bearer {_token(role, subject, actor)}",
            "Content-Type": "application/json",
            **(headers or {}),
        }
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        kept = {name: value for name, value in sent.items() if value}
        called = _CALLED.set(self.desk)
        try:
            # Not by way of the client's `request`, which copies the environment for each call.
            http = self._client.http
            answered = http._local_gateway.handle_request(method=method.upper(), path=path, headers=kept, body=raw)
            return HTTPResponse.create_from_dict(answered)
        except LocalGatewayException as error:
            return http._error_response(error)
        finally:
            _CALLED.reset(called)
