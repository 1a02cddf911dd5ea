"""A claim as billed by a hospital: one visit, one patient, its diagnoses and lines. Parsed at the edge, trusted here.

A claim holds no identity number and no name: the patient is a keyed token. The registry's and the catalogue's knowledge
of the person or the item is not part of the claim.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, PersonToken

LINES_MAX = 5000


class VisitKind(StrEnum):
    INPATIENT = "inpatient"
    OUTPATIENT = "outpatient"
    EMERGENCY = "emergency"


class CaseStatus(StrEnum):
    """The health side's status for a patient on a day. NONE occurs only in a correction: the status stated from that
    day on was never true. No history holds NONE.
    """

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    EXCLUDED = "excluded"
    NONE = "none"


class Filing(StrEnum):
    """The registration of treatment outside the insured place."""

    FILED = "filed"
    EMERGENCY = "emergency"
    UNFILED = "unfiled"


class Entry(StrEnum):
    NONE = "none"
    OVERSEAS_RETURNEE = "overseas-returnee"


class OnlineVisit(StrEnum):
    """A visit over the internet: the first for its illness, or a follow-up visit."""

    FIRST = "first-visit"
    FOLLOW_UP = "follow-up"


class DiagnosisRole(StrEnum):
    MAIN = "main"
    ADDITIONAL = "additional"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit. Outpatient and emergency visits have `admitted_on == discharged_on`, the service date. `online` is None
    where patient and doctor met.
    """

    kind: VisitKind
    admitted_on: date
    discharged_on: date
    episode: str | None = None
    transfer_from: ClaimId | None = None
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
    """A later claim's diagnosis that covers an earlier visit of the same episode (N-08): the status, the day since
    which it holds, and the days of the later claim, on which cover is checked.
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
    """The diagnosis of a visit: `history` holds the statuses stated at this visit, `later` the diagnosis that reaches
    back to the visit. Codes are the visit's own in any case.
    """

    history: tuple[StatusEvent, ...]
    codes: tuple[DiagnosisCode, ...]
    disease_code: str | None = None
    later: LaterDiagnosis | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a bill. `quantity` has at most four decimals, `price` (yuan) six; a refund has a negative quantity and
    names the refunded line in `refunds`. `supply` marks goods that a personal account may buy (Y-07).
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
    """A claim. `person` is the keyed token, `name_key` the keyed hash of the name on the bill. `filing` is the
    hospital's assertion (never FILED), None without an assertion. `distinct_from` are the numbers of the hospital's
    other claims from which the hospital declares this claim distinct.
    """

    claim_no: str
    institution: InstitutionCode
    person: PersonToken
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
"""The most calendar years a stay may touch: its receipt writes a list for each year, and a write holds a hundred."""
