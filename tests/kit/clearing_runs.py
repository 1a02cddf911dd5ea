"""Carries a clearing run from task to task as the state machine does, without a machine."""

from __future__ import annotations

from chalicelib.clearing.domain.bank import hand_down_id, instruction_id
from chalicelib.clearing.domain.netting import hand_down
from chalicelib.clearing.domain.run import Run, RunStatus
from chalicelib.clearing.ports import RunStore, WindowStore
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.run import Clearing, figures_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import Commits, DocumentStore
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.words.ids import RunId
from chalicelib.ledger.domain.obligations import SHARDS
from chalicelib.ledger.domain.transaction import Transaction
from chalicelib.ledger.ports import PostTransaction


def post(ports: Ports, transaction: Transaction) -> None:
    """Write the parts of a claim's settlement that the clearing sees."""
    ports[Commits].commit([PostTransaction(transaction), *positions_for(ports[WindowStore], transaction)])


def close(clearing: System, run_id: RunId) -> None:
    """From the open gates to a proved window."""
    for shard in SHARDS:
        clearing[Clearing].close(run_id, shard)
    for shard in SHARDS:
        clearing[Clearing].prove(run_id, shard)
    clearing[Clearing].verify(run_id)


def settle(clearing: System, ports: Ports, run_id: RunId) -> Run:
    """From a proved window to matched receipts; every party confirms, every payment arrives, is handed down too."""
    for area in clearing[Clearing].net(run_id):
        clearing[Parties].state(run_id, area, 1)
    clearing[Parties].publish(run_id, 1)
    for party in clearing[Parties].awaited(_run(ports, run_id)):
        clearing[Parties].confirm(Principal("agent", Role.AGENCY, party), run_id, party)
    assert clearing[Parties].awaited(_run(ports, run_id)) == ()
    clearing[Parties].seal(run_id)
    for debtor in clearing[ClearingPayment].debtors(run_id):
        clearing[ClearingPayment].post(run_id, debtor)
    clearing[ClearingPayment].instruct(run_id)
    centre = Principal("centre", Role.CENTRE, _run(ports, run_id).window.tier)
    for each in figures_of(ports[DocumentStore], _run(ports, run_id)).instructions:
        name = instruction_id(run_id, each.number)
        clearing[ClearingPayment].receive(centre, run_id, name, f"B-{name}", each.amount_fen)
    assert _run(ports, run_id).status is RunStatus.SETTLED
    hand_down_all(clearing, run_id)
    return _run(ports, run_id)


def hand_down_all(clearing: System, run_id: RunId) -> None:
    """Every payment that provinces owe their areas, or these them, arrives."""
    figures = figures_of(clearing[Clearing].documents, _read(clearing[Clearing].runs, run_id))
    for province in sorted({each.province for each in figures.allocations}):
        centre, name = Principal("centre", Role.CENTRE, province), hand_down_id(run_id, province)
        for each in hand_down(figures.allocations, province):
            clearing[ClearingPayment].receive_handed_down(
                centre, run_id, province, instruction_id(name, each.number), f"H-{each.number}", each.amount_fen
            )


def _run(ports: Ports, run_id: RunId) -> Run:
    return _read(ports[RunStore], run_id)


def _read(runs: RunStore, run_id: RunId) -> Run:
    run = runs.get(run_id)
    assert run is not None
    return run
