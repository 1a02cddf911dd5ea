"""A hospital's budgets and months, counted by every settlement at once and read as sums, in memory and on tables."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from chalicelib.audit.usecases.audit import Audit
from chalicelib.budgets.domain import Budget, MonthSpending
from chalicelib.budgets.ports import AdjustBudget, UseBudgets
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode, TransactionId
from chalicelib.ledger.domain.obligations import SHARDS, shard_of
from chalicelib.ledger.domain.transaction import BudgetUse
from chalicelib.main.writes import DynamoCommits
from chalicelib.platform.aws.table import from_item
from chalicelib.settlement.ports import HospitalStore
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World

_numbers = itertools.count(1)


@pytest.fixture(name="code")
def fixture_code() -> str:
    """A hospital of its own."""
    return f"H9900{next(_numbers):07d}"


def uses(code: InstitutionCode, number: int, period: str = "2026-11", year: int = 2026) -> UseBudgets:
    """Build the budget uses of a claim of 100.00 in total control and `number` fen outside."""
    counted = (BudgetUse(code, year, "total-control", 100_00), BudgetUse(code, year, "separate", number))
    return UseBudgets(TransactionId(f"settle:clm-{number}"), code, period, counted)


def test_what_every_claim_counts_is_read_as_one_sum_right_after_it(ports: Ports, code: InstitutionCode) -> None:
    hospitals, separate_fen = ports[HospitalStore], 0
    for number in range(1, 151):
        ports[Commits].commit([uses(code, number)])
        separate_fen += number
        if number % 50 == 0:
            assert hospitals.budget(code, 2026) == Budget(code, 2026, 0, number * 100_00, separate_fen)
            assert hospitals.spending(code, ["2026-11"]) == (MonthSpending("2026-11", number * 100_00, separate_fen),)


def test_years_and_months_keep_their_own_sums(ports: Ports, code: InstitutionCode) -> None:
    """A claim of December that is settled in January counts in the one's budget and the other's spending."""
    hospitals = ports[HospitalStore]
    for number, (period, year) in enumerate([("2026-12", 2026), ("2027-01", 2026), ("2027-01", 2027)], start=1):
        ports[Commits].commit([uses(code, number, period, year)])
    assert hospitals.budgets(code) == (Budget(code, 2026, 0, 200_00, 1 + 2), Budget(code, 2027, 0, 100_00, 3))
    months = (MonthSpending("2026-12", 100_00, 1), MonthSpending("2027-01", 200_00, 2 + 3))
    assert hospitals.months(code) == months
    assert [hospitals.months(code, period) for period in ("2026-12", "2027-01", "2027-02")] == [months, months[1:], ()]
    assert hospitals.spending(code, ["2027-01", "2026-11", "2026-12"]) == (
        months[1],
        MonthSpending("2026-11"),
        months[0],
    )


def test_a_quota_is_changed_beside_the_sums_and_leaves_them(ports: Ports, code: InstitutionCode) -> None:
    hospitals = ports[HospitalStore]
    ports[Commits].commit([uses(code, 7)])
    first = hospitals.budget(code, 2026).adjusted(500_00, "winter", "head", Instant("2026-11-02T00:30:00Z"))
    ports[Commits].commit([AdjustBudget(first)])
    ports[Commits].commit([uses(code, 8)])
    with pytest.raises(VersionConflict):
        ports[Commits].commit([AdjustBudget(first)])
    standing = hospitals.budget(code, 2026)
    assert (standing.quota_fen, standing.adjustments) == (500_00, first.adjustments)
    assert (standing.total_control_used_fen, standing.separate_used_fen) == (200_00, 15)


def test_transactions_of_different_gates_write_different_items() -> None:
    """Settlements of a hospital meet only where all settlements meet: at the gate of a window."""
    places: dict[int, set[tuple[str, str]]] = {}
    for number in range(1, 400):
        part = uses(KUNMING_HOSPITAL, number)
        written: list[Any] = DynamoCommits(None, "ledger", "state", "access").operations(part)
        keys = [from_item(each["Update"]["Key"]) for each in written]
        places.setdefault(shard_of(part.transaction_id), set()).update((key["pk"], key["sk"]) for key in keys)
    assert sorted(places) == list(SHARDS)
    assert {len(own) for own in places.values()} == {2}, "a budget and a month"
    assert len(set.union(*places.values())) == 2 * len(SHARDS)


def test_the_audit_names_the_month_whose_spending_differs(world: World) -> None:
    enrol_sample(world, body()["patient"]["id_no"])
    world.system[SubmitClaim](hospital(), submission())
    assert world.run_all() == ["Settled"]
    assert world.system[Audit].run_or_raise().replay.spending
    (place,) = world.memory.money.spending
    counted = world.memory.money.spending[place]
    world.memory.money.spending[place] = MonthSpending(place[1], counted.total_control_fen, counted.separate_fen - 1)
    (difference,) = world.system[Audit].run().differences
    assert (difference.what, difference.where) == ("month-spending", f"{KUNMING_HOSPITAL}/{place[1]}/separate")
    assert difference.journal_fen - 1 == difference.state_fen
