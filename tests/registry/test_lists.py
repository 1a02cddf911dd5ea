"""Lists of any length: read by key from a few of their parts, and equal to the root's content or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.errors import IntegrityError
from chalicelib.registry.domain import lists
from chalicelib.registry.domain.lists import RowTree, WrittenList, write_list
from chalicelib.registry.domain.register import LaidOver

KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=4)
ROWS = st.dictionaries(KEYS, st.integers(0, 9), max_size=60)


@pytest.fixture(autouse=True)
def fixture_short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three rows on average: the trees of these tests are as high as a nation's."""
    monkeypatch.setattr(lists, "PART_ROWS", 3)


class Read:
    """Parts that remember which of them were asked for."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        self.names: list[str] = []

    def __getitem__(self, name: str, /) -> bytes:
        self.names.append(name)
        return self._parts[name]


def written(rows: Mapping[str, int]) -> WrittenList:
    return write_list(sorted(rows.items()))


def tree(rows: Mapping[str, int]) -> RowTree:
    made = written(rows)
    return RowTree(made.root, made.parts)


@given(ROWS, KEYS)
def test_every_key_has_its_value_and_no_other_key_has_one(rows: dict[str, int], other: str) -> None:
    kept = tree(rows)
    assert {key: kept.get(key) for key in rows} == rows
    assert kept.get(other) == rows.get(other)


@given(ROWS, KEYS)
def test_the_rows_behind_a_key_are_read_in_order(rows: dict[str, int], after: str) -> None:
    kept = tree(rows)
    assert list(kept.entries()) == sorted(rows.items())
    assert list(kept.entries(after)) == sorted((key, value) for key, value in rows.items() if key > after)


@given(ROWS, st.dictionaries(KEYS, st.none() | st.integers(0, 9), max_size=20))
def test_an_edited_list_is_the_one_that_would_have_been_written(
    rows: dict[str, int], changes: dict[str, int | None]
) -> None:
    before = written(rows)
    edited = RowTree(before.root, before.parts).edited(changes)
    wanted = {key: value for key, value in (rows | changes).items() if value is not None}
    assert edited.root == written(wanted).root
    after = RowTree(edited.root, LaidOver(edited.parts, before.parts))
    assert list(after.entries()) == sorted(wanted.items())


@given(ROWS, ROWS)
def test_the_keys_that_differ_are_those_whose_values_do(rows: dict[str, int], other: dict[str, int]) -> None:
    wanted = sorted(key for key in rows.keys() | other.keys() if rows.get(key) != other.get(key))
    assert list(tree(rows).differing(tree(other))) == wanted


def thousand() -> dict[str, int]:
    return {f"H{number:04d}": number for number in range(1000)}


def test_one_row_is_read_from_one_part_of_each_level() -> None:
    made = written(thousand())
    read = Read(made.parts)
    assert RowTree(made.root, read).get("H0500") == 500
    assert 3 <= len(read.names) <= 12 < len(made.parts)


def test_an_edit_of_one_row_writes_one_part_of_each_level_and_shares_the_others() -> None:
    made = written(thousand())
    edited = RowTree(made.root, made.parts).edited({"H0500": 0})
    whole = written(thousand() | {"H0500": 0})
    changed = whole.parts.keys() - made.parts.keys()
    assert len(changed) <= 12
    assert edited.parts.keys() >= changed


def test_of_lists_that_share_parts_only_the_others_are_compared() -> None:
    made, other = written(thousand()), written(thousand() | {"H0500": 0})
    read = Read(made.parts)
    assert list(RowTree(made.root, read).differing(RowTree(other.root, other.parts))) == ["H0500"]
    rows = [name for name in read.names if b'"rows"' in made.parts[name]]
    assert len(rows) <= 2


def spoilt(parts: Mapping[str, bytes], name: str) -> Iterator[Mapping[str, bytes]]:
    """Parts of which one part was changed, replaced by another honest part, or taken away."""
    other = canonical_json({"rows": [["H0500", 7]]})
    yield {**parts, name: other}
    yield {**parts, name: next(part for each, part in parts.items() if each != name)}
    yield {each: part for each, part in parts.items() if each != name}


def test_a_part_that_is_not_what_it_is_named_is_refused_wherever_it_stands() -> None:
    made = written(thousand())
    read = Read(made.parts)
    RowTree(made.root, read).get("H0500")
    for name in set(read.names):
        assert sha256_hex(made.parts[name]) == name
        for parts in spoilt(made.parts, name):
            with pytest.raises(IntegrityError):
                RowTree(made.root, parts).get("H0500")
