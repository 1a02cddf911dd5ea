"""Reading a run, for the centre, the parties and the auditor: the run itself, statements in three forms, and proofs."""

from __future__ import annotations

import json
from dataclasses import field
from enum import StrEnum

from chalicelib.clearing.access import CLEARING_READ, HAND_DOWN_READ, STATEMENT_READ
from chalicelib.clearing.domain import bank
from chalicelib.clearing.domain.disputes import Dispute, DisputeView
from chalicelib.clearing.domain.proof import Fault
from chalicelib.clearing.domain.repair import Mended, Repair
from chalicelib.clearing.domain.run import Confirmation, Figures, Run, StatementRecord
from chalicelib.clearing.domain.statements import (
    Line,
    StatementJson,
    areas_of,
    concerning,
    leaf_content,
    of_kind,
    with_open_disputes,
    without,
)
from chalicelib.clearing.forms import FORMS, Forms
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.debts import view_of
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.run import figures_of, run_of, stated_areas, stored_lines
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.errors import NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.ports import DocumentKind, DocumentStore
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.merkle import Neighbour

_PARTIES = frozenset({Role.AGENCY, Role.FINANCE})


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as its reader may see it: a party sees the rows that concern that party."""

    run: Run
    figures: Figures
    faults: tuple[Fault, ...]
    awaited: tuple[str, ...]
    confirmations: tuple[Confirmation, ...]
    disputes: tuple[DisputeView, ...]
    payments: tuple[bank.Row, ...]
    hand_downs: tuple[bank.HandDown, ...] = ()
    repairs: tuple[RepairView, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairView:
    """A repair with its changes so far."""

    repair: Repair
    done: tuple[Mended, ...]


class Form(StrEnum):
    """The forms of a statement."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class StatementPage:
    """A statement without its lines, the lines of one page, and the manifest that names it."""

    heading: StatementJson
    lines: Page[dict[str, str]]
    manifest: str


@dataclass(frozen=True, slots=True)
class LineProof:
    """A line, the bytes that prove the line, its leaf, and the path from there to the root on every statement."""

    line: Line
    content: bytes
    leaf: bytes
    path: tuple[Neighbour, ...]


@dataclass(frozen=True, slots=True)
class ReadRun:
    runs: RunStore
    documents: DocumentStore
    parties: Parties

    def __call__(self, principal: Principal, run_id: RunId) -> RunView:
        """Return a run for its reader. Raises `NotFound` for another tier's run, or one without the caller's area."""
        run = run_of(self.runs, run_id)
        shards = self.runs.shards(run_id)
        areas = frozenset(stated_areas(shards))
        require(principal, CLEARING_READ, Resource("clearing", areas=areas, tier=run.window.tier))
        disputes = self.runs.disputes(run_id)
        figures = _without_disputed(figures_of(self.documents, run), run, disputes)
        view = RunView(
            run=run,
            figures=figures,
            faults=tuple(fault for summary in shards for fault in summary.faults),
            awaited=self.parties.awaited(run),
            confirmations=self.runs.confirmations(run_id),
            disputes=tuple(view_of(self.runs, each) for each in disputes),
            payments=self._payments(run, figures),
            hand_downs=hand_downs_of(self.runs, run, figures),
            repairs=repairs_of(self.runs, run_id),
        )
        return _narrowed(view, principal.area) if principal.role in _PARTIES else view

    def _payments(self, run: Run, figures: Figures) -> tuple[bank.Row, ...]:
        """Return the ordered payments held against the bank's receipts."""
        receipts = self.runs.receipts(run.run_id)
        return bank.reconcile(run.run_id, figures.instructions, receipts) if receipts or run.sealed else ()


