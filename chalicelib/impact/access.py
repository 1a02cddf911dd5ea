"""Access rules of impact: foreseeing the changes of a policy, and having the differences posted."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

POLICY_EFFECTS = Action("policies:effects", {Role.POLICY: Scope.ANY})
POLICY_RECALCULATE = Action("policies:recalculate", {Role.POLICY: Scope.ANY})
RECALCULATION_DECIDE = Action("policies:decide-recalculation", {Role.POLICY: Scope.ANY}, another_person=True)
RECALCULATION_READ = Action("policies:read-recalculation", {Role.POLICY: Scope.ANY, Role.AUDITOR: Scope.ANY})
SIMULATION_READ = Action("policies:read-simulation", {Role.POLICY: Scope.ANY, Role.AUDITOR: Scope.ANY})
MOVED_ASK = Action("policies:ask-moved", {Role.AGENCY: Scope.AREA, Role.POLICY: Scope.ANY})
MOVED_READ = Action(
    "policies:read-moved",
    {
        **PARTIES,
        Role.HEALTH: Scope.AREA,
        Role.CENTRE: Scope.TIER,
        Role.POLICY: Scope.ANY,
        Role.AUDITOR: Scope.ANY,
    },
)
"""The action of reading the sums that articles moved of an area's money, without any claim."""
