"""The terms on which the parties of a run confirm: those of a notice for the tier, or the default, marked as such.

The slot `clearing-terms` is asked for the tier and the last day of its period that has come. No notice of 2020 to 2023
known to the project decides it; an empty slot is no gap. Source: issue 5; docs/decisions.md, "Silence is no consent".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text, render_text
from chalicelib.kernel.time import last_day_of
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.citation import cited
from chalicelib.law.domain.facts import facts_of_place
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.resolution import overridden, resolve
from chalicelib.law.domain.values import ClearingTerms

CONFIRM_WITHIN_DAYS = 10

NO_NOTICE = Text(
    f"没有文件规定清算的确认期限：按 {CONFIRM_WITHIN_DAYS} 日计，逾期未确认不视为同意。",
    f"No notice sets the terms of confirmation: {CONFIRM_WITHIN_DAYS} days, and silence is no consent.",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The parties' time to confirm, and the effect of silence: consent only where a policy says so.

    `citation` is the deciding provision as callers see it, None for the default; `bundle` names the policy set that was
    asked; `interpretation` is the reading of an unclear text, or states that nothing was found.
    """

    confirm_within_days: int = CONFIRM_WITHIN_DAYS
    silence_is_consent: bool = False
    citation: CitedProvision | None = None
    bundle: str | None = None
    interpretation: Text | None = NO_NOTICE


def terms_for(bundle: Bundle, tier: AreaCode, period: str, today: date) -> Terms:
    """Return the terms of a run over a tier's window of a month (`2026-11`), as of its last day or, if earlier, today.

    Raises `PolicyConflict` where two provisions of equal rank decide, which no published set has.
    """
    facts = facts_of_place(bundle.registry, tier, min(today, last_day_of(period)))
    winner = resolve(bundle, Slot.CLEARING_TERMS, facts, overridden(bundle, facts)).winner
    if winner is None:
        return Terms(bundle=bundle.hash)
    value = ClearingTerms.read(winner.value)
    return Terms(
        confirm_within_days=value.confirm_within_days,
        silence_is_consent=value.silence_is_consent,
        citation=cited(winner.citation, bundle),
        bundle=bundle.hash,
        interpretation=winner.interpretation,
    )


def write_terms(terms: Terms) -> dict[str, Any]:
    """Write the terms as a document, for a run and its statements."""
    return {
        "confirm_within_days": terms.confirm_within_days,
        "silence_is_consent": terms.silence_is_consent,
        "citation": None if terms.citation is None else terms.citation.document(),
        "bundle": terms.bundle,
        "interpretation": None if terms.interpretation is None else render_text(terms.interpretation),
    }


def read_terms(document: Mapping[str, Any]) -> Terms:
    """Read the terms from a document, the inverse of `write_terms`."""
    said, known = document["interpretation"], document["citation"]
    return Terms(
        confirm_within_days=document["confirm_within_days"],
        silence_is_consent=document["silence_is_consent"],
        citation=None if known is None else CitedProvision.read(known),
        bundle=document["bundle"],
        interpretation=None if said is None else Text(said["zh"], said["en"]),
    )
