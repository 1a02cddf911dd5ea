"""Writes docs/access.md, the table of roles and calls, from the routes and their actions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from chalicelib.kernel.access import Action, Role
from chalicelib.main.capabilities import described
from chalicelib.platform.http.docs.openapi import operations_of

_INTRODUCTION = """# Who may do what

Generated from the routes and the `access` modules of the capabilities by `make access`; a test keeps it current.

A cell says how far a role's grant reaches; an empty cell is refused with 403, and a thing beyond the reach is 404.
*own*: the caller's institution. *own area*: the caller's area is the one that settles with the institution, its pooling
area, or the insured place. *institutions it settles with*: the settling area alone. *own tier*: the province, or the
nation, whose clearing it is. A dagger (†): needs another person than those who
took the earlier steps of the same matter (`own-act`): whoever asked for an advance, approved it and reports the bank's
receipt are three; a policy set is handed in by one officer and put in force by another; a recalculation, a dispute and
a repair are asked for by one and decided by another.

Without a token: `GET /v1/health`, `GET /v1/openapi.json`, `GET /docs`, `GET /console` with its files.
"""


@cache
def calls_by_action() -> dict[Action, list[str]]:
    """Return the calls that perform each action, as the routes are listed."""
    found: dict[Action, list[str]] = {}
    for method, path, operation in operations_of(described().routes):
        for action in operation.actions:
            found.setdefault(action, []).append(f"{method} {path}")
    return found


def access_table() -> str:
    """Return the whole document, as Markdown."""
    header = ["call", "action", *(role.value for role in Role)]
    rows = [header, ["---"] * len(header)]
    for action, calls in calls_by_action().items():
        listed = "<br>".join(f"`{call}`" for call in calls)
        rows.append([listed, f"`{action.value}`", *(_cell(action, role) for role in Role)])
    return _INTRODUCTION + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main(arguments: Sequence[str]) -> None:
    """Write the document to the path given."""
    (path,) = arguments
    Path(path).write_text(access_table(), encoding="utf-8")


def _cell(action: Action, role: Role) -> str:
    scope = action.grants.get(role)
    if scope is None:
        return ""
    return scope.value + (" †" if action.another_person else "")


if __name__ == "__main__":
    main(sys.argv[1:])
