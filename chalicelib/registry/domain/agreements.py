"""Service agreements of institutions: the agreement in the register of institutions, and the terms agreed or ended
since.

The register (policies/registry) gives the end of an agreement as known at publication. A term recorded by an agency
adds to the register; a termination ends every agreement from its day on, also an agreement extended by a notice, until
a later agreement begins. Nothing here reads a store.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.registry.domain.model import Institution


class AgreementKind(StrEnum):
    """The kinds of agreement. `service`: an ordinary agreement. `extension`: an agreement that runs longer.
    `temporary`: a special agreement of a capable institution (S-14). `termination`: the end of all agreements from a
    day on.
    """

    SERVICE = "service"
    EXTENSION = "extension"
    TEMPORARY = "temporary"
    TERMINATION = "termination"


@dataclass(frozen=True, slots=True)
class AgreementTerm:
    """An agreement term, recorded by two people of an agency. Both days are included; `ends_on` is None for a
    termination and for an open-ended term. `citation` is the provision the term rests on, None for an ordinary
    agreement.
    """

    kind: AgreementKind
    starts_on: date
    ends_on: date | None = None
    citation: str | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class InstitutionTerms:
    """Every term recorded for an institution, in the order of its days: a single record, read by the institution's
    claims.
    """

    institution: InstitutionCode
    terms: tuple[AgreementTerm, ...] = ()
    revision: int = 0

    def with_term(self, term: AgreementTerm) -> InstitutionTerms:
        """Return the terms with a term added, replacing a term of the same kind and days."""
        others = (each for each in self.terms if _place(each) != _place(term))
        terms = tuple(sorted((*others, term), key=lambda each: (each.starts_on, each.kind)))
        return InstitutionTerms(self.institution, terms, self.revision + 1)


def _place(term: AgreementTerm) -> tuple[AgreementKind, date, date | None]:
    return term.kind, term.starts_on, term.ends_on


@dataclass(frozen=True, slots=True)
class AgreementStanding:
    """The standing of an institution's agreements on a day. An absent day is None; `open_end` tells that an ordinary
    agreement is open-ended. `own_until` may lie before the day and is then the day on which the agreement ended.
    """

    own_until: date | None
    open_end: bool
    temporary_until: date | None
    terminated: AgreementTerm | None

    def holds_by_itself(self, day: date) -> bool:
        """Tell whether an ordinary agreement is in force, without a notice's help."""
        return self.terminated is None and (self.open_end or (self.own_until is not None and day <= self.own_until))

    def holds_specially(self, day: date) -> bool:
        """Tell whether a temporary special agreement covers the day, where a provision honours such agreements."""
        return self.terminated is None and self.temporary_until is not None and day <= self.temporary_until


_ORDINARY = frozenset({AgreementKind.SERVICE, AgreementKind.EXTENSION})


def standing_on(institution: Institution, terms: Iterable[AgreementTerm], day: date) -> AgreementStanding:
    """Return the standing of the agreements on a day, from the register and the recorded terms."""
    begun = [each for each in terms if each.starts_on <= day]
    ended = max(
        (each for each in begun if each.kind is AgreementKind.TERMINATION),
        key=lambda each: each.starts_on,
        default=None,
    )
    if ended is not None:
        begun = [each for each in begun if each.starts_on > ended.starts_on]
    own = [each for each in begun if each.kind in _ORDINARY]
    special = [each for each in begun if each.kind is AgreementKind.TEMPORARY]
    registered = institution.agreement_until if ended is None else None
    temporary = institution.temporary_agreement_until if ended is None else None
    return AgreementStanding(
        own_until=_last_day(registered, own),
        open_end=_has_no_end(own),
        temporary_until=date.max if _has_no_end(special) else _last_day(temporary, special),
        # An agreement begun after the termination supersedes the termination, while running and after its end.
        terminated=ended if ended is not None and not begun else None,
    )


def _last_day(registered: date | None, terms: Iterable[AgreementTerm]) -> date | None:
    days = (registered, *(each.ends_on for each in terms))
    return max((each for each in days if each is not None), default=None)


def _has_no_end(terms: Iterable[AgreementTerm]) -> bool:
    return any(each.ends_on is None for each in terms)


def write_agreements(terms: Iterable[AgreementTerm]) -> list[dict[str, str | None]]:
    """Write terms as plain values, to be kept with a claim."""
    return [
        {
            "kind": each.kind.value,
            "from": each.starts_on.isoformat(),
            "to": None if each.ends_on is None else each.ends_on.isoformat(),
            "citation": each.citation,
        }
        for each in terms
    ]


def read_agreements(rows: Iterable[Mapping[str, str | None]]) -> tuple[AgreementTerm, ...]:
    """Read terms; the inverse of `write_agreements`."""
    return tuple(
        AgreementTerm(
            AgreementKind(str(row["kind"])),
            date.fromisoformat(str(row["from"])),
            None if row["to"] is None else date.fromisoformat(row["to"]),
            row["citation"],
        )
        for row in rows
    )
