"""Decides who looks after the running system, and sees nothing of anybody's money or illness there."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

OPERATIONS_READ = Action("operations:read", {Role.OPERATOR: Scope.ANY, Role.AUDITOR: Scope.ANY})
