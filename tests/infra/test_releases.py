"""Published code: nothing calls unpublished code, and an execution ends with the code it began with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.kernel.words.ids import PersonRequestId
from chalicelib.person_requests.desk import LambdaPersonDesk
from infra.local.lambda_bridge import running_function
from infra.local.stack import LocalStack
from infra.local.template import FUNCTION, STATE_MACHINE, load_template
from infra.resources import LIVE
from tests.kit.over_all import over_all

RESOURCES: dict[str, Any] = load_template()["Resources"]
FUNCTIONS = {name for name, each in RESOURCES.items() if each["Type"] == FUNCTION}
MACHINES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == STATE_MACHINE}
ALIASES = [{"Ref": f"{name}.Alias"} for name in FUNCTIONS]
STARTS = {"states:StartExecution", "states:StartSyncExecution"}


def of_type(kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def allowed(action: str) -> Iterator[tuple[str, Any]]:
    """Every statement of a role that allows an action."""
    for role, properties in of_type("AWS::IAM::Role").items():
        for statement in properties["Policies"][0]["PolicyDocument"]["Statement"]:
            if action in statement["Action"]:
                yield role, statement


@over_all("name", sorted(FUNCTIONS))
def test_a_function_is_published_whenever_anything_of_it_changes_and_has_the_alias(name: str) -> None:
    properties = RESOURCES[name]["Properties"]
    assert (properties["AutoPublishAlias"], properties["AutoPublishAliasAllProperties"]) == (LIVE, True)


@pytest.mark.parametrize("name", sorted(MACHINES))
def test_a_machine_names_the_versions_of_its_functions_and_keeps_a_version_of_itself(name: str) -> None:
    called = [each for key, each in MACHINES[name]["DefinitionSubstitutions"].items() if key.endswith("Function")]
    assert called
    assert [each for each in called if each not in [{"Ref": f"{function}.Version"} for function in FUNCTIONS]] == []
    version, alias = RESOURCES[f"{name}Version"], RESOURCES[f"{name}Alias"]["Properties"]
    assert version["Properties"] == {
        "StateMachineArn": {"Ref": name},
        "StateMachineRevisionId": {"Fn::GetAtt": [name, "StateMachineRevisionId"]},
    }
    assert version["DeletionPolicy"] == version["UpdateReplacePolicy"] == "Retain"
    routed = [{"StateMachineVersionArn": {"Ref": f"{name}Version"}, "Weight": 100}]
    assert alias == {"Name": LIVE, "RoutingConfiguration": routed}


def test_schedules_and_streams_and_whoever_may_call_a_function_name_its_alias() -> None:
    called = [target["Arn"] for rule in of_type("AWS::Events::Rule").values() for target in rule["Targets"]]
    called += [each["FunctionName"] for each in of_type("AWS::Lambda::EventSourceMapping").values()]
    called += [each["FunctionName"] for each in of_type("AWS::Lambda::Permission").values()]
    assert called
    assert [each for each in called if each not in ALIASES] == []


def test_no_role_may_call_what_was_not_published() -> None:
    """A machine may call every version, since its older executions do; everybody else the alias."""
    invoked = [(role, arn["Fn::Sub"]) for role, each in allowed("lambda:InvokeFunction") for arn in each["Resource"]]
    assert {name for name in MACHINES if f"{name}Role" in RESOURCES} <= {
        role.removesuffix("Role") for role, _ in invoked
    }
    for role, arn in invoked:
        assert arn.endswith(":*" if role.endswith("MachineRole") else f":{LIVE}"), role


@pytest.mark.parametrize("action", sorted(STARTS))
def test_a_role_may_start_a_machine_by_its_alias_alone(action: str) -> None:
    statements = list(allowed(action))
    assert statements
    for role, statement in statements:
        assert statement["Condition"] == {"ForAnyValue:StringEquals": {"states:StateMachineQualifier": [LIVE]}}, role


def test_what_functions_are_told_to_call_is_the_alias() -> None:
    variables = load_template()["Globals"]["Function"]["Environment"]["Variables"]
    told = {name: each["Fn::Sub"] for name, each in variables.items() if "Fn::Sub" in each}
    assert told.keys() == {"QUEBAO_PERSON_FUNCTION", *(name for name in variables if name.endswith("_MACHINE"))}
    assert [name for name, each in told.items() if not each.endswith(f":{LIVE}")] == []


def test_a_function_cannot_start_a_machine_but_by_the_alias(cloud: LocalStack) -> None:
    machine = cloud.environment["QUEBAO_SETTLEMENT_MACHINE"]
    start = cloud.client("stepfunctions").start_execution
    named = running_function.set("quebao-dev-resume-deferred")
    try:
        with cloud.handling({"settlement-settle": lambda _event, _context: None}):
            assert start(stateMachineArn=machine, input=json.dumps({"claim_id": "clm_released"}))["executionArn"]
            with pytest.raises(ClientError, match="does not allow states:StartExecution"):
                start(stateMachineArn=machine.removesuffix(f":{LIVE}"), input="{}")
    finally:
        running_function.reset(named)
        cloud.join_executions()


@pytest.mark.parametrize("qualifier", [LIVE, "1"])
def test_the_local_stack_has_one_release(cloud: LocalStack, qualifier: str) -> None:
    with cloud.handling({"settlement-defer": lambda event, _context: event}):
        invoke = cloud.client("lambda").invoke
        answer = invoke(FunctionName=f"quebao-dev-settlement-defer:{qualifier}", Payload=b'{"claim_id": "clm_1"}')
        assert json.loads(answer["Payload"].read()) == {"claim_id": "clm_1"}
        with pytest.raises(ClientError):
            invoke(FunctionName="quebao-dev-settlement-defer:2", Payload=b"{}")


def test_one_stack_still_holds_everything_that_is_published() -> None:
    """CloudFormation takes 500 resources a stack. SAM adds a version and an alias to a function, Chalice the gateway's
    stage, deployment and leave.
    """
    assert len(RESOURCES) + 2 * len(FUNCTIONS) + 3 <= 500


def test_the_api_calls_the_function_that_opens_the_vault_by_the_alias(cloud: LocalStack) -> None:
    """Act under the API's role: the variable must name an object that the role allows."""
    asked: list[Any] = []

    def carry_out(event: Any, _context: Any) -> dict[str, None]:
        asked.append(event)
        return {"person": None}

    desk = LambdaPersonDesk(cloud.client("lambda"), cloud.environment["QUEBAO_PERSON_FUNCTION"])
    named = running_function.set("quebao-dev-api")
    try:
        with cloud.handling({"person-request-carry-out": carry_out}):
            assert desk(PersonRequestId("prq_released")) is None
    finally:
        running_function.reset(named)
    assert asked == [{"request_id": "prq_released"}]
