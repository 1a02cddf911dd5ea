"""Decides which roles look after the running system, where they see nothing of anybody's money or illness."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

OPERATIONS_READ = Action("operations:read", {Role.OPERATOR: Scope.ANY, Role.AUDITOR: Scope.ANY})
