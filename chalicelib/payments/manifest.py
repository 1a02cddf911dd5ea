"""Payments: orders, the bank's word about them, what finance pays in."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

PAYMENTS = Capability("payments", routes=("http.payments", "http.receipts"))
