"""Every row of the articles is held by a test of its own: without its provisions, that test fails."""

from __future__ import annotations

from functools import cache

import pytest

from tests.kit.policy_mutation import Mutant, mutants
from tests.kit.worked_cases import shipped_policies


@cache
def by_row() -> dict[str, Mutant]:
    return {mutant.row.id: mutant for mutant in mutants()}


ROWS = [article.id for article in shipped_policies().articles]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_missed_when_its_provisions_are_gone(row: str) -> None:
    assert not by_row()[row].survives, by_row()[row]
