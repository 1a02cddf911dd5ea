"""Decisions of claims without an article, a provision or a notice, many at once in columns.

A bundle without a unit is a bundle like any other: provisions set aside by the unit apply again, and provisions beneath
it decide. Ordinary rules are no units, since nothing is decided without them. numpy comes in with the columns, so this
module is imported only by code that runs in a task of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from chalicelib.adjudication.domain.assess import assess
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns.deciding import decided_blocks
from chalicelib.adjudication.domain.columns.gathering import ClaimColumns, Ints, gather
from chalicelib.adjudication.domain.columns.wanted import PAYERS
from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.claims.domain.alternatives import MONEY_SLOTS
from chalicelib.impact.domain.moved import LawUnit, MovedBy, MovedRow
from chalicelib.kernel.errors import PolicyConflict
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot, Standing

Case: TypeAlias = tuple[Claim, Circumstances]

_PATIENT, _BASIC, _CRITICAL, _ASSISTANCE, _FISCAL = range(5)
_PAYERS = 5


class Variants:
    """The bundles that lack one unit of a bundle, each made at its first request."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._without: dict[LawUnit, Bundle] = {}

    def without(self, unit: LawUnit) -> Bundle:
        """Return the bundle as if the unit had never been issued."""
        if unit not in self._without:
            kept = tuple(each for each in self._bundle.provisions if unit != _of_kind(each, unit))
            self._without[unit] = replace(self._bundle, provisions=kept)
        return self._without[unit]


def units_of(bundle: Bundle, by: MovedBy, areas: Iterable[AreaCode]) -> tuple[LawUnit, ...]:
    """Return the units, by notice, article or provision, of these areas' notices that may move money."""
    known = frozenset(areas)
    return tuple(
        sorted(
            {
                unit_of(each, by)
                for each in bundle.provisions
                if each.area in known and _may_move(each) and bundle.notices[each.notice].standing is Standing.NOTICE
            }
        )
    )


def _may_move(provision: Provision) -> bool:
    return provision.slot in MONEY_SLOTS or provision.slot is Slot.AGREEMENT or bool(provision.overrides)


def unit_of(provision: Provision, by: MovedBy) -> LawUnit:
    """Return the unit that a provision belongs to."""
    match by:
        case MovedBy.NOTICE:
            return LawUnit(provision.notice)
        case MovedBy.ARTICLE:
            return LawUnit(provision.notice, provision.article)
        case MovedBy.PROVISION:
            return LawUnit(provision.notice, provision.article, provision.id)


def _of_kind(provision: Provision, unit: LawUnit) -> LawUnit:
    """Return a provision's unit of the same kind as another unit."""
    article = provision.article if unit.article else ""
    return LawUnit(provision.notice, article, provision.id if unit.provision else "")


def moved_by_units(cases: Sequence[Case], bundle: Bundle, by: MovedBy) -> tuple[MovedRow, ...]:
    """Return the amounts each unit of a bundle moved of claims that the bundle decided."""
    if not cases:
        return ()
    columns, variants = gather(cases), bundle.compiled(Variants)
    standing = _decided(cases, columns, bundle)
    units = units_of(bundle, by, _areas(cases, bundle))
    return tuple(_row(unit, standing, _decided(cases, columns, variants.without(unit))) for unit in units)


def _areas(cases: Iterable[Case], bundle: Bundle) -> set[AreaCode]:
    """Return every area whose notices may apply to these claims: the treatment and insured places, and those above."""
    registry = bundle.registry
    places = {registry.institutions[claim.institution].area for claim, _ in cases}
    places |= {area for _, known in cases if known.enrolment and (area := known.enrolment.insured_area)}
    return {area for place in places for area in registry.chain(place)}


_Figures: TypeAlias = tuple[Ints, Ints]
"""Each payer's amount of each claim, and a flag for each claim that could be decided."""


def _decided(cases: Sequence[Case], columns: ClaimColumns, bundle: Bundle) -> _Figures:
    borne = np.zeros((_PAYERS, len(cases)), dtype=np.int64)
    known = np.zeros(len(cases), dtype=bool)
    for place in _in_columns(columns, bundle, borne, known):
        figures = _alone(*cases[place], bundle)
        if figures is not None:
            borne[:, place], known[place] = figures, True
    return borne, known


def _in_columns(columns: ClaimColumns, bundle: Bundle, borne: Ints, known: Ints) -> Sequence[int]:
    """Decide claims in columns and write their payers' amounts; return the places of those to be decided alone: every
    claim where the bundle conflicts in some cell.
    """
    alone: list[int] = []
    try:
        for block in decided_blocks(columns, bundle, alone, wanted=PAYERS):
            sharing, places = block.sharing, block.places
            borne[:, places] = [sharing.patient_fen, *sharing.paid, sharing.fiscal_fen]
            known[places] = True
    except PolicyConflict:
        known[:] = False
        return range(columns.size)
    return alone


def _alone(claim: Claim, known: Circumstances, bundle: Bundle) -> tuple[int, ...] | None:
    try:
        decision = assess(claim, known, bundle, again=True).decision
    except PolicyConflict:
        return None
    return (
        None
        if decision is None
        else (
            decision.sharing.patient_fen,
            *decision.sharing.paid,
            decision.sharing.fiscal_fen,
        )
    )


def _row(unit: LawUnit, standing: _Figures, other: _Figures) -> MovedRow:
    (borne, is_known), (borne_without, is_known_without) = standing, other
    both = is_known & is_known_without
    moved: Any = (borne - borne_without)[:, both]
    sums: Mapping[int, int] = {payer: int(moved[payer].sum()) for payer in range(_PAYERS)}
    return MovedRow(
        unit,
        changed=int(moved.any(axis=0).sum()),
        relieved=int((moved[_PATIENT] < 0).sum()),
        burdened=int((moved[_PATIENT] > 0).sum()),
        undecided=int((is_known & ~is_known_without).sum()),
        patient_fen=sums[_PATIENT],
        basic_fen=sums[_BASIC],
        critical_fen=sums[_CRITICAL],
        assistance_fen=sums[_ASSISTANCE],
        fiscal_fen=sums[_FISCAL],
    )
