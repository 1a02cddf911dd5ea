"""Measures of an advance under the policy in force: the basis, the quota, and the mark for topping up a hospital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from chalicelib.adjudication.domain.facts import is_provincial
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.law.domain.facts import Days, Facts
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.resolution import overridden, resolve
from chalicelib.law.domain.services.vocabulary import Basis
from chalicelib.registry.domain.model import Institution

TOP_UP_BELOW = Fraction(1, 5)
"""The mark where a policy that tops up names none: a fifth of the last advance is left. Our reading of "in time"."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The provision that grants an institution a special advance. `ended_on` is its last day where the provision no
    longer holds today: its claims are still settled, and the rest of the advance goes back.
    """

    citation: str
    basis: Basis
    months_min: int
    months_max: int
    amount_fen: Fen
    earmarked: bool
    tops_up: bool
    top_up_below: Fraction
    ended_on: date | None

    @property
    def ended(self) -> bool:
        return self.ended_on is not None

    @classmethod
    def of(cls, provision: Provision, *, ended_on: date | None) -> Measure:
        value: Mapping[str, Any] = provision.value
        return cls(
            citation=provision.citation,
            basis=Basis(value["basis"]),
            months_min=int(value.get("months_min", 0)),
            months_max=int(value.get("months_max", value.get("months_min", 0))),
            amount_fen=int(value.get("amount_fen", 0)),
            earmarked=bool(value.get("earmarked")),
            tops_up=bool(value.get("top_up")),
            top_up_below=Fraction(value["top_up_below"]) if "top_up_below" in value else TOP_UP_BELOW,
            ended_on=ended_on,
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """The figures by which an agency measures an advance, in fen.

    `monthly_fen`: the funds' payments to the hospital per month, on average over the last three months with any.
    `ordinary_quota_fen`: a month of its total-control quota. `added_fen`: the funds' costs for protected patients in a
    month. `held_fen`: special advances that the hospital holds or has under way.
    """

    monthly_fen: Fen = 0
    ordinary_quota_fen: Fen = 0
    added_fen: Fen = 0
    held_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """A policy's measure of an advance, for the deciding officer. None of the figures is a ceiling.

    `least_fen` is the policy's floor: an approval below the floor gives a reason. Where the text gives the floor as a
    range, `least_to_fen` is its upper end. The others are the figures of the basis, None for other bases: fund payments
    in a month, a month of the ordinary quota, the costs these patients added, and the first payment the policy records.
    `ended_on` is the policy's last day (ISO 8601) where the policy was over at the request.
    """

    citation: str | None
    basis: str
    least_fen: Fen = 0
    least_to_fen: Fen | None = None
    monthly_fen: Fen | None = None
    ordinary_quota_fen: Fen | None = None
    added_fen: Fen | None = None
    first_payment_fen: Fen | None = None
    ended_on: str | None = None


def measure_for(bundle: Bundle, institution: Institution, today: date) -> Measure | None:
    """Return the measure that an institution's special advances stand on: the one in force, else the last one in force.

    The answer can change only on days on which something of the policy begins or has ended, so only these days are
    looked at, latest first. None where no measure ever named the institution.
    """
    for day in _days_of_change(bundle, today):
        facts = _facts(bundle, institution, day)
        winner = resolve(bundle, Slot.ADVANCE, facts, overridden(bundle, facts)).winner
        if winner is not None:
            return Measure.of(winner, ended_on=day if day < today else None)
    return None


def quota_of(measure: Measure | None, requested_fen: Fen, spending: Spending) -> Quota:
    """Measure a request by a policy.

    Shandong has at least one to two months of fund payments paid beforehand, counted with the hospital's holding, and
    more as needed; Shanxi the whole need applied for. Both are floors. Chongqing weighs ordinary quota, application and
    added spending; Dalian records a first payment and goes on as needed; Yunnan and the nation earmark the need. Where
    a policy has ended its figures are shown and its floor binds nobody. No measure: the agency's own business.
    """
    if measure is None:
        return Quota(None, "ordinary")
    measured = _measured(measure, requested_fen, spending)
    if measure.ended_on is None:
        return measured
    return replace(measured, least_fen=0, least_to_fen=None, ended_on=measure.ended_on.isoformat())


def _measured(measure: Measure, requested_fen: Fen, spending: Spending) -> Quota:
    quota = Quota(measure.citation, measure.basis.value)
    match measure.basis:
        case Basis.TRAILING_MONTHS:
            least_fen, least_to_fen = (
                max(0, months * spending.monthly_fen - spending.held_fen)
                for months in (measure.months_min, measure.months_max)
            )
            return replace(quota, least_fen=least_fen, least_to_fen=least_to_fen, monthly_fen=spending.monthly_fen)
        case Basis.ORDINARY_QUOTA_PLUS:
            return replace(quota, ordinary_quota_fen=spending.ordinary_quota_fen, added_fen=spending.added_fen)
        case Basis.FIRST_PAYMENT:
            return replace(quota, first_payment_fen=measure.amount_fen)
        case Basis.FULL:
            return replace(quota, least_fen=requested_fen)
        case Basis.EARMARKED:
            return quota


def needs_top_up(measure: Measure, last_paid_fen: Fen, balance_fen: Fen) -> bool:
    """Tell whether a hospital's special balance is below the policy's mark. Source: Y-02, S-05, D-04."""
    return measure.tops_up and not measure.ended and balance_fen < round_half_up(measure.top_up_below * last_paid_fen)


def no_measure() -> Finding:
    """Return the finding that a special advance needs a policy that grants it."""
    return finding(
        "advance-without-measure",
        "fund",
        "没有政策规定向该机构专项预拨，请申请日常预付。",
        "No policy grants this institution a special advance; ask for an ordinary one.",
    )


def _days_of_change(bundle: Bundle, today: date) -> tuple[date, ...]:
    days = {today}
    for provision in bundle.provisions:
        effective = provision.effective
        if effective.from_on is not None:
            # The day before is the last day of the provision replaced by this one.
            days |= {effective.from_on, effective.from_on - timedelta(days=1)}
        if effective.to_on is not None:
            days.add(effective.to_on)
    return tuple(sorted((day for day in days if day <= today), reverse=True))


def _facts(bundle: Bundle, institution: Institution, day: date) -> Facts:
    """Return the facts of an institution that need no claim."""
    registry = bundle.registry
    chain = registry.chain(institution.area)
    values = {
        "level": str(institution.level) if institution.level else "none",
        "institution-kind": institution.kind.value,
        "designated": "yes" if institution.treatment_designated else "no",
        "agency": "provincial" if is_provincial(registry, institution) else "local",
        "area-status": registry.areas[institution.area].fiscal_status.value,
    }
    return Facts(values=values, treatment_chain=chain, insured_chain=chain, days=Days(day, day, day, day))
