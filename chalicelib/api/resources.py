"""Everything that app.py registers for HTTP: the middleware and every resource of the API."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api import (
    access_records,
    advances,
    claims,
    clearing,
    clearing_lists,
    corrections,
    docs,
    effects,
    enrolment_transfers,
    enrolments,
    filings,
    health,
    holds,
    institutions,
    ledger,
    patient_advances,
    payments,
    person_requests,
    policies,
    publication,
    recalculations,
    receipts,
    reports,
    tasks,
)
from chalicelib.api.access_log import log_requests
from chalicelib.api.endpoints import Edge
from chalicelib.api.problems import problems_for_chalice

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
