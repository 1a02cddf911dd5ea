"""Filing access: the roles that file treatment elsewhere, answer a filing and take a filing back."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

_MAKERS = {Role.HOSPITAL: Scope.OWN, Role.TOWNSHIP: Scope.OWN, Role.AGENCY: Scope.AREA}

FILING_RECORD = Action("filings:record", _MAKERS)
FILING_READ = Action("filings:read", {**_MAKERS, Role.AUDITOR: Scope.ANY})
FILING_CONFIRM = Action("filings:confirm", {Role.AGENCY: Scope.AREA})
FILING_WITHDRAW = Action("filings:withdraw", _MAKERS)
