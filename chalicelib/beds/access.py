"""Bed access: the roles that file beds and read the filings."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

BED_FILE = Action("beds:file", {Role.HOSPITAL: Scope.OWN})
BED_READ = Action(
    "beds:read",
    {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY},
)
