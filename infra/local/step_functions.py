"""Makes the Step Functions interpreter of moto 5.2.5 quick and safe under threads.

Six things are mended; express.py adds Express machines. A definition is parsed anew for every execution (four fifths
of its time), and a path for every use; here both once. Every machine is parsed when it is created (half of a stack's
start); here by its first execution. A boto3 client is built for every task state; here a client is kept per service and
region. Two simultaneous starts of a name both begin an execution; here the second start sees the first. And waiting
takes its full time; `time_scale` shortens waits and retry pauses for tests.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client, json_path
from moto.stepfunctions.parser.backend.execution import SyncExecution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends
from moto.stepfunctions.parser.utils import TMP_THREADS

from infra.local.express import express
from infra.local.replacing import replaced

_LOOK_S = 0.1
"""The pause between two looks at the executions still running."""


@contextmanager
def step_functions(time_scale: float = 1.0) -> Iterator[None]:
    """Apply the mends; one second of an ASL definition lasts `time_scale` seconds."""
    wait_interval = WaitFunction._wait_interval

    def wait(self: WaitFunction, env: Any, wait_seconds: Any) -> None:
        wait_interval(self, env=env, wait_seconds=wait_seconds * time_scale)

    with ExitStack() as mends:
        mends.enter_context(replaced(boto_client, boto3=SimpleNamespace(client=_Clients().client)))
        mends.enter_context(
            replaced(retrier_decl, time=SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * time_scale)))
        )
        mends.enter_context(replaced(WaitFunction, _wait_interval=wait))
        mends.enter_context(replaced(AmazonStateLanguageParser, parse=staticmethod(_parsed_once())))
        for module in (json_path, result_path):
            # A path's grammar is built anew by every use of the path; the parsed path holds nothing of the data.
            mends.enter_context(replaced(module, parse=functools.cache(module.parse)))
        mends.enter_context(
            replaced(
                StepFunctionsParserBackend,
                start_execution=_start_one_at_a_time(),
                _validate_definition=staticmethod(_at_the_first_execution),
            )
        )
        mends.enter_context(express())
        yield


def join_executions() -> None:
    """Wait until every execution has ended or waits for somebody, those started meanwhile included."""
    while playing := [thread for thread in list(TMP_THREADS) if thread.is_alive() and _player(thread) is not None]:
        if all(_waited_for(_player(thread)) for thread in playing):
            return
        playing[0].join(_LOOK_S)


def _player(thread: threading.Thread) -> Any:
    """Return the player of an execution in its own thread; None in a thread that plays a part of an execution."""
    played = getattr(getattr(thread, "_target", None), "__self__", None)
    return played if isinstance(played, ExecutionWorker | SyncExecution) else None


def end_executions() -> None:
    """Wait until every execution has ended, including those that others have started meanwhile. An execution that only
    now comes to wait for somebody is abandoned as well.
    """
    while running := [thread for thread in list(TMP_THREADS) if thread.is_alive()]:
        abandon_waiting()
        running[0].join(_LOOK_S)


def abandon_waiting() -> None:
    """Stop the executions that wait for somebody with a task token, since no answer will come any more."""
    for worker in _running():
        ends = _waited_for(worker)
        if ends:
            worker.stop(stop_date=datetime.now(UTC), error="Abandoned", cause="the local stack closes")
        for end in ends:
            end.interrupt_all()


def _running() -> list[Any]:
    """Return the players of the executions that have not ended."""
    return [
        execution.exec_worker
        for account in list(stepfunctions_parser_backends.values())
        for backend in list(account.values())
        for execution in backend._get_executions(ExecutionStatus.RUNNING)
        if execution.exec_worker is not None
    ]


def _waited_for(player: Any) -> list[Any]:
    """Return the task tokens that an execution waits for; an Express execution cannot wait for any."""
    env = getattr(player, "env", None)
    pool = {} if env is None else env.callback_pool_manager._pool
    return [end for end in list(pool.values()) if not end._notify_event.is_set()]


class _Clients:
    """boto3 clients, shared between threads: the clients are thread-safe, but must be built one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built: dict[tuple[str, str, str | None], Any] = {}

    def client(self, **arguments: Any) -> Any:
        key = (arguments["service_name"], arguments["region_name"], arguments.get("endpoint_url"))
        with self._lock:
            if key not in self._built:
                self._built[key] = boto3.client(**arguments)
            return self._built[key]


def _parsed_once() -> Any:
    """Return the parser with its programs kept. A parsed program may be shared: its counters while running stay in the
    execution's own heap. Executions that begin together wait for a single parse of their definition.
    """
    parse, lock = functools.lru_cache(maxsize=64)(AmazonStateLanguageParser.parse), threading.Lock()

    def parse_once(definition: str) -> Any:
        with lock:
            return parse(definition)

    return parse_once


def _at_the_first_execution(definition: str) -> None:
    """Create a machine without a parse of its definition, which its first execution parses."""
    del definition


def _start_one_at_a_time() -> Any:
    """Return `start_execution` as a single step with its look for an execution of the same name."""
    start, lock = StepFunctionsParserBackend.start_execution, threading.Lock()

    def start_execution(self: StepFunctionsParserBackend, *arguments: Any, **named: Any) -> Any:
        with lock:
            return start(self, *arguments, **named)

    return start_execution
