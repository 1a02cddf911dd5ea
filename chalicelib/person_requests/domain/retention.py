"""Retention: the terms that policy sets for keeping a person identifiable after settled claims and enrolments.

The slots `retention-claims` and `retention-enrolments` are read for the asking agency's area on the day of the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.facts import facts_of_place
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.resolution import overridden, resolve


@dataclass(frozen=True, slots=True)
class Term:
    """A retention term: whole years after the year in which the matter ended, with the provision."""

    years: int
    citation: str


@dataclass(frozen=True, slots=True)
class Retention:
    """The retention terms. A term is None where no policy sets it: then the records concerned are never erased."""

    claims: Term | None
    enrolments: Term | None


@dataclass(frozen=True, slots=True)
class Kept:
    """The duty to keep records. `until` is the last day on which the records must be kept, None where unknown."""

    until: date | None
    citation: str | None


def retention_for(bundle: Bundle, area: AreaCode, today: date) -> Retention:
    """Return the terms that hold for an area on a day. Raises `PolicyConflict` where two provisions of the same rank
    decide, which no published set has.
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
    """Return the duty to keep a person's identity, None where no record requires it any more.

    `settled_years`: the years with settled claims; `cover_ends`: the last days of the insured periods, None for an open
    period.
    """
    ended = [(terms.claims, year) for year in settled_years]
    ended += [(terms.enrolments, (day or today).year) for day in cover_ends]
    known = [Kept(date(year + term.years, 12, 31), term.citation) for term, year in ended if term is not None]
    if len(known) < len(ended):
        return Kept(None, None)
    latest = max(known, key=lambda kept: kept.until or date.max, default=None)
    return latest if latest is not None and latest.until is not None and latest.until >= today else None
