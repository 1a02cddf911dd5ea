"""Finds the claims that look like one bill sent twice, and keeps the list of a person's visits that shows such claims.

A claim that is alike another at the same institution is refused, unless the hospital declares the claim distinct. A
claim declared distinct, or with a stay that overlaps a stay at another institution, settles with a warning, and its
payment is held until the agency has looked at the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.visits import Likeness, PersonVisits, VisitEntry, earlier_than, likeness, years_of
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part, Revise

DUPLICATE_BILL = "duplicate-bill"
POSSIBLE_DUPLICATE = "possible-duplicate"

Recognises = Callable[[Claim], bool]
"""A test that tells whether number and name of a claim are an enrolled person's at its visit."""

_SAME_BILL = Text(
    "同一患者、同一就诊类型、日期和明细的结算申请已在本机构申报（见 about）。如确为不同费用，请在 distinct_from 中"
    "列明该申请号后重新申报；否则无需再报。",
    "A claim of this patient with the same kind of visit, days and lines stands already (see `about`). If this is "
    "another bill, submit it again and name that claim's number in `distinct_from`; otherwise there is nothing to do.",
)
_OVERLAP_HERE = Text(
    "该患者在本机构的住院日期与另一结算申请（见 about）重叠。请更正日期；如确为不同费用，请在 distinct_from 中"
    "列明该申请号后重新申报。",
    "This patient's stay overlaps another one at this institution (see `about`). Correct the days; if both are right, "
    "submit it again and name that claim's number in `distinct_from`.",
)
_DECLARED = Text(
    "与本机构另一结算申请（见 about）相似，机构已声明为不同费用。已核定入账，款项待经办机构核实，请备好就诊资料。",
    "This resembles another claim of this institution (see `about`), from which the hospital says it is distinct. It "
    "is settled; its payment is held until the agency has looked at it. Keep the records of the visit at hand.",
)
_ELSEWHERE = Text(
    "该患者的住院日期与在其他机构的住院重叠。已核定入账，款项待经办机构核实，请备好就诊资料。",
    "This patient's stay overlaps a stay at another institution. It is settled; its payment is held until the agency "
    "has looked at it. Keep the records of the visit at hand.",
)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The resemblance of a claim to claims received before. `years` are the person's visits as read, `passed` the years
    in which the claim passes claims whose patient nobody knows: written in one with its settlement.
    """

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    years: tuple[PersonVisits, ...] = ()
    passed: tuple[PersonVisits, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    persons: PersonStore
    claims: ClaimStore
    bodies: Bodies

    def look(self, claim: Claim, years: tuple[PersonVisits, ...], recognises: Recognises) -> Resemblance:
        """Compare a claim with claims of the same person that were received before: `years` are the person's visits of
        every calendar year that the claim touches.

        Nothing is said of other institutions until the person is known: a caller who guesses a number learns nothing. A
        known person's claim passes every open claim whose own patient is not known, under a wrong name or without cover
        at its visit: such a claim cannot hold up another person's bill.
        """
        is_known = recognises(claim)
        own = VisitEntry.of(claim, ClaimId(""))
        found = [(kind, each) for each in earlier_than(own, years) if (kind := likeness(own, each)) is not None]
        nobodys = self._nobodys((each for _, each in found), recognises) if is_known else {}
        found = [(kind, each) for kind, each in found if each.claim_id not in nobodys]
        here = [(kind, each) for kind, each in found if kind is not Likeness.OVERLAP_ELSEWHERE]
        elsewhere = [each for kind, each in found if kind is Likeness.OVERLAP_ELSEWHERE]
        findings = tuple(_refused(kind, each) for kind, each in here if each.claim_no not in claim.distinct_from)
        warnings = tuple(_warned(each) for _, each in here if each.claim_no in claim.distinct_from)
        if is_known and any(not self._is_transfer(own, each) for each in elsewhere):
            warnings = (*warnings, Finding(POSSIBLE_DUPLICATE, "visit", _ELSEWHERE))
        return Resemblance(findings, warnings, years, self._passed(years, nobodys))

    def _nobodys(self, entries: Iterable[VisitEntry], recognises: Recognises) -> dict[ClaimId, Claim]:
        """Return the open claims among some entries whose patient nobody knows. A settled claim stays its patient's."""
        found: dict[ClaimId, Claim] = {}
        for entry in entries:
            record = self.claims.get(entry.claim_id)
            if record is not None and record.is_open:
                submitted = self.bodies.of(record)
                if not recognises(submitted):
                    found[entry.claim_id] = submitted
        return found

    def _passed(self, years: tuple[PersonVisits, ...], nobodys: Mapping[ClaimId, Claim]) -> tuple[PersonVisits, ...]:
        """Return the years with the claims of unknown patients behind all others, in every year that these claims
        touch: their order is the same in all years.
        """
        known = {(year.person, year.year): year for year in years}
        for each in nobodys.values():
            for number in years_of(each.visit):
                if (each.person, number) not in known:
                    known[each.person, number] = self.persons.visits(each.person, number)
        return tuple(after for year in known.values() if (after := year.passed(nobodys)) is not year)

    def _is_transfer(self, one: VisitEntry, other: VisitEntry) -> bool:
        """Tell whether either visit names the other, in whichever version, as its sending hospital's claim."""
        return any(
            self._number_of(receiver.transfer_from) == sender.number
            for receiver, sender in ((one, other), (other, one))
        )

    def _number_of(self, claim_id: ClaimId | None) -> tuple[str, str] | None:
        record = None if claim_id is None else self.claims.get(claim_id)
        return None if record is None else (record.institution, record.claim_no)


