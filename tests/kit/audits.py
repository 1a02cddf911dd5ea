"""The two audits, from the beginning and from the last sealed month, which must find the same."""

from __future__ import annotations

from chalicelib.audit.usecases.audit import Audit
from chalicelib.audit.usecases.since import AuditSinceSeal
from chalicelib.ledger.usecases.fold import FoldBooks
from tests.kit.memory.world import World

FOLLOWS = frozenset({"between-areas", "claim-cleared"})
"""Differences that follow from a window that does not hold what the journal owes. The audit of months names the gate,
and then continues from the journal."""


def found_by_both(world: World) -> set[str]:
    """Return the findings of the audit from the beginning; the audit of months finds the same, except `FOLLOWS`."""
    world.system[FoldBooks]()
    whole, since = world.system[Audit].run(), world.system[AuditSinceSeal].run()
    assert since.since is not None
    from_beginning = {(each.what, each.where) for each in whole.differences}
    from_seal = {(each.what, each.where) for each in since.differences}
    assert from_seal <= from_beginning
    assert bool(from_seal) == bool(from_beginning)
    assert {what for what, _ in from_beginning - from_seal} <= FOLLOWS
    return {each.what for each in whole.differences}
