"""Policy on the businesses of an area's offices: the time a business may take, its postponement, and the townships that
are a desk for it.

These slots are asked for a place on a day, not for a claim: the area's own notices and those above it speak, the
narrower first. Every answer carries the citation of what decided it.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.clocks import ClockKind, ClockRule
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.facts import facts_of_place
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import overridden, resolve


def decider(bundle: Bundle, slot: Slot, place: AreaCode, day: date, business: str | None = None) -> Provision | None:
    """Find the provision that decides a slot for a place, None where none speaks.

    Raises `PolicyConflict` where two provisions of one rank decide, which no published set has.
    """
    facts = facts_of_place(bundle.registry, place, day, business)
    return resolve(bundle, slot, facts, overridden(bundle, facts)).winner


def clock_rule(bundle: Bundle, business: str, place: AreaCode, day: date, *, urgent: bool = False) -> ClockRule:
    """Find the time a business may take in a place. A business that is postponed there has no end, unless the person
    cannot wait (`urgent`) and has an appointment.
    """
    postponed = None if urgent else decider(bundle, Slot.POSTPONEMENT, place, day, business)
    if postponed is not None:
        return ClockRule(ClockKind.NONE, None, postponed.citation, postponed=True)
    found = decider(bundle, Slot.CLOCK, place, day, business)
    if found is None:
        return ClockRule(ClockKind.NONE)
    length = found.value.get("length")
    return ClockRule(ClockKind(found.value["kind"]), None if length is None else int(length), found.citation)


def township_desk(bundle: Bundle, business: str, district: AreaCode, day: date) -> Provision | None:
    """Find the provision that makes the township offices of a district a desk for a business, None where none does."""
    return decider(bundle, Slot.TOWNSHIP_DESK, district, day, business)
