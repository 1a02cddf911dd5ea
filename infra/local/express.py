"""Gives moto 5.2.5 Express state machines, and the call that starts an execution and answers with its end.

moto runs every machine as a Standard one, keeps each execution for good and lacks StartSyncExecution. Here an Express
execution has no name to be found by and is forgotten at its end; a caller that waits for an execution runs it, and a
caller that only starts an execution leaves it to a thread.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from moto import backend_index
from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions import urls
from moto.stepfunctions.parser.backend.execution import SyncExecution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.parser.utils import TMP_THREADS
from moto.stepfunctions.responses import StepFunctionResponse

from infra.local.lambda_bridge import running_function
from infra.local.replacing import replaced

EXPRESS = "EXPRESS"
_SYNC = r"https?://sync-states\.(.+)\.amazonaws.com"


class StateMachineTypeNotSupported(AWSError):
    """The service's error for a Standard machine that a caller wants to wait for."""

    TYPE = "StateMachineTypeNotSupported"
    STATUS = 400


@contextmanager
def express() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with ExitStack() as mends:
        mends.enter_context(replaced(urls, url_bases=[*urls.url_bases, _SYNC]))
        patterns = [("stepfunctions", re.compile(_SYNC)), *backend_index.backend_url_patterns]
        mends.enter_context(replaced(backend_index, backend_url_patterns=patterns))
        mends.enter_context(replaced(StepFunctionResponse, start_sync_execution=_start_sync))
        mends.enter_context(replaced(StepFunctionsParserBackend, start_execution=_starting()))
        yield


def _start_sync(self: StepFunctionResponse) -> ActionResult:
    backend, machine = self.stepfunction_backend, self._get_param("stateMachineArn")
    if backend.describe_state_machine(machine).type != EXPRESS:
        raise StateMachineTypeNotSupported("This operation is not supported by this type of state machine")
    execution = _execution(backend, machine, self._get_param("name"), self._get_param("input", if_none="{}"))
    # The service runs the execution: the permissions of the asking function do not apply.
    asking = running_function.set(None)
    try:
        execution.start()
    finally:
        running_function.reset(asking)
    return ActionResult(execution.to_start_sync_execution_output())


def _starting() -> Any:
    start = StepFunctionsParserBackend.start_execution

    def start_execution(
        self: StepFunctionsParserBackend, state_machine_arn: str, name: str | None = None, *rest: Any, **named: Any
    ) -> Any:
        if self.describe_state_machine(state_machine_arn).type != EXPRESS:
            return start(self, state_machine_arn, name or str(uuid.uuid4()), *rest, **named)
        execution = _execution(self, state_machine_arn, name, rest[0] if rest else named.get("execution_input") or "{}")
        thread = threading.Thread(target=execution.start, daemon=True)
        TMP_THREADS[:] = [*(each for each in list(TMP_THREADS) if each.is_alive()), thread]
        thread.start()
        return execution

    return start_execution


def _execution(backend: Any, machine_arn: str, name: str | None, execution_input: str) -> SyncExecution:
    machine, name = backend.describe_state_machine(machine_arn), name or str(uuid.uuid4())
    return SyncExecution(
        name=name,
        sm_type=machine.sm_type,
        role_arn=machine.roleArn,
        exec_arn=f"{machine_arn.replace(':stateMachine:', ':express:')}:{name}",
        account_id=backend.account_id,
        region_name=backend.region_name,
        state_machine=machine,
        start_date=datetime.now(UTC),
        cloud_watch_logging_session=None,
        activity_store={},
        input_data=execution_input,
    )