def read_years(persons: PersonStore, claim: Claim) -> tuple[PersonVisits, ...]:
    """Read the person's visits of every calendar year that a claim touches."""
    return tuple(persons.visits(claim.person, year) for year in years_of(claim.visit))


def entering(
    claim: Claim,
    claim_id: ClaimId,
    years: Iterable[PersonVisits],
    replaced: tuple[ClaimId, Iterable[PersonVisits]] | None,
) -> list[Part]:
    """Return the writes that put a received claim behind all others of its person, and take the replaced version out.

    `years` are the visits of every calendar year that the claim touches, `replaced` the old version's id and years.
    """
    entered = {(each.person, each.year): each.entered(VisitEntry.of(claim, claim_id)) for each in years}
    if replaced is None:
        return [Revise(year) for year in entered.values()]
    old_id, old_years = replaced
    for year in old_years:
        place = (year.person, year.year)
        if place in entered:
            # A list that is written once is one version on, whatever changes in the list.
            kept = tuple(each for each in entered[place].entries if each.claim_id != old_id)
            entered[place] = PersonVisits(year.person, year.year, entered[place].version, kept)
        elif year.left(old_id) != year:
            entered[place] = year.left(old_id)
    return [Revise(year) for year in entered.values()]


def passing(resemblance: Resemblance) -> list[Part]:
    """Return the writes of the years in which a settling claim passes other claims."""
    return [Revise(year) for year in resemblance.passed]


def leaving(years: Iterable[PersonVisits], claim_id: ClaimId) -> list[Part]:
    """Return the writes that take a claim that is over out of its person's visits, as the visits were read."""
    return [Revise(year.left(claim_id)) for year in years if year.left(claim_id) != year]


def _refused(kind: Likeness, other: VisitEntry) -> Finding:
    text = _SAME_BILL if kind is Likeness.SAME_BILL else _OVERLAP_HERE
    return Finding(DUPLICATE_BILL, "visit", text, about=_about(other))


def _warned(other: VisitEntry) -> Finding:
    return Finding(POSSIBLE_DUPLICATE, "distinct_from", _DECLARED, about=_about(other))


def _about(other: VisitEntry) -> tuple[tuple[str, str | int], ...]:
    return ("claim_id", other.claim_id), ("claim_no", other.claim_no)
