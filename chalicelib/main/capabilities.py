"""The capabilities of the product, the lowest first, and all of them at once, as tests, commands and documents ask.

A deployed function loads only the capabilities it needs, by `chalicelib/main/found.py`.
"""

from __future__ import annotations

from typing import Any

from chalice.app import Chalice

from chalicelib.advances.manifest import ADVANCES
from chalicelib.agreements.manifest import AGREEMENTS_MADE
from chalicelib.arrivals.manifest import ARRIVALS
from chalicelib.audit.manifest import AUDIT
from chalicelib.bank.manifest import BANK
from chalicelib.batches.manifest import BATCH
from chalicelib.beds.manifest import BEDS
from chalicelib.claims.manifest import CLAIMS
from chalicelib.clearing.manifest import CLEARING
from chalicelib.coding.manifest import CODING
from chalicelib.console.manifest import CONSOLE
from chalicelib.contingency.manifest import CONTINGENCY
from chalicelib.eligibility.manifest import ELIGIBILITY
from chalicelib.enrolment.manifest import ENROLMENT
from chalicelib.events.manifest import EVENTS
from chalicelib.filings.manifest import FILINGS
from chalicelib.fund_accounts.manifest import FUND_ACCOUNTS
from chalicelib.impact.manifest import IMPACT
from chalicelib.issues.manifest import ISSUES
from chalicelib.kernel.system import Ports, Supplier, System
from chalicelib.law.manifest import LAW
from chalicelib.ledger.manifest import LEDGER
from chalicelib.lookups.manifest import LOOKUPS
from chalicelib.operations.manifest import OPERATIONS
from chalicelib.patient_advances.manifest import PATIENT_ADVANCES
from chalicelib.payments.manifest import PAYMENTS
from chalicelib.person_requests.manifest import PERSON_REQUESTS
from chalicelib.personal_accounts.manifest import PERSONAL_ACCOUNTS
from chalicelib.platform.capability import resource_in
from chalicelib.platform.http.access_log import log_requests
from chalicelib.platform.http.endpoints import Edge
from chalicelib.platform.http.operation import XLSX
from chalicelib.platform.http.problems import problems_for_chalice
from chalicelib.premiums.manifest import PREMIUMS
from chalicelib.prescriptions.manifest import PRESCRIPTIONS
from chalicelib.printing.manifest import PRINTING
from chalicelib.progress_reports.manifest import PROGRESS
from chalicelib.registry.manifest import REGISTRY
from chalicelib.reimbursements.manifest import REIMBURSED
from chalicelib.reports.manifest import REPORTS
from chalicelib.requisitions.manifest import REQUISITIONS
from chalicelib.service_desk.manifest import SERVICE_DESK
from chalicelib.settlement.manifest import SETTLEMENT
from chalicelib.summary.manifest import SUMMARY
from chalicelib.supervision.manifest import SUPERVISION
from chalicelib.supply.manifest import SUPPLY
from chalicelib.trail.manifest import TRAIL
from chalicelib.worklist.manifest import WORKLIST

CAPABILITIES = (
    LOOKUPS,
    TRAIL,
    REGISTRY,
    LAW,
    LEDGER,
    BANK,
    CLAIMS,
    BATCH,
    WORKLIST,
    CLEARING,
    SETTLEMENT,
    ENROLMENT,
    FILINGS,
    AGREEMENTS_MADE,
    PRESCRIPTIONS,
    BEDS,
    ARRIVALS,
    SUPPLY,
    PREMIUMS,
    ISSUES,
    PROGRESS,
    FUND_ACCOUNTS,
    CODING,
    CONTINGENCY,
    SUPERVISION,
    SERVICE_DESK,
    PERSONAL_ACCOUNTS,
    REIMBURSED,
    ELIGIBILITY,
    PERSON_REQUESTS,
    ADVANCES,
    REQUISITIONS,
    PAYMENTS,
    PATIENT_ADVANCES,
    IMPACT,
    AUDIT,
    EVENTS,
    REPORTS,
    SUMMARY,
    OPERATIONS,
    PRINTING,
    CONSOLE,
)

RECORDS = {record.type: record for capability in CAPABILITIES for record in capability.records}
"""The declared records by type: everything that can be written."""


def route_modules() -> tuple[str, ...]:
    """Return every module of routes, in the order in which they are listed."""
    named = (f"chalicelib.{each.name}.{module}" for each in CAPABILITIES for module in each.routes)
    return ("chalicelib.main.http.health", "chalicelib.main.http.me", *named, "chalicelib.platform.http.docs.pages")


def build_system(ports: Ports) -> System:
    """Build the use cases over these ports, with the supplies of every capability."""
    supplied: dict[type, Supplier] = {}
    for capability in CAPABILITIES:
        supplied |= capability.supplies
    return System(ports, supplied)


def register(app: Chalice, edge: Edge) -> None:
    """Give an app the whole HTTP side at once. The first middleware sees the answer last."""
    app.api.binary_types.append(XLSX)
    app.register_middleware(log_requests, "http")
    app.register_middleware(problems_for_chalice, "http")
    for module in route_modules():
        app.register_blueprint(resource_in(module)(edge))


def described() -> Chalice:
    """Return the product's routes to be described, none of which can be called."""

    def nowhere(*_: Any) -> Any:
        raise AssertionError("what describes routes calls none")

    app = Chalice(app_name="quebao", configure_logs=False)
    register(app, Edge(system=nowhere, verify=nowhere, cite=nowhere))
    return app
