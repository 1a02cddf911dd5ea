"""Premiums in the epidemic: employers' deferred premiums with late fees, and the first day of flexible workers' cover.

Deferred arrears leave cover unchanged, maternity included: nothing here touches an enrolment. Late fee and waiting
period are base rules, marked illustrative. Nothing here reads a store.

Source: D-14, D-15, 大连 2020-02-20 发布会 企业-1.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, round_half_up
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.domain.services.vocabulary import EmployerSize

DeferralId = NewType("DeferralId", str)
FlexibleCoverId = NewType("FlexibleCoverId", str)


@dataclass(frozen=True, slots=True)
class DeferredPremium:
    """An employer's deferred premium of a month. `benefits` go on meanwhile. `fee_fen` is the late fee when paid, None
    until then; `fee_citations` are the provisions behind the fee.
    """

    deferral_id: DeferralId
    employer: str
    area: AreaCode
    month: str
    due_on: date
    amount_fen: Fen
    size: EmployerSize
    ground: str
    benefits: tuple[str, ...]
    granted: Act
    citation: str
    paid_on: date | None = None
    paid: Act | None = None
    fee_fen: Fen | None = None
    fee_citations: tuple[str, ...] = ()
    revision: int = 1

    def settle(self, act: Act, paid_on: date, fee_fen: Fen, citations: tuple[str, ...]) -> DeferredPremium:
        """Return the premium as paid. Raises `Conflict` where the premium was paid on another day."""
        if self.paid_on is not None:
            if self.paid_on != paid_on:
                raise Conflict([_PAID.naming(deferral_id=self.deferral_id, paid_on=self.paid_on.isoformat())])
            return self
        return replace(
            self, paid_on=paid_on, paid=act, fee_fen=fee_fen, fee_citations=citations, revision=self.revision + 1
        )


def deferral_id_of(area: AreaCode, employer: str, month: str) -> DeferralId:
    """Return the id of a deferral; an employer's month is deferred once in an area."""
    return DeferralId(f"dfr_{fingerprint([area, employer, month])[:26]}")


def late_fee(amount_fen: Fen, per_day: Fraction, due_on: date, paid_on: date) -> Fen:
    """Return the late fee: the daily part for each day after the due day, rounded once, half up."""
    return round_half_up(amount_fen * per_day * max(0, (paid_on - due_on).days))


@dataclass(frozen=True, slots=True)
class FlexibleCover:
    """The first day of cover of a flexible worker who paid on a day, with the provision."""

    cover_id: FlexibleCoverId
    person: PersonToken
    area: AreaCode
    paid_on: date
    covered_from: date
    recorded: Act
    citation: str
    illustrative: bool
    revision: int = 1


def flexible_cover_id_of(area: AreaCode, person: PersonToken, paid_on: date) -> FlexibleCoverId:
    """Return the id of a flexible worker's payment; the same payment again is the first one."""
    return FlexibleCoverId(f"flx_{fingerprint([area, person, paid_on.isoformat()])[:26]}")


_PAID = finding(
    "premium-paid",
    "deferrals",
    "其中有的保费已登记为在另一日缴纳，请先查询缓缴登记。",
    "One of the premiums was paid on another day. Read the deferrals first.",
)
