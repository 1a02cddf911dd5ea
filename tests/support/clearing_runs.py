"""Carries a clearing run from task to task as the state machine does, without a machine."""

from __future__ import annotations

from chalicelib.application.assembly import ClearingUseCases, Ports
from chalicelib.application.clearing import figures_of
from chalicelib.application.clearing_ports import RunStore
from chalicelib.application.clearing_positions import positions_for
from chalicelib.application.commits import PostTransaction
from chalicelib.domain.access import Principal, Role
from chalicelib.domain.clearing.bank import hand_down_id, instruction_id
from chalicelib.domain.clearing.netting import hand_down
from chalicelib.domain.clearing.run import Run, RunStatus
from chalicelib.domain.clearing.windows import SHARDS
from chalicelib.domain.ledger import Transaction


def post(ports: Ports, transaction: Transaction) -> None:
    """What a settlement writes of a claim that the clearing sees."""
    ports.commits.commit([PostTransaction(transaction), *positions_for(ports.windows, transaction)])


def close(clearing: ClearingUseCases, run_id: str) -> None:
    """From the open gates to a proved window."""
    for shard in SHARDS:
        clearing.run.close(run_id, shard)
    for shard in SHARDS:
        clearing.run.prove(run_id, shard)
    clearing.run.verify(run_id)


def settle(clearing: ClearingUseCases, ports: Ports, run_id: str) -> Run:
    """From a proved window to matched receipts; every party confirms, every payment arrives, is handed down too."""
    for area in clearing.run.net(run_id):
        clearing.parties.state(run_id, area, 1)
    clearing.parties.publish(run_id, 1)
    for party in clearing.parties.awaited(_run(ports, run_id)):
        clearing.parties.confirm(Principal("agent", Role.AGENCY, party), run_id, party)
    assert clearing.parties.awaited(_run(ports, run_id)) == ()
    clearing.parties.seal(run_id)
    for debtor in clearing.payment.debtors(run_id):
        clearing.payment.post(run_id, debtor)
    clearing.payment.instruct(run_id)
    centre = Principal("centre", Role.CENTRE, _run(ports, run_id).window.tier)
    for each in figures_of(ports.documents, _run(ports, run_id)).instructions:
        name = instruction_id(run_id, each.number)
        clearing.payment.receive(centre, run_id, name, f"B-{name}", each.amount_fen)
    assert _run(ports, run_id).status is RunStatus.SETTLED
    hand_down_all(clearing, run_id)
    return _run(ports, run_id)


def hand_down_all(clearing: ClearingUseCases, run_id: str) -> None:
    """Every payment that provinces owe their areas, or these them, arrives."""
    figures = figures_of(clearing.run.documents, _read(clearing.run.runs, run_id))
    for province in sorted({each.province for each in figures.allocations}):
        centre, name = Principal("centre", Role.CENTRE, province), hand_down_id(run_id, province)
        for each in hand_down(figures.allocations, province):
            clearing.payment.receive_handed_down(
                centre, run_id, province, instruction_id(name, each.number), f"H-{each.number}", each.amount_fen
            )


def _run(ports: Ports, run_id: str) -> Run:
    return _read(ports.runs, run_id)


def _read(runs: RunStore, run_id: str) -> Run:
    run = runs.get(run_id)
    assert run is not None
    return run
