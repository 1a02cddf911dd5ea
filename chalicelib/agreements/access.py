"""Agreement access: the roles that record, confirm and read service agreements and the blacklist."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

AGREEMENT_RECORD = Action("agreements:record", {Role.AGENCY: Scope.AGENCY})
AGREEMENT_DECIDE = Action("agreements:decide", {Role.AGENCY: Scope.AGENCY}, another_person=True)
AGREEMENT_READ = Action("agreements:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
BLACKLIST_UPLOAD = Action("blacklist:upload", {Role.AGENCY: Scope.AREA})
BLACKLIST_VERIFY = Action("blacklist:verify", {Role.AGENCY: Scope.AGENCY}, another_person=True)
BLACKLIST_READ = Action("blacklist:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
