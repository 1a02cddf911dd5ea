"""Filings: treatment outside the insured place."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

FILINGS = Capability("filings", routes=("http",))
