"""The parts of a write: a use case says what must happen together, and one adapter makes it one transaction.

Every part carries its own condition. When any condition fails, or another writer is at the same records, nothing is
written and `VersionConflict` is raised: the use case reads again and decides again. A capability declares its parts and
their translation, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.clearing_records import Confirmation
from chalicelib.application.publications import KeptBundle
from chalicelib.application.recalculation_records import RecalculatedClaim, Recalculation
from chalicelib.application.records import ClaimRecord, PaymentOrder, PersonEnrolments, Waiting
from chalicelib.application.simulation_records import SimulationPage, SimulationRun, SimulationShard
from chalicelib.application.writes import Part
from chalicelib.domain.advances import Advance, AdvanceFund
from chalicelib.domain.bank_word import Movement
from chalicelib.domain.budgets import Budget
from chalicelib.domain.clearing.bank import Receipt
from chalicelib.domain.clearing.debts import ClaimDebts
from chalicelib.domain.clearing.disputes import Dispute
from chalicelib.domain.clearing.repair import Mended, Repair
from chalicelib.domain.clearing.run import Run
from chalicelib.domain.clearing.windows import Entry, Window
from chalicelib.domain.enrolment_transfers import EnrolmentTransfer
from chalicelib.domain.enrolments import EnrolmentVersion
from chalicelib.domain.filings import FilingRecord
from chalicelib.domain.ledger import BudgetUse, Transaction
from chalicelib.domain.money import Fen
from chalicelib.domain.patient_advances import PatientAdvance
from chalicelib.domain.payments import PaymentStatus, RemittanceLine
from chalicelib.domain.person_requests import PersonRequest
from chalicelib.domain.visits import PersonVisits
from chalicelib.domain.year import PersonYear


@dataclass(frozen=True, slots=True)
class PostTransaction(Part):
    """Write a ledger transaction. Condition: its id is new."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class InsertClaim(Part):
    """Write a new version of a claim. Condition: its id is new."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class MoveHead(Part):
    """Name a claim's current version. Condition: the head names `previous`, or does not exist where that is None."""

    record: ClaimRecord
    previous: str | None


@dataclass(frozen=True, slots=True)
class UpdateClaim(Part):
    """Replace a claim's record. Condition: it stands at the revision before `record.revision`."""

    record: ClaimRecord


@dataclass(frozen=True, slots=True)
class RequireClaim(Part):
    """Write nothing. Condition: the claim stands at this revision."""

    claim_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenWaiting(Part):
    """Put an open claim into a queue; unconditional, since the claim's own revision guards it."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CloseWaiting(Part):
    """Take a claim out of a queue; nothing happens where it is not in it."""

    key: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class LinkDocument(Part):
    """Let a document's token lead to the person known under another one. Condition: it leads nowhere yet."""

    token: str
    person: str


@dataclass(frozen=True, slots=True)
class RequireEnrolments(Part):
    """Write nothing. Condition: the person's enrolments stand at this version (0: there are none)."""

    person: str
    version: int


@dataclass(frozen=True, slots=True)
class WriteEnrolments(Part):
    """Replace a person's enrolments. Condition: they stand at the version before `enrolments.version`."""

    enrolments: PersonEnrolments


@dataclass(frozen=True, slots=True)
class AddEnrolmentVersion(Part):
    """Keep a version of a person's enrolments. Condition: none of its number is there."""

    person: str
    version: EnrolmentVersion


@dataclass(frozen=True, slots=True)
class WriteTransfer(Part):
    """Write a transfer of insurance, which `pooling_areas` find in their lists. Condition: it stands at the revision
    before, or is new at revision 1.
    """

    transfer: EnrolmentTransfer
    pooling_areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WritePersonRequest(Part):
    """Write a request about what the vault holds. Condition: it stands at the revision before, or is new at 1."""

    request: PersonRequest


@dataclass(frozen=True, slots=True)
class WriteYear(Part):
    """Replace a person's year. Condition: it stands at the version before `year.version`."""

    year: PersonYear


@dataclass(frozen=True, slots=True)
class WriteVisits(Part):
    """Replace a person's visits of a year. Condition: they stand at the version before `visits.version`."""

    visits: PersonVisits


@dataclass(frozen=True, slots=True)
class AddFiling(Part):
    """Keep a filing; the same filing again changes nothing."""

    filing: FilingRecord


@dataclass(frozen=True, slots=True)
class UpdateFiling(Part):
    """Replace a filing. Condition: it stands at the revision before `filing.revision`."""

    filing: FilingRecord


@dataclass(frozen=True, slots=True)
class OrderPayment(Part):
    """Write a payment order. Condition: the claim has none of its number."""

    order: PaymentOrder


@dataclass(frozen=True, slots=True)
class UpdateOrder(Part):
    """Replace a payment order, as it was read but for what changed. Condition: its status is `was` and nobody has
    written it since it was read at `order.revision`; it stands at the next one then.
    """

    order: PaymentOrder
    was: PaymentStatus


@dataclass(frozen=True, slots=True)
class AddRemittance(Part):
    """Write a line of a hospital's remittance advice; the same line again changes nothing."""

    institution: str
    line: RemittanceLine