@dataclass(frozen=True, slots=True)
class ReadHandDown:
    runs: RunStore
    documents: DocumentStore

    def __call__(self, principal: Principal, run_id: RunId, province: AreaCode) -> tuple[Run, bank.HandDown]:
        """Return a province's hand-down. Raises `NotFound` where none exists or the province is not the caller's."""
        run = run_of(self.runs, run_id)
        handed = hand_downs_of(self.runs, run, figures_of(self.documents, run)) if run.sealed else ()
        found = next((each for each in handed if each.province == province), None)
        payments = () if found is None else found.payments
        areas = frozenset({province, *(area for each in payments for area in (each.payer, each.payee))})
        require(principal, HAND_DOWN_READ, Resource("hand-down", areas=areas, tier=province))
        if found is None:
            raise NotFound
        return run, found.of(principal.area) if principal.role in _PARTIES else found


@dataclass(frozen=True, slots=True)
class ReadStatement:
    runs: RunStore
    documents: DocumentStore
    forms: Forms = field(default_factory=lambda: FORMS)

    def __call__(
        self, principal: Principal, run_id: RunId, area: AreaCode, page: PageRequest, kind: ObligationKind | None = None
    ) -> StatementPage:
        """Return the newest edition, or its part of one `kind`, a page of lines at a time. Raises `NotFound` before an
        edition is issued.
        """
        run, record = self._record(principal, run_id, area)
        document, _ = self._document(run, record, kind)
        lines = document.pop("lines")
        places = {id(line): f"{place:09d}" for place, line in enumerate(lines)}
        return StatementPage(document, page_of(lines, lambda line: places[id(line)], page), run.manifest or "")

    def whole(self, principal: Principal, run_id: RunId, area: AreaCode) -> StatementJson:
        """Return the newest edition with all of its lines, marked where a line was disputed since."""
        run, record = self._record(principal, run_id, area)
        return self._document(run, record, None)[0]

    def form(
        self, principal: Principal, run_id: RunId, area: AreaCode, form: Form, kind: ObligationKind | None = None
    ) -> bytes:
        """Return the whole statement as written, in one of its forms. The statement is written anew from its part where
        a `kind` is asked, and with its marks where a line was disputed since.
        """
        run, record = self._record(principal, run_id, area)
        document, is_marked = self._document(run, record, kind)
        if kind is not None or is_marked:
            return self.forms[form.value](document)
        return self.documents.get(DocumentKind.STATEMENT, getattr(record, form.value))

    def _document(self, run: Run, record: StatementRecord, kind: ObligationKind | None) -> tuple[StatementJson, bool]:
        """Return the statement as issued, and whether it is marked. A line disputed since the edition is marked here as
        on the run, and the file then differs from the file that the manifest names.
        """
        document = StatementJson(json.loads(self.documents.get(DocumentKind.STATEMENT, record.json)))
        open_lines = [line for each in self.runs.disputes(run.run_id) if each.resolution is None for line in each.lines]
        marked = with_open_disputes(document, open_lines)
        return (marked if kind is None else of_kind(marked, kind)), marked["lines"] != document["lines"]

    def _record(self, principal: Principal, run_id: RunId, area: AreaCode) -> tuple[Run, StatementRecord]:
        run = run_of(self.runs, run_id)
        resource = Resource("statement", areas=frozenset({area}), tier=run.window.tier)
        require(principal, STATEMENT_READ, resource)
        record = existing(self.runs.statement(run_id, run.edition, area))
        return run, record


@dataclass(frozen=True, slots=True)
class ReadManifest:
    runs: RunStore
    documents: DocumentStore

    def __call__(self, principal: Principal, run_id: RunId, edition: int) -> bytes:
        """Return the manifest that binds the statements of an edition to each other and to the tier's previous
        manifest, as written: the run and the next manifest know it by its hash. The manifest shows the whole matrix, so
        only the centre and the auditor may read it. Raises `NotFound` for an edition the run does not have.
        """
        run = run_of(self.runs, run_id)
        require(principal, STATEMENT_READ, Resource("statement", tier=run.window.tier))
        name = run.manifest if 1 <= edition <= run.edition else None
        while name is not None:
            content = self.documents.get(DocumentKind.STATEMENT, name)
            found = json.loads(content)
            if (found["run_id"], found["edition"]) == (run_id, edition):
                return content
            name = found["previous"]  # another run of the tier may lie in between
        raise NotFound


