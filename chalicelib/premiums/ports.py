"""Ports of premiums: the stores of deferred premiums and of flexible workers' payments."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.premiums.domain import DeferredPremium, FlexibleCover


def deferred_in(area: AreaCode) -> str:
    """Return the name of the list of an area's deferred premiums."""
    return f"AREA#{area}"


def deferred_by(area: AreaCode, employer: str) -> str:
    """Return the name of the list of an employer's deferred premiums in an area."""
    return f"EMPLOYER#{area}#{employer}"


class DeferralStore(Shelf[DeferredPremium], Protocol):
    """The store of deferred premiums, by area and by employer in an area."""


class FlexibleCoverStore(Shelf[FlexibleCover], Protocol):
    """The store of flexible workers' payments, by area."""
