"""Access rules of eligibility: looking a person up, and reading the record of look-ups."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

ELIGIBILITY_READ = Action("eligibility:read", {Role.HOSPITAL: Scope.OWN})
ACCESS_RECORDS_READ = Action("access-records:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
PERSON_FIND = Action("persons:find", {Role.AGENCY: Scope.AREA, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
"""The action of finding a person by document and name, without any token. The auditor's search writes nothing but the
record of the look-up."""
