"""Runs the concurrency suite of the money against a second DynamoDB: MiniStack, in a virtual environment of its own.

moto alone is not trusted with money. MiniStack pins other versions of what we pin, so it is a process beside us that is
talked to over its endpoint; it is started here, on a free port, and ended here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MINISTACK = ROOT / ".venv-ministack" / "bin" / "ministack"
START_S_MAX = 60
SUITE = ("tests/whole/test_load.py", "tests/claims/test_tables.py")
"""Everything that many do at once to the tables, and what every store promises of them."""


def main() -> int:
    """Start MiniStack, run the suite, end MiniStack; the suite's exit status."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = ROOT / ".local" / "ministack.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 our own program and port
            [MINISTACK],
            # MiniStack would listen to the whole network.
            env={**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"},
            stdout=output,
            stderr=output,
        )
        try:
            endpoint = f"http://127.0.0.1:{port}"
            if not _answers(endpoint, server):
                print(f"MiniStack did not come up; see {log}.", file=sys.stderr)
                return 1
            return _suite(endpoint)
        finally:
            server.terminate()
            server.wait()


def _suite(endpoint: str) -> int:
    local = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "QUEBAO_DYNAMODB": endpoint,
        "QUEBAO_LOAD": "1000",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **local}, check=False).returncode  # noqa: S603


def _answers(endpoint: str, server: subprocess.Popen[bytes]) -> bool:
    for _ in range(START_S_MAX * 5):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(endpoint, timeout=2):  # noqa: S310 our own address
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.2)
    return False


if __name__ == "__main__":
    sys.exit(main())
