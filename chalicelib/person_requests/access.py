"""Access to person requests: the roles that ask, decide, open and read."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

PERSON_REQUEST = Action("person-requests:ask", {Role.AGENCY: Scope.AREA})
PERSON_REQUEST_DECIDE = Action("person-requests:decide", {Role.AGENCY: Scope.AREA}, another_person=True)
PERSON_REQUEST_OPEN = Action("person-requests:open", {Role.AGENCY: Scope.AREA})
PERSON_REQUEST_READ = Action("person-requests:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
