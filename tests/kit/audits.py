"""The two audits, from the beginning and from the last sealed month, which must find the same."""

from __future__ import annotations

from chalicelib.audit.usecases.audit import Audit
from chalicelib.audit.usecases.since import AuditSinceSeal
from chalicelib.ledger.usecases.fold import FoldBooks
from tests.kit.memory.world import World

FOLLOWS = frozenset({"between-areas", "claim-cleared"})
"""What follows from a window that does not hold what the journal owes. The audit of months says which gate it is, and
then goes on by the journal."""


def found_by_both(world: World) -> set[str]:
    """What the audit from the beginning finds; the other finds the same, but for what follows from it."""
    world.system[FoldBooks]()
    whole, since = world.system[Audit].run(), world.system[AuditSinceSeal].run()
    assert since.since is not None
    from_beginning = {(each.what, each.where) for each in whole.differences}
    from_seal = {(each.what, each.where) for each in since.differences}
    assert from_seal <= from_beginning
    assert bool(from_seal) == bool(from_beginning)
    assert {what for what, _ in from_beginning - from_seal} <= FOLLOWS
    return {each.what for each in whole.differences}
