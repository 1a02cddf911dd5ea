"""Decides who reads the ledger."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

LEDGER_READ = Action("ledger:read", {**PARTIES, Role.AUDITOR: Scope.ANY})
