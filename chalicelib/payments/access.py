"""Access rules of payments: reading them, and reporting the payments of the bank or of finance."""

from __future__ import annotations

from chalicelib.kernel.access import MONEY_READERS, PARTIES, Action, Role, Scope

PAYMENT_READ = Action("payments:read", MONEY_READERS)
PAYMENT_LIST = Action("payments:list", {**PARTIES, Role.AUDITOR: Scope.ANY})
RECEIPT_RECORD = Action("receipts:record", {Role.FINANCE: Scope.AREA})
PAYMENT_CONFIRM = Action("payments:confirm", {Role.FINANCE: Scope.AGENCY})
FINANCE_PAY = Action("finance:pay", {Role.FINANCE: Scope.AREA})
