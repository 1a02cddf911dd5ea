"""The nightly review: its progress through the areas of a day, and what it has seen of the area under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.supervision.domain.matters import ClaimReview, review_id_of
from chalicelib.supervision.domain.signs import Prices


class ReviewPass(StrEnum):
    """The passes over an area's claims: the signs of each claim by itself, then its prices beside the day's."""

    SIGNS = "signs"
    PRICES = "prices"


class Seen:
    """What a review has seen of an area: prices, matters and citations; `is_priced` where any rule asks for prices."""

    def __init__(self) -> None:
        self.prices = Prices()
        self.matters: set[str] = set()
        self.citations: set[str] = set()
        self.is_priced = False

    def to_review(self, days: tuple[AreaCode, date, date], claims: int, at: Instant, asked: Act | None) -> ClaimReview:
        """Return the record of a review of an area's claims from one day to another. `asked` is None by night."""
        return ClaimReview(
            review_id_of(*days, at), *days, claims, len(self.matters), at, asked, tuple(sorted(self.citations))
        )

    def document(self) -> dict[str, Any]:
        """Return the document to keep between two steps."""
        return {
            "prices": self.prices.document(),
            "matters": sorted(self.matters),
            "citations": sorted(self.citations),
            "is_priced": self.is_priced,
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Seen:
        """Read what was seen from the kept document."""
        read = cls()
        read.prices = Prices.of(document["prices"])
        read.matters, read.citations = set(document["matters"]), set(document["citations"])
        read.is_priced = document["is_priced"]
        return read


@dataclass(frozen=True, slots=True)
class NightlyReview:
    """The progress of the nightly review through the claims of `day`, begun at an instant.

    `areas` are still to be reviewed, the first of them is under way; none means that the day is done. `cursor` is the
    next page of the pass, `kept` names the document of what was seen of the area, `claims` counts the area's claims.
    """

    day: date
    areas: tuple[AreaCode, ...]
    begun_at: Instant
    at_pass: ReviewPass = ReviewPass.SIGNS
    cursor: str | None = None
    kept: str = ""
    claims: int = 0
    revision: int = 0

    @property
    def is_done(self) -> bool:
        return not self.areas

    def on(self, cursor: str, kept: str, claims: int) -> NightlyReview:
        """Return the progress after a step within a pass."""
        return replace(self, cursor=cursor, kept=kept, claims=claims, revision=self.revision + 1)

    def to_prices(self, kept: str, claims: int) -> NightlyReview:
        """Return the progress after the first pass over an area whose prices are to be compared."""
        moved = replace(self, at_pass=ReviewPass.PRICES, cursor=None)
        return replace(moved, kept=kept, claims=claims, revision=self.revision + 1)

    def to_next_area(self) -> NightlyReview:
        """Return the progress after an area."""
        return NightlyReview(self.day, self.areas[1:], self.begun_at, revision=self.revision + 1)
