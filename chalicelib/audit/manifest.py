"""The audit: the journal replayed, every night."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

AUDIT = Capability("audit", steps=("tasks.AuditSteps",))
