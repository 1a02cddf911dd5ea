"""The settlement state machine: its definition, and its steps after every outcome of a task."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.obligations import SHARDS
from infra.local.stack import LocalStack
from infra.local.template import INFRA, STATE_MACHINE, load_template

MACHINES = sorted((INFRA / "workflows").glob("*.asl.json"))
SETTLEMENT = json.loads((INFRA / "workflows" / "settlement.asl.json").read_text(encoding="utf-8"))
TRANSIENT = {
    "VersionConflict",
    "Unavailable",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "States.Timeout",
}
TASKS = {name: state for name, state in SETTLEMENT["States"].items() if state["Type"] == "Task"}


class VersionConflict(Exception): ...


class Unavailable(Exception): ...


class OthersFollow(Exception): ...


class Recorder:
    """Handlers for the three functions. `behaviour` names, per function, the errors to raise before it succeeds."""

    def __init__(self, **behaviour: Sequence[type[Exception]]) -> None:
        self.calls: list[tuple[str, Any]] = []
        self._behaviour = {name.replace("_", "-"): list(errors) for name, errors in behaviour.items()}
        self.handlers: dict[str, Callable[[Any, Any], Any]] = {
            f"settlement-{step}": self._handler(step) for step in ("settle", "follow", "defer")
        }

    def _handler(self, step: str) -> Callable[[Any, Any], Any]:
        def handle(event: Any, _context: Any) -> Any:
            self.calls.append((step, event))
            if self._behaviour.get(step):
                raise self._behaviour[step].pop(0)("a reason that stays in the function")
            return {"answer": "must not enter the state"}

        return handle

    @property
    def steps(self) -> list[str]:
        return [step for step, _ in self.calls]


def settle(cloud: LocalStack, recorder: Recorder, claim_id: ClaimId) -> dict[str, Any]:
    """Run an execution and return its end, as told to a caller that waits."""
    machine, told = cloud.environment["QUEBAO_SETTLEMENT_MACHINE"], json.dumps({"claim_id": claim_id})
    with cloud.handling(recorder.handlers):
        return dict(cloud.client("stepfunctions").start_sync_execution(stateMachineArn=machine, input=told))


@pytest.mark.parametrize("name", ["clearing", "clearing-national"])
def test_a_clearing_machine_visits_every_gate(name: str) -> None:
    machine = json.loads((INFRA / "workflows" / f"{name}.asl.json").read_text(encoding="utf-8"))
    assert tuple(machine["States"]["Shards"]["Result"]) == SHARDS


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_has_a_time_limit_retries_with_jitter_and_a_last_catch(name: str) -> None:
    task = TASKS[name]
    assert task["TimeoutSeconds"] > 0
    assert {error for retry in task["Retry"] for error in retry["ErrorEquals"]} == TRANSIENT
    for retry in task["Retry"]:
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] > 1
        assert retry["MaxDelaySeconds"] > retry["IntervalSeconds"]
    assert task["Catch"][-1] == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Failed"}


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_receives_the_claim_id_and_leaves_the_state_as_it_was(name: str) -> None:
    task = TASKS[name]
    assert task["Parameters"].keys() <= {"claim_id.$", "reason"}
    assert task["ResultPath"] is None
    assert all(catch["ResultPath"] is None for catch in task["Catch"])


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_every_state_is_reached_and_leads_somewhere(path: Any) -> None:
    machine = json.loads(path.read_text(encoding="utf-8"))
    states, reached, ahead = machine["States"], set(), [machine["StartAt"]]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ways = (states[name], *states[name].get("Catch", []), *states[name].get("Choices", []))
            ahead += [each[way] for each in ways for way in ("Next", "Default") if way in each]
    assert reached == states.keys()
    assert machine["TimeoutSeconds"] > 0
    assert {name for name, state in states.items() if not state.keys() & {"Next", "Default"}} == {
        name for name, state in states.items() if state["Type"] in {"Succeed", "Fail"} or state.get("End")
    }


def tasks_of(states: dict[str, Any], *, caught: bool) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every task, also those inside a Map, and whether an outer state catches what it raises."""
    for name, state in states.items():
        catches = caught or any(catch["ErrorEquals"] == ["States.ALL"] for catch in state.get("Catch", ()))
        if state["Type"] == "Task":
            yield name, state, catches
        elif state["Type"] == "Map":
            yield from tasks_of(state["ItemProcessor"]["States"], caught=catches)


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_every_task_of_every_machine_ends_in_time_retries_what_passes_and_is_caught(path: Any) -> None:
    found = list(tasks_of(json.loads(path.read_text(encoding="utf-8"))["States"], caught=False))
    assert found
    for name, task, is_caught in found:
        retried = {error for retry in task.get("Retry", ()) for error in retry["ErrorEquals"]}
        waits_for_somebody = ".waitForTaskToken" in task["Resource"]
        assert waits_for_somebody or task.keys() & {"TimeoutSeconds", "TimeoutSecondsPath"}, name
        # Also where the function itself ran out of time or of memory, which no error of ours says.
        assert "States.ALL" in retried or retried >= TRANSIENT - {"VersionConflict"}, name
        assert is_caught or "States.ALL" in retried, name


