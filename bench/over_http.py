"""Benchmark of the local stack, in a process of its own: its start until its health answers, with policies published
and the sample persons enrolled, and previews and claims over HTTP by 1, 4 and 16 clients at once.

A claim has 20 lines and a patient of its own, and waits for its settlement (`Prefer: wait=20`). The local stack
simulates AWS in a single Python process, so the measurement covers this product with its simulated services on a single
core: the API's behaviour as clients are added, and nothing of AWS.
"""

from __future__ import annotations

import atexit
import itertools
import json
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from bench.timing import Row, require
from tests.kit.worked_cases import fresh_identity, worked_cases

CLIENTS = (1, 4, 16)
LINES, ROUNDS, STARTS, PREVIEWS, CLAIMS = 20, 3, 5, 32, 16
STARTED = "start until health answers"
HEADS = ("against one client", "throughput")
HOSPITAL, AGENCY, AUDITOR = ("hospital", "H53010200001"), ("agency", "530100"), ("auditor", "000000")
_ROOT = Path(__file__).parents[1]
_STARTS_WITHIN_S, _LOOK_S = 300, 0.02
_NUMBERS = itertools.count(1)


class Desk:
    """A client for a hospital's system and its agency's, over HTTP. `started_s` is the time from the start of the
    stack's process until its health answered.
    """

    def __init__(self, base: str, process: int, started_s: float) -> None:
        self.started_s = started_s
        self._base = base
        self._process = process
        self._tokens: dict[tuple[str, str], str] = {}
        for caller in (HOSPITAL, AGENCY, AUDITOR):
            asked = {"role": caller[0], "subject": caller[1]}
            self._tokens[caller] = self.send("POST", "/local/token", None, asked)["token"]

    def send(self, method: str, path: str, caller: tuple[str, str] | None, body: Any, **headers: str) -> dict[str, Any]:
        """Send a request; return an answer that is no refusal."""
        said = {"Content-Type": "application/json", **headers}
        if caller is not None:
            said["Authorization"] = f"Bearer {self._tokens[caller]}"
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, content, said, method=method)  # noqa: S310 this machine's
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 as above
            found: dict[str, Any] = json.loads(answer.read())
        return found

    @property
    def memory_mb(self) -> float:
        """Return the memory that the stack holds, by the kernel's account; 0 where the system keeps none there."""
        told = Path(f"/proc/{self._process}/status")
        rows = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
        return next((int(row.split()[1]) / 1000 for row in rows if row.startswith("VmRSS")), 0.0)

    def newcomer(self) -> dict[str, Any]:
        """Return a claim of a person who has just been enrolled."""
        case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10").claim
        number = next(_NUMBERS)
        patient = {**case["patient"], "id_no": fresh_identity(case["patient"]["id_no"], number)}
        cover = {"insured_area": "530100", "insurance": "employee", "employment": "active", "assistance": "none"}
        self.send("POST", "/v1/enrolments", AGENCY, {"id_no": patient["id_no"], "name": patient["name"], **cover})
        lines = [{**case["lines"][each % len(case["lines"])], "no": each + 1} for each in range(LINES)]
        return {**case, "claim_no": f"BENCH-{number}", "patient": patient, "lines": lines}

    def preview(self, claim: dict[str, Any]) -> dict[str, Any]:
        """Preview a claim's settlement."""
        return self.send("POST", "/v1/claims/preview", HOSPITAL, claim)

    def submit(self, claim: dict[str, Any]) -> dict[str, Any]:
        """Submit a claim; return it with its determination, once settled."""
        return self.send("POST", "/v1/claims", HOSPITAL, claim, Prefer="wait=20")


@contextmanager
def served() -> Iterator[Desk]:
    """Serve a local stack in its own process, with policies and registry and no claims."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "infra.local.run", "--port", str(port), "--empty"]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield Desk(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


@cache
def serving_checks() -> Desk:
    """Serve one local stack for every check of this process, until the process ends."""
    until_end = ExitStack()
    atexit.register(until_end.close)
    return until_end.enter_context(served())


def _await(base: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/v1/health", timeout=5):  # noqa: S310 this machine's own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(_LOOK_S)
    raise SystemExit("make bench: the local stack did not start; make doctor says what is missing.")


def measure() -> list[Row]:
    """Measure starts, and latency by clients: the median of the middle round's calls, by throughput; the ratio is to
    one client.
    """
    rows = [_starts()]
    with served() as desk:
        for what, act, count in (("preview", desk.preview, PREVIEWS), ("submit to settled", desk.submit, CLAIMS)):
            first_s = 0.0
            for clients in CLIENTS:
                rounds = [_round(act, clients, [desk.newcomer() for _ in range(count)]) for _ in range(ROUNDS)]
                a_second, took = sorted(rounds)[ROUNDS // 2]
                median_s, slow_s = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
                first_s = first_s or median_s
                note = f"{a_second:.1f} claims/s, 95th percentile {slow_s * 1000:.0f} ms"
                name = f"{what}, {LINES} lines"
                rows.append(Row(name, clients, "client", median_s, median_s / first_s, note, a_second))
    return rows


def _starts() -> Row:
    """Return the median of a few starts. The first, which compiles what no process has imported yet, is left out."""
    took: list[float] = []
    for _ in range(STARTS + 1):
        with served() as desk:
            took.append(desk.started_s)
    note = f"{min(took[1:]):.2f} to {max(took[1:]):.2f} s"
    return Row(STARTED, STARTS, "starts", statistics.median(took[1:]), 1.0, note)


def check() -> None:
    """Check that the settlement equals the preview, for two clients at once."""
    desk = serving_checks()
    claims = [desk.newcomer() for _ in range(2)]
    with ThreadPoolExecutor(2) as clients:
        previewed = list(clients.map(desk.preview, claims))
        settled = list(clients.map(desk.submit, claims))
    require("each claim is settled while its hospital waits", {each["status"] for each in settled} == {"settled"})
    shares = [each["determination"]["shares"] for each in settled]
    require("a claim settles as it was previewed", shares == [each["shares"] for each in previewed])


def _round(
    act: Callable[[dict[str, Any]], object], clients: int, claims: list[dict[str, Any]]
) -> tuple[float, list[float]]:
    """Run a round; return claims a second, and the time of each call."""

    def timed(claim: dict[str, Any]) -> float:
        began = time.perf_counter()
        act(claim)
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        took = list(pool.map(timed, claims))
    return len(claims) / (time.perf_counter() - began), took
