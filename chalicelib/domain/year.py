"""A person's year: what the claims of one year of discharge have used of caps, bands and ceilings, in their order.

The year is append only. A claim takes the next sequence number when it posts and its reversal takes one of its own, so
the figures a claim was decided on can be read again years later, whatever happened since. Nothing here knows what a cap
is; design.md section 5, step 4, says which figures enter.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from chalicelib.domain.determination import YearContribution
from chalicelib.domain.money import Fen


@dataclass(frozen=True, slots=True)
class YearToDate:
    """The sums, in fen, of the contributions of a person's year; each field is that of `YearContribution`."""

    pool_fen: Fen = 0
    burden_fen: Fen = 0
    critical_fen: Fen = 0
    large_sum_fen: Fen = 0
    assistance_fen: Fen = 0
    outpatient_fen: Fen = 0


_FIGURES = tuple(figure.name for figure in fields(YearToDate))


@dataclass(frozen=True, slots=True)
class YearEntry:
    """One claim's place in the year, or the reversal of one: then the contribution is the negation of the claim's."""

    claim_id: str
    institution: str
    claim_no: str
    sequence: int
    contribution: YearContribution
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class PersonYear:
    """All entries of one person (keyed token) and one year of discharge, in sequence from 1.

    `version` rises by one with every entry, so a writer that read an older year is refused by a conditional write.
    Raises `ValueError` where the entries are not numbered 1, 2, 3 and so on.
    """

    person: str
    year: int
    version: int = 0
    entries: tuple[YearEntry, ...] = ()

    def __post_init__(self) -> None:
        if [entry.sequence for entry in self.entries] != list(range(1, len(self.entries) + 1)):
            raise ValueError("entries of a person's year are numbered from 1 without a gap")

    def to_date(self, excluding: tuple[str, str] | None = None, before_sequence: int | None = None) -> YearToDate:
        """The year's sums.

        `excluding`: an (institution, claim_no) that is left out, as a preview asks what a claim would get if it were
        new. `before_sequence`: only what was posted earlier, as a claim is decided again on the figures it had.
        """
        counted = [
            entry.contribution
            for entry in self.entries
            if (entry.institution, entry.claim_no) != excluding
            and (before_sequence is None or entry.sequence < before_sequence)
        ]
        return YearToDate(**{name: sum(getattr(part, name) for part in counted) for name in _FIGURES})

    def sequence_of(self, claim_id: str) -> int | None:
        """The number a claim took when it posted; None where it never did."""
        return next(
            (entry.sequence for entry in self.entries if entry.claim_id == claim_id and not entry.reversal), None
        )

    def with_entry(self, claim_id: str, institution: str, claim_no: str, contribution: YearContribution) -> PersonYear:
        """The year with this claim at the next number. A claim that is in it already leaves it as it is, so a
        posting that is tried again counts once.
        """
        if self.sequence_of(claim_id) is not None:
            return self
        return self._followed_by(YearEntry(claim_id, institution, claim_no, self._next_sequence, contribution))

    def without(self, claim_id: str) -> PersonYear:
        """The year with this claim taken back by an entry that negates it. A claim that is not in the year, or was
        taken back before, leaves it as it is.
        """
        entries = [entry for entry in self.entries if entry.claim_id == claim_id]
        if len(entries) != 1:
            return self
        negated = YearContribution(**{name: -getattr(entries[0].contribution, name) for name in _FIGURES})
        reversal = replace(entries[0], sequence=self._next_sequence, contribution=negated, reversal=True)
        return self._followed_by(reversal)

    @property
    def _next_sequence(self) -> int:
        return len(self.entries) + 1

    def _followed_by(self, entry: YearEntry) -> PersonYear:
        return replace(self, version=self.version + 1, entries=(*self.entries, entry))
