"""A person's visits of one calendar year as one item of the state table, so that one condition guards them.

The item lies beside what else is known of the person: PERSON#token, VISITS#year. An entry is a list, not a map: a
patient who comes three times a week for ten years must not fill an item with the names of its fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import VisitKind
from chalicelib.claims.domain.visits import PersonVisits, VisitEntry
from chalicelib.registry.tables import person_pk

VISITS_PREFIX = "VISITS#"


def visits_sk(year: int) -> str:
    """A person's visits of a year."""
    return f"{VISITS_PREFIX}{year}"


def write_visits_item(visits: PersonVisits) -> dict[str, Any]:
    """All entries of a year, in their order."""
    return {
        "pk": person_pk(visits.person),
        "sk": visits_sk(visits.year),
        "version": visits.version,
        "entries": [_write_entry(entry) for entry in visits.entries],
    }


def read_visits_item(person: str, year: int, item: Mapping[str, Any]) -> PersonVisits:
    """A person's visits of a year."""
    return PersonVisits(person, year, item["version"], tuple(_read_entry(row) for row in item["entries"]))


def read_any_visits_item(person: str, item: Mapping[str, Any]) -> PersonVisits:
    """A person's visits of whichever year the item is of."""
    return read_visits_item(person, int(item["sk"].removeprefix(VISITS_PREFIX)), item)


def _write_entry(entry: VisitEntry) -> list[Any]:
    return [
        entry.claim_id,
        entry.institution,
        entry.claim_no,
        entry.kind.value,
        entry.admitted_on.isoformat(),
        entry.discharged_on.isoformat(),
        entry.content,
        entry.episode,
        entry.transfer_from,
    ]


def _read_entry(row: list[Any]) -> VisitEntry:
    claim_id, institution, claim_no, kind, admitted, discharged, content, episode, transfer_from = row
    days = date.fromisoformat(admitted), date.fromisoformat(discharged)
    return VisitEntry(claim_id, institution, claim_no, VisitKind(kind), *days, content, episode, transfer_from)
