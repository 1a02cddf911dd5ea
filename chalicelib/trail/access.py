"""Access to the trail of acts: the auditor's alone, since a trail names the persons who act."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

TRAIL_READ = Action("trail:read", {Role.AUDITOR: Scope.ANY})
