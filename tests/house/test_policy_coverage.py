"""Every operative article stands in the policy files; what carries it out exists; the table of articles is current."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from chalicelib.law.domain.coverage import EXECUTORS, RECORD_EXECUTORS, Article, Standing, cover
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.main.commands.articles import cases_by_row, render
from chalicelib.main.commands.policy_check import Check, check, main, report
from tests.kit.over_all import over_all
from tests.kit.row_behaviours import without_row
from tests.kit.worked_cases import shipped_policies

ROOT = Path(__file__).parents[2]
RESOLVED_BY_NAME = {Slot.REGIME}
"""A regime acts through what it overrides, so no module asks for it by its slot."""


@cache
def shipped() -> Check:
    return check(ROOT / "policies")


def test_all_hundred_and_eleven_rows_stand_in_the_policy_files() -> None:
    coverage = shipped().coverage
    assert len(coverage.rows) == 111
    assert [row.article.id for row in coverage.faults] == []
    assert coverage.count(Standing.MISSING) == 0
    assert coverage.count(Standing.DECLARED) == 9


def test_every_declared_row_gives_its_reason_in_both_languages() -> None:
    declared = [row for row in shipped().coverage.rows if row.standing is Standing.DECLARED]
    for row in declared:
        reasons = [p.why_not_executed for p in row.provisions if p.why_not_executed is not None]
        assert reasons, row.article.id
        assert all(reason.zh and reason.en for reason in reasons)


def test_every_row_that_is_due_now_is_executed_and_none_is_so_in_part() -> None:
    rows = shipped().coverage.rows
    assert {row.standing for row in rows if row.article.due_now} == {Standing.EXECUTED}
    assert {row.article.id for row in rows if row.standing is Standing.PARTLY} == set()


@pytest.mark.parametrize("row", shipped_policies().articles, ids=lambda article: article.id)
def test_the_check_fails_when_a_row_loses_its_provisions(row: Article) -> None:
    coverage = cover(without_row(shipped().bundle, row.id), [row])
    assert [missing.article.id for missing in coverage.faults] == [row.id]


def test_a_row_nothing_carries_out_cannot_hide_behind_a_pending_record() -> None:
    bundle = shipped().bundle
    hidden = tuple(
        replace(provision, slot=Slot.RECORD, value={"what": "later"}, pending=True)
        if "Y-09" in provision.rows
        else provision
        for provision in bundle.provisions
    )
    article = next(article for article in shipped().compiled.articles if article.id == "Y-09")
    coverage = cover(Bundle(bundle.hash, bundle.notices, hidden, bundle.registry), [article])
    assert coverage.rows[0].standing is Standing.PENDING
    assert coverage.faults == coverage.rows


@pytest.mark.parametrize(
    ("citation", "row", "standing"),
    [
        ("yn-2020-12.5.2", "Y-17", Standing.PENDING),
        ("wh-2023-2.2-roles", "W-02", Standing.PARTLY),
        ("yn-2020-12.3.5-scope", "Y-09", Standing.PARTLY),
    ],
)
def test_a_row_that_is_due_cannot_leave_a_part_of_it_for_later(citation: str, row: str, standing: Standing) -> None:
    """Check also other provisions of the row that are carried out, and code that exists for the pending provision."""
    bundle = shipped().bundle
    partly = tuple(replace(each, pending=True) if each.citation == citation else each for each in bundle.provisions)
    article = next(article for article in shipped().compiled.articles if article.id == row)
    coverage = cover(Bundle(bundle.hash, bundle.notices, partly, bundle.registry), [article])
    assert [(each.standing, each.fault is not None) for each in coverage.rows] == [(standing, True)]


@over_all(("slot", "module"), sorted(EXECUTORS.items()), ids=str)
def test_the_module_said_to_carry_out_a_slot_asks_for_it(slot: Slot, module: str) -> None:
    text = (ROOT / module).read_text(encoding="utf-8")
    assert slot in RESOLVED_BY_NAME or f"Slot.{slot.name}" in text


@over_all("module", sorted(set(RECORD_EXECUTORS.values())))
def test_the_module_said_to_keep_a_record_exists(module: str) -> None:
    assert (ROOT / module).is_file()


def test_every_record_that_is_said_to_be_kept_is_asked_for_by_a_notice() -> None:
    asked = {provision.value["what"] for provision in shipped().bundle.by_slot[Slot.RECORD]}
    assert set(RECORD_EXECUTORS) <= asked


def test_the_table_of_articles_is_current() -> None:
    """`make articles` writes it again."""
    expected = render(shipped().coverage, cases_by_row(ROOT))
    assert (ROOT / "docs" / "articles.md").read_text(encoding="utf-8") == expected


def test_the_report_counts_pending_rows_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert printed == report(shipped()) + "\n"
    for row in shipped().coverage.rows:
        if row.standing in (Standing.PENDING, Standing.PARTLY):
            assert row.article.id in printed


def test_the_report_speaks_the_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    chinese = report(shipped()).splitlines()
    assert (chinese[-1], "每种情形恰好裁决一次" in chinese[2]) == ("policy-check：全部通过。", True)
    monkeypatch.setenv("LC_ALL", "C")
    english = report(shipped()).splitlines()
    assert (english[-1], english[2].endswith("every one is decided once")) == ("policy-check: everything holds.", True)
    figures = [[re.findall(r"\d+", line) for line in lines[1:]] for lines in (chinese, english)]
    assert [sorted(line) for line in figures[0]] == [sorted(line) for line in figures[1]]


def test_the_command_fails_and_says_why_for_files_that_cannot_be_compiled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "530000-example"
    folder.mkdir()
    (folder / "notice.yaml").write_text("notice: {id: example}\n", encoding="utf-8")
    assert main(["--policies", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "530000-example/notice.yaml:1" in printed
    assert "registry/areas.csv" in printed


@pytest.mark.parametrize(
    ("citation", "issued_on", "says"),
    [
        ("nat-2020-5.confirmed", date(2020, 1, 22), (Slot.PROTECTION, "confirmed")),
        ("mof-2020-2.central-share", date(2020, 1, 25), (Slot.CENTRAL_REFUND, "confirmed")),
        ("nat-2020-01-27.suspected", date(2020, 1, 27), (Slot.PROTECTION, "suspected")),
    ],
)
def test_each_national_notice_of_january_2020_stands_as_its_own(
    citation: str, issued_on: date, says: tuple[Slot, str]
) -> None:
    bundle = shipped().bundle
    provision = bundle.by_citation[citation]
    notice = bundle.notices[provision.notice]
    assert (notice.issued_on, provision.effective.from_on, notice.confidence) == (issued_on, issued_on, "reported")
    assert notice.source
    assert (provision.slot, *provision.when["status"]) == says


def test_the_versions_of_the_treatment_plan_follow_each_other_without_a_gap() -> None:
    versions = sorted(
        (each.effective.from_on or date.min, each.effective.to_on)
        for each in shipped().bundle.provisions
        if each.notice == "treatment-plan"
    )
    assert versions[0][0] == date(2020, 1, 16)
    for (_, ended_on), (begun_on, _) in pairwise(versions):
        assert ended_on == begun_on - timedelta(days=1)
    assert versions[-1][1] is None
