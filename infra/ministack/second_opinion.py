"""`make test-second-opinion`: the concurrency suite of the money against a second DynamoDB, MiniStack's.

moto alone is not trusted with money.
"""

from __future__ import annotations

import os
import subprocess
import sys

from infra.ministack.server import REGION, ROOT, MiniStackSilent, ministack

SUITE = ("tests/whole/test_load.py", "tests/claims/test_tables.py")
"""The suites of concurrent work on the tables, and of the promises of every store."""


def main() -> int:
    """Start MiniStack, run the suite, end MiniStack; return the suite's exit status."""
    try:
        with ministack() as endpoint:
            return _suite(endpoint)
    except MiniStackSilent as silent:
        print(silent, file=sys.stderr)
        return 1


def _suite(endpoint: str) -> int:
    local = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "QUEBAO_DYNAMODB": endpoint,
        "QUEBAO_LOAD": "1000",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **local}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
