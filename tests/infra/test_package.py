"""Output of `chalice package --merge-template infra/template.yaml`. Everything but the wheels is built, offline."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest
from botocore.session import Session
from chalice.awsclient import TypedAWSClient
from chalice.cli.factory import CLIFactory
from chalice.deploy import models
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BuildStage, InjectDefaults, SwaggerBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import PackageOptions, SAMTemplateGenerator, TemplateDeepMerger

from chalicelib.platform.http.problems import gateway_problem
from infra.local.stack import LocalStack
from infra.local.template import FUNCTION, INFRA, load_template
from infra.release import through_alias

ROOT = INFRA.parent
MACHINES = sorted((INFRA / "workflows").glob("*.asl.json"))


@pytest.fixture(scope="module")
def packaged(cloud: LocalStack) -> dict[str, Any]:
    """The template as it would be deployed. `cloud` gives app.py the environment it is imported in."""
    assert cloud.environment
    config = CLIFactory(str(ROOT), environ={}).create_config_obj("dev")
    application = ApplicationGraphBuilder().build(config, "dev")
    resources = DependencyBuilder().build_dependencies(application)
    BuildStage([InjectDefaults(), SwaggerBuilder(CFNSwaggerGenerator())]).execute(config, resources)
    for resource in resources:
        if isinstance(resource, models.DeploymentPackage):
            resource.filename = "./deployment.zip"
    generator = SAMTemplateGenerator(config, PackageOptions(TypedAWSClient(Session())))
    merged: dict[str, Any] = TemplateDeepMerger().merge(load_template(), generator.generate(resources))
    return through_alias(merged)


def functions(packaged: dict[str, Any]) -> dict[str, Any]:
    return {
        name: resource["Properties"] for name, resource in packaged["Resources"].items() if resource["Type"] == FUNCTION
    }


def test_app_and_template_name_the_same_functions(packaged: dict[str, Any]) -> None:
    assert functions(packaged).keys() == {
        name for name, resource in load_template()["Resources"].items() if resource["Type"] == FUNCTION
    }


def test_every_function_runs_under_the_role_that_the_template_gives_it(packaged: dict[str, Any]) -> None:
    for name, properties in functions(packaged).items():
        assert properties["Role"]["Fn::GetAtt"][0] in packaged["Resources"], name


def test_every_handler_string_leads_to_the_object_that_app_py_binds(packaged: dict[str, Any]) -> None:
    """AWS imports a handler by its string, the local stack by its binding: both must find the same."""
    app = importlib.import_module("app")
    bound = {f"quebao-${{Stage}}-{name}": handler for name, handler in app.app.handler_map.items()}
    for properties in functions(packaged).values():
        module, _, attribute = properties["Handler"].rpartition(".")
        name = properties["FunctionName"]["Fn::Sub"]
        assert module == "app"
        assert getattr(app, attribute) is bound.get(name, app.app), name


RESPONSES: dict[str, Any] = load_template()["Resources"]["RestAPI"]["Properties"]["GatewayResponses"]


@pytest.mark.parametrize("kind", sorted(RESPONSES))
def test_what_the_gateway_answers_by_itself_is_the_problem_the_product_would_answer(kind: str) -> None:
    response = RESPONSES[kind]
    said = gateway_problem(response["StatusCode"], "$context.requestId", prefix="/$context.stage")
    assert json.loads(response["ResponseTemplates"]["application/json"]) == json.loads(str(said.body))
    headers = {name: value.strip("'") for name, value in response["ResponseParameters"]["Headers"].items()}
    assert headers == said.headers
    assert headers["Content-Type"] == "application/problem+json"


def test_every_answer_of_the_gateway_has_a_problem_of_its_own_or_a_default() -> None:
    """A path nobody serves is 404 whatever stands in its Authorization header: the gateway takes it for a signature."""
    statuses = {kind: response["StatusCode"] for kind, response in RESPONSES.items()}
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= statuses.keys()
    assert {statuses[kind] for kind in ("MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN")} == {404}
    assert (statuses["REQUEST_TOO_LARGE"], statuses["THROTTLED"], statuses["UNAUTHORIZED"]) == (413, 429, 401)
    assert statuses["INTEGRATION_TIMEOUT"] == 503


def test_the_gateway_passes_files_on_whatever_the_caller_accepts(packaged: dict[str, Any]) -> None:
    """An Excel file leaves the function in base64; the gateway decodes what counts as binary, by the Accept header."""
    api = packaged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    assert api["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_the_gateways_answers_belong_to_the_api_that_chalice_makes(packaged: dict[str, Any]) -> None:
    """As a part of the API itself, so that a change of them is deployed with it."""
    api = packaged["Resources"]["RestAPI"]
    assert api["Type"] == "AWS::Serverless::Api"
    assert "/v1/claims" in api["Properties"]["DefinitionBody"]["paths"]
    assert api["Properties"]["GatewayResponses"] == RESPONSES
    assert api["Properties"]["StageName"] == "api"


def test_the_gateway_calls_the_release_in_force_in_every_path(packaged: dict[str, Any]) -> None:
    paths = packaged["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    called = {
        operation["x-amazon-apigateway-integration"].get("uri", {}).get("Fn::Sub")
        for path in paths.values()
        for verb, operation in path.items()
        if verb != "options"
    }
    (address,) = called
    assert address.endswith("/functions/${APIHandler.Arn}:live/invocations")
    leave = packaged["Resources"]["APIHandlerInvokePermission"]["Properties"]
    assert (leave["FunctionName"], leave["Principal"]) == ({"Ref": "APIHandler.Alias"}, "apigateway.amazonaws.com")