@pytest.mark.parametrize("path", MACHINES, ids=lambda path: path.name)
def test_a_function_ends_by_its_own_time_limit_before_its_state_does(path: Any) -> None:
    """A state that gave up first would try again beside a function that still runs. A state that waits for somebody
    waits for longer than its function in any case.
    """
    template, name = load_template()["Resources"], path.name.removesuffix(".asl.json")
    machine = next(
        each["Properties"]["DefinitionSubstitutions"]
        for each in template.values()
        if each["Type"] == STATE_MACHINE and each["Properties"]["DefinitionS3Location"] == f"workflows/{path.name}"
    )
    timed = {}
    for state, task, _ in tasks_of(json.loads(path.read_text(encoding="utf-8"))["States"], caught=False):
        called = task["Parameters"]["FunctionName"] if "FunctionName" in task["Parameters"] else task["Resource"]
        function = machine[called.removeprefix("${").removesuffix("}")]["Ref"].removesuffix(".Version")
        if "TimeoutSeconds" in task:
            timed[state] = (template[function]["Properties"]["Timeout"], task["TimeoutSeconds"])
    assert timed, name
    assert {state: limits for state, limits in timed.items() if limits[0] >= limits[1]} == {}


def simulate(cloud: LocalStack, name: str, *, lost: int = 0, broken: bool = False) -> tuple[dict[str, Any], list[Any]]:
    """Run one simulation over two shards of three tasks each; `lost` times a page is out of reach at first."""
    calls: list[Any] = []
    left: dict[str, int] = {"530100": 3, "370000": 3}

    def look(event: Any, _context: Any) -> dict[str, Any]:
        calls.append(("look", event["shard"]))
        if calls.count(("look", "530100")) <= lost and event["shard"] == "530100":
            raise Unavailable
        if broken and event["shard"] == "530100":
            raise ZeroDivisionError
        left[event["shard"]] -= 1
        return {"done": left[event["shard"]] == 0}

    def handler(step: str, answer: Any) -> Callable[[Any, Any], Any]:
        def handle(event: Any, _context: Any) -> Any:
            calls.append((step, event["simulation_id"]))
            if broken and step == "sum":
                raise LookupError
            return answer

        return handle

    handlers = {"simulation-look": look, "simulation-plan": handler("plan", list(left))}
    handlers |= {f"simulation-{step}": handler(step, None) for step in ("sum", "fail")}
    client, machine = cloud.client("stepfunctions"), cloud.environment["QUEBAO_SIMULATION_MACHINE"]
    with cloud.handling(handlers):
        started = client.start_execution(
            stateMachineArn=machine, name=name, input=json.dumps({"simulation_id": "sim_1"})
        )
        cloud.join_executions()
    return dict(client.describe_execution(executionArn=started["executionArn"])), calls


def test_a_simulation_looks_at_every_shard_until_it_is_done_and_sums_once(cloud: LocalStack) -> None:
    execution, calls = simulate(cloud, "sim_straight", lost=2)
    assert execution["status"] == "SUCCEEDED"
    assert (calls[0], calls[-1]) == (("plan", "sim_1"), ("sum", "sim_1"))
    assert calls.count(("look", "530100")) == 5
    assert calls.count(("look", "370000")) == 3
    assert [step for step, _ in calls].count("sum") == 1


