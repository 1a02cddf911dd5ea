"""Amounts moved by a period's provisions: settled claims' results, less their results without the provisions.

A unit is the part of the law left out: an article with its provisions, one provision, or a whole notice. Each claim is
decided alone, by its own bundle and on the year's figures of its decision. Figures of two units are never added up: two
articles that grant the same move nothing each. The records of a run are defined here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.impact.domain.simulation import SimulationStatus
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, SimulationId


class MovedBy(StrEnum):
    """Kind of unit left out at a time."""

    NOTICE = "notice"
    ARTICLE = "article"
    PROVISION = "provision"


@dataclass(frozen=True, slots=True, order=True)
class LawUnit:
    """A notice, one of its articles, or one provision; the fields beyond the unit's kind are empty."""

    notice: str
    article: str = ""
    provision: str = ""


@dataclass(frozen=True, slots=True)
class MovedRow:
    """The amounts a unit moved, in fen: above zero where a payer bears more because of the unit. `changed` claims would
    have another result without the unit, which relieved some patients and burdened others; `undecided` claims could not
    have been decided.
    """

    unit: LawUnit
    changed: int = 0
    relieved: int = 0
    burdened: int = 0
    undecided: int = 0
    patient_fen: Fen = 0
    basic_fen: Fen = 0
    critical_fen: Fen = 0
    assistance_fen: Fen = 0
    fiscal_fen: Fen = 0

    @property
    def funds_fen(self) -> Fen:
        return self.basic_fen + self.critical_fen + self.assistance_fen

    def plus(self, other: MovedRow) -> MovedRow:
        """Add another row of the same unit."""
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in _COUNTED})


_COUNTED = tuple(name for name in MovedRow.__slots__ if name != "unit")


@dataclass(frozen=True, slots=True)
class MovedMonth:
    """The claims that posted in a month, `2026-11`, and the amounts each unit moved of them."""

    month: str
    claims: int
    rows: tuple[MovedRow, ...]


@dataclass(frozen=True, slots=True)
class MovedMoney:
    """Moved amounts by month, the earliest first."""

    months: tuple[MovedMonth, ...] = ()

    @property
    def claims(self) -> int:
        return sum(month.claims for month in self.months)

    @property
    def rows(self) -> tuple[MovedRow, ...]:
        """Rows of the units, summed over all months."""
        return _summed_rows(row for month in self.months for row in month.rows)


def summed_moved(parts: Iterable[MovedMoney]) -> MovedMoney:
    """Add up several results into one."""
    months: dict[str, list[MovedMonth]] = {}
    for part in parts:
        for month in part.months:
            months.setdefault(month.month, []).append(month)
    return MovedMoney(
        tuple(
            MovedMonth(
                name, sum(each.claims for each in found), _summed_rows(row for each in found for row in each.rows)
            )
            for name, found in sorted(months.items())
        )
    )


def _summed_rows(rows: Iterable[MovedRow]) -> tuple[MovedRow, ...]:
    sums: dict[LawUnit, MovedRow] = {}
    for row in rows:
        sums[row.unit] = sums[row.unit].plus(row) if row.unit in sums else row
    return tuple(sums[unit] for unit in sorted(sums))


def write_moved(moved: MovedMoney) -> dict[str, Any]:
    """Write moved amounts as a plain document."""
    return {"months": [{**asdict(month), "rows": [asdict(row) for row in month.rows]} for month in moved.months]}


def read_moved(document: Mapping[str, Any]) -> MovedMoney:
    """Read a document written by `write_moved`."""
    return MovedMoney(
        tuple(
            MovedMonth(month["month"], month["claims"], tuple(_row(row) for row in month["rows"]))
            for month in document["months"]
        )
    )


def _row(row: Mapping[str, Any]) -> MovedRow:
    return MovedRow(**{**row, "unit": LawUnit(**row["unit"])})


PREFIX = "mov_"


def is_moved(walk_id: SimulationId) -> bool:
    """Tell whether an id of the simulation machine's runs names a run over moved amounts."""
    return walk_id.startswith(PREFIX)


def moved_id_of(area: AreaCode, from_on: date, to_on: date, by: MovedBy) -> SimulationId:
    """Return the id of the only run over an area and its days, both inside."""
    asked = f"{area} {from_on.isoformat()} {to_on.isoformat()} {by}"
    return SimulationId(PREFIX + sha256_hex(asked.encode())[:26])


@dataclass(frozen=True, slots=True)
class MovedRun:
    """A run over moved amounts. `attempt` counts the executions, `round` the new starts of a finished run; `result` is
    the hash of the sum of all days. Days after the day of the request are not looked at.
    """

    moved_id: SimulationId
    area: AreaCode
    from_on: date
    to_on: date
    by: MovedBy
    asked: Act
    last_on: date
    status: SimulationStatus = SimulationStatus.RUNNING
    revision: int = 1
    attempt: int = 1
    round: int = 1
    result: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status is SimulationStatus.RUNNING

    @property
    def days(self) -> tuple[date, ...]:
        """The days that are looked at, in order."""
        last = min(self.to_on, self.last_on)
        return tuple(self.from_on + timedelta(days=number) for number in range((last - self.from_on).days + 1))
