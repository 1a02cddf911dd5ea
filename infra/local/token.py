"""Prints a bearer token that the local stack accepts, and nothing else: what `make -s token` runs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib.domain.access import Principal, Role, can_be_subject
from infra.local.issuer import local_issuer


def principal_of(arguments: Sequence[str] | None = None) -> Principal:
    """Who the arguments name. Exits with a message where they name nobody."""
    parser = argparse.ArgumentParser(prog="make -s token", usage="make -s token ROLE=... SUBJECT=... [ACTOR=...]")
    parser.add_argument("--role", required=True)
    parser.add_argument("--subject", required=True)
    parser.add_argument("--actor")
    given = parser.parse_args(arguments)
    roles = [role.value for role in Role]
    if given.role not in roles:
        parser.error(f"ROLE is one of {', '.join(roles)}")
    role = Role(given.role)
    if not can_be_subject(role, given.subject):
        wanted = "an institution code such as H53010200001" if role is Role.HOSPITAL else "an area code such as 530100"
        parser.error(
            f"SUBJECT of {role.value} is {wanted}" + ("" if role is Role.HOSPITAL else "; the nation is 000000")
        )
    return Principal(given.actor or f"{role.value}-{given.subject}", role, given.subject)


if __name__ == "__main__":
    print(local_issuer().token(principal_of(), datetime.now(UTC)))
