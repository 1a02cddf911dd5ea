"""Decides who reads what became of a large batch; sending one is sending claims."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

BATCH_READ = Action("claims:read-batch", {Role.HOSPITAL: Scope.OWN, Role.AUDITOR: Scope.ANY})
