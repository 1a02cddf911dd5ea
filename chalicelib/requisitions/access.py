"""The actions of requisitions: ask, withdraw, decide, report the bank's payments and receipts, read."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

REQUISITION_ASK = Action("requisitions:ask", {Role.AGENCY: Scope.AREA})
REQUISITION_WITHDRAW = Action("requisitions:withdraw", {Role.AGENCY: Scope.AREA})
REQUISITION_DECIDE = Action("requisitions:decide", {Role.FINANCE: Scope.AREA}, another_person=True)
REQUISITION_PAY = Action("requisitions:pay", {Role.FINANCE: Scope.AREA}, another_person=True)
REQUISITION_RECEIVE = Action("requisitions:receive", PARTIES, another_person=True)
REQUISITION_READ = Action("requisitions:read", {**PARTIES, Role.AUDITOR: Scope.ANY})
