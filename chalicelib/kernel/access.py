"""Who may do what: one table of roles and actions, denying by default, and the scope each grant is limited to.

Every call of the API and every use case asks here and nowhere else. Nothing in this module reads a token or a store:
the caller says who asks (from the verified token only) and whose the thing is (from the registry or the record, never
from what the request says of itself).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum

from chalicelib.kernel.errors import Forbidden, NotFound, OwnAct
from chalicelib.kernel.persons.acts import is_same_person


class Role(StrEnum):
    HOSPITAL = "hospital"
    AGENCY = "agency"
    FINANCE = "finance"
    HEALTH = "health"
    CENTRE = "centre"
    POLICY = "policy"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `actor` is the acting person or system as the issuer names it, `subject` the one institution or area
    it acts for: an institution's code for a hospital, an area's for everyone else (the nation is `000000`).
    """

    actor: str
    role: Role
    subject: str


@dataclass(frozen=True, slots=True)
class Resource:
    """Whose the thing is. What is left out matches nobody, so a caller that forgets a field denies.

    `institution`: the hospital it belongs to. `areas`: the areas it concerns. `agency`: the area that settles with the
    institution, narrower than `areas` where money is moved. `tier`: the tier of clearing it belongs to. `acted`: the
    actors who took the earlier steps of the matter, who never take one that needs another person.
    """

    kind: str
    institution: str | None = None
    areas: frozenset[str] = frozenset()
    agency: str | None = None
    tier: str | None = None
    acted: tuple[str, ...] = ()


class Scope(Enum):
    """How far a grant reaches; the value is how the generated table says it."""

    ANY = "all"
    OWN = "own"
    AREA = "own area"
    AGENCY = "institutions it settles with"
    TIER = "own tier"


class Decision(Enum):
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"
    OWN_ACT = "own-act"
    NOT_FOUND = "not-found"


class Action(StrEnum):
    CLAIM_PREVIEW = "claims:preview"
    CLAIM_SUBMIT = "claims:submit"
    CLAIM_READ = "claims:read"
    CLAIM_REVERSE = "claims:reverse"
    CLAIM_RELEASE = "claims:release"
    CLAIM_RECONCILE = "claims:reconcile"
    ENROLMENT_RECORD = "enrolments:record"
    ENROLMENT_RECORD_UNINSURED = "enrolments:record-uninsured"
    ENROLMENT_CANCEL = "enrolments:cancel"
    ENROLMENT_READ = "enrolments:read"
    TRANSFER_REQUEST = "enrolment-transfers:request"
    TRANSFER_DECIDE = "enrolment-transfers:decide"
    TRANSFER_READ = "enrolment-transfers:read"
    ELIGIBILITY_READ = "eligibility:read"
    ACCESS_RECORDS_READ = "access-records:read"
    PERSON_REQUEST = "person-requests:ask"
    PERSON_REQUEST_DECIDE = "person-requests:decide"
    PERSON_REQUEST_OPEN = "person-requests:open"
    PERSON_REQUEST_READ = "person-requests:read"
    FILING_RECORD = "filings:record"
    FILING_READ = "filings:read"
    FILING_WITHDRAW = "filings:withdraw"
    INSTITUTION_READ = "institutions:read"
    ADVANCE_REQUEST = "advances:request"
    ADVANCE_DECIDE = "advances:decide"
    ADVANCE_CONFIRM = "advances:confirm"
    ADVANCE_READ = "advances:read"
    ADVANCE_LIST = "advances:list"
    PATIENT_ADVANCE_REPORT = "patient-advances:report"
    PATIENT_ADVANCE_FORWARD = "patient-advances:forward"
    PATIENT_ADVANCE_DECIDE = "patient-advances:decide"
    PATIENT_ADVANCE_READ = "patient-advances:read"
    BUDGET_READ = "budgets:read"
    BUDGET_ADJUST = "budgets:adjust"
    PAYMENT_READ = "payments:read"
    PAYMENT_LIST = "payments:list"
    RECEIPT_RECORD = "receipts:record"
    PAYMENT_CONFIRM = "payments:confirm"
    FINANCE_PAY = "finance:pay"
    LEDGER_AUDIT = "ledger:audit"
    LEDGER_READ = "ledger:read"
    CASE_CORRECT = "cases:correct"
    TASK_READ = "tasks:read"
    TASK_RETRY = "tasks:retry"
    TASK_COMPLETE = "tasks:complete"
    REIMBURSEMENT_START = "reimbursements:start"
    REIMBURSEMENT_DOCUMENT = "reimbursements:document"
    REIMBURSEMENT_DECIDE = "reimbursements:decide"
    REIMBURSEMENT_READ = "reimbursements:read"
    CLEARING_RUN = "clearing:run"
    CLEARING_READ = "clearing:read"
    STATEMENT_READ = "clearing:read-statement"
    STATEMENT_CONFIRM = "clearing:confirm"
    STATEMENT_DISPUTE = "clearing:dispute"
    DISPUTE_RESOLVE = "clearing:resolve"
    RULING_DISPOSE = "clearing:dispose"
    CLEARING_RECEIPT = "clearing:receipt"
    REPAIR_REQUEST = "clearing:request-repair"
    REPAIR_DECIDE = "clearing:decide-repair"
    HAND_DOWN_READ = "clearing:read-hand-down"
    HAND_DOWN_RECEIPT = "clearing:hand-down-receipt"
    POLICY_READ = "policies:read"
    POLICY_KEEP = "policies:keep"
    POLICY_PUBLISH = "policies:publish"
    POLICY_EFFECTS = "policies:effects"
    POLICY_RECALCULATE = "policies:recalculate"
    RECALCULATION_DECIDE = "policies:decide-recalculation"
    RECALCULATION_READ = "policies:read-recalculation"
    SIMULATION_READ = "policies:read-simulation"
    REPORT_READ = "reports:read"


