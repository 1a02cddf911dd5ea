"""Access to progress reports: the roles that report on the day's work, and that read the reports and their gaps."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

PROGRESS_REPORT = Action("progress-reports:report", {Role.AGENCY: Scope.AREA})
PROGRESS_READ = Action("progress-reports:read", {**PARTIES, Role.HEALTH: Scope.AREA, Role.AUDITOR: Scope.ANY})
