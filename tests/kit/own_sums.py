"""An independent sum over decisions, rulings and clearing, claim by claim, which knows nothing of the audit's.

The sum reads the standing determinations, the rulings as they were made, the lines of every run and the journal in the
order in which it was written. All runs are settled and all disputes are ruled on by then.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TypeAlias

from chalicelib.adjudication.domain.determination import ENROLMENT_PENDING
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.usecases.documents import Documents
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.run import stored_lines
from chalicelib.kernel.money import Fen, parse_yuan
from tests.kit.memory.world import World

_DUE_TO = re.compile(r"region/(\d{6})/due-to/(\d{6})")
Owed: TypeAlias = Counter[tuple[str, str]]
"""Amounts owed between funds, by debtor and creditor."""


def owed_otherwise(world: World) -> list[str]:
    """Return the claims of which the runs have cleared another amount than decisions and rulings left."""
    cleared, disputes = _cleared(world), _disputes(world)
    return [
        wrong
        for record in world.memory.claims.values()
        for wrong in _of_claim(world, record, cleared[record.claim_id], disputes[record.claim_id])
    ]


def _of_claim(world: World, record: ClaimRecord, cleared: Owed, disputes: list[Dispute]) -> Iterator[str]:
    decided = _decided(world, record)
    kept_fen = sum(_kept(world, record, place) for _, place in decided)
    if sum(cleared.values()) + kept_fen != sum(decided.values()):
        yield f"{record.claim_id}: {cleared} is cleared and {kept_fen} kept, and {decided} is decided"
    for pair in sorted(cleared.keys() | decided.keys()):
        about = [each for each in disputes if any((line.debtor, line.creditor) == pair for line in each.lines)]
        if len(about) > 1:
            continue  # which of them took how much is the ledger's business; the sum above holds all the same
        left_fen = _left(world, about[0], pair, decided[pair]) if about else decided[pair]
        if cleared[pair] != left_fen:
            yield f"{record.claim_id}: {cleared[pair]} of {pair} is cleared, and {left_fen} is owed"


def _left(world: World, dispute: Dispute, pair: tuple[str, str], decided_fen: Fen) -> Fen:
    """Return the decided amount that a ruling leaves: the part not in dispute, and at most the ruled rest."""
    resolution = dispute.resolution
    assert resolution is not None
    is_presented = dispute.disposal is not None and dispute.disposal.outcome is RulingOutcome.PRESENTED
    if resolution.verdict is Verdict.OWED or is_presented:
        return decided_fen
    ruled = zip(dispute.pairs, resolution.amounts_fen, strict=True)
    ruled_fen = sum(fen for ((each, _), fen) in ruled if (each.debtor, each.creditor) == pair)
    return min(decided_fen, _beside(world, dispute, pair) + ruled_fen)


def _beside(world: World, dispute: Dispute, pair: tuple[str, str]) -> Fen:
    """Return the debt of a pair the moment after the dispute was raised."""
    account, balance_fen, after = "region/{}/due-to/{}".format(*pair), 0, False
    names = {f"dispute:{dispute.dispute_id}", f"withhold:{dispute.dispute_id}"}
    for each in world.memory.ledger.values():
        if after and each.id not in names:
            break
        after = after or each.id in names
        if each.cause == dispute.claim_id:
            balance_fen -= sum(posting.amount_fen for posting in each.postings if posting.account == account)
    return balance_fen


def _decided(world: World, record: ClaimRecord) -> Owed:
    """Return what the standing determination says that one fund owes the treatment place's; an amount advanced until
    enrolment is owed as it was moved to the fund that bears it (Y-15), for which nothing is decided anew. A later
    determination that advances nothing leaves nothing of that amount owed.
    """
    if record.status is not ClaimStatus.SETTLED or record.settlement is None:
        return Counter()
    document = Documents(world.documents).determination(record.settlement)
    between = document["cross_region"]
    if between is not None:
        return Counter({(between["debtor"], between["creditor"]): parse_yuan(between["amount"])})
    if all(payer.get("scheme") != ENROLMENT_PENDING for payer in document["payers"]):
        return Counter()
    enrolled = (each for each in world.memory.ledger.values() if each.id.startswith(f"enrol:{record.claim_id}"))
    owed: Owed = Counter()
    for each in enrolled:
        for posting in each.postings:
            if due := _DUE_TO.fullmatch(posting.account):
                owed[due[1], due[2]] -= posting.amount_fen
    return owed


def _kept(world: World, record: ClaimRecord, place: str) -> Fen:
    """Sum, by the journal, the part of a claim in the treatment place's suspense or borne by the place's own fund."""
    accounts = (f"suspense/{place}", f"fund/{place}/")
    return sum(
        posting.amount_fen
        for each in world.memory.ledger.values()
        if each.cause == record.claim_id
        for posting in each.postings
        if posting.account.startswith(accounts)
    )


def _cleared(world: World) -> defaultdict[str, Owed]:
    """The lines of every run between funds, but for those that were disputed."""
    runs, found = world.calm_ports[RunStore], defaultdict[str, Owed](Counter)
    for run_id in world.memory.clearing.runs:
        carved = {line for dispute in runs.disputes(run_id) for line in dispute.lines}
        for summary in runs.shards(run_id):
            for line in stored_lines(world.documents, summary.content):
                if line not in carved and line.kind.value == "fund":
                    found[line.claim_id][line.debtor, line.creditor] += line.amount_fen
    return found


def _disputes(world: World) -> defaultdict[str, list[Dispute]]:
    found = defaultdict[str, list[Dispute]](list)
    for dispute in world.memory.all(Dispute):
        found[dispute.claim_id].append(dispute)
    return found
