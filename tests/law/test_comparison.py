"""Two policy sets compared by decision cell."""

from __future__ import annotations

import zlib
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.comparison import CellChange, Comparison, Kind, Named, compare
from chalicelib.law.domain.model import Anchor, Bundle, Slot
from chalicelib.law.domain.proof import Interval
from chalicelib.main.commands import policy_diff
from tests.kit.policy_sets import shipped_files, with_kunming_share
from tests.kit.worked_cases import ROOT, shipped_bundle

YUNNAN = "530000-yunnan-2020-12/notice.yaml"


def bundle_of(files: dict[str, bytes]) -> Bundle:
    compiled = compile_files(files)
    return open_file(compiled)


def edited(path: str, old: str, new: str) -> Bundle:
    text = shipped_files()[path].decode()
    assert old in text
    return bundle_of({**shipped_files(), path: text.replace(old, new).encode()})


@cache
def with_kunming() -> Comparison:
    return compare(shipped_bundle(), bundle_of(with_kunming_share(95)))


def test_a_set_compared_with_itself_differs_in_nothing() -> None:
    same = compare(shipped_bundle(), shipped_bundle())
    assert (same.notices, same.provisions, same.registry, same.cells) == ((), (), (), ())


def test_a_new_notice_changes_the_cells_it_decides_and_no_others() -> None:
    found = with_kunming()
    assert found.notices == (Named("km-2020-9", Kind.ADDED),)
    assert found.provisions == (Named("km-2020-9.1", Kind.ADDED),)
    assert {change.slot for change in found.cells} == {Slot.COMBINED_SHARE}
    for change in found.cells:
        assert change.before.deciders == ("yn-2020-12.3.5",)
        assert change.before.values[0]["share"] == "9/10"
        assert change.after.deciders == ("km-2020-9.1",)
        assert change.after.values[0]["share"] == "19/20"
        assert change.of_value


def test_a_change_says_for_whom_where_and_on_which_days() -> None:
    for change in with_kunming().cells:
        assert change.cell["insurance"] == ("employee", "resident")
        assert change.cell["status"] == ("confirmed", "suspected")
        assert change.insured == "530100"
        assert change.days[Anchor.DISCHARGE].from_on == date(2020, 2, 1)


def test_the_other_way_round_the_outcomes_change_places() -> None:
    forth, back = with_kunming(), compare(bundle_of(with_kunming_share(95)), shipped_bundle())

    def turned(change: CellChange) -> tuple[object, ...]:
        return (change.slot, change.after, change.before, change.days)

    assert [turned(change) for change in back.cells] == [
        (change.slot, change.before, change.after, change.days) for change in forth.cells
    ]


def test_a_moved_date_changes_the_days_between_and_no_others() -> None:
    moved = compare(shipped_bundle(), edited(YUNNAN, "{from: 2020-02-01", "{from: 2020-01-28"))
    assert moved.cells
    assert {change.days[Anchor.DISCHARGE] for change in moved.cells} == {Interval(date(2020, 1, 28), date(2020, 1, 31))}
    assert {Slot.COMBINED_SHARE, Slot.DIAGNOSIS_CODES, Slot.PAYMENT_METHOD} <= {each.slot for each in moved.cells}


def test_another_decider_of_the_same_outcome_is_told_apart_from_another_outcome() -> None:
    moved = compare(shipped_bundle(), edited(YUNNAN, "{from: 2020-02-01", "{from: 2020-01-28"))
    payer = next(change for change in moved.cells if change.slot is Slot.PAYER_OF_REMAINDER)
    assert not payer.of_value
    assert payer.before.deciders != payer.after.deciders


def test_other_words_change_no_cell() -> None:
    reworded = compare(
        shipped_bundle(), edited(YUNNAN, "is covered, insured or not", "is covered whether insured or not")
    )
    assert reworded.provisions == (Named("yn-2020-12.3.1", Kind.REWORDED),)
    assert reworded.cells == ()


def test_a_later_day_of_issue_may_decide_otherwise_and_is_looked_at() -> None:
    later = compare(shipped_bundle(), edited(YUNNAN, "issued_on: 2020-02-01", "issued_on: 2020-02-02"))
    assert later.notices == (Named("yn-2020-12", Kind.CHANGED),)
    assert later.cells == ()


def test_a_changed_row_of_the_registry_is_named() -> None:
    path = "registry/institutions.csv"
    row = next(line for line in shipped_files()[path].decode().splitlines() if line.startswith("H53010200001"))
    changed = compare(shipped_bundle(), edited(path, row + "\n", ""))
    assert changed.registry == (Named("institutions H53010200001", Kind.REMOVED),)


def with_another_share(folder: Path) -> Path:
    bundle = folder / "bundle.json"
    written = compile_files(with_kunming_share(95))
    bundle.write_bytes(written.content)
    (folder / "lists").mkdir()
    for name, part in written.parts.items():
        (folder / "lists" / name).write_bytes(zlib.compress(part))
    return bundle


def test_the_command_prints_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert policy_diff.main([str(ROOT / "policies"), str(with_another_share(tmp_path))]) == 0
    printed = capsys.readouterr().out
    assert "added     km-2020-9" in printed
    assert "discharge 2020-02-01" in printed
    assert 'yn-2020-12.3.5  {"filled_by": "basic", "share": "9/10"}' in printed


def test_the_command_prints_what_differs_in_chinese_where_the_terminal_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert policy_diff.main([str(ROOT / "policies"), str(with_another_share(tmp_path))]) == 0
    printed = capsys.readouterr().out
    assert "新增 km-2020-9" in printed
    assert "discharge 2020-02-01 至" in printed
    assert "就医地 530100" in printed
    assert "before" not in printed


def test_the_command_says_what_is_wrong_with_files_that_do_not_compile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert policy_diff.main([str(ROOT / "policies"), str(tmp_path)]) == 1
    assert "missing-file" in capsys.readouterr().out
