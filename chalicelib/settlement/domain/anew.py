"""Re-decisions of a settled claim: inputs, grounds, and the differences between the new and the standing result.

Only figures are corrected. Another engine, bundle or reason that leaves every figure unchanged alters the grounds of
the decision and creates no debt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from chalicelib.adjudication.domain.assess import Assessment, Circumstances
from chalicelib.adjudication.domain.claim import Claim, StatusEvent
from chalicelib.adjudication.domain.determination import DeterminationJson, YearContribution
from chalicelib.adjudication.domain.parties import PartyChange, figures, parties, party_changes
from chalicelib.claims.domain.history import HistoryEvent
from chalicelib.kernel.access import Role
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.writes import Part


@dataclass(frozen=True, slots=True)
class Known:
    """The inputs of a claim's decision: the claim and its circumstances."""

    claim: Claim
    circumstances: Circumstances


Change = Callable[[Known], Known]
"""A change to a claim's inputs for a new decision. Every try applies the change to the claim as it stands by then."""


class Outcome(StrEnum):
    """Outcome of deciding a claim again; `unchanged` where every figure stays."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Noted:
    """The grounds of deciding a claim again: the event of its history, the correction's citations beside the
    provisions, the facts kept with the circumstances, and the parts written in one transaction with the correction.
    `role` is None for an automatic re-decision. `statuses` are the corrected statuses, pending where the claim cannot
    be decided.
    """

    event: HistoryEvent = HistoryEvent.YEAR_ORDER
    role: Role | None = None
    reason: str | None = None
    citations: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    kept: Mapping[str, str] | None = None
    statuses: tuple[StatusEvent, ...] = ()


FOLLOWS = Noted()
"""The grounds of a claim that is decided again because an earlier claim in its year changed."""


@dataclass(frozen=True, slots=True)
class Anew:
    """A claim's new result beside the standing result: the determination, the protected amount, and the contribution to
    the person's year.
    """

    standing: DeterminationJson
    document: DeterminationJson
    protected_fen: tuple[Fen, Fen]
    contribution: tuple[YearContribution, YearContribution]

    @classmethod
    def of(
        cls, standing: DeterminationJson, protected_fen: Fen, contribution: YearContribution, found: Assessment
    ) -> Anew:
        """Build the comparison. Raises `AssertionError` where nothing could be decided."""
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
        """Tell whether the contribution to the year is unchanged, so that later claims keep their inputs."""
        return self.contribution[0] == self.contribution[1]

    @property
    def has_the_same_figures(self) -> bool:
        """Tell whether every figure owed, used or counted is unchanged, line by line."""
        return (
            self.protected_fen[0] == self.protected_fen[1]
            and self.uses_as_much
            and figures(self.standing) == figures(self.document)
        )

    @property
    def is_only_worded_anew(self) -> bool:
        """Tell whether the inputs, the bundle and the figures are all unchanged, so that only the wording differs."""
        was, now = self.standing["receipt"], self.document["receipt"]
        has_same_grounds = (was["bundle"], was["input"]) == (now["bundle"], now["input"])
        return has_same_grounds and self.has_the_same_figures

    @property
    def changes(self) -> tuple[PartyChange, ...]:
        """The amounts of every payer, before and after."""
        return party_changes(parties(self.standing), parties(self.document))
