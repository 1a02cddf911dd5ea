"""Clearing: runs, statements, proofs, confirmations, disputes, bank receipts and charts."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.clearing import charts
from chalicelib.clearing.domain.repair import RepairId
from chalicelib.clearing.http import operations
from chalicelib.clearing.schemas.bodies import (
    ConfirmationBody,
    DisputeBody,
    OutcomeBody,
    ReceiptBody,
    RepairBody,
    RepairDecisionBody,
    ResolutionBody,
    RunBody,
)
from chalicelib.clearing.schemas.documents import (
    dispute_document,
    hand_down_document,
    outcome_document,
    proofs_document,
    repair_document,
    run_document,
    statement_document,
)
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.read import (
    Form,
    ReadHandDown,
    ReadManifest,
    ReadProof,
    ReadRun,
    ReadStatement,
    RepairView,
)
from chalicelib.clearing.usecases.repair import Repairing
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.clearing.usecases.run import StartRun
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, RunId
from chalicelib.law.usecases.read_institution import NameAreas
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_file
from chalicelib.platform.http.operation import CSV, SVG, XLSX

_RUN = "/v1/clearing/runs/{run_id}"
_CHARTS = {"flows": charts.flows, "nets": charts.net_positions}
_EDITIONS = {"1", "2"}
_MEDIA = {Form.CSV: CSV, Form.XLSX: XLSX}


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of clearing."""
    endpoints = Endpoints(__name__, edge)
    _route_runs(endpoints)
    _route_parties(endpoints)
    _route_hand_downs(endpoints)
    _route_repairs(endpoints)
    return endpoints.blueprint


def _route_runs(endpoints: Endpoints) -> None:
    """Add the routes by which the centre starts a run and every party reads it."""

    @endpoints.route("POST", "/v1/clearing/runs", operations.START)
    def start_run(call: Call, principal: Principal) -> Response:
        body = call.sent(RunBody)
        run_id = call.use(StartRun)(principal, body.tier, body.period)
        return answer({"run_id": run_id}, 202, {"Location": f"{call.path.rstrip('/')}/{run_id}"})

    @endpoints.route("GET", _RUN, operations.READ)
    def read_run(call: Call, principal: Principal, run_id: RunId) -> Response:
        return answer(run_document(call.use(ReadRun)(principal, run_id)))

    @endpoints.route("GET", f"{_RUN}/charts/{{chart}}", operations.CHART)
    def read_chart(call: Call, principal: Principal, run_id: RunId, chart: str) -> Response:
        view = call.use(ReadRun)(principal, run_id)
        if chart not in _CHARTS:
            raise NotFound
        return answer_file(_CHARTS[chart](view.figures, call.use(NameAreas)()), SVG)

    @endpoints.route("GET", f"{_RUN}/statements/{{area}}", operations.STATEMENT)
    def read_statement(call: Call, principal: Principal, run_id: RunId, area: AreaCode) -> Response:
        read, kind, form = call.use(ReadStatement), call.asked(operations.KIND), Form(call.asked(operations.FORMAT))
        if form is Form.JSON:
            return answer(statement_document(read(principal, run_id, area, call.page, kind)))
        content = read.form(principal, run_id, area, form, kind)
        text_or_bytes = content.decode() if form is Form.CSV else content
        name = f"{run_id}-{area}" if kind is None else f"{run_id}-{area}-{kind.value}"
        return answer_file(text_or_bytes, _MEDIA[form], f"{name}.{form.value}")

    @endpoints.route("GET", f"{_RUN}/manifests/{{edition}}", operations.MANIFEST)
    def read_manifest(call: Call, principal: Principal, run_id: RunId, edition: str) -> Response:
        if edition not in _EDITIONS:
            raise NotFound
        content = call.use(ReadManifest)(principal, run_id, int(edition))
        return answer_file(content.decode(), "application/json")

    @endpoints.route("GET", f"{_RUN}/proofs/{{claim_id}}", operations.PROOF)
    def read_proof(call: Call, principal: Principal, run_id: RunId, claim_id: ClaimId) -> Response:
        run, proofs = call.use(ReadProof)(principal, run_id, claim_id)
        return answer(proofs_document(run, claim_id, proofs))


