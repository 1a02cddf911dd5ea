"""The visits of one person, and the likeness between visits: one bill sent twice, or stays at two places at once.

A claim enters its person's visits when received and leaves the visits when rejected, reversed or withdrawn. Visits are
kept by calendar year, every year's list versioned and in the order of entry; a stay stands in every year that it
touches, so two stays that share a day share a list. Of two claims that are alike the claim that entered first stands,
and the other always sees the first: the order of settlement decides nothing. An open claim whose patient nobody knows
holds up no other patient's claim: the claim of a known patient passes the open claim, which is compared with the others
once its patient is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from enum import Enum

from chalicelib.adjudication.domain.claim import YEARS_MAX, Claim, Visit, VisitKind
from chalicelib.adjudication.domain.claim_document import plain_decimal
from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, PersonToken

_CONTENT_DIGITS = 32

BY_HAND = "rmb_"
"""The prefix of the ids of reimbursements by hand, which stand among the visits under their own id."""


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """A claim among its person's visits. `content` is the same for the same kind, days and lines; `name_key` is the
    keyed hash of the name on the bill.
    """

    claim_id: ClaimId
    institution: InstitutionCode
    claim_no: str
    kind: VisitKind
    admitted_on: date
    discharged_on: date
    content: str
    episode: str | None = None
    transfer_from: ClaimId | None = None
    name_key: str = ""

    @classmethod
    def of(cls, claim: Claim, claim_id: ClaimId) -> VisitEntry:
        visit = claim.visit
        return cls(
            claim_id=claim_id,
            institution=claim.institution,
            claim_no=claim.claim_no,
            kind=visit.kind,
            admitted_on=visit.admitted_on,
            discharged_on=visit.discharged_on,
            content=content_of(claim),
            episode=visit.episode,
            transfer_from=visit.transfer_from,
            name_key=claim.name_key,
        )

    @property
    def number(self) -> tuple[str, str]:
        """The hospital's number of the claim, shared by all versions of the claim."""
        return self.institution, self.claim_no

    @property
    def is_by_hand(self) -> bool:
        """Tell whether the bill is reimbursed by hand: a bill typed from paper never equals another line by line."""
        return self.claim_no.startswith(BY_HAND)


@dataclass(frozen=True, slots=True)
class PersonVisits:
    """A person's visits that touch a calendar year, in the order in which their claims were received. `version` rises
    by one with every change, so that two claims received at once are written one after the other.
    """

    person: PersonToken
    year: int
    version: int = 0
    entries: tuple[VisitEntry, ...] = ()

    def entered(self, entry: VisitEntry) -> PersonVisits:
        """Return the year with this claim behind all others."""
        others = tuple(each for each in self.entries if each.claim_id != entry.claim_id)
        return replace(self, version=self.version + 1, entries=(*others, entry))

    def left(self, claim_id: ClaimId) -> PersonVisits:
        """Return the year without this claim, or the year unchanged where the claim is not listed."""
        others = tuple(each for each in self.entries if each.claim_id != claim_id)
        return self if others == self.entries else replace(self, version=self.version + 1, entries=others)

    def passed(self, claim_ids: Collection[ClaimId]) -> PersonVisits:
        """Return the year with these claims behind all others, in their own order; unchanged where none of the claims
        is listed.
        """
        moved = tuple(each for each in self.entries if each.claim_id in claim_ids)
        others = tuple(each for each in self.entries if each.claim_id not in claim_ids)
        return replace(self, version=self.version + 1, entries=(*others, *moved)) if moved else self

    def before(self, number: tuple[str, str]) -> tuple[VisitEntry, ...]:
        """Return the claims received before the claim of this number; all claims where the number is not listed."""
        found: list[VisitEntry] = []
        for entry in self.entries:
            if entry.number == number:
                break
            found.append(entry)
        return tuple(found)


class Likeness(Enum):
    """The resemblance of a claim to a claim received before."""

    SAME_BILL = "same-bill"
    OVERLAP_HERE = "overlap-here"
    OVERLAP_ELSEWHERE = "overlap-elsewhere"


def years_of(visit: Visit) -> range:
    """Return the calendar years that a visit touches; the last years of a visit that is too long, and refused
    elsewhere.
    """
    last = visit.discharged_on.year
    return range(max(visit.admitted_on.year, last - YEARS_MAX + 1), last + 1)


def content_of(claim: Claim) -> str:
    """Return the hash of the kind, the days and the lines. Names, line numbers and the order of lines are not content:
    a bill that is printed again in another order is the same bill.
    """
    lines = sorted(
        [line.on.isoformat(), line.code, plain_decimal(line.quantity), plain_decimal(line.price), line.amount_fen]
        for line in claim.lines
    )
    visit = claim.visit
    days = [visit.admitted_on.isoformat(), visit.discharged_on.isoformat()]
    return sha256_hex(canonical_json({"kind": visit.kind.value, "days": days, "lines": lines}))[:_CONTENT_DIGITS]


def likeness(entry: VisitEntry, earlier: VisitEntry) -> Likeness | None:
    """Return the resemblance of a claim to an earlier claim of the same person; None where the claims are not alike."""
    if entry.number == earlier.number:
        return None
    here = entry.institution == earlier.institution
    if here and (entry.content == earlier.content or _same_visit_by_hand(entry, earlier)):
        return Likeness.SAME_BILL
    if not _overlap(entry, earlier):
        return None
    if here:
        return Likeness.OVERLAP_HERE
    return None if entry.episode is not None and entry.episode == earlier.episode else Likeness.OVERLAP_ELSEWHERE


def _same_visit_by_hand(one: VisitEntry, other: VisitEntry) -> bool:
    days = [(each.kind, each.admitted_on, each.discharged_on) for each in (one, other)]
    return days[0] == days[1] and (one.is_by_hand or other.is_by_hand)


def _overlap(one: VisitEntry, other: VisitEntry) -> bool:
    """Tell whether two stays share more than a day that is a first or last day of both."""
    if one.kind is not VisitKind.INPATIENT or other.kind is not VisitKind.INPATIENT:
        return False
    first, last = max(one.admitted_on, other.admitted_on), min(one.discharged_on, other.discharged_on)
    if first < last:
        return True
    return first == last and any(stay.admitted_on < first < stay.discharged_on for stay in (one, other))


def earlier_than(entry: VisitEntry, years: Iterable[PersonVisits]) -> tuple[VisitEntry, ...]:
    """Return the claims of some years that were received before this claim, every claim once."""
    found = {each.claim_id: each for year in years for each in year.before(entry.number)}
    return tuple(found.values())