@dataclass(frozen=True, slots=True)
class ReadProof:
    runs: RunStore
    documents: DocumentStore

    def __call__(self, principal: Principal, run_id: RunId, claim_id: ClaimId) -> tuple[Run, tuple[LineProof, ...]]:
        """Return the proofs of a claim's lines that the caller may see. Raises `NotFound` where no line is found."""
        run = run_of(self.runs, run_id)
        shards = self.runs.shards(run_id)
        if run.root is None:
            raise NotFound
        proofs, areas = [], set[AreaCode]()
        roots = [bytes.fromhex(summary.root) for summary in shards]
        for place, summary in enumerate(shards):
            lines = stored_lines(self.documents, summary.content)
            own = [number for number, line in enumerate(lines) if line.claim_id == claim_id]
            if not own:
                continue
            leaves = [merkle.leaf(leaf_content(line)) for line in lines]
            above = merkle.path_to(roots, place)
            for number in own:
                stated = areas_of(lines[number], run.window.tier)
                if principal.role not in _PARTIES or principal.area in stated:
                    areas.update(stated)
                    path = (*merkle.path_to(leaves, number), *above)
                    proofs.append(LineProof(lines[number], leaf_content(lines[number]), leaves[number], path))
        resource = Resource("statement", areas=frozenset(areas), tier=run.window.tier)
        require(principal, STATEMENT_READ, resource)
        if not proofs:
            raise NotFound
        return run, tuple(proofs)


def hand_downs_of(runs: RunStore, run: Run, figures: Figures) -> tuple[bank.HandDown, ...]:
    """Return every province's hand-down after a national run, on the receipts of its bank; `()` inside a province."""
    if not figures.allocations:
        return ()
    receipts = runs.handed_receipts(run.run_id)
    return bank.hand_downs(run.run_id, figures.allocations, receipts, ordered=run.handed_down)


def repairs_of(runs: RunStore, run_id: RunId) -> tuple[RepairView, ...]:
    """Return the repairs of a run, each repair with its changes."""
    done = runs.mended(run_id)
    return tuple(
        RepairView(repair, tuple(each for each in done if each.repair_id == repair.repair_id))
        for repair in runs.repairs(run_id)
    )


def _without_disputed(figures: Figures, run: Run, disputes: tuple[Dispute, ...]) -> Figures:
    """Return the figures as cleared now: a dispute takes its lines out at once, sealing makes the payments final."""
    if run.sealed or not disputes:
        return figures
    disputed = [line for dispute in disputes for line in dispute.lines]
    return Figures.of(figures.gross, without(figures.gross, disputed), run.window.tier)


def _narrowed(view: RunView, area: AreaCode) -> RunView:
    """Narrow a run to one area: its own rows and payments, and its own disputes."""
    figures, tier = view.figures, view.run.window.tier
    payments = tuple(each for each in figures.instructions if area in (each.payer, each.payee))
    named = {bank.instruction_id(view.run.run_id, each.number) for each in payments}
    handed = (each.of(area) for each in view.hand_downs)
    cleared = concerning(figures.cleared, area, tier)
    own = Figures(
        gross=concerning(figures.gross, area, tier),
        cleared=cleared,
        nets=tuple(each for each in figures.nets if each.party == area),
        instructions=payments,
        allocations=tuple(each for each in figures.allocations if area in (each.area, each.province)),
    )
    return RunView(
        run=view.run,
        figures=own,
        faults=(),
        awaited=tuple(each for each in view.awaited if each == area),
        confirmations=tuple(each for each in view.confirmations if each.area == area),
        disputes=tuple(
            each for each in view.disputes if any(area in areas_of(line, tier) for line in each.dispute.lines)
        ),
        payments=tuple(row for row in view.payments if row.instruction in named),
        hand_downs=tuple(each for each in handed if each.payments),
    )
