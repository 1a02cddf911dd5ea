"""A person's year: the use of caps, bands and ceilings by the claims of one year of discharge, in their order.

The year is append only. A claim takes the next sequence number when it posts and its reversal takes another, so the
figures behind a claim's decision can be read again years later, whatever happened since. Nothing here knows caps;
design.md section 5, step 4, names the figures that enter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace

from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, PersonToken


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
    """A claim's place in the year, a correction of the claim, or its reversal. A correction contributes the difference
    to the standing figures, a reversal their negation, so that the sum of a year's entries is always the year's use.
    """

    claim_id: ClaimId
    institution: InstitutionCode
    claim_no: str
    sequence: int
    contribution: YearContribution
    reversal: bool = False
    correction: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class PersonYear:
    """All entries of one person (keyed token) and one year of discharge, in sequence from 1.

    `version` rises by one with every entry, so a writer that read an older year is refused by a conditional write.
    Raises `ValueError` where the entries are not numbered 1, 2, 3 and so on.
    """

    person: PersonToken
    year: int
    version: int = 0
    entries: tuple[YearEntry, ...] = ()

    def __post_init__(self) -> None:
        if [entry.sequence for entry in self.entries] != list(range(1, len(self.entries) + 1)):
            raise ValueError("entries of a person's year are numbered from 1 without a gap")

    def to_date(self, excluding: tuple[str, str] | None = None, before_sequence: int | None = None) -> YearToDate:
        """Return the year's sums.

        `excluding`: an (institution, claim_no) to leave out, for a preview of the claim as if new. `before_sequence`:
        only earlier postings count, for a claim decided again on the figures of its first decision.
        """
        counted = [
            entry.contribution
            for entry in self.entries
            if (entry.institution, entry.claim_no) != excluding
            and (before_sequence is None or entry.sequence < before_sequence)
        ]
        return YearToDate(**_sums(counted))

    def prior_of(self, claim_id: ClaimId) -> YearToDate:
        """Return the year's sums of the claims that posted before this claim: the figures of its decision, first and
        again. Raises `ValueError` for a claim that never posted.
        """
        own = self.sequence_of(claim_id)
        if own is None:
            raise ValueError("a claim that never posted has no place in the year")
        places = {entry.claim_id: self.sequence_of(entry.claim_id) or 0 for entry in self.entries}
        earlier = (entry.contribution for entry in self.entries if places[entry.claim_id] < own)
        return YearToDate(**_sums(earlier))

    def contribution_of(self, claim_id: ClaimId) -> YearContribution:
        """Return a claim's contribution now, after its corrections; nothing once the claim is reversed."""
        return YearContribution(**_sums(entry.contribution for entry in self.entries if entry.claim_id == claim_id))

    @property
    def standing(self) -> tuple[ClaimId, ...]:
        """Return the claims in the year that are not reversed, in the order in which they posted."""
        over = {entry.claim_id for entry in self.entries if entry.reversal or entry.by_hand}
        return tuple(dict.fromkeys(entry.claim_id for entry in self.entries if entry.claim_id not in over))

    def standing_from(self, changed: Collection[ClaimId]) -> tuple[ClaimId, ...]:
        """Return the standing claims numbered from the first of some changed claims on, which may be taken back by now:
        no other claim depends on the changed ones. Return all standing claims where a changed claim never posted.
        """
        numbers = [self.sequence_of(claim_id) for claim_id in changed]
        known = [number for number in numbers if number is not None]
        if len(known) < len(numbers):
            return self.standing
        before = {entry.claim_id for entry in self.entries if entry.sequence < min(known, default=0)}
        return tuple(claim_id for claim_id in self.standing if claim_id not in before) if known else ()

    def sequence_of(self, claim_id: ClaimId) -> int | None:
        """Return the number that a claim took when it posted; None where the claim never posted."""
        return next((entry.sequence for entry in self.entries if entry.claim_id == claim_id), None)

    def with_entry(
        self,
        claim_id: ClaimId,
        institution: InstitutionCode,
        claim_no: str,
        contribution: YearContribution,
        *,
        by_hand: bool = False,
    ) -> PersonYear:
        """Return the year with this claim at the next number. A claim already in the year leaves the year unchanged, so
        a retried posting counts once.
        """
        if self.sequence_of(claim_id) is not None:
            return self
        entry = YearEntry(claim_id, institution, claim_no, self._next_sequence, contribution, by_hand=by_hand)
        return self._followed_by(entry)

    def with_correction(self, claim_id: ClaimId, contribution: YearContribution) -> PersonYear:
        """Return the year with a claim decided again. Raises `ValueError` unless the claim stands in the year."""
        if claim_id not in self.standing:
            raise ValueError("only a claim that stands in the year is corrected")
        before = self.contribution_of(claim_id)
        change = YearContribution(**{name: getattr(contribution, name) - getattr(before, name) for name in _FIGURES})
        return self._followed_by(self._entry_of(claim_id, change, correction=True))

    def without(self, claim_id: ClaimId) -> PersonYear:
        """Return the year with this claim taken back by a negating entry. A claim that is not in the year, or was taken
        back before, leaves the year unchanged.
        """
        if claim_id not in self.standing:
            return self
        before = self.contribution_of(claim_id)
        negated = YearContribution(**{name: -getattr(before, name) for name in _FIGURES})
        return self._followed_by(self._entry_of(claim_id, negated, reversal=True))

    def _entry_of(
        self, claim_id: ClaimId, contribution: YearContribution, *, reversal: bool = False, correction: bool = False
    ) -> YearEntry:
        first = next(entry for entry in self.entries if entry.claim_id == claim_id)
        return replace(
            first,
            sequence=self._next_sequence,
            contribution=contribution,
            reversal=reversal,
            correction=correction,
        )

    @property
    def _next_sequence(self) -> int:
        return len(self.entries) + 1

    def _followed_by(self, entry: YearEntry) -> PersonYear:
        return replace(self, version=self.version + 1, entries=(*self.entries, entry))


def _sums(contributions: Iterable[YearContribution]) -> dict[str, Fen]:
    parts = tuple(contributions)
    return {name: sum(getattr(part, name) for part in parts) for name in _FIGURES}
