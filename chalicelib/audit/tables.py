"""The audit's tables: seals in the ledger's table, whose every item has an unchangeable copy; the rest in the state.

| table | pk | sk | what |
|---|---|---|---|
| ledger | SEALS | month | a seal |
| state | AUDIT#audit | RUN | one night's audit |
| state | AUDIT#audit | PART#name | the result of a part of the audit |
| state | PROVED#claim or requisition | month | the subject's sums at the end of a month with movements |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.audit.domain.runs import AuditId, AuditPart, AuditRun, Proved
from chalicelib.audit.domain.seals import Seal
from chalicelib.kernel.pages import PageRequest, read_all, read_page
from chalicelib.ledger.domain.copy import LedgerItem
from chalicelib.ledger.tables import stored_item
from chalicelib.platform.aws.codec import LEDGER, Record
from chalicelib.platform.aws.table import BASE, Span, Table

_SEALS = "SEALS"
_PART = "PART#"
_ONE = PageRequest(1)


def _audit(audit_id: AuditId) -> str:
    return f"AUDIT#{audit_id}"


def _proved(about: str) -> str:
    return f"PROVED#{about}"


SEALS = Record(Seal, lambda each: (_SEALS, each.period), table=LEDGER)
RUNS = Record(AuditRun, lambda each: (_audit(each.audit_id), "RUN"))
PARTS = Record(AuditPart, lambda each: (_audit(each.audit_id), f"{_PART}{each.name}"))
PROVED = Record(Proved, lambda each: (_proved(each.about), each.period), rows=("sums",))


class DynamoSealStore:
    """The store of seals on DynamoDB."""

    def __init__(self, ledger: Table) -> None:
        self._ledger = ledger

    def newest(self) -> Seal | None:
        found = read_page((_SEALS,), _ONE, self._ledger.reader(BASE, Span(newest_first=True), SEALS.read)).items
        return found[0] if found else None

    def all(self) -> tuple[Seal, ...]:
        return tuple(read_all(_SEALS, self._ledger.reader(BASE, Span(), SEALS.read)))

    def stored(self) -> Iterator[LedgerItem]:
        return read_all(_SEALS, self._ledger.reader(BASE, Span(), stored_item))


class DynamoAuditStore:
    """The store of audits on DynamoDB."""

    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, audit_id: AuditId) -> AuditRun | None:
        item = self._state.get(_audit(audit_id), "RUN")
        return None if item is None else RUNS.read(item)

    def part(self, audit_id: AuditId, name: str) -> AuditPart | None:
        item = self._state.get(_audit(audit_id), f"{_PART}{name}")
        return None if item is None else PARTS.read(item)

    def parts(self, audit_id: AuditId) -> Mapping[str, AuditPart]:
        found = read_all(_audit(audit_id), self._state.reader(BASE, Span(prefix=_PART), PARTS.read))
        return {each.name: each for each in found}

    def proved(self, about: str, through: str) -> Proved | None:
        reader = self._state.reader(BASE, Span(highest=through, newest_first=True), PROVED.read)
        found = read_page((_proved(about),), _ONE, reader).items
        return found[0] if found else None
