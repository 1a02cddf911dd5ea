"""The Chalice app: what runs behind each route, task and schedule, and nothing else.

Importing it reads no environment and opens no connection. A task becomes a variable of this module under the name of
its method, because the deployed handler is found by that name; a schedule is a rule that infra/tasks declares.
"""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.main import config, telemetry, wiring
from chalicelib.main.capabilities import CAPABILITIES, register
from chalicelib.platform.http.endpoints import Edge
from chalicelib.settlement.http.webhooks import webhooks_document

telemetry.configure()

app = Chalice(app_name="quebao", configure_logs=False)
register(
    app,
    Edge(
        system=wiring.system,
        verify=lambda authorization: wiring.token_verifier().principal(authorization),
        cite=wiring.cite,
        public_url=config.public_url,
        webhooks=webhooks_document,
    ),
)

for capability in CAPABILITIES:
    for name, task in capability.tasks(wiring.system).items():
        globals()[name] = app.lambda_function(name=name.replace("_", "-"))(task)
