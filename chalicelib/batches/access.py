"""Decides who reads the answers of a large batch; sending a batch is sending claims."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

BATCH_READ = Action("claims:read-batch", {Role.HOSPITAL: Scope.OWN, Role.AUDITOR: Scope.ANY})
