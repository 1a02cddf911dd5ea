"""Reads infra/template.yaml, and transforms it as packaging and the SAM transform do before CloudFormation.

Nothing else is changed: the local stack is the deployed stack, without the REST API and the code, for which the local
server and the Lambda bridge stand.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from infra.resources import LIVE

INFRA = Path(__file__).resolve().parent.parent
TEMPLATE = INFRA / "template.yaml"

FUNCTION = "AWS::Serverless::Function"
STATE_MACHINE = "AWS::StepFunctions::StateMachine"

QUALIFIERS = {"Version": "1", "Alias": LIVE}
"""The qualifiers of the only release that runs here."""


class _Loader(yaml.CSafeLoader):
    """A loader of safe YAML with CloudFormation's short tags, by libyaml: the template is a start's largest file."""


def _intrinsic(loader: yaml.CSafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise yaml.YAMLError(f"!{suffix} stands before nothing")
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load_template(path: Path = TEMPLATE) -> dict[str, Any]:
    """Return the template as plain data, short tags as intrinsic functions. The caller may change the data."""
    template: dict[str, Any] = json.loads(_as_json(path.read_text(encoding="utf-8")))
    return template


@functools.cache
def _as_json(text: str) -> str:
    """Return a template as JSON, which a caller's own copy is read from in a tenth of the time."""
    return json.dumps(yaml.load(text, Loader=_Loader))  # noqa: S506 a SafeLoader


def function_names(template: Mapping[str, Any], stage: str) -> set[str]:
    """Return the deployed names of the functions the template declares."""
    return {
        resource["Properties"]["FunctionName"]["Fn::Sub"].replace("${Stage}", stage)
        for resource in template["Resources"].values()
        if resource["Type"] == FUNCTION
    }


def deployable(template: Mapping[str, Any], upload: Callable[[Path], dict[str, str]]) -> dict[str, Any]:
    """Return the template CloudFormation would receive.

    `upload` takes a local file to S3 and returns {"Bucket", "Key"}, as `aws cloudformation package` would. There is a
    single release: version 1 of every function, and its alias; infra/local/releases.py answers to both.
    """
    out: dict[str, Any] = _with_one_release(template)
    defaults = out.pop("Globals", {}).get("Function", {})
    out.pop("Transform", None)
    for resource in out["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == FUNCTION:
            properties = {name: value for name, value in properties.items() if not name.startswith("AutoPublish")}
            resource["Type"] = "AWS::Lambda::Function"
            resource["Properties"] = {
                **defaults,
                **properties,
                "Handler": "bound.by.name",
                "Runtime": f"python{sys.version_info.major}.{sys.version_info.minor}",
                "Code": {"ZipFile": "# the handler runs in this process"},
            }
        elif resource["Type"] == STATE_MACHINE and isinstance(properties.get("DefinitionS3Location"), str):
            properties["DefinitionS3Location"] = upload(INFRA / properties["DefinitionS3Location"])
    return out


def _with_one_release(value: Any) -> Any:
    """Return a copy of a part of the template in which a function's version and alias are named by their ARNs."""
    if isinstance(value, dict):
        resource, _, published = str(value.get("Ref", "")).partition(".")
        if published:
            return {"Fn::Sub": f"${{{resource}.Arn}}:{QUALIFIERS[published]}"}
        return {key: _with_one_release(each) for key, each in value.items()}
    return [_with_one_release(each) for each in value] if isinstance(value, list) else value
