"""How long it must be possible to say who a person is: the terms that policy sets for settled claims and enrolments.

The slots `retention-claims` and `retention-enrolments` are asked for the area whose agency asks, on the day it asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.kernel.frozen import dataclass
from chalicelib.law.domain.facts import facts_of_place
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.resolution import overridden, resolve


@dataclass(frozen=True, slots=True)
class Term:
    """Whole years after the year in which something ended, and the provision that says so."""

    years: int
    citation: str


@dataclass(frozen=True, slots=True)
class Retention:
    """A term is None where no policy sets one: then nothing of it is ever erased."""

    claims: Term | None
    enrolments: Term | None


@dataclass(frozen=True, slots=True)
class Kept:
    """`until` is the last day on which the records must still be kept, None where it is not known."""

    until: date | None
    citation: str | None


def retention_for(bundle: Bundle, area: str, today: date) -> Retention:
    """The terms that hold for an area on a day. Raises `PolicyConflict` where two provisions of one rank decide, which
    no published set has.
    """
    facts = facts_of_place(bundle.registry, area, today)
    mask = overridden(bundle, facts)

    def term(slot: Slot) -> Term | None:
        winner = resolve(bundle, slot, facts, mask).winner
        return None if winner is None else Term(int(winner.value["years"]), winner.citation)

    return Retention(term(Slot.RETENTION_CLAIMS), term(Slot.RETENTION_ENROLMENTS))


def kept_until(
    terms: Retention, settled_years: Sequence[int], cover_ends: Sequence[date | None], today: date
) -> Kept | None:
    """Until when a person's identity must be kept, None where nothing asks for it any more.

    `settled_years`: the years in which something was settled; `cover_ends`: the last days of the insured periods, None
    for one that goes on.
    """
    ended = [(terms.claims, year) for year in settled_years]
    ended += [(terms.enrolments, (day or today).year) for day in cover_ends]
    known = [Kept(date(year + term.years, 12, 31), term.citation) for term, year in ended if term is not None]
    if len(known) < len(ended):
        return Kept(None, None)
    latest = max(known, key=lambda kept: kept.until or date.max, default=None)
    return latest if latest is not None and latest.until is not None and latest.until >= today else None
