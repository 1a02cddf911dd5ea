"""What the audit needs of the world beside what it judges: its seals, and what its parts found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from chalicelib.audit.domain.runs import AuditPart, AuditRun, Proved
from chalicelib.audit.domain.seals import Seal
from chalicelib.ledger.domain.copy import LedgerItem


class SealStore(Protocol):
    """Seals, which can be added and nothing else."""

    def newest(self) -> Seal | None: ...

    def all(self) -> tuple[Seal, ...]:
        """In the order of their months."""
        ...

    def stored(self) -> Iterable[LedgerItem]:
        """The items of the seals as they stand."""
        ...


class AuditStore(Protocol):
    def get(self, audit_id: str) -> AuditRun | None: ...

    def part(self, audit_id: str, name: str) -> AuditPart | None: ...

    def parts(self, audit_id: str) -> Mapping[str, AuditPart]:
        """Every part that is done, by its name."""
        ...

    def proved(self, about: str, through: str) -> Proved | None:
        """What a claim or requisition had last come to by the end of a month."""
        ...


class AuditMachine(Protocol):
    def start(self, audit_id: str) -> None:
        """Let an audit be carried out."""
        ...
