"""Rulings where several payers and kinds are in one claim: layers of a fund, subsidies of levels, a province's tier."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.schemas.claims import claim_document
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.clearing.domain.disputes import DisputeState
from chalicelib.clearing.domain.statements import Line
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.schemas.documents import dispute_document, run_document, statement_document
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.read import Form, ReadRun, ReadStatement
from chalicelib.clearing.usecases.rule import Rulings
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import AreaCode
from tests.kit.areas import HUANCUI
from tests.kit.memory.samples import AUDITOR, agency, hospital
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim

YUNNAN, KUNMING, DALI = AreaCode("530000"), AreaCode("530100"), AreaCode("532900")
SHANDONG, WEIHAI, DISTRICT = AreaCode("370000"), AreaCode("371000"), HUANCUI


@pytest.fixture(name="claim")
def fixture_claim(world: World) -> Iterator[RemoteClaim]:
    """A resident of Dali in Kunming: the fund of Dali and the province's subsidy, both cleared by the province."""
    claim = RemoteClaim(world, "dali-resident-in-kunming", YUNNAN, DALI, KUNMING)
    claim.settle()
    claim.ask()
    yield claim
    claim.balances()


def lines(claim: RemoteClaim) -> dict[tuple[str, str, str], int]:
    """Return the present debts between areas."""
    found = {}
    for account, amount_fen in claim.balances().items():
        path, *rest = account.split("/")
        if path in ("region", "subsidy") and rest[1] == "due-to":
            found[path, rest[0], rest[2]] = -amount_fen
    return found


@pytest.fixture(name="split")
def fixture_split(world: World) -> Iterator[RemoteClaim]:
    """A claim of Weihai: the province and the city owe the district that paid first their parts."""
    claim = RemoteClaim(world, "weihai-2023-inpatient-split", SHANDONG, WEIHAI, DISTRICT, WEIHAI)
    claim.settle()
    claim.ask()
    yield claim
    claim.balances()


def test_what_a_ruling_takes_of_a_subsidy_falls_on_the_treasury_that_paid_first(split: RemoteClaim) -> None:
    """The city owed 70.09; presented anew it owes it again, and a reversal takes back no more than that."""
    assert lines(split)["subsidy", WEIHAI, DISTRICT] == 7_009
    receivable_fen = split.balance(f"fiscal/{DISTRICT}/receivable")
    dispute = split.dispute()
    assert {line.kind.value for line in dispute.lines} == {"subsidy"}
    ruled = split.rule(dispute, Verdict.NOT_OWED)
    assert ("subsidy", WEIHAI, DISTRICT) not in lines(split)
    assert (split.suspense, split.balance(f"suspense/{WEIHAI}")) == (0, 0)
    assert split.balance(f"fiscal/{DISTRICT}/receivable") == receivable_fen
    assert ruled.awaits_outcome
    split.finish(split.runs[0])
    split.dispose(ruled, RulingOutcome.PRESENTED)
    assert lines(split) == {("subsidy", WEIHAI, DISTRICT): 7_009}
    split.reverse()
    assert split.balance(f"subsidy/{WEIHAI}/due-to/{DISTRICT}") == 0


def test_a_reversal_takes_back_of_each_level_what_that_level_paid(split: RemoteClaim) -> None:
    """The province paid its part; the city's debt was reduced to 10.00 and paid."""
    split.rule(split.dispute(), Verdict.REDUCED, 1_000)
    split.finish(split.runs[0])
    assert split.clear() == 1_000
    split.reverse()
    owed = lines(split)
    assert owed["subsidy", WEIHAI, DISTRICT] == -1_000
    assert owed["subsidy", SHANDONG, DISTRICT] == -140_174


def test_a_reduction_over_funds_and_subsidies_is_shared_by_largest_remainder(claim: RemoteClaim) -> None:
    """The common creditor disputes all the debts: 100.01 is still owed of them."""
    before = lines(claim)
    dispute = claim.dispute(area=KUNMING)
    ruled = claim.rule(dispute, Verdict.REDUCED, 10_001)
    assert ruled.resolution is not None
    total_fen = sum(fen for _, fen in dispute.pairs)
    shares = {pair: fen for (pair, _), fen in zip(dispute.pairs, ruled.resolution.amounts_fen, strict=True)}
    assert sum(shares.values()) == 10_001
    for pair, disputed_fen in dispute.pairs:
        assert abs(shares[pair] * total_fen - disputed_fen * 10_001) < total_fen
    owed = lines(claim)
    assert sum(owed[key] for key in owed if key in before) == 10_001 + sum(
        before[key] for key in before if key not in {_key(line) for line in dispute.lines}
    )
    fund_fen = next(fen for pair, fen in shares.items() if pair.kind.value == "fund")
    disputed_fen = next(fen for pair, fen in dispute.pairs if pair.kind.value == "fund")
    assert (claim.expense, claim.suspense) == (fund_fen, disputed_fen - fund_fen)
    claim.finish(claim.runs[0])
    claim.clear()
    claim.dispose(ruled, RulingOutcome.RECOVERED)
    assert (claim.expense, claim.suspense) == (0, 0)
    claim.clear()
    assert set(lines(claim).values()) <= {0}


