"""Who files treatment elsewhere, and who takes a filing back."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

FILING_RECORD = Action("filings:record", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
FILING_READ = Action("filings:read", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
FILING_WITHDRAW = Action("filings:withdraw", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AREA})
