"""Reports: settlements and advances, and the audit on request."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

REPORTS = Capability("reports", routes=("http",))
