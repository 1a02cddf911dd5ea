"""The table of advances at the end of any day, from the books however far they go, against the journal (N-04)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import instant, start_of
from chalicelib.kernel.words.ids import AdvanceId, TransactionId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.registry.domain.model import Institution
from chalicelib.reports.usecases import Reports
from chalicelib.settlement.domain import postings
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL
from tests.kit.memory.world import World

START = datetime(2026, 9, 20, 2, tzinfo=UTC)
DAYS = (date(2026, 9, 19), date(2026, 10, 3), date(2026, 10, 31), date(2026, 11, 12), date(2026, 12, 31))
HOSPITALS = (KUNMING_HOSPITAL, "H42010600001")


def life(draw: random.Random, number: int, institution: Institution) -> list[Transaction]:
    """Draw an advance's life: instructed, then paid or failed, or neither; paid money is spent and returned partly."""
    name, fund = AdvanceId(f"adv_{number}"), draw.choice(("special", "ordinary"))
    days = iter(sorted(draw.uniform(0, 60) for _ in range(4)))
    at = [instant(START + timedelta(days=day)) for day in days]
    made = [postings.advance_instructed(name, at[0], institution, fund, 1_000 + number, ())]
    match draw.randrange(4):
        case 0:
            made.append(postings.advance_failed(name, at[1], institution, fund, 1_000 + number))
        case 1 | 2:
            account = postings.advance_account(institution.code, fund)
            moved = (Posting(account, -7 - number), Posting(f"hospital/{institution.code}/payable", 7 + number))
            made.append(postings.advance_confirmed(name, at[1], institution, fund, 1_000 + number))
            made.append(Transaction(TransactionId(f"offset:{name}"), LedgerEvent.OFFSET, at[2], name, moved))
            back = (Posting("bank/530100/cash", 5), Posting(account, -5))
            made.append(Transaction(TransactionId(f"returned:{name}"), LedgerEvent.ADVANCE_RETURNED, at[3], name, back))
    return made


def reckoned(journal: Sequence[Transaction], before: str) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Paid, spent and returned amounts by account, as two advances follow each other."""
    found: dict[tuple[str, str], Counter[str]] = {}
    instructed = {each.cause: each.postings[0] for each in journal if each.event == "advance-instructed"}
    for each in journal:
        if each.occurred_at >= before:
            continue
        moved = {p.account: p.amount_fen for p in each.postings if "/advance-" in p.account}
        if each.event == "advance-confirmed":
            paid = instructed[each.cause]
            found.setdefault(_key(paid.account), Counter())["paid"] += paid.amount_fen
        for account, amount_fen in moved.items():
            if each.event in {"offset", "advance-returned"}:
                what = "spent" if each.event == "offset" else "returned"
                found.setdefault(_key(account), Counter())[what] -= amount_fen
    return {key: (sums["paid"], sums["spent"], sums["returned"]) for key, sums in found.items()}


def _key(account: str) -> tuple[str, str]:
    _, code, fund = account.split("/")
    return code, fund.removeprefix("advance-")


def told(world: World, day: date) -> dict[tuple[str, str], tuple[int, int, int]]:
    lines = world.system[Reports].advances(AUDITOR, day, None).lines
    figures = {
        (line.institution, fund): (each.paid_fen, each.spent_fen, each.returned_fen)
        for line in lines
        for fund, each in (("special", line.special), ("ordinary", line.ordinary))
    }
    return {key: each for key, each in figures.items() if any(each)}


@pytest.mark.shows("N-04")
@pytest.mark.parametrize("folded_after", [None, 0, 25, 45, 61])
def test_the_advances_of_any_day_are_told_alike_however_far_the_books_go(
    world: World, folded_after: int | None
) -> None:
    draw, registry = random.Random(7), world.ports[BundleStore].current().registry
    lives = [life(draw, number, registry.institutions[draw.choice(HOSPITALS)]) for number in range(40)]
    journal = [each for one in lives for each in one]
    for each in journal:
        world.ports[Commits].commit([PostTransaction(each)])
    if folded_after is not None:
        world.clock.move_to(START + timedelta(days=folded_after))
        world.system[FoldBooks]()
    world.clock.move_to(START + timedelta(days=62))
    for day in DAYS:
        assert told(world, day) == reckoned(journal, start_of(day + timedelta(days=1))), day
    assert told(world, DAYS[0]) == {}
    assert told(world, DAYS[-1])
