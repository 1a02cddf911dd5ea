"""A settled claim that is decided again: what it is decided on, why, and how what it comes to differs from what stands.

Only figures are corrected. Another engine, bundle or reason that leaves every figure as it was changes what the claim
is decided by and owes nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from chalicelib.adjudication.domain.assess import Assessment, Circumstances
from chalicelib.adjudication.domain.claim import Claim, StatusEvent
from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.parties import PartyChange, figures, parties, party_changes
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.kernel.access import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.writes import Part


@dataclass(frozen=True, slots=True)
class Known:
    """What a claim is decided on."""

    claim: Claim
    circumstances: Circumstances


Change = Callable[[Known], Known]
"""What differs when a claim is decided again. It is asked anew on every try, of the claim as it stands by then."""


class Outcome(StrEnum):
    """What deciding again came to; `unchanged` where every figure stays."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Noted:
    """Why a claim is decided again: what its history tells, what the correction cites beside the provisions that
    decided it, what is kept with the circumstances, and what is written in one with it. `role` is None for what follows
    by itself. `statuses` are those that are put right, which stay pending where that cannot be done.
    """

    event: HistoryEvent = HistoryEvent.YEAR_ORDER
    role: Role | None = None
    reason: str | None = None
    citations: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    kept: dict[str, Any] | None = None
    statuses: tuple[StatusEvent, ...] = ()


FOLLOWS = Noted()
"""A claim that is decided again since one before it in its year changed."""


@dataclass(frozen=True, slots=True)
class Anew:
    """What a claim comes to now, beside what stands: its determination, what of it is protected, and what it adds to
    its person's year.
    """

    standing: Mapping[str, Any]
    document: Mapping[str, Any]
    protected_fen: tuple[Fen, Fen]
    contribution: tuple[YearContribution, YearContribution]

    @classmethod
    def of(
        cls, standing: Mapping[str, Any], protected_fen: Fen, contribution: YearContribution, found: Assessment
    ) -> Anew:
        """Raises `AssertionError` where nothing could be decided."""
        determination, document = found.determination, found.document
        if determination is None or document is None:
            raise AssertionError("only what is decided is compared")
        return cls(
            standing,
            document,
            (protected_fen, determination.protected_fen),
            (contribution, determination.contribution),
        )

    @property
    def uses_as_much(self) -> bool:
        """Whether those after it in the year are decided on what they were decided on."""
        return self.contribution[0] == self.contribution[1]

    @property
    def has_the_same_figures(self) -> bool:
        """Whether nothing is owed, used or counted otherwise, line by line."""
        return (
            self.protected_fen[0] == self.protected_fen[1]
            and self.uses_as_much
            and figures(self.standing) == figures(self.document)
        )

    @property
    def is_only_worded_anew(self) -> bool:
        """Whether it was decided on the same by the same law, to the same figures: only what is said of it differs."""
        was, now = self.standing["receipt"], self.document["receipt"]
        has_same_grounds = (was["bundle"], was["input"]) == (now["bundle"], now["input"])
        return has_same_grounds and self.has_the_same_figures

    @property
    def changes(self) -> tuple[PartyChange, ...]:
        """What every payer comes to, before and after."""
        return party_changes(parties(self.standing), parties(self.document))
