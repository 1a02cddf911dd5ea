"""The data that the local stack starts with: fictional persons and worked claims."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_HERE = Path(__file__).parent


def persons() -> list[dict[str, str]]:
    """Return the fictional sample persons, a row each."""
    with (_HERE / "persons.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def enrolment_body(person: Mapping[str, str]) -> dict[str, Any]:
    """Return the body by which an agency enrols a sample person."""
    body: dict[str, Any] = {
        "id_no": person["id_no"],
        "name": person["name"],
        "insured_area": person["insured_area"] or None,
        "insurance": person["insurance"],
        "assistance": person["assistance"],
    }
    return {**body, "employment": person["employment"]} if person["employment"] else body


def worked_claims() -> list[dict[str, Any]]:
    """Return the worked cases, each with `id`, `says`, `claim` and `expect`."""
    paths = sorted((_HERE / "claims").glob("*.yaml"))
    return [yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) for path in paths]
