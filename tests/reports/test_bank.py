"""The bank's movements of a day, from the books however far they go, against the journal."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import BEFORE_ALL, civil_date_of, instant
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.kernel.writes import Revise
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.ports import Books, PostTransaction
from chalicelib.ledger.usecases.fold import FoldBooks
from chalicelib.reports.domain import BankDay
from chalicelib.reports.forms import BANK_EVENTS
from chalicelib.reports.usecases import Reports
from tests.kit.areas import KUNMING, WUHAN, YUNNAN
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World

START = datetime(2026, 9, 28, tzinfo=UTC)
DAYS = 6
CODE = Path(__file__).parents[2] / "chalicelib"
OFFICES = (KUNMING, WUHAN)


def journal(count: int) -> list[Transaction]:
    """Draw transactions of six days over the end of a month, of which two thirds move a bank account."""
    draw, made = random.Random(11), []
    for number in range(count):
        at = instant(START + timedelta(seconds=draw.randrange(DAYS * 86_400)))
        payer, payee = draw.sample(OFFICES, 2)
        fen = draw.randrange(1, 10_000)
        event, postings = draw.choice(
            [
                (
                    LedgerEvent.PAYMENT_CONFIRMED,
                    (Posting(f"bank/{payer}/in-transit", fen), Posting(f"bank/{payer}/cash", -fen)),
                ),
                (
                    LedgerEvent.CLEARING_RECEIVED,
                    (Posting(f"bank/{payee}/cash", fen), Posting(f"bank/{payer}/cash", -fen)),
                ),
                (
                    LedgerEvent.SETTLED,
                    (Posting(f"fund/{payer}/employee/basic", fen), Posting("hospital/H53010200001/payable", -fen)),
                ),
            ]
        )
        made.append(Transaction(TransactionId(f"t:{number}"), event, at, f"clm_{number}", postings))
    return made


def reckoned(transactions: Sequence[Transaction], day: date) -> dict[tuple[str, LedgerEvent], tuple[int, int, int]]:
    """The number, receipts and payments of a day by office and event, from the whole journal."""
    found: dict[tuple[str, LedgerEvent], tuple[int, int, int]] = {}
    for each in transactions:
        for posting in each.postings if civil_date_of(each.occurred_at) == day else ():
            if posting.account.startswith("bank/") and posting.account.endswith("/cash"):
                key = (posting.account.split("/")[1], each.event)
                count, received_fen, paid_fen = found.get(key, (0, 0, 0))
                moved_fen = posting.amount_fen
                found[key] = (count + 1, received_fen + max(0, moved_fen), paid_fen + max(0, -moved_fen))
    return found


def told(report: BankDay) -> dict[tuple[str, LedgerEvent], tuple[int, int, int]]:
    return {(line.area, line.event): (line.count, line.received_fen, line.paid_fen) for line in report.lines}


def days() -> Iterator[date]:
    first = START.date()
    return (first + timedelta(days=number) for number in range(-1, DAYS + 2))


def played(world: World, folded_after: Sequence[int]) -> list[Transaction]:
    """Post the journal in the order of time, and bring the books up to date after the given numbers of days."""
    made = sorted(journal(120), key=lambda each: each.occurred_at)
    for each in made:
        world.ports[Commits].commit([PostTransaction(each)])
    for after in folded_after:
        world.clock.move_to(START + timedelta(days=after, hours=5))
        world.system[FoldBooks]()
    world.clock.move_to(START + timedelta(days=DAYS + 1))
    return made


@pytest.mark.parametrize("folded_after", [(), (0,), (3,), (1, 2, 4), (DAYS + 1,)], ids=str)
def test_a_days_movements_are_told_alike_however_far_the_books_go(world: World, folded_after: Sequence[int]) -> None:
    made = played(world, folded_after)
    for day in days():
        report = world.system[Reports].bank(AUDITOR, day, None)
        assert told(report) == reckoned(made, day), day
        assert sum(line.count for line in report.by_event) == report.count
        assert sum(line.paid_fen for line in report.by_event) == report.paid_fen
    assert world.system[Reports].bank(AUDITOR, START.date(), None).lines


@pytest.mark.parametrize("folded_after", [(1, 3), (2,), (DAYS + 1,)], ids=str)
def test_days_before_the_books_kept_sums_by_day_are_summed_from_their_entries(
    world: World, folded_after: Sequence[int]
) -> None:
    made = played(world, folded_after)
    folded = world.ports[Books].folded()
    assert folded is not None
    for since in (BEFORE_ALL, folded.through, instant(START + timedelta(days=2, hours=3))):
        folded = replace(folded, daily_from=since, revision=folded.revision + 1)
        world.ports[Commits].commit([Revise(folded)])
        for day in days():
            assert told(world.system[Reports].bank(AUDITOR, day, None)) == reckoned(made, day), (since, day)


def test_sums_by_day_begin_with_the_first_step_of_books_that_an_earlier_release_kept(world: World) -> None:
    played(world, (1,))
    folded = world.ports[Books].folded()
    assert folded is not None
    assert folded.daily_from == folded.began
    world.ports[Commits].commit([Revise(replace(folded, daily_from=BEFORE_ALL, revision=folded.revision + 1))])
    world.system[FoldBooks]()
    later = world.ports[Books].folded()
    assert later is not None
    assert later.daily_from == folded.through


def test_an_office_reads_its_own_area_and_a_province_all_below(world: World) -> None:
    made = played(world, (DAYS + 1,))
    day = START.date()
    own = told(world.system[Reports].bank(agency(KUNMING), day, None))
    assert own == {key: moved for key, moved in reckoned(made, day).items() if key[0] == KUNMING}
    assert told(world.system[Reports].bank(AUDITOR, day, YUNNAN)) == own
    with pytest.raises(NotFound):
        world.system[Reports].bank(Principal("clerk", Role.FINANCE, WUHAN), day, KUNMING)


def test_every_event_that_moves_a_bank_account_has_its_word_on_the_form() -> None:
    named = set()
    for path in CODE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            used = [each for each in ast.walk(function) if isinstance(each, ast.Attribute)]
            if any(each.attr == "bank_cash" for each in used):
                named |= {each.attr for each in used if getattr(each.value, "id", "") == "LedgerEvent"}
    assert named
    assert {each.name for each in BANK_EVENTS} == named


def test_the_form_is_drawn_by_event_and_by_agency_with_the_day_and_the_sums(world: World) -> None:
    played(world, (DAYS + 1,))
    reports = world.system[Reports]
    report = reports.bank(AUDITOR, START.date(), None)
    form = reports.bank_form(report)
    events, agencies = form.grids
    assert [row[0] for row in events.rows] == ["支付到账", "清算款到账"]
    assert events.total == ("合计", report.count, report.received_fen, report.paid_fen)
    assert {row[0] for row in agencies.rows} == {"昆明市", "武汉市"}
    assert ("日期 Day", START.date().isoformat()) in form.facts
