"""The table of N-05 over as many settlements as the bureau published in March 2020, against sums made another way.

The set is synthetic and built in memory: amounts are drawn, and one claim of each kind makes the sums those that were
published (93,238 person-times, 1,039.60 million yuan, 677.34 million by insurance; 44,189 confirmed persons, 752.48
million). The set says nothing about real bills; it shows that the table holds at that size. `make test` reckons a tenth
of each figure; .ci/run reckons the published figures (QUEBAO_PUBLISHED=all).
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.claims.domain.history import DecidedBy, HistoryEntry, HistoryEvent
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.usecases.documents import Documents
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.ports import DocumentKind
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, PersonToken, TransactionId
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction
from chalicelib.ledger.usecases.read import Accounts
from chalicelib.reports.domain import SettlementFigures
from chalicelib.reports.usecases import Reports
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL
from tests.kit.memory.world import World

PART = 1 if os.environ.get("QUEBAO_PUBLISHED") == "all" else 10
PERSON_TIMES, TOTAL_FEN, INSURANCE_FEN = 93_238 // PART, 1_039_600_000_00 // PART, 677_340_000_00 // PART
CONFIRMED_PERSONS, CONFIRMED_FEN = 44_189 // PART, 752_480_000_00 // PART
CONFIRMED_INSURED_FEN = 489_112_000_00 // PART
CONFIRMED_TIMES = 60_000 // PART
REVERSED, ORDINARY = 500 // PART, 700 // PART
"""Claims that are in the journal and not in the table."""

AT = Instant("2020-03-15T02:00:00.000000Z")
POSTINGS = (Posting("fund/530100/employee/basic", 1), Posting(f"hospital/{KUNMING_HOSPITAL}/payable", -1))


@dataclass(frozen=True)
class Bill:
    """A synthetic settlement."""

    person: PersonToken
    status: str | None
    total_fen: int
    insurance_fen: int
    is_reversed: bool = False


def drawn(draw: random.Random, count: int, total_fen: int, insured_fen: int) -> list[tuple[int, int]]:
    """So many bills whose sums are given: all but the last are drawn around the average."""
    average = total_fen // count
    bills = [(total := draw.randrange(average // 2, average * 3 // 2), total * 6 // 10) for _ in range(count - 1)]
    last = (total_fen - sum(each for each, _ in bills), insured_fen - sum(each for _, each in bills))
    return [*bills, last]


def bills() -> list[Bill]:
    draw = random.Random(20200315)
    confirmed = drawn(draw, CONFIRMED_TIMES, CONFIRMED_FEN, CONFIRMED_INSURED_FEN)
    suspected = drawn(
        draw, PERSON_TIMES - CONFIRMED_TIMES, TOTAL_FEN - CONFIRMED_FEN, INSURANCE_FEN - CONFIRMED_INSURED_FEN
    )
    made = [
        Bill(PersonToken(f"prs_c{at % CONFIRMED_PERSONS}"), "confirmed", *each) for at, each in enumerate(confirmed)
    ]
    made += [Bill(PersonToken(f"prs_s{at}"), "suspected", *each) for at, each in enumerate(suspected)]
    made += [Bill(PersonToken(f"prs_r{at}"), "confirmed", 100_00, 60_00, is_reversed=True) for at in range(REVERSED)]
    made += [Bill(PersonToken(f"prs_o{at}"), None, 100_00, 60_00) for at in range(ORDINARY)]
    draw.shuffle(made)
    return made


class Volume:
    """The stores that the report reads, over bills that are written only when they are asked for."""

    def __init__(self, made: list[Bill]) -> None:
        self.made = made
        history: dict[str | None, Any] = {
            status: [] if status is None else [{"status": status, "on": "2020-02-01"}]
            for status in ("confirmed", "suspected", None)
        }
        known = {
            "enrolment": {
                "person": "", "insured_area": "530100", "insurance": "employee", "employment": "active",
                "assistance": "none",
            },
            "filing_on_record": None, "prior": {}, "settled_on": "2020-03-15", "correction": None,
        }  # fmt: skip
        self.decided = {status: {"claim": _claim(history[status]), "circumstances": known} for status in history}

    def between(self, from_at: Instant, before_at: Instant) -> Iterator[Transaction]:
        assert from_at <= AT < before_at
        for at in range(len(self.made)):
            yield Transaction(TransactionId(f"settle:{at}"), LedgerEvent.SETTLED, AT, str(at), POSTINGS)

    def get(self, claim_id_or_kind: Any, content_hash: str | None = None) -> Any:
        if content_hash is None:
            return self._record(claim_id_or_kind)
        assert claim_id_or_kind is DocumentKind.CLAIM
        bill = self.made[int(content_hash)]
        return json.dumps({**self.decided[bill.status], "determination": _determination(bill)}).encode()

    def history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        decided = DecidedBy(fingerprint(_determination(self.made[int(claim_id)])), claim_id)
        settled = HistoryEntry(claim_id, AT, HistoryEvent.SETTLED, 1, 1, decided=decided)
        if not self.made[int(claim_id)].is_reversed:
            return (settled,)
        return (settled, HistoryEntry(claim_id, AT, HistoryEvent.REVERSAL, 1, 2, decided=decided))

    def _record(self, claim_id: ClaimId) -> ClaimRecord:
        person = self.made[int(claim_id)].person
        return ClaimRecord(claim_id, claim_id, KUNMING_HOSPITAL, KUNMING, person, 1, claim_id, AT, AT)


def _determination(bill: Bill) -> dict[str, Any]:
    shares = {"basic": format_yuan(bill.insurance_fen), "critical": "0.00", "assistance": "0.00"}
    return {"total": format_yuan(bill.total_fen), "shares": shares}


def _claim(history: list[dict[str, str]]) -> dict[str, Any]:
    visit = {"kind": "outpatient", "admitted": "2020-02-01", "discharged": "2020-02-01"}
    return {
        "claim_no": "VOLUME", "institution": KUNMING_HOSPITAL, "person": "", "name_key": "", "entry": "none",
        "visit": {**visit, "episode": None, "transfer_from": None},
        "diagnosis": {"history": history, "codes": [], "disease_code": None}, "filing": None, "lines": [],
    }  # fmt: skip


@pytest.mark.shows("N-05")
def test_the_table_holds_at_the_size_of_the_published_one(world: World) -> None:
    """1,039.60 million over 93,238 person-times; 752.48 million over 44,189 persons are 17,028.67 each, and 489.112
    million of it, 65%, is insured: what the bureau calls 17 thousand and about 65%. A tenth of the money over a tenth
    of the persons, 4,418, is 17,032.14 each.
    """
    made = bills()
    stores: Any = Volume(made)
    world.clock.move_to(datetime(2020, 3, 16, tzinfo=UTC))
    report = Reports(stores, world.system[Accounts], stores, Documents(stores), world.bundles, world.clock)
    day = datetime(2020, 3, 15, tzinfo=UTC).date()
    figures = report.settlement(AUDITOR, day, day, None, None).figures
    assert figures == SettlementFigures(
        person_times=PERSON_TIMES,
        total_fen=TOTAL_FEN,
        insurance_fen=INSURANCE_FEN,
        confirmed_persons=CONFIRMED_PERSONS,
        confirmed_total_fen=CONFIRMED_FEN,
        confirmed_average_fen=17_028_67 if PART == 1 else 17_032_14,
        confirmed_share=Fraction(65, 100),
    )
    counted = [each for each in made if each.status and not each.is_reversed]
    assert (len(counted), sum(each.total_fen for each in counted)) == (PERSON_TIMES, TOTAL_FEN)
    assert len({each.person for each in counted if each.status == "confirmed"}) == CONFIRMED_PERSONS
