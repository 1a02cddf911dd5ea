"""A claim as a hospital bills it: one visit, one patient, its diagnoses and lines. Parsed at the edge, trusted here.

A claim holds no identity number and no name: the patient is a keyed token. What the registry and the catalogue
know about the person or the item is not part of the claim.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen

LINES_MAX = 5000


class VisitKind(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"


class CaseStatus(StrEnum):
    """What the health side says of the patient on a day. NONE is only ever said in a correction: what was stated from
    that day on never was so; no history holds it.
    """

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    EXCLUDED = "excluded"
    NONE = "none"


class Filing(StrEnum):
    """How treatment outside the insured place was registered."""

    FILED = "filed"
    EMERGENCY = "emergency"
    UNFILED = "unfiled"


class Entry(StrEnum):
    NONE = "none"
    OVERSEAS_RETURNEE = "overseas-returnee"


class OnlineVisit(StrEnum):
    """A visit over the internet: the first for its illness, or one that follows it up."""

    FIRST = "first-visit"
    FOLLOW_UP = "follow-up"


class DiagnosisRole(StrEnum):
    MAIN = "main"
    ADDITIONAL = "additional"


@dataclass(frozen=True, slots=True)
class Visit:
    """Outpatient and emergency visits have `admitted_on == discharged_on`, the service date. `online` is None where
    patient and doctor met.
    """

    kind: VisitKind
    admitted_on: date
    discharged_on: date
    episode: str | None = None
    transfer_from: str | None = None
    online: OnlineVisit | None = None

    @property
    def is_inpatient(self) -> bool:
        return self.kind is VisitKind.INPATIENT


@dataclass(frozen=True, slots=True)
class StatusEvent:
    status: CaseStatus
    on: date


@dataclass(frozen=True, slots=True)
class LaterDiagnosis:
    """A later claim's diagnosis that covers an earlier visit of the same episode (N-08): the status it brought, since
    when, and the days of the claim that brought it, on which cover is asked.
    """

    status: CaseStatus
    on: date
    admitted_on: date
    discharged_on: date


@dataclass(frozen=True, slots=True)
class DiagnosisCode:
    code: str
    role: DiagnosisRole


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`history` is what was said of the patient at this visit; `later` what reaches back to it. Codes are the visit's
    own in any case.
    """

    history: tuple[StatusEvent, ...]
    codes: tuple[DiagnosisCode, ...]
    disease_code: str | None = None
    later: LaterDiagnosis | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a bill. `quantity` has at most four decimals, `price` (yuan) six; a refund has a negative quantity
    and names the line it refunds in `refunds`. `supply` marks goods a personal account may buy (Y-07).
    """

    no: int
    code: str
    name: str
    on: date
    quantity: Decimal
    price: Decimal
    amount_fen: Fen
    refunds: int | None = None
    supply: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """`person` is the keyed token, `name_key` the keyed hash of the name on the bill. `filing` is what the hospital
    asserted (never FILED), None when it said nothing. `distinct_from` are numbers of its other claims from
    which the hospital says that this one is distinct.
    """

    claim_no: str
    institution: str
    person: str
    entry: Entry
    visit: Visit
    diagnosis: Diagnosis
    lines: tuple[Line, ...]
    filing: Filing | None = None
    name_key: str = ""
    distinct_from: tuple[str, ...] = ()

    @property
    def total_fen(self) -> Fen:
        return sum(line.amount_fen for line in self.lines)


YEARS_MAX = 30
"""How many calendar years a stay may touch: each is a list that its receipt writes, and one write holds a hundred."""
