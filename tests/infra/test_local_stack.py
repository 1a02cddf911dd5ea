"""The local stack against the template: resources as declared, functions as bound, roles as granted."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from infra.local import MOTO_VERSION
from infra.local.absent import ABSENT
from infra.local.cloudformation import definition_of
from infra.local.lambda_bridge import running_function
from infra.local.server import tell_of_a_fault
from infra.local.stack import LocalStack
from infra.local.template import load_template

BARE_MOTO = Path(__file__).parent / "bare_moto.py"


def refused_with(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_the_mends_stand_on_the_moto_they_were_written_against() -> None:
    """Another moto: run the whole suite, look at each fault that bare_moto.py lists, then change MOTO_VERSION."""
    assert importlib.metadata.version("moto") == MOTO_VERSION


@pytest.mark.stack
def test_every_fault_that_is_mended_is_still_there_in_bare_moto() -> None:
    """A mend whose fault has gone is removed, not kept."""
    run = subprocess.run(
        [sys.executable, str(BARE_MOTO)], capture_output=True, text=True, check=True, cwd=BARE_MOTO.parents[2]
    )
    assert json.loads(run.stdout) == {
        "a client token is ignored": True,
        "a transaction of any size is accepted": True,
        "a transaction copies whole tables": True,
        "an HMAC key comes out symmetric": True,
        "a role's policy is not JSON": True,
        "a state machine's substitutions stay unread": True,
        "a state machine has no Arn attribute": True,
        "a key without a pair of keys gets one": True,
        "every service is imported": True,
        "a definition is parsed when its machine is created": True,
        "a model is looked for among all services anew": True,
        "a definition is parsed for every execution": True,
        "a condition is parsed for every item": True,
        "calls to DynamoDB run at the same time": True,
        "a query looks at the whole table": True,
        "every member is looked for in every value": True,
        "the methods of a service are listed for every call": True,
        "a conditional put may have two winners": True,
        "a call's service is looked for among all": True,
    }


def test_a_person_token_is_an_hmac_of_the_declared_key(cloud: LocalStack) -> None:
    kms, key = cloud.client("kms"), cloud.environment["QUEBAO_TOKEN_KEY"]
    first, again = (
        kms.generate_mac(KeyId=key, Message=b"somebody", MacAlgorithm="HMAC_SHA_256")["Mac"] for _ in range(2)
    )
    assert first == again
    assert len(first) == 32


def test_a_vault_data_key_opens_only_in_its_encryption_context(cloud: LocalStack) -> None:
    kms = cloud.client("kms")
    made = kms.generate_data_key(
        KeyId=cloud.environment["QUEBAO_VAULT_KEY"], KeySpec="AES_256", EncryptionContext={"tenant": "one"}
    )
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"tenant": "one"})
    assert opened["Plaintext"] == made["Plaintext"]
    with pytest.raises(ClientError):
        kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"tenant": "two"})


def test_of_many_who_write_the_first_version_one_wins(cloud: LocalStack) -> None:
    s3, bucket, key = cloud.client("s3"), cloud.environment["QUEBAO_POLICY_BUCKET"], f"bundles/{uuid.uuid4().hex}"

    def write(turn: int) -> bool:
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=str(turn).encode(), IfNoneMatch="*")
        except ClientError as error:
            return bool(error.response["Error"]["Code"] != "PreconditionFailed")
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(write, range(64))) == 1


def test_a_pointer_moves_only_from_where_it_was_read(cloud: LocalStack) -> None:
    s3, bucket, key = cloud.client("s3"), cloud.environment["QUEBAO_POLICY_BUCKET"], f"bundles/{uuid.uuid4().hex}"
    first = s3.put_object(Bucket=bucket, Key=key, Body=b"1", IfNoneMatch="*")["ETag"]
    s3.put_object(Bucket=bucket, Key=key, Body=b"2", IfMatch=first)
    with pytest.raises(ClientError) as refusal:
        s3.put_object(Bucket=bucket, Key=key, Body=b"3", IfMatch=first)
    assert refused_with(refusal) == "PreconditionFailed"
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"2"


def test_what_moto_leaves_out_of_the_template_is_there(cloud: LocalStack) -> None:
    s3, dynamodb = cloud.client("s3"), cloud.client("dynamodb")
    for bucket in (cloud.environment["QUEBAO_BUCKET"], cloud.environment["QUEBAO_POLICY_BUCKET"]):
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    for table in ("QUEBAO_LEDGER_TABLE", "QUEBAO_STATE_TABLE", "QUEBAO_VAULT_TABLE"):
        backups = dynamodb.describe_continuous_backups(TableName=cloud.environment[table])
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_the_process_sees_the_environment_of_the_functions(cloud: LocalStack) -> None:
    assert cloud.environment.items() <= os.environ.items()
    assert json.loads(cloud.environment["QUEBAO_JWKS"])["keys"][0]["alg"] == "ES256"


def test_an_error_of_a_handler_reaches_its_caller_by_its_class_name(cloud: LocalStack) -> None:
    class ClaimRejected(Exception): ...

    def refuse(_event: Any, context: Any) -> None:
        assert context.function_name == "quebao-dev-settlement-defer"
        assert 0 < context.get_remaining_time_in_millis() <= 30_000
        raise ClaimRejected("why")

    with cloud.handling({"settlement-defer": refuse}):
        answer = cloud.client("lambda").invoke(FunctionName="quebao-dev-settlement-defer", Payload=b"{}")
    assert answer["FunctionError"]
    assert json.loads(answer["Payload"].read())["errorType"] == "ClaimRejected"


def test_a_schedule_invokes_the_function_it_names(cloud: LocalStack) -> None:
    with cloud.handling({"resume-deferred": lambda event, _context: {"heard": event}}):
        assert cloud.fire("resume-deferred") == [{"heard": {}}]


def test_a_schedule_whose_function_fails_says_so(cloud: LocalStack) -> None:
    with cloud.handling({"resume-deferred": lambda _event, _context: 1 // 0}), pytest.raises(RuntimeError) as failure:
        cloud.fire("resume-deferred")
    assert "ZeroDivisionError" in str(failure.value)


@pytest.mark.parametrize(
    ("fault", "told"), [(ConnectionResetError(), ""), (BrokenPipeError(), ""), (ValueError("a fault"), "a fault")]
)
def test_a_client_that_goes_away_is_no_line_of_the_terminal(
    fault: Exception, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server: Any = None
    try:
        raise fault
    except (OSError, ValueError):
        tell_of_a_fault(server, None, ("127.0.0.1", 1))
    printed = capsys.readouterr().err
    assert told in printed
    assert bool(told) == bool(printed)


def test_a_placeholder_without_a_substitution_is_refused() -> None:
    with pytest.raises(KeyError):
        definition_of({"DefinitionString": '{"Resource": "${Nowhere}"}'}, ACCOUNT_ID)


def test_no_resource_of_the_template_belongs_to_a_service_that_is_left_out() -> None:
    services = {resource["Type"].split("::")[1].lower() for resource in load_template()["Resources"].values()}
    assert {"lambda", "dynamodb", "s3"} <= services
    assert not services & {name.removeprefix("moto.") for name in ABSENT}


@pytest.mark.stack
def test_a_stack_starts_without_the_services_that_are_left_out() -> None:
    """Looked at in a process of its own: here other tests may have imported them before."""
    started = "with LocalStack(): print(*sorted(n for n, m in sys.modules.items() if getattr(m, '__file__', None)))"
    command = [sys.executable, "-c", f"import sys; from infra.local.stack import LocalStack\n{started}"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=BARE_MOTO.parents[2])
    loaded = {".".join(name.split(".")[:2]) for name in run.stdout.split()}
    assert "moto.cloudformation" in loaded
    assert not loaded & {*ABSENT, "openapi_spec_validator"}


def test_executions_that_begin_together_parse_their_definition_once(cloud: LocalStack) -> None:
    (machine, *_) = cloud.client("stepfunctions").list_state_machines()["stateMachines"]
    described = cloud.client("stepfunctions").describe_state_machine(stateMachineArn=machine["stateMachineArn"])
    definition = json.dumps(json.loads(described["definition"]) | {"Comment": uuid.uuid4().hex})
    with ThreadPoolExecutor(4) as executions:
        programs = list(executions.map(lambda _: AmazonStateLanguageParser.parse(definition), range(4)))
    assert len({id(program) for program in programs}) == 1


class AsFunction:
    """Clients as the function of that name would use them."""

    def __init__(self, cloud: LocalStack) -> None:
        self._cloud = cloud

    def calls(self, function: str, service: str, operation: str, **parameters: Any) -> Any:
        named = running_function.set(f"quebao-dev-{function}")
        try:
            return getattr(self._cloud.client(service), operation)(**parameters)
        finally:
            running_function.reset(named)


@pytest.fixture
def as_function(cloud: LocalStack) -> AsFunction:
    return AsFunction(cloud)


@pytest.mark.parametrize("function", ["api", "settlement-settle", "settlement-pay", "resume-deferred"])
@pytest.mark.parametrize("way", ["update", "delete", "transaction", "batch"])
def test_no_function_can_change_an_entry_of_the_ledger(
    cloud: LocalStack, as_function: AsFunction, function: str, way: str
) -> None:
    table, key = cloud.environment["QUEBAO_LEDGER_TABLE"], {"pk": {"S": "transaction"}, "sk": {"S": "0"}}
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "update": ("update_item", {"TableName": table, "Key": key}),
        "delete": ("delete_item", {"TableName": table, "Key": key}),
        "transaction": ("transact_write_items", {"TransactItems": [{"Delete": {"TableName": table, "Key": key}}]}),
        "batch": ("batch_write_item", {"RequestItems": {table: [{"DeleteRequest": {"Key": key}}]}}),
    }
    operation, parameters = ways[way]
    with pytest.raises(ClientError) as refusal:
        as_function.calls(function, "dynamodb", operation, **parameters)
    assert refused_with(refusal) == "AccessDeniedException"


def test_a_function_writes_where_its_role_lets_it_and_nowhere_else(cloud: LocalStack, as_function: AsFunction) -> None:
    """The condition keeps what is no entry out of a ledger that other tests audit: it is looked at after the role."""
    put = {
        "TableName": cloud.environment["QUEBAO_LEDGER_TABLE"],
        "Item": {"pk": {"S": uuid.uuid4().hex}, "sk": {"S": "0"}},
        "ConditionExpression": "attribute_exists(pk)",
    }
    refusals = {"settlement-settle": "ConditionalCheckFailedException", "settlement-defer": "AccessDeniedException"}
    for function, code in refusals.items():
        with pytest.raises(ClientError) as refusal:
            as_function.calls(function, "dynamodb", "put_item", **put)
        assert refused_with(refusal) == code


def test_a_function_takes_a_claim_out_of_a_queue_but_deletes_no_claim(
    cloud: LocalStack, as_function: AsFunction
) -> None:
    state = cloud.environment["QUEBAO_STATE_TABLE"]

    def delete(pk: str) -> None:
        operation = {"Delete": {"TableName": state, "Key": {"pk": {"S": pk}, "sk": {"S": "0"}}}}
        as_function.calls("settlement-settle", "dynamodb", "transact_write_items", TransactItems=[operation])

    delete("WAITING#enrolment")
    with pytest.raises(ClientError) as refusal:
        delete("CLAIM#clm_any")
    assert refused_with(refusal) == "AccessDeniedException"


def test_the_vault_key_serves_the_api_for_its_tenant_only(cloud: LocalStack, as_function: AsFunction) -> None:
    asked = {"KeyId": cloud.environment["QUEBAO_VAULT_KEY"], "KeySpec": "AES_256"}
    tenant = {"tenant": cloud.environment["QUEBAO_TENANT"]}
    as_function.calls("api", "kms", "generate_data_key", **asked, EncryptionContext=tenant)
    for function, context in (("api", {"tenant": "another"}), ("settlement-settle", tenant)):
        with pytest.raises(ClientError) as refusal:
            as_function.calls(function, "kms", "generate_data_key", **asked, EncryptionContext=context)
        assert refused_with(refusal) == "AccessDeniedException"


def test_a_service_no_role_speaks_of_is_closed(as_function: AsFunction) -> None:
    with pytest.raises(ClientError) as refusal:
        as_function.calls("api", "sns", "list_topics")
    assert refused_with(refusal) == "AccessDeniedException"


def test_a_call_that_names_no_queue_is_open_to_whoever_may_list_them_all(as_function: AsFunction) -> None:
    assert as_function.calls("api", "sqs", "list_queues")["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(ClientError) as refusal:
        as_function.calls("desk-resume", "sqs", "list_queues")
    assert refused_with(refusal) == "AccessDeniedException"