def _route_parties(endpoints: Endpoints) -> None:
    """Add the routes for the reports of parties, centre and bank."""

    @endpoints.route("POST", f"{_RUN}/confirmations", operations.CONFIRM)
    def confirm(call: Call, principal: Principal, run_id: RunId) -> Response:
        call.use(Parties).confirm(principal, run_id, call.sent(ConfirmationBody).area)
        return answer(run_document(call.use(ReadRun)(principal, run_id)))

    @endpoints.route("POST", f"{_RUN}/disputes", operations.DISPUTE)
    def dispute(call: Call, principal: Principal, run_id: RunId) -> Response:
        body = call.sent(DisputeBody)
        raised = call.use(Parties).dispute(principal, run_id, body.area, body.claim_id, body.reason)
        return answer(dispute_document(call.use(Rulings).view(raised)), 201)

    @endpoints.route("GET", f"{_RUN}/disputes", operations.DISPUTES)
    def list_disputes(call: Call, principal: Principal, run_id: RunId) -> Response:
        state = call.asked(operations.STATUS)
        find = partial(call.use(Rulings).list, principal, run_id, state)
        return call.listed(find, dispute_document)

    @endpoints.route("POST", f"{_RUN}/disputes/{{dispute_id}}/resolution", operations.RESOLVE)
    def resolve(call: Call, principal: Principal, run_id: RunId, dispute_id: DisputeId) -> Response:
        body = call.sent(ResolutionBody)
        ruled = call.use(Parties).resolve(principal, run_id, dispute_id, body.verdict, body.amount)
        return answer(dispute_document(call.use(Rulings).view(ruled)))

    @endpoints.route("POST", f"{_RUN}/disputes/{{dispute_id}}/outcome", operations.DISPOSE)
    def dispose(call: Call, principal: Principal, run_id: RunId, dispute_id: DisputeId) -> Response:
        body, rulings = call.sent(OutcomeBody), call.use(Rulings)
        disposed = rulings.dispose(principal, run_id, dispute_id, body.outcome, body.reason)
        return answer(dispute_document(rulings.view(disposed)))

    @endpoints.route("POST", f"{_RUN}/receipts", operations.RECEIVE)
    def receive(call: Call, principal: Principal, run_id: RunId) -> Response:
        body = call.sent(ReceiptBody)
        outcome = call.use(ClearingPayment).receive(
            principal, run_id, body.instruction, body.bank_reference, body.amount
        )
        view = call.use(ReadRun)(principal, run_id)
        return answer(outcome_document(outcome, view.run.status, view.payments))


def _route_repairs(endpoints: Endpoints) -> None:
    """Add the routes of repairs of a window that could not be proved."""

    @endpoints.route("POST", f"{_RUN}/repairs", operations.REQUEST_REPAIR)
    def request_repair(call: Call, principal: Principal, run_id: RunId) -> Response:
        reason = call.sent(RepairBody).reason
        repair = call.use(Repairing).request(principal, run_id, reason)
        return answer(repair_document(RepairView(repair, ())), 201)

    @endpoints.route("POST", f"{_RUN}/repairs/{{repair_id}}/decision", operations.DECIDE_REPAIR)
    def decide_repair(call: Call, principal: Principal, run_id: RunId, repair_id: RepairId) -> Response:
        approve = call.sent(RepairDecisionBody).approves
        repair = call.use(Repairing).decide(principal, run_id, repair_id, approve=approve)
        return answer(repair_document(RepairView(repair, ())))


def _route_hand_downs(endpoints: Endpoints) -> None:
    """Add the routes of payments that provinces pass on to their pooling areas after a national run."""

    @endpoints.route("GET", f"{_RUN}/hand-downs/{{province}}", operations.HAND_DOWN)
    def read_hand_down(call: Call, principal: Principal, run_id: RunId, province: AreaCode) -> Response:
        return answer(hand_down_document(*call.use(ReadHandDown)(principal, run_id, province)))

    @endpoints.route("POST", f"{_RUN}/hand-downs/{{province}}/receipts", operations.RECEIVE_HANDED_DOWN)
    def receive_handed_down(call: Call, principal: Principal, run_id: RunId, province: AreaCode) -> Response:
        body = call.sent(ReceiptBody)
        outcome = call.use(ClearingPayment).receive_handed_down(
            principal, run_id, province, body.instruction, body.bank_reference, body.amount
        )
        _, handed = call.use(ReadHandDown)(principal, run_id, province)
        return answer(outcome_document(outcome, handed.status, handed.rows))
