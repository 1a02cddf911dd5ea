"""Creates the package's stack in a running MiniStack by CloudFormation, and returns its API's address."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

from infra.ministack.package import ARCHIVE, ARTIFACTS, archive, deployed_template
from infra.ministack.server import REGION
from infra.resources import LIVE

STACK = "quebao"
_LOOK_S = 0.1
_CREATE_S_MAX = 120
_STAGE = "api"


class NotDeployed(Exception):
    """A stack that did not come up; the message is CloudFormation's."""


def deploy(endpoint: str, packaged: Mapping[str, Any], parameters: Mapping[str, str]) -> str:
    """Create the stack of a packaged template; return the base URL of its API. Raises NotDeployed and NotPackaged."""
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)  # noqa: S106
    # A body in chunks, each with its checksum, keeps MiniStack busy for a minute.
    plain = Config(request_checksum_calculation="when_required", account_id_endpoint_mode="disabled")
    clients = {
        service: session.client(service, endpoint_url=endpoint, config=plain)
        for service in ("s3", "cloudformation", "stepfunctions")
    }
    template, files = deployed_template(packaged)
    storage = clients["s3"]
    storage.create_bucket(Bucket=ARTIFACTS)
    storage.put_object(Bucket=ARTIFACTS, Key=ARCHIVE, Body=archive())
    for key, path in files.items():
        storage.put_object(Bucket=ARTIFACTS, Key=key, Body=path.read_bytes())
    outputs = _created(clients["cloudformation"], template, parameters)
    _publish_machines(clients["stepfunctions"])
    return f"{endpoint}/restapis/{outputs['RestAPIId']}/{_STAGE}/_user_request_"


def _created(cloudformation: Any, template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the outputs of the stack, once it stands."""
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        DisableRollback=True,
    )
    deadline = time.monotonic() + _CREATE_S_MAX
    while True:
        (stack,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        if not stack["StackStatus"].endswith("_IN_PROGRESS") or time.monotonic() > deadline:
            raise NotDeployed(f"{stack['StackStatus']}: {stack.get('StackStatusReason', 'no reason given')}")
        time.sleep(_LOOK_S)


def _publish_machines(machines: Any) -> None:
    """Publish the version and the alias of every machine, which CloudFormation makes elsewhere."""
    for each in machines.list_state_machines()["stateMachines"]:
        version = machines.publish_state_machine_version(stateMachineArn=each["stateMachineArn"])
        routed = [{"stateMachineVersionArn": version["stateMachineVersionArn"], "weight": 100}]
        machines.create_state_machine_alias(name=LIVE, routingConfiguration=routed)