@dataclass(frozen=True, slots=True)
class Rule:
    """One action: the calls that perform it, the roles it is granted to with their scope, and whether it needs another
    person than those who took the earlier steps. A role that is not named is refused.
    """

    calls: tuple[str, ...]
    grants: Mapping[Role, Scope]
    another_person: bool = False

    @property
    def reads(self) -> bool:
        return all(call.startswith("GET ") for call in self.calls)


_RUN = "/v1/clearing/runs/{run_id}"
_PARTIES = {Role.AGENCY: Scope.AREA, Role.FINANCE: Scope.AREA}
_MONEY_READERS = {Role.HOSPITAL: Scope.OWN, **_PARTIES, Role.AUDITOR: Scope.ANY}

RULES: Mapping[Action, Rule] = {
    Action.CLAIM_PREVIEW: Rule(("POST /v1/claims/preview",), {Role.HOSPITAL: Scope.OWN}),
    Action.CLAIM_SUBMIT: Rule(("POST /v1/claims", "POST /v1/claims/batch"), {Role.HOSPITAL: Scope.OWN}),
    Action.CLAIM_READ: Rule(
        ("GET /v1/claims", "GET /v1/claims/{claim_id}", "GET /v1/claims/{claim_id}/determination"),
        {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY},
    ),
    Action.CLAIM_REVERSE: Rule(
        ("POST /v1/claims/{claim_id}/reversal",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AGENCY}
    ),
    Action.CLAIM_RELEASE: Rule(
        ("POST /v1/claims/{claim_id}/release",), {Role.AGENCY: Scope.AGENCY}, another_person=True
    ),
    Action.CLAIM_RECONCILE: Rule(("POST /v1/reconciliations",), {Role.HOSPITAL: Scope.OWN}),
    Action.ENROLMENT_RECORD: Rule(("POST /v1/enrolments",), {Role.AGENCY: Scope.AREA}),
    Action.ENROLMENT_RECORD_UNINSURED: Rule(("POST /v1/enrolments (insurance none)",), {Role.AGENCY: Scope.ANY}),
    Action.ENROLMENT_CANCEL: Rule(("POST /v1/enrolments/cancellations",), {Role.AGENCY: Scope.AREA}),
    Action.ENROLMENT_READ: Rule(("GET /v1/enrolments",), {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}),
    Action.TRANSFER_REQUEST: Rule(("POST /v1/enrolment-transfers",), {Role.AGENCY: Scope.AREA}),
    Action.TRANSFER_DECIDE: Rule(
        ("POST /v1/enrolment-transfers/{transfer_id}/decision",), {Role.AGENCY: Scope.AREA}, another_person=True
    ),
    Action.TRANSFER_READ: Rule(
        ("GET /v1/enrolment-transfers", "GET /v1/enrolment-transfers/{transfer_id}"),
        {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY},
    ),
    Action.ELIGIBILITY_READ: Rule(("POST /v1/eligibility",), {Role.HOSPITAL: Scope.OWN}),
    Action.ACCESS_RECORDS_READ: Rule(("GET /v1/access-records",), {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}),
    Action.PERSON_REQUEST: Rule(("POST /v1/person-requests",), {Role.AGENCY: Scope.AREA}),
    Action.PERSON_REQUEST_DECIDE: Rule(
        ("POST /v1/person-requests/{request_id}/decision",), {Role.AGENCY: Scope.AREA}, another_person=True
    ),
    Action.PERSON_REQUEST_OPEN: Rule(("POST /v1/person-requests/{request_id}/opening",), {Role.AGENCY: Scope.AREA}),
    Action.PERSON_REQUEST_READ: Rule(
        ("GET /v1/person-requests", "GET /v1/person-requests/{request_id}"),
        {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY},
    ),
    Action.FILING_RECORD: Rule(("POST /v1/filings",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA}),
    Action.FILING_READ: Rule(
        ("GET /v1/filings",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY}
    ),
    Action.FILING_WITHDRAW: Rule(
        ("POST /v1/filings/{filing_id}/withdrawal",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA}
    ),
    Action.INSTITUTION_READ: Rule(("GET /v1/institutions/{code}",), _MONEY_READERS),
    Action.ADVANCE_REQUEST: Rule(("POST /v1/advances",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AGENCY}),
    Action.ADVANCE_DECIDE: Rule(
        ("POST /v1/advances/{advance_id}/decision",), {Role.AGENCY: Scope.AGENCY}, another_person=True
    ),
    Action.ADVANCE_CONFIRM: Rule(
        ("POST /v1/advances/{advance_id}/receipt", "POST /v1/advances/{advance_id}/return"),
        {Role.FINANCE: Scope.AGENCY},
        another_person=True,
    ),
    Action.ADVANCE_READ: Rule(
        ("GET /v1/advances/{advance_id}", "GET /v1/institutions/{code}/advances"), _MONEY_READERS
    ),
    Action.ADVANCE_LIST: Rule(("GET /v1/advances",), {**_PARTIES, Role.AUDITOR: Scope.ANY}),
    Action.PATIENT_ADVANCE_REPORT: Rule(("POST /v1/patient-advances",), {Role.AGENCY: Scope.AREA}),
    Action.PATIENT_ADVANCE_FORWARD: Rule(
        ("POST /v1/patient-advances/{request_id}/forwarding",), {Role.CENTRE: Scope.TIER}, another_person=True
    ),
    Action.PATIENT_ADVANCE_DECIDE: Rule(
        ("POST /v1/patient-advances/{request_id}/decision",), {Role.AGENCY: Scope.AGENCY}, another_person=True
    ),
    Action.PATIENT_ADVANCE_READ: Rule(
        ("GET /v1/patient-advances", "GET /v1/patient-advances/{request_id}"),
        {Role.AGENCY: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
    ),
    Action.BUDGET_READ: Rule(("GET /v1/institutions/{code}/budget",), _MONEY_READERS),
    Action.BUDGET_ADJUST: Rule(("POST /v1/institutions/{code}/budget/adjustments",), {Role.AGENCY: Scope.AGENCY}),
    Action.PAYMENT_READ: Rule(
        ("GET /v1/institutions/{code}/payments", "GET /v1/institutions/{code}/remittance"), _MONEY_READERS
    ),
    Action.PAYMENT_CONFIRM: Rule(("POST /v1/payments/{payment_id}/receipt",), {Role.FINANCE: Scope.AGENCY}),
    Action.PAYMENT_LIST: Rule(("GET /v1/payments",), {**_PARTIES, Role.AUDITOR: Scope.ANY}),
    Action.RECEIPT_RECORD: Rule(("POST /v1/receipts",), {Role.FINANCE: Scope.AREA}),
    Action.FINANCE_PAY: Rule(("POST /v1/fiscal/{area}/payments",), {Role.FINANCE: Scope.AREA}),
    Action.LEDGER_AUDIT: Rule(("GET /v1/ledger/audit",), {Role.AUDITOR: Scope.ANY}),
    Action.LEDGER_READ: Rule(
        ("GET /v1/ledger/accounts", "GET /v1/ledger/transactions/{transaction_id}", "GET /v1/ledger/trial-balance"),
        {**_PARTIES, Role.AUDITOR: Scope.ANY},
    ),
    Action.CASE_CORRECT: Rule(("POST /v1/cases/status",), {Role.HEALTH: Scope.AREA}),
    Action.TASK_READ: Rule(
        ("GET /v1/tasks", "GET /v1/tasks/{task_id}"),
        {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY},
    ),
    Action.TASK_RETRY: Rule(("POST /v1/tasks/{task_id}/retry",), {Role.AGENCY: Scope.AGENCY}),
    Action.TASK_COMPLETE: Rule(("POST /v1/tasks/{task_id}/codes",), {Role.HOSPITAL: Scope.OWN}),
    Action.REIMBURSEMENT_START: Rule(("POST /v1/reimbursements",), {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA}),
    Action.REIMBURSEMENT_DOCUMENT: Rule(
        ("POST /v1/reimbursements/{reimbursement_id}/documents",),
        {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA},
    ),
    Action.REIMBURSEMENT_DECIDE: Rule(
        ("POST /v1/reimbursements/{reimbursement_id}/decision",), {Role.AGENCY: Scope.AREA}, another_person=True
    ),
    Action.REIMBURSEMENT_READ: Rule(
        ("GET /v1/reimbursements/{reimbursement_id}",),
        {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY},
    ),
    Action.CLEARING_RUN: Rule(("POST /v1/clearing/runs",), {Role.CENTRE: Scope.TIER}),
    Action.CLEARING_READ: Rule(
        (
            "GET /v1/clearing/runs",
            "GET /v1/clearing/windows",
            f"GET {_RUN}",
            f"GET {_RUN}/charts/{{chart}}",
            f"GET {_RUN}/disputes",
        ),
        {**_PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
    ),
    Action.STATEMENT_READ: Rule(
        (f"GET {_RUN}/statements/{{area}}", f"GET {_RUN}/proofs/{{claim_id}}", f"GET {_RUN}/manifests/{{edition}}"),
        {**_PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
    ),
    Action.STATEMENT_CONFIRM: Rule((f"POST {_RUN}/confirmations",), _PARTIES),
    Action.STATEMENT_DISPUTE: Rule((f"POST {_RUN}/disputes",), _PARTIES),
    Action.DISPUTE_RESOLVE: Rule(
        (f"POST {_RUN}/disputes/{{dispute_id}}/resolution",), {Role.CENTRE: Scope.TIER}, another_person=True
    ),
    Action.RULING_DISPOSE: Rule((f"POST {_RUN}/disputes/{{dispute_id}}/outcome",), {Role.AGENCY: Scope.AREA}),
    Action.CLEARING_RECEIPT: Rule((f"POST {_RUN}/receipts",), {Role.CENTRE: Scope.TIER}),
    Action.REPAIR_REQUEST: Rule((f"POST {_RUN}/repairs",), {Role.CENTRE: Scope.TIER}),
    Action.REPAIR_DECIDE: Rule(
        (f"POST {_RUN}/repairs/{{repair_id}}/decision",), {Role.CENTRE: Scope.TIER}, another_person=True
    ),
    Action.HAND_DOWN_READ: Rule(
        (f"GET {_RUN}/hand-downs/{{province}}",),
        {**_PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
    ),
    Action.HAND_DOWN_RECEIPT: Rule((f"POST {_RUN}/hand-downs/{{province}}/receipts",), {Role.CENTRE: Scope.TIER}),
    Action.POLICY_READ: Rule(
        (
            "GET /v1/policies",
            "GET /v1/policies/{notice}",
            "GET /v1/policies/bundles",
            "GET /v1/policies/bundles/{before}/diff/{after}",
        ),
        dict.fromkeys(Role, Scope.ANY),
    ),
    Action.POLICY_KEEP: Rule(("POST /v1/policies/bundles",), {Role.POLICY: Scope.ANY}),
    Action.POLICY_PUBLISH: Rule(
        ("POST /v1/policies/bundles/{bundle}/decision",), {Role.POLICY: Scope.ANY}, another_person=True
    ),
    Action.POLICY_EFFECTS: Rule(
        ("POST /v1/policies/bundles/{bundle}/effects", "POST /v1/policies/bundles/{bundle}/simulation"),
        {Role.POLICY: Scope.ANY},
    ),
    Action.POLICY_RECALCULATE: Rule(("POST /v1/policies/bundles/{bundle}/recalculation",), {Role.POLICY: Scope.ANY}),
    Action.RECALCULATION_DECIDE: Rule(
        ("POST /v1/policies/recalculations/{recalculation_id}/decision",), {Role.POLICY: Scope.ANY}, another_person=True
    ),
    Action.RECALCULATION_READ: Rule(
        ("GET /v1/policies/recalculations", "GET /v1/policies/recalculations/{recalculation_id}"),
        {Role.POLICY: Scope.ANY, Role.AUDITOR: Scope.ANY},
    ),
    Action.SIMULATION_READ: Rule(
        ("GET /v1/policies/simulations/{simulation_id}",), {Role.POLICY: Scope.ANY, Role.AUDITOR: Scope.ANY}
    ),
    Action.REPORT_READ: Rule(
        ("GET /v1/reports/settlement", "GET /v1/reports/advances", "GET /v1/reports/daily"),
        {**_PARTIES, Role.HEALTH: Scope.AREA, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY},
    ),
}
"""What a caller may do. Public without a token: `GET /v1/health`, `GET /v1/openapi.json` and `GET /docs`."""


_INSTITUTION = re.compile(r"[A-Z][0-9]{11}")
_AREA = re.compile(r"[0-9]{6}")


def can_be_subject(role: Role, subject: str) -> bool:
    """Whether a subject has the form the role acts for: an institution's code, or an area's."""
    form = _INSTITUTION if role is Role.HOSPITAL else _AREA
    return form.fullmatch(subject) is not None


def scope_of(role: Role, action: Action) -> Scope | None:
    """How far a role's grant of an action reaches, so that a list can be narrowed; None where it has none."""
    return RULES[action].grants.get(role)


def decide(principal: Principal, action: Action, resource: Resource) -> Decision:
    """What the table says. A role without the grant is forbidden; a foreign subject's thing is not found, so that
    nobody learns it exists; who took an earlier step of what needs two people is told so.
    """
    rule = RULES[action]
    scope = rule.grants.get(principal.role)
    if scope is None:
        return Decision.FORBIDDEN
    if not _reaches(scope, principal, resource):
        return Decision.NOT_FOUND
    if rule.another_person and any(is_same_person(principal.actor, actor) for actor in resource.acted):
        return Decision.OWN_ACT
    return Decision.ALLOWED


def allowed(principal: Principal, action: Action, resource: Resource) -> bool:
    """Whether the principal may do the action to the resource."""
    return decide(principal, action, resource) is Decision.ALLOWED


def require(principal: Principal, action: Action, resource: Resource) -> None:
    """Return when allowed. Raises `Forbidden` when the role may never do it, `OwnAct` when the person took an earlier
    step of what needs two people, `NotFound` when the thing is another subject's.
    """
    match decide(principal, action, resource):
        case Decision.FORBIDDEN:
            raise Forbidden
        case Decision.OWN_ACT:
            raise OwnAct
        case Decision.NOT_FOUND:
            raise NotFound
        case Decision.ALLOWED:
            return


def _reaches(scope: Scope, principal: Principal, resource: Resource) -> bool:
    match scope:
        case Scope.ANY:
            return True
        case Scope.OWN:
            return resource.institution == principal.subject
        case Scope.AREA:
            return principal.subject in resource.areas
        case Scope.AGENCY:
            return resource.agency == principal.subject
        case Scope.TIER:
            return resource.tier == principal.subject