def test_a_part_of_a_simulation_that_cannot_go_on_stops_no_other_and_is_missed_when_it_is_summed(
    cloud: LocalStack,
) -> None:
    execution, calls = simulate(cloud, "sim_broken", broken=True)
    assert (execution["status"], execution["error"]) == ("FAILED", "SimulationFailed")
    assert [step for step, _ in calls][-2:] == ["sum", "fail"]
    assert calls.count(("look", "370000")) == 3


def test_an_ordinary_claim_enters_one_state(cloud: LocalStack) -> None:
    recorder = Recorder()
    execution = settle(cloud, recorder, ClaimId("clm_straight"))
    assert execution["status"] == "SUCCEEDED"
    assert recorder.calls == [("settle", {"claim_id": "clm_straight"})]
    assert json.loads(execution["output"]) == {"claim_id": "clm_straight"}


def test_a_claim_that_others_follow_enters_a_second(cloud: LocalStack) -> None:
    recorder = Recorder(settle=[OthersFollow])
    assert settle(cloud, recorder, ClaimId("clm_followed"))["status"] == "SUCCEEDED"
    assert recorder.steps == ["settle", "follow"]


def test_a_version_conflict_is_tried_again_until_it_passes(cloud: LocalStack) -> None:
    recorder = Recorder(settle=[VersionConflict] * 8)
    assert settle(cloud, recorder, ClaimId("clm_conflicts"))["status"] == "SUCCEEDED"
    assert recorder.steps.count("settle") == 9


@pytest.mark.parametrize("error", [Unavailable, VersionConflict])
def test_what_stays_unreachable_or_contended_puts_the_claim_aside(cloud: LocalStack, error: type[Exception]) -> None:
    recorder = Recorder(settle=[error] * 20)
    execution = settle(cloud, recorder, ClaimId("clm_unreachable"))
    assert execution["status"] == "SUCCEEDED"
    assert recorder.calls[-1] == ("defer", {"claim_id": "clm_unreachable"})


@pytest.mark.parametrize("step", ["settle", "follow", "defer"])
def test_an_error_nobody_foresaw_ends_in_a_visible_failure(cloud: LocalStack, step: str) -> None:
    before: dict[str, Any] = {"follow": {"settle": [OthersFollow]}, "defer": {"settle": [Unavailable] * 20}}
    recorder = Recorder(**before.get(step, {}), **{step: [ZeroDivisionError]})
    execution = settle(cloud, recorder, ClaimId(f"clm_fails_{step}"))
    assert (execution["status"], execution["error"]) == ("FAILED", "SettlementFailed")
    assert recorder.steps[-1] == step


def test_a_claim_that_failed_can_be_started_again(cloud: LocalStack) -> None:
    recorder = Recorder(settle=[ZeroDivisionError])
    assert settle(cloud, recorder, ClaimId("clm_resumed"))["status"] == "FAILED"
    assert settle(cloud, recorder, ClaimId("clm_resumed"))["status"] == "SUCCEEDED"


def test_whoever_only_starts_a_settlement_is_answered_before_it_has_run(cloud: LocalStack) -> None:
    hold, ran = threading.Event(), []

    def wait(event: Any, _context: Any) -> None:
        hold.wait()
        ran.append(event["claim_id"])

    with cloud.handling({"settlement-settle": wait}):
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.environment["QUEBAO_SETTLEMENT_MACHINE"], input='{"claim_id": "clm_started"}'
        )
        assert ran == []
        hold.set()
        cloud.join_executions()
    assert ran == ["clm_started"]


