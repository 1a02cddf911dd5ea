"""Leaves the services of moto 5.2.5 out that the template has no resource of and that take most of a start's imports.

moto's CloudFormation imports every service that CloudFormation could create, and its Step Functions those that a task
could call. EC2 reads the regions and machine types of all the world, API Gateway a validator of OpenAPI documents:
together more than all the others. Here the name of such a service leads to an empty module, unless the service itself
was imported before. Nothing calls such a module: the stack refuses a template with a resource that moto cannot create.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = ("moto.apigateway", "moto.ec2")


class _Empty(ModuleType):
    """A module that has a class without content for every name that is imported from the module."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class _Absence:
    """Finds the modules of absent services, all of them empty."""

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        loader: Any = self  # a loader by its methods: the abstract class alone takes longer to import than the rest
        service = ".".join(fullname.split(".")[:2])
        return ModuleSpec(fullname, loader, is_package=True) if service in ABSENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, _module: ModuleType) -> None:
        """Leave the module empty."""


def leave_services_out() -> None:
    """Leave the absent services out of every import from now on; one that is imported already stays."""
    if not any(isinstance(finder, _Absence) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Absence())
