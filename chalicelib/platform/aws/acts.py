"""Acts as they are stored: written by `dataclasses.asdict`, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.access import Role
from chalicelib.kernel.persons.acts import Act


def read_act(values: Mapping[str, Any]) -> Act:
    """An act that must be there."""
    return Act(values["actor"], Role(values["role"]), values["subject"], values["at"])


def read_act_or_none(values: Mapping[str, Any] | None) -> Act | None:
    """An act that may not have happened yet."""
    return None if values is None else read_act(values)
