"""Lets CloudFormation in moto 5.2.5 create the whole template, of which moto drops half.

A state machine's definition may come from S3 and hold substitutions (moto reads neither, and keeps no type); `Arn` is
an attribute of the machine. A key is created with the spec and usage it declares (moto makes every key symmetric, and a
symmetric HMAC key cannot compute a person's token), and with a pair of keys where the spec has one (moto computes an
RSA key for every other, a fifth of a stack's start). A role's policy is kept as JSON (moto keeps Python's notation). A
template in JSON is read as JSON (moto reads it as YAML, which takes half of a stack's start).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.cloudformation.models import Stack
from moto.iam.models import Role
from moto.kms import models
from moto.kms.models import Key, kms_backends
from moto.kms.utils import KeySpec
from moto.s3.models import s3_backends
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.responses import get_backend

from infra.local.replacing import replaced

_KMS: Any = models
_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_]+)\}")


@contextmanager
def cloudformation() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    has_attribute, attribute = StateMachine.has_cfn_attr, StateMachine.get_cfn_attribute

    def has_cfn_attr(_: type[StateMachine], name: str) -> bool:
        return name == "Arn" or has_attribute(name)

    def get_cfn_attribute(self: StateMachine, name: str) -> Any:
        return self.arn if name == "Arn" else attribute(self, name)

    with ExitStack() as mends:
        mends.enter_context(
            replaced(
                StateMachine,
                create_from_cloudformation_json=staticmethod(_create_state_machine),
                has_cfn_attr=classmethod(has_cfn_attr),
                get_cfn_attribute=get_cfn_attribute,
            )
        )
        mends.enter_context(replaced(Stack, parse_template=staticmethod(_reading_json(Stack.parse_template))))
        mends.enter_context(replaced(Role, put_policy=_keeping_json()))
        mends.enter_context(replaced(_KMS, generate_private_key=_pair_where_the_spec_has_one()))
        mends.enter_context(replaced(Key, create_from_cloudformation_json=staticmethod(_create_key)))
        yield


def definition_of(properties: dict[str, Any], account_id: str) -> str:
    """Return the ASL text that a state machine's properties describe, substitutions made.

    Raises KeyError for a placeholder without a substitution: CloudFormation refuses such a machine too.
    """
    if "Definition" in properties:
        text = json.dumps(properties["Definition"])
    elif "DefinitionS3Location" in properties:
        place = properties["DefinitionS3Location"]
        s3: Any = s3_backends[account_id]["aws"]
        text = s3.get_object(place["Bucket"], place["Key"]).value.decode()
    else:
        text = properties["DefinitionString"]
    substitutions = properties.get("DefinitionSubstitutions", {})
    return _SUBSTITUTION.sub(lambda found: str(substitutions[found[1]]), text)


def _create_state_machine(
    resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
) -> StateMachine:
    properties = cloudformation_json["Properties"]
    machine: StateMachine = get_backend(account_id, region_name).create_state_machine(
        properties.get("StateMachineName", resource_name),
        definition_of(properties, account_id),
        properties["RoleArn"],
        tags=[],
        sm_type=properties.get("StateMachineType", "STANDARD"),
    )
    return machine


def _reading_json(parse: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    def parse_template(template: str) -> dict[str, Any]:
        if not template.startswith("{"):
            return parse(template)
        parsed: dict[str, Any] = json.loads(template)
        return parsed

    return parse_template


def _keeping_json() -> Any:
    put = Role.put_policy

    def put_policy(self: Role, policy_name: str, policy_json: Any) -> None:
        put(self, policy_name, policy_json if isinstance(policy_json, str) else json.dumps(policy_json))

    return put_policy


def _pair_where_the_spec_has_one() -> Callable[[str], Any]:
    generate: Callable[[str], Any] = _KMS.generate_private_key

    def generate_private_key(key_spec: str) -> Any:
        return None if key_spec == KeySpec.SYMMETRIC_DEFAULT or key_spec.startswith("HMAC_") else generate(key_spec)

    return generate_private_key


def _create_key(_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any) -> Key:
    properties = cloudformation_json["Properties"]
    key = kms_backends[account_id][region_name].create_key(
        policy=properties["KeyPolicy"],
        key_usage=properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        key_spec=properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
        description=properties.get("Description", ""),
        tags=properties.get("Tags", []),
    )
    key.key_rotation_status = properties.get("EnableKeyRotation", False)
    key.enabled = properties.get("Enabled", True)
    return key
