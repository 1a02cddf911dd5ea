"""What premiums need of the world: their stores."""

from __future__ import annotations

from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.premiums.domain import DeferredPremium, FlexibleCover


def deferred_in(area: str) -> str:
    """The list of an area's deferred premiums."""
    return f"AREA#{area}"


def deferred_by(area: str, employer: str) -> str:
    """The list of an employer's in an area."""
    return f"EMPLOYER#{area}#{employer}"


class DeferralStore(Shelf[DeferredPremium], Protocol):
    """Deferred premiums by area, and by employer in an area."""


class FlexibleCoverStore(Shelf[FlexibleCover], Protocol):
    """Flexible workers' payments, by area."""
