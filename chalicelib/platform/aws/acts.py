"""Stored acts: the single form in which an item records an act's actor, role, subject and instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.access import Role
from chalicelib.kernel.persons.acts import Act


def write_act(act: Act) -> dict[str, str]:
    """Write an act, its role as text."""
    return {"actor": act.actor, "role": act.role.value, "subject": act.subject, "at": act.at}


def write_act_or_none(act: Act | None) -> dict[str, str] | None:
    """Write an act that may not have happened yet."""
    return None if act is None else write_act(act)


def read_act(values: Mapping[str, Any]) -> Act:
    """Read the act written by `write_act`; the item may hold other values too."""
    return Act(values["actor"], Role(values["role"]), values["subject"], values["at"])


def read_act_or_none(values: Mapping[str, Any] | None) -> Act | None:
    """Read the act or the None written by `write_act_or_none`."""
    return None if values is None else read_act(values)
