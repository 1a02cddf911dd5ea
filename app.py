"""The Chalice app: what runs behind each route, task and schedule, and nothing else.

Importing it reads no environment and opens no connection. A task's variable is named as the method it binds, because
the deployed handler is found by that name; a schedule is a rule of infra/template.yaml that invokes a task.
"""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.advances.tasks import PrepaymentSteps
from chalicelib.audit.tasks import AuditSteps
from chalicelib.clearing.tasks import ClearingSteps
from chalicelib.impact.tasks.recalculation import RecalculationSteps
from chalicelib.impact.tasks.simulation import SimulationSteps
from chalicelib.ledger.archive import change_of
from chalicelib.ledger.tasks import LedgerCopySteps
from chalicelib.main import capabilities as resources
from chalicelib.main import config, telemetry, wiring
from chalicelib.person_requests.tasks import PersonRequestSteps
from chalicelib.platform.http.endpoints import Edge
from chalicelib.settlement.http.webhooks import webhooks_document
from chalicelib.settlement.tasks import Steps

telemetry.configure()

app = Chalice(app_name="quebao", configure_logs=False)
resources.register(
    app,
    Edge(
        system=wiring.system,
        verify=lambda authorization: wiring.token_verifier().principal(authorization),
        cite=wiring.cite,
        public_url=config.public_url,
        webhooks=webhooks_document,
    ),
)

settlement = Steps(wiring.system)
settlement_validate = app.lambda_function(name="settlement-validate")(settlement.settlement_validate)
settlement_settle = app.lambda_function(name="settlement-settle")(settlement.settlement_settle)
settlement_pay = app.lambda_function(name="settlement-pay")(settlement.settlement_pay)
settlement_announce = app.lambda_function(name="settlement-announce")(settlement.settlement_announce)
settlement_reject = app.lambda_function(name="settlement-reject")(settlement.settlement_reject)
settlement_defer = app.lambda_function(name="settlement-defer")(settlement.settlement_defer)
resume_deferred = app.lambda_function(name="resume-deferred")(settlement.resume_deferred)

advances = PrepaymentSteps(wiring.system)
prepayment_wait = app.lambda_function(name="prepayment-wait")(advances.prepayment_wait)
prepayment_instruct = app.lambda_function(name="prepayment-instruct")(advances.prepayment_instruct)
prepayment_give_up = app.lambda_function(name="prepayment-give-up")(advances.prepayment_give_up)
top_up_advances = app.lambda_function(name="top-up-advances")(advances.top_up_advances)

audit = AuditSteps(wiring.system)
audit_books = app.lambda_function(name="audit-books")(audit.audit_books)

clearing = ClearingSteps(wiring.system)
clearing_schedule = app.lambda_function(name="clearing-schedule")(clearing.clearing_schedule)
clearing_close = app.lambda_function(name="clearing-close")(clearing.clearing_close)
clearing_prove = app.lambda_function(name="clearing-prove")(clearing.clearing_prove)
clearing_verify = app.lambda_function(name="clearing-verify")(clearing.clearing_verify)
clearing_net = app.lambda_function(name="clearing-net")(clearing.clearing_net)
clearing_state = app.lambda_function(name="clearing-state")(clearing.clearing_state)
clearing_publish = app.lambda_function(name="clearing-publish")(clearing.clearing_publish)
clearing_await = app.lambda_function(name="clearing-await")(clearing.clearing_await)
clearing_silence = app.lambda_function(name="clearing-silence")(clearing.clearing_silence)
clearing_seal = app.lambda_function(name="clearing-seal")(clearing.clearing_seal)
clearing_post = app.lambda_function(name="clearing-post")(clearing.clearing_post)
clearing_instruct = app.lambda_function(name="clearing-instruct")(clearing.clearing_instruct)
clearing_fail = app.lambda_function(name="clearing-fail")(clearing.clearing_fail)

ledger = LedgerCopySteps(wiring.system, change_of)
ledger_copy = app.lambda_function(name="ledger-copy")(ledger.ledger_copy)

recalculation = RecalculationSteps(wiring.system)
recalculation_step = app.lambda_function(name="recalculation-step")(recalculation.recalculation_step)
recalculation_fail = app.lambda_function(name="recalculation-fail")(recalculation.recalculation_fail)

simulation = SimulationSteps(wiring.system)
simulation_plan = app.lambda_function(name="simulation-plan")(simulation.simulation_plan)
simulation_look = app.lambda_function(name="simulation-look")(simulation.simulation_look)
simulation_sum = app.lambda_function(name="simulation-sum")(simulation.simulation_sum)
simulation_fail = app.lambda_function(name="simulation-fail")(simulation.simulation_fail)

person_request = PersonRequestSteps(wiring.system)
person_request_carry_out = app.lambda_function(name="person-request-carry-out")(person_request.person_request_carry_out)
