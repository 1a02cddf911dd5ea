"""A test over all of many things fails for each of which it is untrue, and for nothing else."""

from __future__ import annotations

import pytest

from tests.kit.over_all import over_all


def test_each_thing_of_which_a_sentence_is_untrue_is_named() -> None:
    @over_all(("low", "high"), [(1, 2), (3, 2), (4, 5), (7, 6)], ids=lambda low, high: f"{low} to {high}")
    def rises(low: int, high: int) -> None:
        assert low < high

    with pytest.raises(AssertionError) as caught:
        rises()
    first, *named = str(caught.value).splitlines()
    assert first.startswith("2 of 4:")
    assert [line.partition(",")[0] for line in named if " to " in line] == ["3 to 2", "7 to 6"]


def test_a_sentence_about_nothing_is_not_true() -> None:
    @over_all("thing", [])
    def is_there(thing: object) -> None:
        assert thing

    with pytest.raises(AssertionError, match="nothing"):
        is_there()


def test_what_cannot_be_found_and_what_is_not_raised_are_named_too() -> None:
    @over_all("name", ["known", "unknown", "calm"])
    def is_known(name: str) -> None:
        if name == "calm":
            with pytest.raises(ValueError, match="calm"):
                str(name)
        assert {"known": True, "calm": True}[name]

    with pytest.raises(AssertionError) as caught:
        is_known()
    assert [line.partition(",")[0] for line in str(caught.value).splitlines()[1:3]] == ["unknown", "calm"]


def test_any_other_error_ends_the_test_and_says_of_which_thing_it_is() -> None:
    @over_all("number", [1, 0])
    def divides(number: int) -> None:
        assert 1 // number

    with pytest.raises(ZeroDivisionError) as caught:
        divides()
    assert caught.value.__notes__ == ["of 0"]
