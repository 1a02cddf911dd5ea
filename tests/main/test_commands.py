"""Commands with unusable arguments say so in a sentence."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

import bench.law
import bench.timing
from bench import __main__ as benchmarks
from chalicelib.main.commands import audit, policy_diff, policy_publish


@pytest.fixture(autouse=True)
def fixture_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "C"])
def test_a_command_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert policy_diff.main(["/no/such/set", "policies"]) == 2
    assert audit.main(["--url", "http://127.0.0.1:1", "--token", "x"]) == 2
    assert policy_publish.main(["--url", "http://127.0.0.1:1"]) == 2
    told = capsys.readouterr().out
    assert ("没有此文件或目录" in told, "no such file" in told) == (locale != "C", locale == "C")
    assert ("没有运行中的系统" in told, "does not answer" in told) == (locale != "C", locale == "C")
    assert "Errno" not in told


def test_an_audit_without_a_system_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert audit.main(["--url", f"http://127.0.0.1:{port}", "--token", "x"]) == 2
    assert "make run" in capsys.readouterr().out


class Elsewhere(BaseHTTPRequestHandler):
    """A server that is none of ours: a page for GET, a word in JSON for the path that ends so."""

    def do_GET(self) -> None:
        json_or_page = b'"a word"' if self.path.startswith("/json") else b"<html></html>"
        self.send_response(404 if self.path.startswith("/none") else 200)
        self.send_header("Content-Length", str(len(json_or_page)))
        self.end_headers()
        self.wfile.write(json_or_page)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(name="elsewhere", scope="module")
def fixture_elsewhere() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/page", "/json", "/none"])
@pytest.mark.parametrize("command", ["audit", "policy-publish"])
def test_a_command_that_meets_another_server_says_so(
    elsewhere: str, capsys: pytest.CaptureFixture[str], command: str, path: str
) -> None:
    url = f"{elsewhere}{path}"
    met = audit.main(["--url", url, "--token", "x"]) if command == "audit" else policy_publish.main(["--url", url])
    assert met == 2
    assert capsys.readouterr().out.startswith(f"{command}: {url} ")


class Publishing(BaseHTTPRequestHandler):
    """A system that keeps what is handed in and lets another officer put it in force."""

    def do_GET(self) -> None:
        self._answer(200, {"items": []})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/decision"):
            self._answer(200, {"number": 2, "kept_by": "first", "decided_by": "second"})
        else:
            self._answer(201, {"bundle": "b1", "provisions": 3, "cells": 4, "status": "kept"})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("locale", "kept", "published"),
    [
        ("zh_CN.UTF-8", "policy-publish：已留存。由另一人批准发布", "第 2 次发布，first 提交，second 批准。"),
        ("C", "policy-publish: kept. Another officer", "publication 2, handed in by first, put in force by second."),
    ],
)
def test_a_publication_is_told_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    locale: str,
    kept: str,
    published: str,
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with ThreadingHTTPServer(("127.0.0.1", 0), Publishing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sent = ["--url", f"http://127.0.0.1:{server.server_port}", "--policies", str(tmp_path)]
        assert policy_publish.main([*sent, "--keep-only"]) == 0
        assert kept in capsys.readouterr().out
        assert policy_publish.main([*sent, "--approve", "b1"]) == 0
        assert published in capsys.readouterr().out
        server.shutdown()


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:1"])
def test_an_address_that_is_none_is_a_sentence(capsys: pytest.CaptureFixture[str], url: str) -> None:
    assert audit.main(["--url", url, "--token", "x"]) == policy_publish.main(["--url", url]) == 2
    told = capsys.readouterr().out
    assert [each.split(":")[0] for each in told.splitlines()[::2]] == ["audit", "policy-publish"]


def test_a_comparison_of_nothing_asks_for_what_to_compare(capsys: pytest.CaptureFixture[str]) -> None:
    assert policy_diff.main(["", "policies"]) == 2
    assert "A=" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b"[1]"])
def test_a_comparison_with_what_is_no_policy_set_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    bundle = tmp_path / "bundle.json"
    if content is not None:
        bundle.write_bytes(content)
    assert policy_diff.main([str(bundle), str(bundle)]) == 2
    assert "policy-diff: cannot read" in capsys.readouterr().out


@pytest.mark.parametrize(("argument", "status"), [("--help", 0), ("nonsense", 2)])
def test_benchmarks_that_are_only_asked_about_do_not_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], argument: str, status: int
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", argument])
    with pytest.raises(SystemExit) as ended:
        benchmarks.main()
    said = "".join(capsys.readouterr())
    assert ended.value.code == status
    assert "adjudication" in said
    assert "Measuring" not in said


def test_a_quick_run_asks_whether_what_is_measured_is_right_and_times_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "adjudication"])
    monkeypatch.setattr(bench.timing, "ROUNDS", 0)  # a median of none would be an error
    benchmarks.main()
    assert "adjudication: what is measured is right." in capsys.readouterr().out


def test_a_quick_run_that_finds_something_wrong_fails_and_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "law"])
    monkeypatch.setattr(bench.law, "prove", lambda _: SimpleNamespace(failures=["a tie"]))
    with pytest.raises(SystemExit, match="the policy set is proved"):
        benchmarks.main()
    assert "is right" not in capsys.readouterr().out
