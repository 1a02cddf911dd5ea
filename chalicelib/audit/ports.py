"""The audit's ports beside the subjects of the audit: seals, results of parts, and the machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.audit.domain.runs import AuditId, AuditPart, AuditRun, Proved
from chalicelib.audit.domain.seals import Seal
from chalicelib.ledger.domain.copy import LedgerItem


class SealStore(Protocol):
    """The store of seals; a seal can be added, never changed or removed."""

    def newest(self) -> Seal | None: ...

    def all(self) -> tuple[Seal, ...]:
        """Return all seals in the order of their months."""
        ...

    def stored(self) -> Iterable[LedgerItem]:
        """Return the items of the seals as stored."""
        ...


class AuditStore(Protocol):
    def get(self, audit_id: AuditId) -> AuditRun | None: ...

    def part(self, audit_id: AuditId, name: str) -> AuditPart | None: ...

    def parts(self, audit_id: AuditId) -> Mapping[str, AuditPart]:
        """Return every finished part by its name."""
        ...

    def proved(self, about: str, through: str) -> Proved | None:
        """Return the last recorded sums of a claim or requisition by the end of a month."""
        ...


class AuditMachine(Protocol):
    def start(self, audit_id: AuditId) -> None:
        """Start the execution of an audit."""
        ...
