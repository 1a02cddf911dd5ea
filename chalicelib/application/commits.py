"""The parts of a write: a use case says what must happen together, and one adapter makes it one transaction.

Every part carries its own condition. When any condition fails, or another writer is at the same records, nothing is
written and `VersionConflict` is raised: the use case reads again and decides again. A later capability adds its part to
the union below (a budget, a clearing gate and its positions) and its translation to the adapter, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from chalicelib.application.records import ClaimRecord, PaymentOrder, PersonEnrolments, Waiting
from chalicelib.domain.ledger import Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.registry import FilingRecord
from chalicelib.domain.year import PersonYear


@dataclass(frozen=True, slots=True)
class PostTransaction:
    """Write a ledger transaction. Condition: its id is new."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class InsertClaim:
    """Write a new version of a claim. Condition: its id is new."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class MoveHead:
    """Name a claim's current version. Condition: the head names `previous`, or does not exist where that is None."""

    record: ClaimRecord
    previous: str | None


@dataclass(frozen=True, slots=True)
class UpdateClaim:
    """Replace a claim's record. Condition: it stands at the revision before `record.revision`."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class RequireClaim:
    """Write nothing. Condition: the claim stands at this revision."""

    claim_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenWaiting:
    """Put an open claim into a queue; unconditional, since the claim's own revision guards it."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CloseWaiting:
    """Take a claim out of a queue; nothing happens where it is not in it."""

    key: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class RequireEnrolments:
    """Write nothing. Condition: the person's enrolments stand at this version (0: there are none)."""

    person: str
    version: int


@dataclass(frozen=True, slots=True)
class WriteEnrolments:
    """Replace a person's enrolments. Condition: they stand at the version before `enrolments.version`."""

    enrolments: PersonEnrolments


@dataclass(frozen=True, slots=True)
class WriteYear:
    """Replace a person's year. Condition: it stands at the version before `year.version`."""

    year: PersonYear


@dataclass(frozen=True, slots=True)
class AddFiling:
    """Keep a filing; the same filing again changes nothing."""

    filing: FilingRecord


@dataclass(frozen=True, slots=True)
class SpendAdvance:
    """Take from a hospital's special advance. Condition: the balance covers it."""

    institution: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class OrderPayment:
    """Write a payment order. Condition: the claim has none."""

    order: PaymentOrder


Part: TypeAlias = (
    PostTransaction
    | InsertClaim
    | MoveHead
    | UpdateClaim
    | RequireClaim
    | OpenWaiting
    | CloseWaiting
    | RequireEnrolments
    | WriteEnrolments
    | WriteYear
    | AddFiling
    | SpendAdvance
    | OrderPayment
)
