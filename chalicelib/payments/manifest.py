"""Payments: orders, the bank's reports on them, and the payments of finance."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

PAYMENTS = Capability("payments", routes=("http.payments", "http.receipts"))
