"""Start the whole system in this process, from the template that is deployed.

`LocalStack` is the one entrance: it starts moto with the mends of this package, creates the stack of
infra/template.yaml, binds every function to its real handler, sets the environment the functions would see, and
optionally serves the API. One runs at a time: environment and moto belong to the process.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
from chalice import Chalice
from chalice.utils import to_cfn_resource_name
from moto import mock_aws

from infra.local.cloudformation import cloudformation
from infra.local.dynamodb import dynamodb
from infra.local.lambda_bridge import Handler, lambda_bridge
from infra.local.s3 import s3
from infra.local.server import serving
from infra.local.step_functions import join_executions, step_functions
from infra.local.template import FUNCTION, deployable, load_template

STACK_NAME = "quebao"
REGION = "us-east-1"
STAGE = "dev"
PARAMETERS = {"JwtIssuer": "https://issuer.quebao.local"}

_PROCESS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    # moto does not answer on the per-account endpoints that botocore would otherwise choose for DynamoDB.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
}
_FOREIGN = ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")

_WITHOUT_EFFECT_HERE = {
    "AWS::S3::BucketPolicy": "every call stays in this process: there is no transport to refuse",
    "AWS::CloudWatch::Alarm": "nothing measures a local stack",
}
"""Resource types that moto cannot create, and why nothing here depends on them."""


class LocalStack:
    """The system on one machine, as a context manager.

    app: the Chalice app; by default that of app.py, imported once moto runs.
    port: serve the API on this port of 127.0.0.1 (0: any free one); None serves nothing.
    parameters: values for the template's parameters, beside the defaults in PARAMETERS.
    time_scale: how long one second of Wait and Retry lasts in the state machines; 1.0 is the cloud's time.
    """

    def __init__(
        self,
        app: Chalice | None = None,
        *,
        port: int | None = None,
        parameters: Mapping[str, str] | None = None,
        time_scale: float = 1.0,
    ) -> None:
        self._app = app
        self._port = port
        self._parameters = {**PARAMETERS, **(parameters or {})}
        self._time_scale = time_scale
        self._running = ExitStack()
        self.environment: dict[str, str] = {}
        self.outputs: dict[str, str] = {}
        self.url = ""

    def __enter__(self) -> LocalStack:
        with ExitStack() as starting:
            starting.enter_context(_environment(_PROCESS, without=_FOREIGN))
            starting.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
            for mend in (dynamodb(), s3(), cloudformation(), step_functions(self._time_scale)):
                starting.enter_context(mend)
            handlers: dict[str, Handler] = {}
            starting.enter_context(lambda_bridge(handlers))
            app = self._app = self._app or importlib.import_module("app").app
            self._create(app)
            handlers.update(_handlers(app))
            self.environment = self._function_environment()
            starting.enter_context(_environment(self.environment))
            starting.callback(join_executions)
            if self._port is not None:
                self.url = starting.enter_context(serving(app, self._port))
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, let running executions end, forget everything."""
        self._running.close()

    @functools.cache  # noqa: B019 a stack lives as long as its process needs it
    def client(self, service: str) -> Any:
        """A boto3 client of the stack's services, built once."""
        return boto3.client(service, region_name=REGION)

    def fire(self, schedule: str) -> list[Any]:
        """Do what EventBridge does when a schedule is due (moto never does): hand its input to every target.

        Answers what the functions answered; raises RuntimeError with the function's error when one fails.
        """
        rule = f"quebao-{STAGE}-{schedule}"
        answers = []
        for target in self.client("events").list_targets_by_rule(Rule=rule)["Targets"]:
            answer = self.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"].encode())
            payload = json.loads(answer["Payload"].read())
            if "FunctionError" in answer:
                raise RuntimeError(f"{schedule}: {payload['errorType']}: {payload['errorMessage']}")
            answers.append(payload)
        return answers

    def join_executions(self) -> None:
        """Wait until every settlement that was started has ended."""
        join_executions()

    def _create(self, app: Chalice) -> None:
        template = deployable(load_template(), _handler_strings(app), self._upload)
        template["Resources"] = {
            name: resource
            for name, resource in template["Resources"].items()
            if resource["Type"] not in _WITHOUT_EFFECT_HERE
        }
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Tried to parse .*not supported by moto")
            self.client("cloudformation").create_stack(
                StackName=STACK_NAME,
                TemplateBody=json.dumps(template),
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
                Capabilities=["CAPABILITY_NAMED_IAM"],
            )
        stack = self.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self._apply_what_moto_leaves_out(template["Resources"])

    def _upload(self, path: Path) -> dict[str, str]:
        """What `aws cloudformation package` does with a local file."""
        place = {"Bucket": "quebao-artifacts", "Key": path.name}
        self.client("s3").create_bucket(Bucket=place["Bucket"])
        self.client("s3").put_object(**place, Body=path.read_bytes())
        return place

    def _apply_what_moto_leaves_out(self, resources: Mapping[str, Any]) -> None:
        """Versions of objects and point-in-time recovery: declared, ignored by moto, and relied upon."""
        for name, resource in resources.items():
            properties = resource.get("Properties", {})
            if "VersioningConfiguration" in properties:
                self.client("s3").put_bucket_versioning(
                    Bucket=self.physical_id(name), VersioningConfiguration=properties["VersioningConfiguration"]
                )
            if "PublicAccessBlockConfiguration" in properties:
                self.client("s3").put_public_access_block(
                    Bucket=self.physical_id(name),
                    PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"],
                )
            if "PointInTimeRecoverySpecification" in properties:
                self.client("dynamodb").update_continuous_backups(
                    TableName=self.physical_id(name),
                    PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"],
                )

    def physical_id(self, logical_id: str) -> str:
        """The name CloudFormation gave to a resource of the template."""
        detail = self.client("cloudformation").describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=logical_id
        )
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])

    def _function_environment(self) -> dict[str, str]:
        """The variables of the API's function; the template gives every function the same."""
        configuration = self.client("lambda").get_function_configuration(FunctionName=f"quebao-{STAGE}-api")
        return dict(configuration["Environment"]["Variables"])


def _handler_strings(app: Chalice) -> dict[str, str]:
    """Handler string of each function resource, as `chalice package` would write it."""
    return {"APIHandler": "app.app"} | {
        to_cfn_resource_name(function.name): function.handler_string for function in app.pure_lambda_functions
    }


def _handlers(app: Chalice) -> dict[str, Handler]:
    """Handler of each function by its deployed name."""
    return {f"quebao-{STAGE}-api": app} | {
        f"quebao-{STAGE}-{function.name}": app.handler_map[function.name] for function in app.pure_lambda_functions
    }


@contextmanager
def _environment(values: Mapping[str, str], without: tuple[str, ...] = ()) -> Iterator[None]:
    """Set variables of this process for the length of the block."""
    before = {name: os.environ.get(name) for name in (*values, *without)}
    for name in without:
        os.environ.pop(name, None)
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
