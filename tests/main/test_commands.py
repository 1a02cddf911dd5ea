"""Commands given what they cannot use say so in a sentence."""

from __future__ import annotations

import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

import bench.adjudication
import bench.timing
from bench import __main__ as benchmarks
from chalicelib.main.commands import audit, policy_diff


def test_an_audit_without_a_system_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        assert audit.main(["--url", f"http://127.0.0.1:{port}", "--token", "x"]) == 2
    assert "make run" in capsys.readouterr().out


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
    monkeypatch.setattr("sys.argv", ["bench", "--quick", "adjudication"])
    monkeypatch.setattr(bench.adjudication, "prove", lambda _: SimpleNamespace(failures=["a tie"]))
    with pytest.raises(SystemExit, match="the policy set is proved"):
        benchmarks.main()
    assert "is right" not in capsys.readouterr().out
