"""The worked cases through the HTTP API: previewed to every figure, and settled to the same ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.worked_cases import WorkedCase, cited_rows, differences, worked_cases

OF_A_FRESH_YEAR = [case for case in worked_cases() if "prior" not in case.document]
SHIPPED = [case for case in worked_cases() if case.path.parent.name == "claims"]


def named(cases: list[WorkedCase]) -> list[Any]:
    return [pytest.param(case, id=case.id) for case in cases]


@pytest.mark.parametrize("case", named(OF_A_FRESH_YEAR))
def test_a_preview_comes_to_every_figure_of_the_case(system: System, case: WorkedCase) -> None:
    claim = system.for_newcomer(case.claim, f"preview-{case.claim['claim_no']}")
    if case.document.get("filing_on_record"):
        system.file(claim)
    answer = system.client.call("POST", "/v1/claims/preview", ("hospital", claim["institution"]), claim)
    if case.document.get("findings"):
        assert answer.status == 422
        assert [error["code"] for error in answer.body["errors"]] == case.document["findings"]
    else:
        assert answer.status == 200, answer.body
        assert differences(case.document["expect"], answer.body) == []
        assert set(case.document.get("cites", [])) <= cited_rows(answer.body)


@pytest.mark.parametrize("case", named(SHIPPED))
def test_a_claim_settles_through_the_state_machine_as_it_was_previewed(system: System, case: WorkedCase) -> None:
    claim = system.for_newcomer(case.claim, f"submit-{case.claim['claim_no']}")
    hospital = ("hospital", claim["institution"])
    previewed = system.client.expect(200, system.client.call("POST", "/v1/claims/preview", hospital, claim))
    settled = system.settle(claim)
    assert settled["determination"] == previewed
    transaction_id = settled["settlement"]["transaction_id"]
    transaction = system.client.call("GET", f"/v1/ledger/transactions/{transaction_id}", AUDITOR)
    assert transaction.status == 200


def test_a_second_claim_of_the_year_reads_what_the_first_one_used(system: System) -> None:
    """The pool cap of a Kunming resident is 60,000.00 a year; the first stay uses it up."""
    case = next(case for case in worked_cases() if case.id == "kunming-resident-critical-illness")
    first = system.for_newcomer(case.claim, "year-1")
    system.settle(first)
    hospital = ("hospital", first["institution"])
    other = {**first, "claim_no": "year-2", "distinct_from": ["year-1"]}
    second = system.client.expect(200, system.client.call("POST", "/v1/claims/preview", hospital, other))
    basic = next(step for step in second["steps"] if step["step"] == "basic")
    assert basic["after"] == "0.00"
    again = system.client.expect(200, system.client.call("POST", "/v1/claims/preview", hospital, first))
    assert again["shares"] == case.document["expect"]["shares"], "a preview leaves out the same claim number"


def test_after_all_of_them_the_books_balance(system: System) -> None:
    balance = system.trial_balance()
    assert balance["balance"] == "0.00"
    assert balance["debit"] == balance["credit"]
