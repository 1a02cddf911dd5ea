"""The rows that no bill of the shipped set can show are shown by figures of their own, and only by their provisions."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.law.domain.coverage import Standing
from chalicelib.main.commands.policy_check import check
from tests.kit.row_behaviours import BEHAVIOURS, DECIDED_BY_SLOT, decided, fails, without_row
from tests.kit.worked_cases import ROOT, shipped_bundle, worked_cases


@pytest.mark.parametrize("row", sorted(BEHAVIOURS))
def test_a_row_does_what_its_article_says(row: str) -> None:
    BEHAVIOURS[row](shipped_bundle())


@pytest.mark.parametrize("row", sorted(BEHAVIOURS))
def test_without_its_provisions_a_row_does_nothing_of_it(row: str) -> None:
    assert fails(row, without_row(shipped_bundle(), row))


def test_every_executed_row_that_decides_something_is_shown_by_figures() -> None:
    """Every row is held by a worked case or a behaviour; a row that only records the code's own acts, by coverage."""
    cited = {row for case in worked_cases() for row in case.document.get("cites", ())}
    unshown = {
        row.article.id
        for row in check(ROOT / "policies").coverage.rows
        if row.standing in (Standing.EXECUTED, Standing.PARTLY)
        and any(provision.slot in DECIDED_BY_SLOT for provision in row.provisions)
        and row.article.id not in cited | BEHAVIOURS.keys()
    }
    assert unshown == set()


def test_masks_that_were_given_back_are_not_payable_from_the_account() -> None:
    """Twenty masks of 2.50 and five of them refunded: 50.00 - 12.50 = 37.50."""

    def refund(claim: dict[str, Any]) -> None:
        masks = claim["lines"][-1]
        given_back = {"no": 5, "refunds": masks["no"], "quantity": "-5", "amount": "-12.50"}
        claim["lines"] = [*claim["lines"], {**{k: v for k, v in masks.items() if k != "supply"}, **given_back}]

    document = decided("kunming-preparation-material-and-masks", shipped_bundle(), refund)
    assert (document["personal_account"]["eligible"], document["shares"]["patient"]) == ("37.50", "37.50")
