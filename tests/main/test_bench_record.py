"""Output of `make bench RECORD=1`: the page's one section, anew each time, and a picture of each growth."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import bench.clearing
import bench.law
from bench import __main__ as benchmarks
from bench.goals import GOALS, goals_told
from bench.record import BEGIN, END, Run, grown, heads, record
from bench.timing import Row

GROWING = [Row("close a window", 1000, "claims", 0.5, 1.0), Row("close a window", 2000, "claims", 1.0, 1.0)]
COUNTED = [Row("a claim: local", 7, "request", 0.0, 1.0, "80 USD a million")]


def a_page(folder: Path, text: str) -> Path:
    page = folder / "performance.md"
    page.write_text(text, encoding="utf-8")
    return page


def test_the_section_stands_once_and_what_stands_around_it_stays(tmp_path: Path) -> None:
    page = a_page(tmp_path, f"# Performance\n\n{BEGIN}\nstale\n{END}\n\n## After it\n")
    for _ in range(2):
        run = Run({"clearing": GROWING, "requests": COUNTED}, {"clearing": 100.0, "requests": 20.0})
        written = record(run, tmp_path)
    text = page.read_text(encoding="utf-8")
    assert (text.count(BEGIN), text.count(END), "stale" in text) == (1, 1, False)
    assert text.startswith("# Performance\n")
    assert text.endswith("## After it\n")
    assert "## Clearing\n\nBenchmark of closing a window to its statements" in text
    assert "## Goals" not in text  # neither benchmark has a goal
    assert "All of it took 120 s: clearing 100 s, requests 20 s." in text
    assert "| what | size | median | per position, against the first size | requests |" in text
    assert "| close a window | 2,000 claims | 1 s | 1.00 |  |" in text
    assert "| a claim: local | 7 request | counted | 1.00 | 80 USD a million |" in text
    assert "Missing" not in text
    assert written == [page, tmp_path / "pictures" / "bench-clearing.svg"]


def test_a_page_without_the_section_gets_it_at_its_end(tmp_path: Path) -> None:
    page = a_page(tmp_path, "# Performance\n")
    record(Run({"requests": COUNTED}), tmp_path)
    assert page.read_text(encoding="utf-8").startswith(f"# Performance\n\n{BEGIN}\n")
    assert list((tmp_path / "pictures").iterdir()) == []


def test_a_benchmark_that_fails_is_named_as_missing_and_the_others_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = a_page(tmp_path, "")
    monkeypatch.setattr("sys.argv", ["bench", "--record", "law", "clearing"])
    monkeypatch.setattr(bench.law, "measure", lambda: 1 // 0)
    monkeypatch.setattr(bench.clearing, "measure", lambda: GROWING)
    monkeypatch.setattr(benchmarks, "record", lambda run: record(run, tmp_path))
    with pytest.raises(SystemExit, match="law failed; the others were measured"):
        benchmarks.main()
    text = page.read_text(encoding="utf-8")
    assert "- Missing: law, failed: ZeroDivisionError: integer division or modulo by zero.\n" in text
    assert "- Missing: growth, not asked for.\n" in text
    assert "## Clearing\n" in text
    assert "clearing took 0 s." in capsys.readouterr().out


def test_every_benchmark_names_its_ratio() -> None:
    folder = Path(bench.law.__file__).parent
    for name in (path.stem for path in folder.glob("*.py") if "\ndef measure()" in path.read_text(encoding="utf-8")):
        assert heads(name)[0]


def test_a_goal_is_told_as_met_or_as_missed_by_how_much_and_why() -> None:
    def proven(took_s: float) -> str:
        return goals_told({"law": [Row("prove the policy set", 308, "area", took_s, 1.0)]})[-1]

    assert proven(4.0).endswith("| at most 5 | 4 | met |")
    assert "| 10 | missed by 2 times: every notice" in proven(10.0)
    served = [Row("submit to settled, 20 lines", 4, "client", 0.2, 1.0, figure=10.0)]
    assert "| at least 20 | 10 | missed by 2 times: " in goals_told({"over_http": served})[-1]


def test_a_goal_whose_benchmark_or_peer_was_not_run_is_not_told() -> None:
    assert goals_told({}) == []
    assert goals_told({"one_claim": [Row("one claim: by hand", 20, "lines", 1.0, 1.0)]}) == []


def test_every_goal_belongs_to_a_benchmark() -> None:
    for goal in GOALS:
        assert import_module(f"bench.{goal.benchmark}").__doc__


def test_a_growth_is_drawn_that_took_time_at_more_than_one_size(tmp_path: Path) -> None:
    assert grown([*GROWING, *COUNTED, Row("once", 1, "claim", 1.0, 1.0)]) == GROWING
    a_page(tmp_path, "")
    record(Run({"clearing": GROWING}), tmp_path)
    drawn = ET.fromstring((tmp_path / "pictures" / "bench-clearing.svg").read_text(encoding="utf-8"))
    lines = [each for each in drawn.iter() if each.tag.endswith("polyline")]
    assert [len(line.attrib["points"].split()) for line in lines] == [2]
