"""The institutions and the catalogue in a bundle's document: the roots of their lists, with the small parts inline.

| under `registers` | what |
|---|---|
| institutions | `root` and `count` of the rows by code; `by_place`, the root of the same by place; the `places` |
| catalogue | `root` and `count` of the items by code, each with its dated rows; `planned`, the root of the codes that
  ever stood in the treatment plan; the `days` from which an item changes |

Both are the same whichever edits led to them, except the days, of which an edit forgets none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.registry.domain.lists import Parts, RowTree, Value, write_list
from chalicelib.registry.domain.model import (
    CatalogueItem,
    Institution,
    InstitutionKind,
    InstitutionPlace,
    ItemClass,
    ItemKind,
    KeptCatalogue,
    KeptInstitutions,
    days_of,
)

Row = Mapping[str, Any]
"""A row in the document's form."""


@dataclass(frozen=True, slots=True)
class WrittenRegisters:
    """The content of a bundle's document under `registers`, and the parts written for the lists that it names."""

    document: Mapping[str, Any]
    parts: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class LaidOver:
    """Newly written parts laid over earlier parts."""

    new: Mapping[str, bytes]
    before: Parts

    def __getitem__(self, name: str, /) -> bytes:
        return self.new[name] if name in self.new else self.before[name]


def write_registers(institutions: Iterable[Row], catalogue: Iterable[Row]) -> WrittenRegisters:
    """Write whole lists from rows in any order."""
    rows = {str(row["code"]): row for row in institutions}
    items = by_code(catalogue)
    written = {
        "root": write_list((code, rows[code]) for code in sorted(rows)),
        "by_place": write_list(sorted(((_key(row), row) for row in rows.values()), key=lambda entry: entry[0])),
        "items": write_list((code, items[code]) for code in sorted(items)),
        "planned": write_list((code, True) for code in sorted(items) if _is_planned(items[code])),
    }
    return WrittenRegisters(
        {
            "institutions": {
                "root": written["root"].root,
                "count": len(rows),
                "by_place": written["by_place"].root,
                "places": _places(map(_place, rows.values())),
            },
            "catalogue": {
                "root": written["items"].root,
                "count": len(items),
                "planned": written["planned"].root,
                "days": sorted(_days(items.values())),
            },
        },
        {name: part for each in written.values() for name, part in each.parts.items()},
    )


def edit_registers(
    document: Mapping[str, Any], parts: Parts, institutions: Mapping[str, Row], items: Mapping[str, Sequence[Row]]
) -> WrittenRegisters:
    """Lay rows over written lists, by code: an item's rows replace all its earlier rows. Only the affected parts are
    read.
    """
    listed, catalogue = document["institutions"], document["catalogue"]
    by_code_before, items_before = RowTree(listed["root"], parts), RowTree(catalogue["root"], parts)
    before = {code: found for code in institutions if (found := by_code_before.get(code)) is not None}
    moved = {_key(row): None for row in before.values()} | {_key(row): row for row in institutions.values()}
    written = {
        "root": by_code_before.edited(institutions),
        "by_place": RowTree(listed["by_place"], parts).edited(moved),
        "items": items_before.edited(items),
        "planned": RowTree(catalogue["planned"], parts).edited(
            {code: True if _is_planned(rows) else None for code, rows in items.items()}
        ),
    }
    new = {name: part for each in written.values() for name, part in each.parts.items()}
    by_place = RowTree(written["by_place"].root, LaidOver(new, parts))
    left = {place for place in map(_place, before.values()) if next(by_place.under(place.key), None) is None}
    places = {InstitutionPlace(*each) for each in listed["places"]} - left | set(map(_place, institutions.values()))
    return WrittenRegisters(
        {
            "institutions": {
                "root": written["root"].root,
                "count": listed["count"] + len(institutions.keys() - before.keys()),
                "by_place": written["by_place"].root,
                "places": _places(places),
            },
            "catalogue": {
                "root": written["items"].root,
                "count": catalogue["count"] + sum(items_before.get(code) is None for code in items),
                "planned": written["planned"].root,
                "days": sorted({*catalogue["days"], *_days(items.values())}),
            },
        },
        new,
    )


def read_registers(document: Mapping[str, Any], parts: Parts) -> tuple[KeptInstitutions, KeptCatalogue]:
    """Open the lists that a document names; nothing is read before use."""
    listed, items = document["institutions"], document["catalogue"]
    return (
        KeptInstitutions(
            RowTree(listed["root"], parts),
            listed["count"],
            _institution,
            RowTree(listed["by_place"], parts),
            frozenset(InstitutionPlace(*each) for each in listed["places"]),
        ),
        KeptCatalogue(
            RowTree(items["root"], parts),
            items["count"],
            _items,
            RowTree(items["planned"], parts),
            frozenset(date.fromisoformat(day) for day in items["days"]),
        ),
    )


def by_code(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group the dated rows by item, the earliest first."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: str(row["valid_from"] or "")):
        found.setdefault(str(row["code"]), []).append(row)
    return found


def _key(row: Row) -> str:
    return _place(row).key + str(row["code"])


def _place(row: Row) -> InstitutionPlace:
    return InstitutionPlace(row["area"], row["pooling_area"], row["agency"])


def _places(places: Iterable[InstitutionPlace]) -> list[list[str]]:
    return sorted([each.area, each.pooling_area, each.agency] for each in set(places))


def _is_planned(rows: Iterable[Row]) -> bool:
    return any(row["plan_from"] is not None for row in rows)


def _days(items: Iterable[Value]) -> set[str]:
    return {day.isoformat() for rows in items for item in _items(rows) for day in days_of(item)}


def _institution(row: Value) -> Institution:
    return Institution(
        code=row["code"],
        name_zh=row["name_zh"],
        area=row["area"],
        pooling_area=row["pooling_area"],
        agency=row["agency"],
        level=row["level"],
        kind=InstitutionKind(row["kind"]),
        treatment_designated=row["treatment_designated"],
        agreement_until=_day(row["agreement_until"]),
        temporary_agreement_until=_day(row["temporary_agreement_until"]),
    )


def _items(rows: Value) -> tuple[CatalogueItem, ...]:
    return tuple(
        CatalogueItem(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            kind=ItemKind(row["kind"]),
            item_class=ItemClass(row["class"]),
            self_pay_ratio=Fraction(row["self_pay_ratio"]),
            price_ceiling_fen=row["price_ceiling_fen"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            plan_from=_day(row["plan_from"]),
            plan_to=_day(row["plan_to"]),
        )
        for row in rows
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
