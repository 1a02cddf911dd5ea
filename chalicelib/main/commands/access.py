"""Writes docs/access.md, the table of roles and calls, from the rules that decide: `python -m ... docs/access.md`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from chalicelib.kernel.access import RULES, Role, Rule

_INTRODUCTION = """# Who may do what

Generated from `chalicelib/kernel/access.py` by `make access`; a test keeps it current.

A cell says how far a role's grant reaches; an empty cell is refused with 403, and a thing beyond the reach is 404.
*own*: the caller's institution. *own area*: the caller's area is the one that settles with the institution, its pooling
area, or the insured place. *institutions it settles with*: the settling area alone. *own tier*: the province, or the
nation, whose clearing it is. A dagger (†): needs another person than those who
took the earlier steps of the same matter (`own-act`): whoever asked for an advance, approved it and reports the bank's
receipt are three; a policy set is handed in by one officer and put in force by another; a recalculation, a dispute and
a repair are asked for by one and decided by another.

Without a token: `GET /v1/health`, `GET /v1/openapi.json`, `GET /docs`.
"""


def access_table() -> str:
    """The whole document, as Markdown."""
    header = ["call", "action", *(role.value for role in Role)]
    rows = [header, ["---"] * len(header)]
    for action, rule in RULES.items():
        calls = "<br>".join(f"`{call}`" for call in rule.calls)
        rows.append([calls, f"`{action.value}`", *(_cell(rule, role) for role in Role)])
    return _INTRODUCTION + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main(arguments: Sequence[str]) -> None:
    """Write the document to the path given."""
    (path,) = arguments
    Path(path).write_text(access_table(), encoding="utf-8")


def _cell(rule: Rule, role: Role) -> str:
    scope = rule.grants.get(role)
    if scope is None:
        return ""
    return scope.value + (" †" if rule.another_person else "")


if __name__ == "__main__":
    main(sys.argv[1:])
