"""Bundles of as many institutions and items as are asked for: the shipped policies, their lists grown."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.kernel.canonical import canonical_json
from chalicelib.law.domain.bundle import WrittenBundle
from chalicelib.registry.domain.lists import RowTree
from chalicelib.registry.domain.register import write_registers
from tests.kit.memory.samples import policies

PROVINCES, CITIES, COUNTIES = 31, 11, 9
"""Of a nation: 31 provinces, 341 cities, 3,069 counties, beside the shipped areas."""

Row = dict[str, Any]


def grown(institutions: int, items: int, provinces: int = PROVINCES, at: str | None = None) -> WrittenBundle:
    """The shipped policies with the areas of some provinces, a nation's by default, and so many rows more. The
    institutions stand in these areas' counties, one in fifty designated for treatment, or all `at` one county, all so.
    """
    compiled = policies()
    document = json.loads(compiled.content)
    shipped = document["registers"]
    listed = (row for _, row in RowTree(shipped["institutions"]["root"], compiled.parts).entries())
    billed = (row for _, rows in RowTree(shipped["catalogue"]["root"], compiled.parts).entries() for row in rows)
    areas = list(_areas(provinces))
    counties = [area["code"] for area in areas if area["level"] == "county"] if at is None else [at]
    more = ({**_institution(number, counties), **_designated(at)} for number in range(institutions))
    registers = write_registers(
        [*listed, *more],
        [*billed, *(_item(number) for number in range(items))],
    )
    whole = {**document, "areas": [*document["areas"], *areas], "registers": registers.document}
    return WrittenBundle(canonical_json(whole), registers.parts)


class PackedParts:
    """Parts as they lie in a bucket, compressed, with the count of the parts read."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.packed = {name: zlib.compress(part) for name, part in parts.items()}
        self.requests = self.bytes = 0

    def __getitem__(self, name: str, /) -> bytes:
        packed = self.packed[name]
        self.requests += 1
        self.bytes += len(packed)
        return zlib.decompress(packed)


def _areas(provinces: int) -> Iterator[Row]:
    """Areas under codes that no shipped area has: their first letter is no digit."""
    for province in range(provinces):
        above = f"x{province:02d}000"
        yield _area(above, "province", "000000")
        for city in range(CITIES):
            pooling = f"x{province:02d}{city:02d}0"
            yield _area(pooling, "city", above) if city else _area(f"{above[:5]}c", "city", above)
            for county in range(1, COUNTIES + 1):
                yield _area(f"{pooling[:5]}{county}", "county", pooling if city else f"{above[:5]}c")


def _area(code: str, level: str, parent: str) -> Row:
    return {
        "code": code,
        "name_zh": f"样例{code}",
        "name_en": f"Sample {code}",
        "level": level,
        "parent": parent,
        "fiscal_status": level,
    }


def _institution(number: int, counties: list[str]) -> Row:
    county = counties[number % len(counties)]
    return {
        "code": f"H{county}{number // len(counties):05d}",
        "name_zh": f"样例第{number % 1000}医院{number * 7919 % 1_000_003}",
        "area": county,
        "pooling_area": county,
        "agency": county,
        "level": (1, 2, 3, None)[number % 4],
        "kind": "hospital",
        "treatment_designated": number % 50 == 0,
        "agreement_until": f"20{27 + number % 5}-12-31",
        "temporary_agreement_until": None,
    }


def _designated(at: str | None) -> Row:
    return {} if at is None else {"treatment_designated": True}


def _item(number: int) -> Row:
    return {
        "code": f"X{'ABCDEGHJ'[number % 8]}{number * 48271 % 2_147_483_647:013d}{number % 1000:03d}",
        "name_zh": f"样例药品{number}注射液",
        "name_en": f"sample drug {number % 5000}, injection",
        "kind": "drug",
        "class": "AB"[number % 2],
        "self_pay_ratio": "0" if number % 2 == 0 else "1/10",
        "price_ceiling_fen": number * 37 % 100_000,
        "valid_from": "2020-01-01",
        "valid_to": None,
        "plan_from": None,
        "plan_to": None,
    }
