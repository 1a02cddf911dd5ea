"""Starts MiniStack in a virtual environment of its own, since it pins other versions of our dependencies.

MiniStack is a separate process on a free port of this machine, addressed over its endpoint and ended here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MINISTACK = ROOT / ".venv-ministack" / "bin" / "ministack"
REGION = "us-east-1"
START_S_MAX = 60
END_S_MAX = 10


class MiniStackSilent(Exception):
    """A MiniStack that did not come up; the message gives the place of its last output."""


@contextmanager
def ministack(port: int = 0, name: str = "ministack") -> Iterator[str]:
    """Run a MiniStack for the length of the block, on `port` (0: any free port); the value is its endpoint.

    Raises MiniStackSilent.
    """
    port, log = port or _free_port(), ROOT / ".local" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    endpoint = f"http://127.0.0.1:{port}"
    # MiniStack would listen to the whole network, and at a second port for the devices of another service.
    told = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",
    }
    with log.open("wb") as output:
        server = subprocess.Popen(  # noqa: S603 our own program and port
            [MINISTACK], env={**_own_environment(), **told}, stdout=output, stderr=output
        )
        try:
            if not _answers(endpoint, server):
                raise MiniStackSilent(f"MiniStack did not come up; see {log}.")
            yield endpoint
        finally:
            _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server; a busy server ignores the signal to end and is killed."""
    server.terminate()
    try:
        server.wait(END_S_MAX)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _own_environment() -> dict[str, str]:
    """Return the environment without an operator's cloud settings: functions inherit the environment."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "QUEBAO_"))}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


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
