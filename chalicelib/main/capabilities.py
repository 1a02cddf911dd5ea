"""Everything that app.py registers for HTTP: the middleware and every resource of the API."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.advances import http as advances
from chalicelib.claims.http import claims
from chalicelib.clearing.http import lists as clearing_lists
from chalicelib.clearing.http import runs as clearing
from chalicelib.eligibility import http as access_records
from chalicelib.enrolment.http import enrolments
from chalicelib.enrolment.http import transfers as enrolment_transfers
from chalicelib.filings import http as filings
from chalicelib.impact.http import effects, recalculations
from chalicelib.law.http import institutions, policies, publication
from chalicelib.ledger import http as ledger
from chalicelib.main.http import health
from chalicelib.patient_advances import http as patient_advances
from chalicelib.payments.http import payments, receipts
from chalicelib.person_requests import http as person_requests
from chalicelib.platform.http.access_log import log_requests
from chalicelib.platform.http.docs import pages as docs
from chalicelib.platform.http.endpoints import Edge
from chalicelib.platform.http.problems import problems_for_chalice
from chalicelib.reports import http as reports
from chalicelib.settlement.http import corrections, holds, tasks

RESOURCES = (
    health,
    claims,
    corrections,
    tasks,
    holds,
    enrolments,
    enrolment_transfers,
    filings,
    access_records,
    person_requests,
    institutions,
    policies,
    publication,
    effects,
    recalculations,
    advances,
    patient_advances,
    payments,
    receipts,
    reports,
    ledger,
    clearing,
    clearing_lists,
    docs,
)


def register(app: Chalice, edge: Edge) -> None:
    """Give the app its HTTP side. The first middleware sees the answer last."""
    app.api.binary_types.extend(clearing.BINARY_MEDIA)
    app.register_middleware(log_requests, "http")
    app.register_middleware(problems_for_chalice, "http")
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint(edge))
