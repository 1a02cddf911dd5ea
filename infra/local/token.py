"""Print a bearer token that the local stack accepts: `make -s token ROLE=hospital SUBJECT=H53010200001`."""

from __future__ import annotations

import argparse

from chalicelib.kernel.access import Role
from infra.local.issuer import Issuer


def main() -> None:
    """Read the arguments, print the token and nothing else."""
    parser = argparse.ArgumentParser(prog="make -s token", description=__doc__)
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--subject", required=True, help="institution or area code; 000000 for the nation")
    parser.add_argument("--actor", help="the person acting; by default one per role and subject")
    wanted = parser.parse_args()
    print(Issuer.kept().token(wanted.role, wanted.subject, wanted.actor))


if __name__ == "__main__":
    main()
