"""An audit from the last sealed month: the findings of the audit from the beginning, at the cost of its own months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.audit.domain.runs import AuditId, AuditPart, AuditRun, AuditStatus
from chalicelib.audit.domain.tally import part_of_name
from chalicelib.audit.ports import AuditStore, SealStore
from chalicelib.audit.tasks import AuditSteps
from chalicelib.audit.usecases.audit import Audit, AuditReport, BooksDiffer
from chalicelib.audit.usecases.nightly import AuditIncomplete, audited_by
from chalicelib.audit.usecases.since import AuditSinceSeal, MonthsToAudit
from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.disputes import Dispute
from chalicelib.clearing.ports import RunStore
from chalicelib.kernel.ports import Commits, DocumentStore
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.kernel.writes import Remove
from chalicelib.ledger.domain.obligations import STATE_PARTS
from chalicelib.ledger.ports import PostTransaction
from chalicelib.ledger.usecases.fold import FoldBooks
from tests.kit.audits import found_by_both
from tests.kit.memory.audits import audit_tonight, run_audit
from tests.kit.memory.samples import body, enrol_sample, moved, policies
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim
from tests.settlement.test_worked_corrections import settle


def months_pass(world: World, months: int = 1) -> None:
    """The clock stands on the third of a later month, and the books were brought up to date."""
    for _ in range(months):
        later = world.clock.now().replace(day=1) + timedelta(days=33)
        world.clock.move_to(later.replace(day=3))
    world.system[FoldBooks]()


def begin(world: World) -> None:
    """The books exist before anything is posted, as on a running system."""
    world.system[FoldBooks]()


def standing(report: AuditReport) -> dict[str, int]:
    return {account: fen for account, fen in report.replay.balances.items() if fen}


def local(world: World, number: int) -> str:
    claim = moved(body() | {"claim_no": f"LOCAL-{number}"}, 15 * number)
    enrol_sample(world, claim["patient"]["id_no"])
    return settle(world, claim)


def test_a_month_that_is_over_is_sealed_when_its_audit_is_closed(world: World) -> None:
    begin(world)
    local(world, 0)
    audit_tonight(world.system)
    assert world.ports[SealStore].newest() is None, "the month is still running"
    first = world.system[AuditSinceSeal].run()
    months_pass(world)
    audit_tonight(world.system)
    seal = world.ports[SealStore].newest()
    assert seal is not None
    assert (seal.period, seal.transactions) == (first.since, first.replay.transactions)
    report = world.system[AuditSinceSeal].run()
    assert (report.differences, report.since) == ((), f"{world.clock.now():%Y-%m}")
    assert standing(report) == standing(world.system[Audit].run_or_raise())


def test_each_part_of_the_state_reads_its_own_claims_and_every_sum(world: World) -> None:
    begin(world)
    claims = {local(world, number) for number in range(5)}
    months_pass(world)
    audits = world.ports[AuditStore]
    run = audits.get(AuditId(audit_tonight(world.system)))
    assert run is not None
    documents, span = world.ports[DocumentStore], world.system[MonthsToAudit]
    tallies = [audited_by(run, audits, documents, span, part).months[0][1] for part in STATE_PARTS]
    found = [cause for tally in tallies for cause in tally.causes]
    assert (sorted(found), len({*map(part_of_name, claims)}) > 1) == (sorted(claims), True)
    assert all(part_of_name(cause) == part for part, tally in enumerate(tallies) for cause in tally.causes)
    whole = audited_by(run, audits, documents, span).months[0][1]
    assert (whole.causes, [each.sums for each in tallies]) == ({}, [whole.sums for _ in STATE_PARTS])


def test_an_audit_is_not_closed_while_a_part_is_missing_and_seals_nothing(world: World) -> None:
    begin(world)
    local(world, 0)
    months_pass(world)
    steps = AuditSteps(lambda: world.system)
    audit_id = steps.audit_books({})["audit_id"]
    names = [name for parts in steps.audit_plan({"audit_id": audit_id}).values() for name in parts]
    for missing in (names[0], names[40], names[-1]):
        with pytest.raises(AuditIncomplete):
            run_audit(steps, audit_id, missing.__eq__)
        for each in world.memory.all(AuditPart):
            world.memory.tables.commit([Remove(each)])
    assert world.ports[SealStore].newest() is None
    run_audit(steps, audit_id)
    assert world.ports[SealStore].newest() is not None


def test_a_part_that_fails_is_told(world: World) -> None:
    begin(world)
    local(world, 0)
    steps = AuditSteps(lambda: world.system)
    audit_id = steps.audit_books({})["audit_id"]
    steps.audit_fail({"audit_id": audit_id})
    (run,) = world.memory.all(AuditRun)
    assert run.status is AuditStatus.FAILED
    with pytest.raises(AuditIncomplete):
        steps.audit_close({"audit_id": audit_id})


Damage = Callable[[World, str], None]
"""Done to a world and a transaction of it."""


def changed(world: World, name: str) -> None:
    whole = world.memory.ledger[name]
    world.memory.ledger[name] = replace(whole, citations=("another",))


def removed(world: World, name: str) -> None:
    del world.memory.ledger[name]


def backdated(world: World, name: str) -> None:
    whole = world.memory.ledger[name]
    world.ports[Commits].commit([PostTransaction(replace(whole, id=TransactionId(f"{name}:again"), budget=()))])


@pytest.mark.parametrize("damage", [changed, removed, backdated])
def test_what_is_done_to_a_sealed_month_is_found_in_its_turn_and_by_the_audit_from_the_beginning(
    world: World, damage: Damage
) -> None:
    begin(world)
    local(world, 0)
    name = next(iter(world.memory.ledger))
    months_pass(world)
    audit_tonight(world.system)
    local(world, 1)
    damage(world, name)
    assert "sealed-month-changed" in {each.what for each in world.system[Audit].run().differences}
    world.clock.sleep(24 * 3600)
    with pytest.raises(BooksDiffer):
        audit_tonight(world.system)
    run = world.memory.all(AuditRun)[-1]
    assert "sealed-month-changed" in {each.what for each in run.found}
    assert world.ports[SealStore].all()[0].period == world.ports[SealStore].newest().period  # type: ignore[union-attr]


def test_every_sealed_month_has_its_turn(world: World) -> None:
    begin(world)
    for number in range(4):
        local(world, number)
        months_pass(world)
        audit_tonight(world.system)
    sealed = {each.period for each in world.ports[SealStore].all()}
    assert len(sealed) == 4
    read = set()
    for _ in sealed:
        world.clock.sleep(24 * 3600)
        world.system[FoldBooks]()
        audit_tonight(world.system)
        read.add(world.memory.all(AuditRun)[-1].again)
    assert read == sealed


def test_a_seal_that_was_changed_breaks_the_chain(world: World) -> None:
    begin(world)
    for number in range(2):
        local(world, number)
        months_pass(world)
        audit_tonight(world.system)
    first, second = world.ports[SealStore].all()
    assert second.previous == first.link
    world.memory.tables.keep(replace(first, opening=second.opening))
    assert {"seal-broken", "copy-differs"} <= {each.what for each in world.system[Audit].run().differences}
    assert ("seal-broken", second.period) in {
        (each.what, each.where) for each in world.system[AuditSinceSeal].run().differences
    }


def test_a_month_in_which_anything_differs_is_not_sealed(world: World) -> None:
    begin(world)
    local(world, 0)
    months_pass(world)
    spent = dict(world.memory.money.spending)
    world.memory.money.spending.clear()
    with pytest.raises(BooksDiffer):
        audit_tonight(world.system)
    assert world.ports[SealStore].newest() is None
    world.memory.money.spending.update(spent)
    world.clock.sleep(24 * 3600)
    audit_tonight(world.system)
    assert world.ports[SealStore].newest() is not None


def test_what_happens_to_a_claim_in_later_months_is_held_against_what_was_sealed_of_it() -> None:
    """Settled in one month, cleared and disputed in the next, ruled on and reversed in those that follow: every night
    nothing differs, and both audits say the same standing.
    """
    world = World(policies())
    begin(world)
    claim = RemoteClaim(world)
    claim.settle()
    settled_in = f"{world.clock.now():%Y-%m}"
    acts: list[Callable[[], object]] = [
        lambda: claim.ask(settled_in),
        claim.dispute,
        lambda: claim.finish(claim.runs[-1]),
        lambda: claim.rule(all_disputes(world, claim)[0], Verdict.REDUCED, 300),
        lambda: claim.dispose(all_disputes(world, claim)[0], RulingOutcome.BORNE),
        claim.reverse,
        claim.clear,
    ]
    for act in acts:
        months_pass(world)
        audit_tonight(world.system)
        act()
        assert found_by_both(world) == set()
    assert standing(world.system[AuditSinceSeal].run()) == standing(world.system[Audit].run())
    assert len(world.ports[SealStore].all()) == len(acts)


def all_disputes(world: World, claim: RemoteClaim) -> list[Dispute]:
    return list(world.ports[RunStore].disputes(claim.runs[0]))
