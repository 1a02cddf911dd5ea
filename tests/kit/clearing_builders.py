"""Sample obligations between areas, for every test of clearing."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from chalicelib.clearing.domain.statements import Line, lines_of
from chalicelib.clearing.domain.windows import Position
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import entries
from chalicelib.ledger.domain.transaction import LedgerEvent, Posting, Transaction

FUND, SUBSIDY = ObligationKind.FUND, ObligationKind.SUBSIDY
NOW = Instant("2026-11-05T03:04:05Z")
HOSPITAL = "H53010200001"


def owing(
    claim_id: ClaimId,
    *owed: tuple[ObligationKind, AreaCode, AreaCode, int],
    occurred_at: Instant = NOW,
    event: str = "settled",
) -> Transaction:
    """A settlement that owes (kind, debtor, creditor, fen), at a hospital of the creditors'."""
    total_fen = sum(amount_fen for *_, amount_fen in owed)
    postings: list[Posting] = [Posting(f"hospital/{HOSPITAL}/payable", -total_fen)]
    for kind, debtor, creditor, amount_fen in owed:
        postings.append(Posting(accounts.due_from(kind, creditor, debtor), amount_fen))
        postings.append(Posting(accounts.due_to(kind, debtor, creditor), -amount_fen))
        borne = accounts.fund(debtor, "resident", "basic") if kind is FUND else accounts.fiscal_receivable(creditor)
        postings.append(Posting(borne, amount_fen))
    return Transaction(TransactionId(f"settle:{claim_id}"), LedgerEvent(event), occurred_at, claim_id, tuple(postings))


def nation(provinces: int = 31, pooling_areas: int = 340) -> tuple[AreaCode, ...]:
    """Codes of pooling areas spread over provinces; the first four provinces are municipalities of one pooling area."""
    codes = [f"{11 + place}0000" for place in range(min(4, provinces))]
    others = [f"{11 + place}" for place in range(4, provinces)]
    city = dict.fromkeys(others, 0)
    place = 0
    while len(codes) < pooling_areas:
        province = others[place % len(others)]
        city[province] += 1
        codes.append(f"{province}{city[province]:02d}00")
        place += 1
    return tuple(map(AreaCode, codes))


def month(count: int, areas: Sequence[AreaCode], seed: int) -> tuple[Transaction, ...]:
    """Remote claims between random areas of one month, some with a subsidy of the treatment place's province."""
    chance = random.Random(seed)
    return tuple(_remote(number, areas, chance) for number in range(count))


def _remote(number: int, areas: Sequence[AreaCode], chance: random.Random) -> Transaction:
    debtor, creditor = chance.sample(areas, 2)
    owed = [(FUND, debtor, creditor, chance.randint(1, 5_000_000))]
    province = AreaCode(f"{creditor[:2]}0000")
    if creditor != province and chance.random() < 0.5:
        owed.append((SUBSIDY, province, creditor, chance.randint(1, 500_000)))
    day, second = chance.randint(1, 28), chance.randint(0, 59)
    return owing(ClaimId(f"clm_{number:026d}"), *owed, occurred_at=Instant(f"2026-11-{day:02d}T03:04:{second:02d}Z"))


def lines_in(tier: AreaCode, transactions: Iterable[Transaction]) -> tuple[Line, ...]:
    """The lines that some transactions leave in a tier."""
    return lines_of(found[tier] for each in transactions if tier in (found := entries(each)))


def position(
    debtor: AreaCode, creditor: AreaCode, amount_fen: int, kind: ObligationKind = FUND, claims: int = 1
) -> Position:
    return Position(debtor, creditor, kind, amount_fen, claims)
