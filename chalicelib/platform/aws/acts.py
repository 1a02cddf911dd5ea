"""Acts as they are stored: the one form in which who did something, as what, for whom and when lies in an item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.access import Role
from chalicelib.kernel.persons.acts import Act


def write_act(act: Act) -> dict[str, str]:
    """An act, its role as text."""
    return {"actor": act.actor, "role": act.role.value, "subject": act.subject, "at": act.at}


def write_act_or_none(act: Act | None) -> dict[str, str] | None:
    """An act that may not have happened yet."""
    return None if act is None else write_act(act)


def read_act(values: Mapping[str, Any]) -> Act:
    """Reads the act that `write_act` wrote; the item may hold other values too."""
    return Act(values["actor"], Role(values["role"]), values["subject"], values["at"])


def read_act_or_none(values: Mapping[str, Any] | None) -> Act | None:
    """Reads the act or the None that `write_act_or_none` wrote."""
    return None if values is None else read_act(values)
