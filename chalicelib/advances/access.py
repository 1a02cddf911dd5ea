"""Access rules of advances: requesting and deciding an advance, and reporting the bank's answer."""

from __future__ import annotations

from chalicelib.kernel.access import MONEY_READERS, PARTIES, Action, Role, Scope

ADVANCE_REQUEST = Action("advances:request", {Role.HOSPITAL: Scope.OWN, Role.AGENCY: Scope.AGENCY})
ADVANCE_DECIDE = Action("advances:decide", {Role.AGENCY: Scope.AGENCY}, another_person=True)
ADVANCE_CONFIRM = Action("advances:confirm", {Role.FINANCE: Scope.AGENCY}, another_person=True)
ADVANCE_READ = Action("advances:read", MONEY_READERS)
ADVANCE_LIST = Action("advances:list", {**PARTIES, Role.AUDITOR: Scope.ANY})