@dataclass(frozen=True, slots=True)
class MoveAdvance(Part):
    """Change what a hospital holds of one kind of advance. Condition: neither sum goes below zero."""

    institution: str
    fund: AdvanceFund
    ready_fen: Fen = 0
    instructed_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class MoveOverpaid(Part):
    """Change what a hospital owes back; below zero it is owed to it. Condition: it is `was_fen`, where given."""

    institution: str
    amount_fen: Fen
    was_fen: Fen | None = None


@dataclass(frozen=True, slots=True)
class KeepMovement(Part):
    """Keep what was said under a bank's reference. Condition: it stands at the revision before, or is new at 1."""

    movement: Movement


@dataclass(frozen=True, slots=True)
class UseBudgets(Part):
    """Count uses of one institution's budgets, and the fund spending of the month (`2026-11`) in which they post."""

    institution: str
    period: str
    uses: tuple[BudgetUse, ...]


@dataclass(frozen=True, slots=True)
class AdjustBudget(Part):
    """Replace a budget's quota and adjustments, never its sums. Condition: it stands at the version before."""

    budget: Budget


@dataclass(frozen=True, slots=True)
class InsertAdvance(Part):
    """Write a new advance. Condition: its id is new."""

    advance: Advance


@dataclass(frozen=True, slots=True)
class UpdateAdvance(Part):
    """Replace an advance. Condition: it stands at the revision before `advance.revision`."""

    advance: Advance


@dataclass(frozen=True, slots=True)
class AddPositions(Part):
    """Let a transaction's entry into a window: its gate counts it, its positions grow. Conditions: the gate is open,
    and the entry is not in this window. A gate that does not exist yet is open: closing creates it closed.
    """

    window: Window
    entry: Entry


@dataclass(frozen=True, slots=True)
class OpenRun(Part):
    """Write a new run and move its tier's pointer past its window. Conditions: the run is new, the pointer is there."""

    run: Run


@dataclass(frozen=True, slots=True)
class WriteRun(Part):
    """Replace a run. Condition: it stands at the revision before `run.revision`."""

    run: Run


@dataclass(frozen=True, slots=True)
class RequireRun(Part):
    """Write nothing. Condition: the run stands at this revision."""

    run_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class MoveManifest(Part):
    """Make a manifest the newest of its tier. Condition: `previous` is the newest, or there is none."""

    tier: str
    previous: str | None
    manifest: str


@dataclass(frozen=True, slots=True)
class AddConfirmation(Part):
    """Write an area's confirmation. Condition: it has none."""

    run_id: str
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class AddDispute(Part):
    """Write a dispute. Condition: it is new."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class ResolveDispute(Part):
    """Replace a dispute by its resolved form. Condition: it is not resolved."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class DisposeDispute(Part):
    """Replace a resolved dispute by its form with an outcome. Condition: it is resolved and has none."""

    dispute: Dispute


@dataclass(frozen=True, slots=True)
class WriteDebts(Part):
    """Replace what disputes and rulings left on a claim. Condition: it stands at the version before."""

    debts: ClaimDebts


@dataclass(frozen=True, slots=True)
class RequireDebts(Part):
    """Write nothing. Condition: what disputes and rulings left on a claim stands at this version (0: nothing)."""

    claim_id: str
    version: int


@dataclass(frozen=True, slots=True)
class AddRepair(Part):
    """Ask for a repair of a run. Condition: it is the first of its number."""

    repair: Repair


@dataclass(frozen=True, slots=True)
class DecideRepair(Part):
    """Replace a repair by its decided form. Condition: it is not decided."""

    repair: Repair


@dataclass(frozen=True, slots=True)
class AddMended(Part):
    """Keep what a repair did. Doing it again keeps the same."""

    run_id: str
    mended: Mended


@dataclass(frozen=True, slots=True)
class AddReceipt(Part):
    """Write a run's receipt in its place, or one of what a `province` hands down. Condition: the place is free."""

    run_id: str
    place: int
    receipt: Receipt
    province: str | None = None


@dataclass(frozen=True, slots=True)
class WriteKeptBundle(Part):
    """Write what became of a policy set that was handed in. Condition: it stands at the revision before, or this time
    is new at revision 1.
    """

    kept: KeptBundle


@dataclass(frozen=True, slots=True)
class WriteRecalculation(Part):
    """Write how far a recalculation is. Condition: it stands at the revision before, or is new at revision 1."""

    run: Recalculation


@dataclass(frozen=True, slots=True)
class AddRecalculated(Part):
    """Keep what a recalculation made of a claim. Condition: the correction is new."""

    recalculation_id: str
    row: RecalculatedClaim


@dataclass(frozen=True, slots=True)
class WriteSimulation(Part):
    """Write how far a simulation is. Condition: it stands at the revision before, or is new at revision 1."""

    run: SimulationRun


@dataclass(frozen=True, slots=True)
class WriteSimulationShard(Part):
    """Write how far one shard of a simulation is. Condition: it stands at the revision before, or is new at 1."""

    shard: SimulationShard


@dataclass(frozen=True, slots=True)
class AddSimulationPage(Part):
    """Keep where a page with effects is. Condition: its place is free."""

    page: SimulationPage


@dataclass(frozen=True, slots=True)
class WritePatientAdvance(Part):
    """Write a request for a patient elsewhere. Condition: it stands at the revision before, or is new at revision 1."""

    request: PatientAdvance
