"""Builds every use case from the ports, in one place, for the product and for tests alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.application.advance_receipts import AdvanceReceipts
from chalicelib.application.advances import Advances
from chalicelib.application.announcing import Announcing
from chalicelib.application.auditing import Audit
from chalicelib.application.auditing_positions import ComparePositions
from chalicelib.application.bank_movements import BankMovements, Register
from chalicelib.application.booking import Booking
from chalicelib.application.budgets import Budgets
from chalicelib.application.cases import CorrectStatus
from chalicelib.application.claim_clearing import FindClearing
from chalicelib.application.claims import ListClaims, PreviewClaim, ReadClaim, SubmitClaim
from chalicelib.application.clearing import Clearing, StartRun
from chalicelib.application.clearing_debts import DebtBook
from chalicelib.application.clearing_lists import ListClearing
from chalicelib.application.clearing_parties import Parties
from chalicelib.application.clearing_payment import ClearingPayment
from chalicelib.application.clearing_ports import ClearingMachine, RunStore, WindowStore
from chalicelib.application.clearing_reading import ReadHandDown, ReadManifest, ReadProof, ReadRun, ReadStatement
from chalicelib.application.clearing_repair import Repairing
from chalicelib.application.clearing_rulings import Rulings
from chalicelib.application.clearing_services import ClearingServices
from chalicelib.application.collective_receipts import CollectiveReceipts
from chalicelib.application.comparing import ComparePolicies
from chalicelib.application.cover_changes import CoverChanges
from chalicelib.application.deciding import Decider
from chalicelib.application.deferral import Deferral
from chalicelib.application.disbursement import Disbursement
from chalicelib.application.documents import Documents
from chalicelib.application.effects import ListEffects, ReadKnownOn, Reconsidering, SimulatePolicies
from chalicelib.application.eligibility import ReadEligibility
from chalicelib.application.enrolment import EnrolPerson
from chalicelib.application.enrolment_reading import ReadEnrolments
from chalicelib.application.enrolment_transfers import EnrolmentTransfers
from chalicelib.application.episodes import Episodes
from chalicelib.application.filing import Filings
from chalicelib.application.fiscal_payments import FiscalPayments
from chalicelib.application.health import ReadHealth
from chalicelib.application.identifying import Identifying
from chalicelib.application.institutions import ReadInstitution
from chalicelib.application.leaving import Leaving
from chalicelib.application.ledger import Books, ListAccounts, ReadTransaction, ReadTrialBalance
from chalicelib.application.ledger_copy import CompareCopies, CopyLedger, LedgerArchive
from chalicelib.application.looking_up import LookingUp, ReadAccessRecords
from chalicelib.application.money_services import MoneyServices
from chalicelib.application.patient_advance_following import Following
from chalicelib.application.patient_advances import PatientAdvances
from chalicelib.application.payment import Payment
from chalicelib.application.payment_receipts import PaymentReceipts
from chalicelib.application.person_requests import PersonDesk, PersonRequests
from chalicelib.application.policies import CiteProvision, ListPolicies, ReadPolicy
from chalicelib.application.policy_services import PolicyServices
from chalicelib.application.ports import (
    AccessRecords,
    AdvanceStore,
    BundleStore,
    ClaimIds,
    ClaimStore,
    Clock,
    Commits,
    DocumentStore,
    Events,
    FilingStore,
    HospitalStore,
    Jitter,
    LedgerStore,
    LookupCounts,
    NameKeys,
    PatientAdvanceStore,
    PersonRequestStore,
    PersonStore,
    PersonTokens,
    PersonVault,
    PrepaymentMachine,
    Sleeper,
    TransferStore,
    Workflows,
)
from chalicelib.application.publications import KeptBundles, PolicyCompiler
from chalicelib.application.publishing import DecidePublication, KeepPolicies, ListKeptBundles, ListPublications
from chalicelib.application.recalculating import (
    DecideRecalculation,
    ListRecalculations,
    ReadRecalculation,
    Recalculating,
    RequestRecalculation,
)
from chalicelib.application.recalculation_records import RecalculationMachine, RecalculationStore
from chalicelib.application.reconciling import Reconcile
from chalicelib.application.redeciding import Redeciding
from chalicelib.application.registry_services import RegistryServices
from chalicelib.application.releasing import ReleasePayment
from chalicelib.application.reports import Reports
from chalicelib.application.retrying import Retrying
from chalicelib.application.reversal import ReverseClaim
from chalicelib.application.services import Services
from chalicelib.application.settlement import Settlement
from chalicelib.application.simulating import ReadSimulation, Simulating, StartSimulation
from chalicelib.application.simulation_records import SimulationMachine, SimulationStore
from chalicelib.application.task_work import TaskWork
from chalicelib.application.tasks import TaskStore
from chalicelib.application.versions import Versions
from chalicelib.domain.lookups import LookupLimits
from chalicelib.domain.registry import AreaLevel
from chalicelib.domain.texts import Text


@dataclass(frozen=True, slots=True)
class Ports:
    """The world as the use cases see it. `report` says how far the start of a local system is."""

    clock: Clock
    sleep: Sleeper
    jitter: Jitter
    report: Callable[[], str]
    compile_policies: PolicyCompiler
    bundles: BundleStore
    documents: DocumentStore
    commits: Commits
    claims: ClaimStore
    persons: PersonStore
    transfers: TransferStore
    filings: FilingStore
    person_requests: PersonRequestStore
    person_desk: PersonDesk
    hospitals: HospitalStore
    ledger: LedgerStore
    workflows: Workflows
    events: Events
    tokens: PersonTokens
    claim_ids: ClaimIds
    names: NameKeys
    access_records: AccessRecords
    lookup_counts: LookupCounts
    lookup_limits: LookupLimits
    vault: PersonVault
    windows: WindowStore
    runs: RunStore
    bank_movements: BankMovements
    advances: AdvanceStore
    patient_advances: PatientAdvanceStore
    prepayment_machine: PrepaymentMachine
    clearing_machine: ClearingMachine
    kept_bundles: KeptBundles
    recalculations: RecalculationStore
    recalculation_machine: RecalculationMachine
    simulations: SimulationStore
    simulation_machine: SimulationMachine
    tasks: TaskStore
    ledger_archive: LedgerArchive


@dataclass(frozen=True, slots=True)
class ClearingUseCases:
    """A run from its start to its end, and what its parties read of it."""

    start: StartRun
    run: Clearing
    parties: Parties
    rulings: Rulings
    payment: ClearingPayment
    repairing: Repairing
    lists: ListClearing
    read_run: ReadRun
    read_hand_down: ReadHandDown
    read_statement: ReadStatement
    read_manifest: ReadManifest
    read_proof: ReadProof
    bundles: BundleStore

    @classmethod
    def over(cls, ports: Ports, retrying: Retrying) -> ClearingUseCases:
        """All of them over one set of ports."""
        windows, runs, documents, commits = ports.windows, ports.runs, ports.documents, ports.commits
        machine, clock = ports.clearing_machine, ports.clock
        debts = DebtBook(ports.claims, ports.ledger, runs)
        reverse = MoneyUseCases.over(ports, Documents(ports.documents), retrying).reverse
        parties = Parties(windows, runs, documents, commits, machine, clock, retrying, debts)
        start = StartRun(windows, runs, commits, machine, clock, retrying, ports.bundles)
        return cls(
            start=start,
            run=Clearing(windows, runs, documents, commits, clock, retrying),
            parties=parties,
            rulings=Rulings(windows, runs, commits, debts, reverse.recover, clock, retrying),
            payment=ClearingPayment(
                runs, ports.ledger, documents, commits, Register(ports.bank_movements), machine, clock, retrying
            ),
            repairing=Repairing(runs, commits, start, clock, retrying),
            lists=ListClearing(runs, windows, clock),
            read_run=ReadRun(runs, documents, parties),
            read_hand_down=ReadHandDown(runs, documents),
            read_statement=ReadStatement(runs, documents),
            read_manifest=ReadManifest(runs, documents),
            read_proof=ReadProof(runs, documents),
            bundles=ports.bundles,
        )

    @property
    def services(self) -> ClearingServices:
        """What the edge calls."""
        return ClearingServices(
            start=self.start,
            parties=self.parties,
            rulings=self.rulings,
            payment=self.payment,
            repairing=self.repairing,
            lists=self.lists,
            read_run=self.read_run,
            read_hand_down=self.read_hand_down,
            read_statement=self.read_statement,
            read_manifest=self.read_manifest,
            read_proof=self.read_proof,
            area_names=self.area_names,
        )

    def area_names(self) -> dict[str, Text]:
        """What the areas of the standing bundle are called, by their codes."""
        areas = self.bundles.current().registry.areas.values()
        return {area.code: Text(area.name_zh, area.name_en) for area in areas}

    def schedule(self) -> int:
        """What falls due on the first of a month: a run in every province's tier and in the nation's."""
        areas = self.bundles.current().registry.areas.values()
        tiers = [area.code for area in areas if area.level in (AreaLevel.NATION, AreaLevel.PROVINCE)]
        return self.start.schedule(sorted(tiers))


@dataclass(frozen=True, slots=True)
class MoneyUseCases:
    """What is paid, taken back, advanced, budgeted and audited."""

    announcing: Announcing
    booking: Booking
    payment: Payment
    redeciding: Redeciding
    cover: CoverChanges
    reverse: ReverseClaim
    release: ReleasePayment
    advances: Advances
    patient_advances: PatientAdvances
    budgets: Budgets
    disbursement: Disbursement
    payment_receipts: PaymentReceipts
    advance_receipts: AdvanceReceipts
    collective_receipts: CollectiveReceipts
    fiscal_payments: FiscalPayments
    reconcile: Reconcile
    correct_status: CorrectStatus
    tasks: TaskWork
    audit: Audit
    reports: Reports

    @property
    def services(self) -> MoneyServices:
        """Those the edge knows."""
        return MoneyServices(
            reverse_claim=self.reverse,
            release_payment=self.release,
            advances=self.advances,
            patient_advances=self.patient_advances,
            budgets=self.budgets,
            disbursement=self.disbursement,
            payment_receipts=self.payment_receipts,
            advance_receipts=self.advance_receipts,
            collective_receipts=self.collective_receipts,
            fiscal_payments=self.fiscal_payments,
            reconcile=self.reconcile,
            correct_status=self.correct_status,
            tasks=self.tasks,
            audit=self.audit,
            reports=self.reports,
        )

    @classmethod
    def over(cls, ports: Ports, documents: Documents, retrying: Retrying) -> MoneyUseCases:
        """All of them over one set of ports."""
        commits, clock, bundles, hospitals = ports.commits, ports.clock, ports.bundles, ports.hospitals
        claims, persons, ledger = ports.claims, ports.persons, ports.ledger
        register = Register(ports.bank_movements)
        payment_receipts = PaymentReceipts(claims, hospitals, ledger, bundles, register, commits, clock, retrying)
        advance_receipts = AdvanceReceipts(
            advances=ports.advances,
            hospitals=hospitals,
            bundles=bundles,
            register=register,
            commits=commits,
            machine=ports.prepayment_machine,
            clock=clock,
            retrying=retrying,
        )
        booking = Booking(ports.windows, DebtBook(claims, ledger, ports.runs))
        payment = Payment(claims, hospitals, ledger, bundles, commits, clock, retrying)
        leaving = Leaving(ports.tasks, bundles, documents, commits, clock)
        redeciding = Redeciding(
            claims=claims,
            persons=persons,
            documents=documents,
            bundles=bundles,
            ledger=ledger,
            commits=commits,
            booking=booking,
            payment=payment,
            episodes=Episodes(claims, persons, documents, bundles),
            leaving=leaving,
            clock=clock,
            retrying=retrying,
        )
        cover = CoverChanges(claims, persons, documents, bundles, ledger, commits, redeciding)
        announcing = Announcing(claims, commits, ports.events)
        read_claim = _read_claim(ports, documents)
        return cls(
            announcing=announcing,
            booking=booking,
            payment=payment,
            redeciding=redeciding,
            cover=cover,
            reverse=ReverseClaim(
                claims=claims,
                persons=persons,
                hospitals=hospitals,
                ledger=ledger,
                commits=commits,
                booking=booking,
                redeciding=redeciding,
                leaving=leaving,
                announcing=announcing,
                documents=documents,
                read=read_claim,
                clock=clock,
                retrying=retrying,
            ),
            release=ReleasePayment(claims, hospitals, bundles, commits, read_claim, clock, retrying),
            advances=Advances(
                advances=ports.advances,
                hospitals=hospitals,
                bundles=bundles,
                commits=commits,
                receipts=advance_receipts,
                machine=ports.prepayment_machine,
                clock=clock,
                retrying=retrying,
            ),
            patient_advances=PatientAdvances(
                requests=ports.patient_advances,
                advances=ports.advances,
                persons=persons,
                bundles=bundles,
                following=Following(persons, claims, ledger, ports.windows, ports.runs),
                commits=commits,
                machine=ports.prepayment_machine,
                clock=clock,
                retrying=retrying,
            ),
            budgets=Budgets(hospitals, bundles, commits, clock, retrying),
            disbursement=Disbursement(hospitals, bundles),
            payment_receipts=payment_receipts,
            advance_receipts=advance_receipts,
            collective_receipts=CollectiveReceipts(
                payment_receipts, advance_receipts, register, commits, clock, retrying
            ),
            fiscal_payments=FiscalPayments(ledger, bundles, register, commits, clock, retrying),
            reconcile=Reconcile(claims, documents),
            correct_status=CorrectStatus(claims, persons, documents, bundles, commits, redeciding, clock, retrying),
            tasks=TaskWork(ports.tasks, claims, bundles, redeciding, cover),
            audit=Audit(
                ledger,
                hospitals,
                bundles,
                CompareCopies(ledger, ports.ledger_archive, clock),
                ComparePositions(ports.windows, ports.runs, ports.documents),
            ),
            reports=Reports(ledger, claims, documents, bundles, clock),
        )


class UseCases:
    """All use cases over one set of ports."""

    def __init__(self, ports: Ports) -> None:
        clock, retrying = ports.clock, Retrying(ports.sleep, ports.jitter)
        documents = Documents(ports.documents)
        decider = Decider(ports.bundles, ports.persons, ports.claims, clock)
        self.money = MoneyUseCases.over(ports, documents, retrying)
        self.deferral = Deferral(
            claims=ports.claims,
            documents=documents,
            decider=decider,
            commits=ports.commits,
            workflows=ports.workflows,
            payment=self.money.payment,
            redeciding=self.money.redeciding,
            cover=self.money.cover,
            announcing=self.money.announcing,
            clock=clock,
            retrying=retrying,
        )
        self.settlement = Settlement(
            claims=ports.claims,
            documents=documents,
            decider=decider,
            commits=ports.commits,
            deferral=self.deferral,
            announcing=self.money.announcing,
            booking=self.money.booking,
            redeciding=self.money.redeciding,
            clock=clock,
            retrying=retrying,
        )
        self.clearing = ClearingUseCases.over(ports, retrying)
        self.payment = self.money.payment
        self.copy_ledger = CopyLedger(ports.ledger_archive, ports.events)
        self.recalculating = _recalculating(ports, documents, self.money, retrying)
        self.simulating = _simulating(ports, documents)
        self.services = _services(
            ports, documents, decider, self.deferral, self.money, self.clearing.services, retrying
        )


def _versions(ports: Ports, documents: Documents) -> Versions:
    return Versions(ports.claims, ports.persons, ports.claim_ids, ports.bundles, documents, ports.commits, ports.clock)


def _read_claim(ports: Ports, documents: Documents) -> ReadClaim:
    find_clearing = FindClearing(ports.ledger, ports.windows, ports.runs)
    return ReadClaim(ports.claims, documents, find_clearing, _looking_up(ports))


def _looking_up(ports: Ports) -> LookingUp:
    return LookingUp(ports.access_records, ports.lookup_counts, ports.lookup_limits, ports.clock)


def _recalculating(ports: Ports, documents: Documents, money: MoneyUseCases, retrying: Retrying) -> Recalculating:
    return Recalculating(
        claims=ports.claims,
        persons=ports.persons,
        documents=documents,
        bundles=ports.bundles,
        runs=ports.recalculations,
        commits=ports.commits,
        redeciding=money.redeciding,
        payment=money.payment,
        clock=ports.clock,
        retrying=retrying,
    )


def _simulating(ports: Ports, documents: Documents) -> Simulating:
    return Simulating(
        claims=ports.claims,
        reconsidering=Reconsidering(ports.claims, ports.persons, documents),
        documents=documents,
        bundles=ports.bundles,
        runs=ports.simulations,
        commits=ports.commits,
    )


def _policy_services(ports: Ports, documents: Documents, retrying: Retrying) -> PolicyServices:
    claims, bundles, runs = ports.claims, ports.bundles, ports.recalculations
    commits, clock = ports.commits, ports.clock
    reconsidering = Reconsidering(claims, ports.persons, documents)
    return PolicyServices(
        keep=KeepPolicies(ports.compile_policies, bundles, ports.kept_bundles, commits, clock, retrying),
        decide=DecidePublication(bundles, ports.kept_bundles, commits, clock, retrying),
        list_kept=ListKeptBundles(ports.kept_bundles),
        list_publications=ListPublications(bundles),
        compare=ComparePolicies(bundles),
        known_on=ReadKnownOn(claims, documents, bundles),
        effects=ListEffects(reconsidering, claims, bundles),
        simulate=SimulatePolicies(reconsidering, claims, bundles),
        recalculate=RequestRecalculation(bundles, runs, ports.recalculation_machine, commits, clock, retrying),
        decide_recalculation=DecideRecalculation(bundles, runs, ports.recalculation_machine, commits, clock, retrying),
        list_recalculations=ListRecalculations(runs),
        read_recalculation=ReadRecalculation(runs),
        start_simulation=StartSimulation(
            bundles, ports.simulations, ports.simulation_machine, ports.commits, ports.clock, retrying
        ),
        read_simulation=ReadSimulation(ports.simulations, documents),
    )


def _registry_services(
    ports: Ports, identifying: Identifying, deferral: Deferral, cover: CoverChanges, retrying: Retrying
) -> RegistryServices:
    return RegistryServices(
        read_enrolments=ReadEnrolments(ports.persons, ports.bundles, _looking_up(ports)),
        transfers=EnrolmentTransfers(
            identifying=identifying,
            looking_up=_looking_up(ports),
            transfers=ports.transfers,
            persons=ports.persons,
            bundles=ports.bundles,
            commits=ports.commits,
            deferral=deferral,
            cover=cover,
            retrying=retrying,
            clock=ports.clock,
        ),
        person_requests=PersonRequests(
            requests=ports.person_requests,
            persons=ports.persons,
            identifying=identifying,
            vault=ports.vault,
            desk=ports.person_desk,
            bundles=ports.bundles,
            commits=ports.commits,
            retrying=retrying,
            clock=ports.clock,
        ),
        filings=Filings(
            identifying=identifying,
            looking_up=_looking_up(ports),
            persons=ports.persons,
            filings=ports.filings,
            bundles=ports.bundles,
            commits=ports.commits,
            cover=cover,
            retrying=retrying,
            clock=ports.clock,
        ),
    )


def _services(
    ports: Ports,
    documents: Documents,
    decider: Decider,
    deferral: Deferral,
    money: MoneyUseCases,
    clearing: ClearingServices,
    retrying: Retrying,
) -> Services:
    books = Books(ports.ledger, ports.bundles)
    identifying = Identifying(ports.tokens, ports.names, ports.persons)
    looking_up = _looking_up(ports)
    registry = _registry_services(ports, identifying, deferral, money.cover, retrying)
    read_claim = _read_claim(ports, documents)
    return Services(
        preview_claim=PreviewClaim(identifying, decider, looking_up, ports.clock),
        submit_claim=SubmitClaim(
            persons=identifying,
            decider=decider,
            looking_up=looking_up,
            versions=_versions(ports, documents),
            claims=ports.claims,
            documents=documents,
            announcing=money.announcing,
            workflows=ports.workflows,
            read=read_claim,
            clock=ports.clock,
            sleep=ports.sleep,
            retrying=retrying,
        ),
        read_claim=read_claim,
        list_claims=ListClaims(ports.claims, ports.bundles, looking_up),
        enrol_person=EnrolPerson(
            identifying=identifying,
            looking_up=looking_up,
            vault=ports.vault,
            persons=ports.persons,
            bundles=ports.bundles,
            commits=ports.commits,
            deferral=deferral,
            cover=money.cover,
            retrying=retrying,
            clock=ports.clock,
        ),
        file_treatment=registry.filings.record,
        registry=registry,
        read_eligibility=ReadEligibility(identifying, ports.persons, ports.bundles, looking_up, ports.clock),
        list_access_records=ReadAccessRecords(ports.access_records, ports.persons, ports.bundles, looking_up),
        read_institution=ReadInstitution(ports.bundles),
        list_policies=ListPolicies(ports.bundles),
        read_policy=ReadPolicy(ports.bundles),
        cite=CiteProvision(ports.bundles),
        clearing=clearing,
        money=money.services,
        policy_work=_policy_services(ports, documents, retrying),
        health=ReadHealth(ports.bundles, ports.report),
        today=ports.clock.today,
        read_transaction=ReadTransaction(ports.ledger, ports.bundles),
        list_accounts=ListAccounts(books),
        trial_balance=ReadTrialBalance(books),
    )