def test_every_layer_of_the_fund_is_relieved_and_borne_by_its_part(world: World) -> None:
    claim = RemoteClaim(world)
    claim.settle()
    claim.ask()
    before = {a: fen for a, fen in claim.balances().items() if a.startswith("fund/420100/")}
    ruled = claim.rule(claim.dispute(), Verdict.REDUCED, sum(before.values()) - 3)
    claim.dispose(ruled, RulingOutcome.BORNE)
    after = claim.balances()
    for account, fen in before.items():
        assert after[account] + after[account.replace("420100", "530100")] == fen


def test_a_statement_says_that_a_dispute_is_open_in_each_of_its_forms(claim: RemoteClaim) -> None:
    run_id, read = claim.runs[0], claim.clearing[ReadStatement]
    before = {form: read.form(agency(DALI), run_id, DALI, form) for form in Form}
    assert b"dispute" not in before[Form.CSV].replace(b"dispute_pending", b"")
    assert statement_document(read(agency(DALI), run_id, DALI, PageRequest(10, None)))["dispute_pending"] is False
    dispute = claim.dispute()
    document = statement_document(read(agency(DALI), run_id, DALI, PageRequest(10, None)))
    assert (document["edition"], document["dispute_pending"]) == (1, True)
    assert {row["status"] for row in document["items"] if row["kind"] == "fund"} == {"dispute-pending"}
    table = read.form(agency(DALI), run_id, DALI, Form.CSV).decode("utf-8-sig")
    assert "dispute-pending" in table
    assert "1，有异议待裁定 dispute pending" in table
    sums, rows = load_workbook(BytesIO(read.form(agency(DALI), run_id, DALI, Form.XLSX))).worksheets
    assert ("版次 edition", "1，有异议待裁定 dispute pending") in {row[:2] for row in sums.iter_rows(values_only=True)}
    assert "有异议待裁定 dispute pending" in {row[7] for row in rows.iter_rows(values_only=True)}
    claim.finish(run_id)
    second = statement_document(read(agency(DALI), run_id, DALI, PageRequest(10, None)))
    assert (second["edition"], second["dispute_pending"]) == (2, True)
    claim.rule(dispute, Verdict.OWED)
    ruled = statement_document(read(agency(DALI), run_id, DALI, PageRequest(10, None)))
    assert (ruled["edition"], ruled["dispute_pending"]) == (2, False)


def test_dispute_ruling_and_outcome_stand_on_the_dispute_the_run_the_claim_and_the_list(claim: RemoteClaim) -> None:
    run_id = claim.runs[0]
    rulings, page = claim.clearing[Rulings], PageRequest(10, None)

    def listed(state: DisputeState) -> list[str]:
        found = rulings.list(agency(KUNMING), run_id, state, page).items
        return [each.dispute.dispute_id for each in found]

    dispute = claim.dispute()
    name = [dispute.dispute_id]
    assert [listed(state) for state in DisputeState] == [name, [], []]
    claim.rule(dispute, Verdict.NOT_OWED)
    assert [listed(state) for state in DisputeState] == [[], name, name]
    run = run_document(claim.clearing[ReadRun](AUDITOR, run_id))
    held = dispute_document(rulings.view(claim.world.ports[RunStore].disputes(run_id)[0]))
    assert run["disputes"] == [held]
    assert (held["verdict"], held["owed"], held["awaits_outcome"]) == ("not-owed", "0.00", True)
    assert run["totals"]["in_suspense"] == held["in_suspense"] == held["amount"]
    claim.dispose(dispute, RulingOutcome.BORNE)
    assert [listed(state) for state in DisputeState] == [[], [], name]
    record = claim.world.memory.claims[claim.claim_id]
    shown = claim_document(
        claim.world.system[ReadClaim](hospital(record.institution), claim.claim_id), CitedProvision.named
    )
    (row,) = shown["disputes"]
    assert (row["outcome"], row["in_suspense"], row["awaits_outcome"]) == ("borne", "0.00", False)
    assert [each["event"] for each in shown["history"]][-2:] == ["ruling", "outcome"]


def test_what_was_ordered_and_what_the_bank_confirmed_are_two_figures(claim: RemoteClaim) -> None:
    run_id = claim.runs[0]
    claim.clearing[Parties].seal(run_id)
    for debtor in claim.clearing[ClearingPayment].debtors(run_id):
        claim.clearing[ClearingPayment].post(run_id, debtor)
    claim.clearing[ClearingPayment].instruct(run_id)
    ordered = run_document(claim.clearing[ReadRun](AUDITOR, run_id))
    assert ordered["totals"]["confirmed"] == "0.00" != ordered["totals"]["to_pay"]
    first = ordered["instructions"][0]
    amount_fen = int(first["amount"].replace(".", ""))
    claim.clearing[ClearingPayment].receive(claim.centre, run_id, first["instruction"], "B-1", amount_fen + 7)
    confirmed = run_document(claim.clearing[ReadRun](AUDITOR, run_id))["totals"]["confirmed"]
    assert confirmed == first["amount"]


def _key(line: Line) -> tuple[str, str, str]:
    return ("region" if line.kind.value == "fund" else "subsidy", line.debtor, line.creditor)