def test_nobody_waits_for_a_standard_machine_and_one_of_a_name_runs_once(cloud: LocalStack) -> None:
    """In a partition without Express machines, the same definition runs under a name."""
    client, ran = cloud.client("stepfunctions"), []
    hold, together = threading.Event(), threading.Barrier(8)
    definition = client.describe_state_machine(stateMachineArn=cloud.environment["QUEBAO_SETTLEMENT_MACHINE"])
    machine = client.create_state_machine(
        name="standard", definition=definition["definition"], roleArn=definition["roleArn"], type="STANDARD"
    )["stateMachineArn"]
    with pytest.raises(client.exceptions.ClientError, match="StateMachineTypeNotSupported"):
        client.start_sync_execution(stateMachineArn=machine, input='{"claim_id": "clm_once"}')

    def wait(event: Any, _context: Any) -> None:
        hold.wait()
        ran.append(event["claim_id"])

    def start() -> None:
        together.wait()
        client.start_execution(stateMachineArn=machine, name="clm_once", input='{"claim_id": "clm_once"}')

    with cloud.handling({"settlement-settle": wait}):
        threads = [threading.Thread(target=start) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        hold.set()
        cloud.join_executions()
    assert ran == ["clm_once"]


def receive_batch(
    cloud: LocalStack, name: str, answers: Sequence[dict[str, Any] | type[Exception]]
) -> tuple[dict[str, Any], list[tuple[str, Any]]]:
    """Run one batch; each answer is that of one call of the receiving function, or the error that it raises."""
    calls: list[tuple[str, Any]] = []
    left = list(answers)

    def receive(event: Any, _context: Any) -> dict[str, Any]:
        calls.append(("receive", event))
        answer = left.pop(0)
        if isinstance(answer, dict):
            return answer
        raise answer("a reason that stays in the function")

    def fail(event: Any, _context: Any) -> None:
        calls.append(("fail", event))

    client, machine = cloud.client("stepfunctions"), cloud.environment["QUEBAO_BATCH_MACHINE"]
    with cloud.handling({"batch-receive": receive, "batch-fail": fail}):
        started = client.start_execution(stateMachineArn=machine, name=name, input=json.dumps({"batch_id": name}))
        cloud.join_executions()
    return dict(client.describe_execution(executionArn=started["executionArn"])), calls


MORE, FULL, DONE = ({"done": done, "wait_s": wait} for done, wait in ((False, 0), (False, 1), (True, 0)))


def test_a_batch_is_received_part_by_part_until_it_is_done(cloud: LocalStack) -> None:
    execution, calls = receive_batch(cloud, "bat_straight", [MORE, MORE, DONE])
    assert execution["status"] == "SUCCEEDED"
    assert calls == [("receive", {"batch_id": "bat_straight"})] * 3


def test_a_batch_whose_minute_is_used_up_waits_and_goes_on(cloud: LocalStack) -> None:
    execution, calls = receive_batch(cloud, "bat_waits", [FULL, DONE])
    assert execution["status"] == "SUCCEEDED"
    assert len(calls) == 2
    pages = cloud.client("stepfunctions").get_paginator("get_execution_history")
    history = [
        event
        for page in pages.paginate(executionArn=execution["executionArn"], includeExecutionData=True)
        for event in page["events"]
    ]
    entered = [each["stateEnteredEventDetails"]["name"] for each in history if "stateEnteredEventDetails" in each]
    assert entered == ["Receive", "AllReceived", "NextMinute", "Receive", "AllReceived", "Received"]


@pytest.mark.parametrize("error", [VersionConflict, Unavailable])
def test_a_batch_that_meets_what_passes_tries_again(cloud: LocalStack, error: type[Exception]) -> None:
    execution, calls = receive_batch(cloud, f"bat_{error.__name__}", [error, error, MORE, DONE])
    assert execution["status"] == "SUCCEEDED"
    assert [step for step, _ in calls] == ["receive"] * 4


@pytest.mark.parametrize("error", [ZeroDivisionError, Unavailable])
def test_a_batch_that_cannot_go_on_says_so_where_its_hospital_sees_it(
    cloud: LocalStack, error: type[Exception]
) -> None:
    name = f"bat_lost_{error.__name__}"
    execution, calls = receive_batch(cloud, name, [MORE, *[error] * 20])
    assert (execution["status"], execution["error"]) == ("FAILED", "BatchFailed")
    assert calls[-1] == ("fail", {"batch_id": name})
    assert [step for step, _ in calls].count("receive") == (2 if error is ZeroDivisionError else 8)
