"""Look, in a process of its own, which faults of moto the mends of infra/local still answer; print them as JSON."""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.cloudformation import parsing
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.loaders import create_loader
from moto.core.serialize import ResponseSerializer
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.kms.utils import generate_private_key
from moto.s3.responses import S3Response
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}


TEMPLATE = {
    "Resources": {
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "KeyPolicy": {}},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "RoleName": "role",
                "AssumeRolePolicyDocument": {},
                "Policies": [{"PolicyName": "policy", "PolicyDocument": {"Statement": []}}],
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "machine",
                "RoleArn": "arn:aws:iam::123456789012:role/role",
                "DefinitionString": '{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Comment": "${Word}"}}}',
                "DefinitionSubstitutions": {"Word": "read"},
            },
        },
    }
}


def cloudformation_faults() -> dict[str, bool]:
    boto3.client("cloudformation").create_stack(StackName="bare", TemplateBody=json.dumps(TEMPLATE))
    kms, machines = boto3.client("kms"), boto3.client("stepfunctions")
    (key,) = kms.list_keys()["Keys"]
    (machine,) = machines.list_state_machines()["stateMachines"]
    definition = machines.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["definition"]
    policy = boto3.client("iam").get_role_policy(RoleName="role", PolicyName="policy")["PolicyDocument"]
    return {
        "an HMAC key comes out symmetric": kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeySpec"] != "HMAC_256",
        "a role's policy is not JSON": not isinstance(policy, dict),
        "a state machine's substitutions stay unread": "${Word}" in definition,
        "a state machine has no Arn attribute": not StateMachine.has_cfn_attr("Arn"),
        "a key without a pair of keys gets one": generate_private_key("SYMMETRIC_DEFAULT") is not None,
        "every service is imported": "from moto.ec2 import models" in inspect.getsource(parsing),
    }


def dynamodb_faults() -> dict[str, bool]:
    client = boto3.client("dynamodb")
    client.create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    counter = {
        "TableName": "table",
        "Key": {"pk": {"S": "counter"}},
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        client.transact_write_items(TransactItems=[{"Update": counter}], ClientRequestToken="token")
    large = [
        {"Put": {"TableName": "table", "Item": {"pk": {"S": str(number)}, "text": {"S": "x" * 390_000}}}}
        for number in range(12)
    ]
    return {
        "a client token is ignored": client.get_item(TableName="table", Key=counter["Key"])["Item"]["n"]["N"] == "2",
        "a transaction of any size is accepted": accepted(lambda: client.transact_write_items(TransactItems=large)),
        "a transaction copies whole tables": "deepcopy" in inspect.getsource(DynamoDBBackend.transact_write_items),
        "a condition is parsed for every item": "get_filter_expression" in inspect.getsource(Table.put_item),
        "calls to DynamoDB run at the same time": "lock" not in inspect.getsource(DynamoHandler.call_action).lower(),
        "a query looks at the whole table": "self.all_items()" in inspect.getsource(Table.query),
        "the methods of a service are listed for every call": "getmembers"
        in inspect.getsource(method_names_from_class),
        "every member is looked for in every value": "shape.members.items()"
        in inspect.getsource(ResponseSerializer._serialize_type_structure),
    }


def other_faults() -> dict[str, bool]:
    return {
        "a conditional put may have two winners": "lock(" not in inspect.getsource(S3Response.put_object).lower(),
        "a definition is parsed for every execution": "AmazonStateLanguageParser.parse"
        in inspect.getsource(ExecutionWorker._get_evaluation_entrypoint),
        "a definition is parsed when its machine is created": "_validate_definition"
        in inspect.getsource(StepFunctionsParserBackend.create_state_machine),
        "a model is looked for among all services anew": create_loader() is not create_loader(),
        "a call's service is looked for among all": "backend_url_patterns"
        in inspect.getsource(BotocoreStubber.process_request),
    }


def accepted(call: Callable[[], object]) -> bool:
    """Tell whether the service accepted the call."""
    try:
        call()
    except ClientError:
        return False
    return True


if __name__ == "__main__":
    with mock_aws():
        sys.stdout.write(json.dumps(cloudformation_faults() | dynamodb_faults() | other_faults()))
