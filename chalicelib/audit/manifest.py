"""The audit: the journal replayed, every night."""

from __future__ import annotations

from chalicelib.audit.tasks import AuditSteps
from chalicelib.platform.capability import Capability

AUDIT = Capability("audit", steps=(AuditSteps,))
