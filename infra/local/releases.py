"""Lets callers name functions and machines by version and alias, neither of which moto 5.2.5 makes from a template.

The stack has a single release, so both names lead to the only function or machine. A role's statements about a
qualifier are held in permissions.py all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.awslambda.models import LambdaFunction, LambdaStorage
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from chalicelib.platform.aws.executions import without_qualifier
from infra.local.replacing import replaced
from infra.local.template import QUALIFIERS


@contextmanager
def releases() -> Iterator[None]:
    """Apply the mends for the length of the block."""
    with_qualifier = LambdaStorage.get_function_by_name_with_qualifier
    describe = StepFunctionsParserBackend.describe_state_machine

    def function(self: LambdaStorage, name: str, qualifier: str | None = None) -> LambdaFunction:
        name, _, within = name.partition(":")
        named = within or qualifier
        return with_qualifier(self, name, None if named in QUALIFIERS.values() else named)

    def machine(self: StepFunctionsParserBackend, arn: str) -> Any:
        return describe(self, without_qualifier(arn))

    with ExitStack() as mends:
        mends.enter_context(replaced(LambdaStorage, get_function_by_name_with_qualifier=function))
        mends.enter_context(replaced(StepFunctionsParserBackend, describe_state_machine=machine))
        yield
