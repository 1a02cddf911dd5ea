"""A comparison of two bundles on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chalicelib.kernel.text import render_text
from chalicelib.law.domain.comparison import CellChange, Comparison, Kind, Named, Outcome
from chalicelib.law.schemas.policies import plain
from chalicelib.law.schemas.wording import condition_in_words, name_of_slot, value_in_words
from chalicelib.platform.http.answers import Answer, Area, Sha256, TextPair


class NamedDocument(Answer):
    """A notice, a provision, or a row of the registry (`areas 530100`)."""

    name: str
    kind: Kind


class OutcomeDocument(Answer):
    """The deciders of a slot, by citation, with their values; all empty where nothing applies."""

    deciders: list[str]
    values: list[dict[str, Any]]
    in_words: list[TextPair]


class DaysDocument(Answer):
    from_: Annotated[str | None, Field(alias="from")]
    to: str | None


class CellChangeDocument(Answer):
    """Cells in which a slot is decided otherwise. A dimension that is not named may have any value."""

    slot: str
    decides: TextPair
    cell: dict[str, list[str]]
    when: TextPair
    place: str
    treatment: Area
    insured: Area | None
    days: dict[str, DaysDocument]
    before: OutcomeDocument
    after: OutcomeDocument
    of_value: bool


class ComparisonDocument(Answer):
    before: Sha256
    after: Sha256
    notices: list[NamedDocument]
    provisions: list[NamedDocument]
    registry: list[NamedDocument]
    cells: list[CellChangeDocument]


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """Write everything that differs."""
    return {
        "before": comparison.before,
        "after": comparison.after,
        "notices": [_named(each) for each in comparison.notices],
        "provisions": [_named(each) for each in comparison.provisions],
        "registry": [_named(each) for each in comparison.registry],
        "cells": [_cell(each) for each in comparison.cells],
    }


def _named(named: Named) -> dict[str, Any]:
    return {"name": named.name, "kind": named.kind.value}


def _cell(change: CellChange) -> dict[str, Any]:
    return {
        "slot": change.slot.value,
        "decides": render_text(name_of_slot(change.slot)),
        "cell": {name: list(values) for name, values in change.cell.items()},
        "when": render_text(condition_in_words(change.cell)),
        "place": change.place.value,
        "treatment": change.treatment,
        "insured": change.insured,
        "days": {
            anchor.value: {
                "from": None if days.from_on is None else days.from_on.isoformat(),
                "to": None if days.to_on is None else days.to_on.isoformat(),
            }
            for anchor, days in change.days.items()
        },
        "before": _outcome(change.before),
        "after": _outcome(change.after),
        "of_value": change.of_value,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "deciders": list(outcome.deciders),
        "values": [plain(value) for value in outcome.values],
        "in_words": [render_text(value_in_words(value)) for value in outcome.values],
    }
