"""Claims as the edge and the use cases exchange them: parsed, typed, free of any wire format.

An identity number and a name travel in these values and no further than the vault and the token: both are kept out of
every `repr`, so that neither a log line nor a traceback can show them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from chalicelib.adjudication.domain.claim import Claim, Diagnosis, Entry, Filing, Line, Visit
from chalicelib.adjudication.domain.determination import DeterminationJson
from chalicelib.claims.domain.alternatives import Alternatives
from chalicelib.claims.domain.history import ClaimClearing, ClaimDispute, HistoryEntry
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Flag, Notes
from chalicelib.claims.domain.remittance import Bill
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken, TransactionId
from chalicelib.registry.domain.requests import PatientIdentity


@dataclass(frozen=True, slots=True)
class Submission:
    """A claim as a hospital sent it, its patient still by identity. `warnings` are the oddities that the edge found."""

    claim_no: str
    institution: InstitutionCode
    entry: Entry
    patient: PatientIdentity
    visit: Visit
    diagnosis: Diagnosis
    lines: tuple[Line, ...]
    filing: Filing | None
    distinct_from: tuple[str, ...] = ()
    resubmit: bool = False
    warnings: tuple[Finding, ...] = ()

    def to_claim(self, person: PersonToken, name_key: str = "") -> Claim:
        """Return the claim with the patient as a keyed token and the name as its keyed hash: the form of a claim
        everywhere behind the edge.
        """
        return Claim(
            claim_no=self.claim_no,
            institution=self.institution,
            person=person,
            entry=self.entry,
            visit=self.visit,
            diagnosis=self.diagnosis,
            lines=self.lines,
            filing=self.filing,
            name_key=name_key,
            distinct_from=self.distinct_from,
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """A received submission: its patient has become a keyed token, so that the submission may be kept."""

    claim: Claim
    resubmit: bool = False
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Previewed:
    """The result of a preview: the determination and the warnings of a claim; `alternatives` where asked for."""

    determination: DeterminationJson
    warnings: tuple[Finding, ...]
    alternatives: Alternatives | None = None


class ClaimSort(StrEnum):
    """The orders of a list of claims: the newest receipt, the greatest bill or the latest change first."""

    RECEIVED_AT = "received_at"
    AMOUNT = "amount"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """The narrowing and the order of a list of claims. `changed_since` is an instant.

    `from_on` and `to_on` are the Asia/Shanghai days of receipt, both included;
    `area` is a settling agency's area or an area above; the amounts bound the bill, both included.
    """

    claim_no: str | None = None
    status: ClaimStatus | None = None
    reason: str | None = None
    flag: Flag | None = None
    from_on: date | None = None
    to_on: date | None = None
    area: AreaCode | None = None
    person: PersonToken | None = None
    institution: InstitutionCode | None = None
    changed_since: Instant | None = None
    sort: ClaimSort | None = None
    amount_from_fen: Fen | None = None
    amount_to_fen: Fen | None = None

    @property
    def is_by_amount(self) -> bool:
        """Tell whether only claims with a bill between two amounts are wanted."""
        return self.amount_from_fen is not None or self.amount_to_fen is not None


@dataclass(frozen=True, slots=True)
class SettlementView:
    transaction_id: TransactionId
    advance_offset_fen: Fen
    payable_fen: Fen
    held_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim as its callers may see it. `bill` is a settled claim's bill; `settlement` appears once the advance has
    been set against the bill; `history` and `clearing` are present where the claim is read by itself.
    """

    claim_id: ClaimId
    claim_no: str
    institution: InstitutionCode
    version: int
    status: ClaimStatus
    reason: str | None
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    determination: DeterminationJson | None
    settlement: SettlementView | None
    received_at: Instant
    changed_at: Instant
    bill: Bill | None = None
    flags: tuple[Flag, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    clearing: ClaimClearing | None = None
    disputes: tuple[ClaimDispute, ...] = ()

    @classmethod
    def of(cls, record: ClaimRecord, notes: Notes, determination: DeterminationJson | None) -> ClaimView:
        settled = record.settlement
        return cls(
            claim_id=record.claim_id,
            claim_no=record.claim_no,
            institution=record.institution,
            version=record.version,
            status=record.status,
            reason=record.reason,
            findings=notes.findings,
            warnings=notes.warnings,
            determination=determination,
            settlement=SettlementView(
                settled.transaction_id, settled.advance_offset_fen, settled.payable_fen, settled.held_fen
            )
            if settled is not None and settled.ordered
            else None,
            received_at=record.received_at,
            changed_at=record.changed_at,
            bill=None if settled is None else settled.bill,
            flags=record.flags,
        )


@dataclass(frozen=True, slots=True)
class SubmitOutcome:
    """The outcome of a submission. `created` is False where the same body had already been received."""

    view: ClaimView
    created: bool
