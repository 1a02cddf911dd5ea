"""Starts the whole system in this process, from the deployed template.

`LocalStack` is the only entrance: it starts moto with the mends of this package, creates the stack of
infra/template.yaml and sets the environment its functions would see. `bind` then gives every function its real handler,
`serve` puts the API on a port. Only a single stack runs at a time: environment and moto belong to the process.
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
from typing import Any, Self

import boto3
from chalice.app import Chalice
from moto import mock_aws
from moto.awslambda.models import lambda_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.iam.models import iam_backends

from chalicelib.law.ports import BundleStore
from chalicelib.main.wiring import system
from infra.local.calls import short_calls
from infra.local.cloudformation import cloudformation
from infra.local.dynamodb import dynamodb
from infra.local.files import addresses_lead_here
from infra.local.issuer import Issuer
from infra.local.lambda_bridge import Handler, lambda_bridge
from infra.local.permissions import Roles, Statement, permissions
from infra.local.releases import releases
from infra.local.replacing import replaced_items
from infra.local.role_picker import RolePicker
from infra.local.s3 import s3
from infra.local.server import serving
from infra.local.step_functions import end_executions, join_executions, step_functions
from infra.local.streams import Streams
from infra.local.template import deployable, function_names, load_template

STACK_NAME = "quebao"
REGION = "us-east-1"
STAGE = "dev"

_API = f"quebao-{STAGE}-api"
_ARTIFACTS = "quebao-artifacts"

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

_UNLIMITED = {"LookupsUnmatchedMax": "1000000", "LookupsMatchedMax": "1000000"}
"""Limits for tests and benchmarks, where a hospital stands for many; `make run` takes the deployed limits."""

_WITHOUT_EFFECT_HERE = {
    "AWS::Serverless::Api": "the local server stands for the gateway",
    "AWS::Logs::MetricFilter": "nothing measures a local stack",
    "AWS::S3::BucketPolicy": "every call stays in this process, under a role that the permissions here hold it to",
    "AWS::CloudWatch::Alarm": "`_declare_alarms` makes them, and nothing measures a local stack",
    "AWS::StepFunctions::StateMachineVersion": "one release runs here; infra/local/releases.py answers to its names",
    "AWS::StepFunctions::StateMachineAlias": "the same",
}
"""Resource types that moto cannot create, with the reason that nothing here depends on them."""

_PARTS_OF_ALARMS = (
    "AlarmDescription",
    "MetricName",
    "Statistic",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
)


@contextmanager
def without_stack() -> Iterator[None]:
    """Start moto with the mends of its tables alone, for those who make tables of their own."""
    with replaced_items(os.environ, _PROCESS, without=_FOREIGN), mock_aws(), short_calls(), dynamodb():
        yield


class LocalStack:
    """The system on one machine, as a context manager.

    issuer: the issuer whose tokens the API accepts; by default a new issuer, available as the stack's `issuer`.
    parameters: values for the template's parameters.
    time_scale: the length of a second of Wait and Retry in the state machines; 1.0 is the cloud's time.

    `environment` holds the variables that the functions see and that this process has while the stack runs; `streams`
    brings the writes of tables to the functions behind their streams, once an app is bound; `handlers` maps a
    function's deployed name to the handler that runs when the function is invoked.
    """

    def __init__(
        self, *, issuer: Issuer | None = None, parameters: Mapping[str, str] | None = None, time_scale: float = 1.0
    ) -> None:
        self.issuer = issuer or Issuer.new()
        self.environment: dict[str, str] = {}
        self.handlers: dict[str, Handler] = {}
        self.app: Chalice | None = None
        self.url = ""
        self._parameters = {"JwtIssuer": self.issuer.name, "Jwks": self.issuer.jwks, **_UNLIMITED, **(parameters or {})}
        self._time_scale = time_scale
        self.streams = Streams(ACCOUNT_ID, REGION, time_scale)
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(replaced_items(os.environ, _PROCESS, without=_FOREIGN))
            starting.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
            for mend in (
                short_calls(),
                dynamodb(),
                s3(),
                cloudformation(),
                step_functions(self._time_scale),
                releases(),
            ):
                starting.enter_context(mend)
            starting.enter_context(lambda_bridge(self.handlers))
            starting.enter_context(self.streams.applied())
            self._create()
            self.environment = self._function_environment()
            starting.enter_context(replaced_items(os.environ, self.environment))
            starting.enter_context(permissions(self._roles(), ACCOUNT_ID, REGION))
            starting.callback(end_executions)
            self._running = starting.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, let running executions end, forget everything."""
        self._running.close()

    def bind(self, app: Chalice | None = None) -> None:
        """Give every function the handler that `app` (by default that of app.py) binds to its name.

        Raises RuntimeError when app and template do not name the same functions.
        """
        self.app = app or importlib.import_module("app").app
        bound = {_API: self.app} | {
            f"quebao-{STAGE}-{function.name}": self.app.handler_map[function.name]
            for function in self.app.pure_lambda_functions
        }
        if difference := bound.keys() ^ function_names(load_template(), STAGE):
            raise RuntimeError(f"in app.py or in infra/template.yaml, but not in both: {', '.join(sorted(difference))}")
        self.handlers.update(bound)
        self.streams.start()

    def serve(self, port: int = 0) -> str:
        """Serve the API on `port` of 127.0.0.1 (0: any free port) until the stack closes; return the base URL."""
        if self.app is None:
            raise RuntimeError("bind an app before serving it")
        if not self.url:
            self.url = self._running.enter_context(serving(self.app, _API, port, self._picker()))
            self._running.enter_context(addresses_lead_here(self.url))
            served = {"QUEBAO_PUBLIC_URL": self.url}
            self.environment.update(served)
            self._running.enter_context(replaced_items(os.environ, served))
        return self.url

    def _picker(self) -> RolePicker:
        """Build the role picker of this stack, with the places of the policies in force."""
        return RolePicker(self.issuer, lambda: system()[BundleStore].current().registry)

    @contextmanager
    def handling(self, handlers: Mapping[str, Handler]) -> Iterator[None]:
        """Let other handlers answer for some functions, given by their names in app.py, for the length of the block."""
        with replaced_items(self.handlers, {f"quebao-{STAGE}-{name}": each for name, each in handlers.items()}):
            yield

    @functools.cache  # noqa: B019 a stack lives as long as its process needs it
    def client(self, service: str) -> Any:
        """Return a boto3 client of the stack's services, built once."""
        build: Any = boto3.client  # its stubs want the service as a literal
        return build(service, region_name=REGION)

    def fire(self, schedule: str) -> list[Any]:
        """Do the work of EventBridge when a schedule is due (moto never does): hand its input to every target.

        Returns the functions' answers; raises RuntimeError with the function's error when a function fails.
        """
        answers = []
        for target in self.client("events").list_targets_by_rule(Rule=f"quebao-{STAGE}-{schedule}")["Targets"]:
            answer = self.client("lambda").invoke(FunctionName=target["Arn"], Payload=target["Input"].encode())
            payload = json.loads(answer["Payload"].read())
            if "FunctionError" in answer:
                raise RuntimeError(f"{schedule}: {payload['errorType']}: {payload['errorMessage']}")
            answers.append(payload)
        return answers

    def join_executions(self) -> None:
        """Wait until every execution that was started has ended or waits for somebody."""
        join_executions()

    def physical_id(self, logical_id: str) -> str:
        """Return the name CloudFormation gave to a resource of the template."""
        detail = self.client("cloudformation").describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=logical_id
        )
        return str(detail["StackResourceDetail"]["PhysicalResourceId"])

    def _create(self) -> None:
        self.client("s3").create_bucket(Bucket=_ARTIFACTS)
        template = deployable(load_template(), self._upload)
        self._declare_alarms(template["Resources"])
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
        self._apply_what_moto_leaves_out(template["Resources"])

    def _declare_alarms(self, resources: Mapping[str, Any]) -> None:
        """Create the alarms by name and meaning. They stay without data, since nothing measures a local stack."""
        client = self.client("cloudwatch")
        for name, resource in resources.items():
            if resource["Type"] != "AWS::CloudWatch::Alarm":
                continue
            kept = {part: resource["Properties"][part] for part in _PARTS_OF_ALARMS}
            client.put_metric_alarm(AlarmName=f"quebao-{STAGE}-{name}", **kept)
        for alarm in cloudwatch_backends[ACCOUNT_ID][REGION].alarms.values():
            alarm.update_state("local stack", "{}", "INSUFFICIENT_DATA")

    def _upload(self, path: Path) -> dict[str, str]:
        """Upload a local file, as `aws cloudformation package` does; return its bucket and key."""
        place = {"Bucket": _ARTIFACTS, "Key": path.name}
        self.client("s3").put_object(**place, Body=path.read_bytes())
        return place

    def _apply_what_moto_leaves_out(self, resources: Mapping[str, Any]) -> None:
        """Apply the settings that moto ignores: versions and locks of objects, blocked public access, rules for other
        origins, point-in-time recovery.
        """
        for name, resource in resources.items():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::S3::Bucket":
                bucket, client = self.physical_id(name), self.client("s3")
                client.put_bucket_versioning(
                    Bucket=bucket, VersioningConfiguration=properties["VersioningConfiguration"]
                )
                client.put_public_access_block(
                    Bucket=bucket, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
                )
                if "CorsConfiguration" in properties and self._parameter_values()["ConsoleOrigin"]:
                    _, allowed, _ = properties["CorsConfiguration"]["Fn::If"]
                    rules = _without_parameters(allowed, self._parameter_values())["CorsRules"]
                    client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [*map(_cors_rule, rules)]})
                if "ObjectLockConfiguration" in properties:
                    client.put_object_lock_configuration(
                        Bucket=bucket,
                        ObjectLockConfiguration=_without_parameters(
                            properties["ObjectLockConfiguration"], self._parameter_values()
                        ),
                    )
            elif resource["Type"] == "AWS::DynamoDB::Table":
                self.client("dynamodb").update_continuous_backups(
                    TableName=self.physical_id(name),
                    PointInTimeRecoverySpecification=properties["PointInTimeRecoverySpecification"],
                )

    def _parameter_values(self) -> dict[str, Any]:
        defaults = {name: each["Default"] for name, each in load_template()["Parameters"].items() if "Default" in each}
        return {**defaults, **self._parameters}

    def _roles(self) -> Roles:
        """Return the permissions of each function's role, as IAM holds the role with every name resolved."""
        roles = {role.arn: role.policies.values() for role in iam_backends[ACCOUNT_ID]["aws"].roles.values()}
        return {
            function.function_name: [
                Statement.of(statement)
                for policy in roles[function.role]
                for statement in json.loads(policy)["Statement"]
            ]
            for function in lambda_backends[ACCOUNT_ID][REGION].list_functions()
        }

    def _function_environment(self) -> dict[str, str]:
        """Return the variables of the API's function; the template gives every function the same variables."""
        return dict(lambda_backends[ACCOUNT_ID][REGION].get_function(_API).environment_vars)


def _cors_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule of CloudFormation with its parts named as in S3's own call."""
    named = {"Id": "ID", "MaxAge": "MaxAgeSeconds", "ExposedHeaders": "ExposeHeaders"}
    return {named.get(name, name): value for name, value in rule.items()}


def _without_parameters(value: Any, parameters: Mapping[str, Any]) -> Any:
    """Return a part of the template with every reference to a parameter replaced by its value."""
    if isinstance(value, dict):
        if value.keys() == {"Ref"}:
            return parameters[value["Ref"]]
        return {name: _without_parameters(each, parameters) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_parameters(each, parameters) for each in value]
    return value
