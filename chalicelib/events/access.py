"""Access to events: a party that acts for an institution, an area or a tier follows its own; the auditor any area's."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

EVENTS_READ = Action(
    "events:read", {Role.HOSPITAL: Scope.OWN, **PARTIES, Role.CENTRE: Scope.TIER, Role.AUDITOR: Scope.ANY}
)
