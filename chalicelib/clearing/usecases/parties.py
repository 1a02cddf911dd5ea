"""The parties' side of a run: statements, proofs, confirmations, disputes and their resolution.

Statements are written once per edition. A dispute takes its lines out of the net on both sides at once; the amount that
the centre then finds owed goes into the window that is open at that moment.
"""

from __future__ import annotations

from dataclasses import field, replace
from datetime import timedelta

from chalicelib.claims.domain.history import HistoryEvent, RulingOutcome, Verdict
from chalicelib.clearing.access import DISPUTE_RESOLVE, STATEMENT_CONFIRM, STATEMENT_DISPUTE
from chalicelib.clearing.domain import postings
from chalicelib.clearing.domain.disputes import Disposal, Dispute, Resolution, disputable, dispute_id_of, owed_after
from chalicelib.clearing.domain.run import Confirmation, Figures, Run, RunStatus, Stage, StatementRecord, awaited
from chalicelib.clearing.domain.statements import Heading, Line, manifest, statement, without
from chalicelib.clearing.domain.terms import Terms
from chalicelib.clearing.forms import FORMS, Forms
from chalicelib.clearing.ports import (
    AddConfirmation,
    ClearingMachine,
    MoveManifest,
    RequireRun,
    RunStore,
    WindowStore,
    WriteRun,
)
from chalicelib.clearing.usecases.book import positions_for
from chalicelib.clearing.usecases.debts import DebtBook, dispute_of
from chalicelib.clearing.usecases.run import figures_of, run_of, stated_areas, stored_lines
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Conflict, Finding, Invalid, QuebaoError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits, DocumentKind, DocumentStore
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, RunId
from chalicelib.kernel.writes import Insert, Part, Replace, Revise
from chalicelib.ledger.ports import PostTransaction

_NOT_CONFIRMING = Finding(
    "not-confirming",
    "run_id",
    Text(
        "该清算批次不在确认阶段，请先查看其状态。", "This run is not waiting for confirmations; read its status first."
    ),
)
_NO_PARTY = Finding(
    "not-a-party",
    "area",
    Text("该区划不是本批次的当事方，请核对区划代码。", "The area is no party to this run; check the area's code."),
)
_RESOLVED_OTHERWISE = Finding(
    "dispute-resolved",
    "dispute_id",
    Text(
        "该异议已有不同的裁定，不能更改，请查看裁定内容。",
        "The dispute was ruled on otherwise, and a ruling is not changed; read it on the dispute.",
    ),
)


REVERSED_BEFORE = "reversed before the ruling"
"""The reason given where a ruling's amount needs no outcome: the claim was reversed against the hospital before."""


class SilenceIsNotConsent(QuebaoError):
    """A deadline that passed without every party's confirmation, where no policy treats silence as consent."""

    code = "confirmations-missing"
    message = Text(
        "确认期限已过，仍有当事方未确认，请催请其确认。",
        "The deadline passed and not every party has confirmed; remind those that have not.",
    )


@dataclass(frozen=True, slots=True)
class Parties:
    windows: WindowStore
    runs: RunStore
    documents: DocumentStore
    commits: Commits
    machine: ClearingMachine
    clock: Clock
    retrying: Retrying
    debts: DebtBook
    forms: Forms = field(default_factory=lambda: FORMS)

    def state(self, run_id: RunId, area: AreaCode, edition: int) -> None:
        """Write one area's statement of an edition, in its three forms."""
        run = run_of(self.runs, run_id)
        if run.edition >= edition:
            return
        content = [summary.areas[area] for summary in self.runs.shards(run_id) if area in summary.areas]
        lines = [line for each in content for line in stored_lines(self.documents, each)]
        document = statement(self._heading(run, edition), area, lines)
        forms = {name: self.documents.put(DocumentKind.STATEMENT, form(document)) for name, form in self.forms.items()}
        self.runs.keep_statement(run_id, StatementRecord(area, edition, len(lines), **forms))

    def publish(self, run_id: RunId, edition: int) -> Terms:
        """Bind an edition's statements to the tier's manifest before, and ask the parties. Returns the terms.

        A second edition exists only where something was disputed.
        """
        return self.retrying.on_conflict(lambda: self._publish_once(run_id, edition))

    def wait(self, run_id: RunId, token: str) -> None:
        """Keep the token with which the machine waits for confirmations. The later of this call and the last
        confirmation sees the other and lets the machine continue.
        """
        self.runs.keep_token(run_id, Stage.CONFIRMATIONS, token)
        self._proceed_if_confirmed(run_of(self.runs, run_id))

    def silence(self, run_id: RunId) -> None:
        """Accept silence after the deadline. Raises `SilenceIsNotConsent` unless the terms count silence as consent."""
        run = run_of(self.runs, run_id)
        if self.awaited(run) and not run.terms.silence_is_consent:
            raise SilenceIsNotConsent

    def awaited(self, run: Run) -> tuple[AreaCode, ...]:
        """Return the parties that have not confirmed."""
        confirmed = {each.area for each in self.runs.confirmations(run.run_id)}
        return awaited(figures_of(self.documents, run).gross, run.window.tier, confirmed)

    def confirm(self, principal: Principal, run_id: RunId, area: AreaCode) -> None:
        """Confirm an area's statement, disputed lines excepted; confirming again changes nothing."""
        require(principal, STATEMENT_CONFIRM, Resource("statement", areas=frozenset({area})))
        run = self._own(run_id, area)
        if area not in {each.area for each in self.runs.confirmations(run_id)}:
            self.retrying.on_conflict(lambda: self._confirm_once(principal, run_id, area))
        self._proceed_if_confirmed(run)

    def dispute(self, principal: Principal, run_id: RunId, area: AreaCode, claim_id: ClaimId, reason: str) -> Dispute:
        """Take a claim's lines out of the net; a repeated call for the same area and claim returns the same dispute."""
        require(principal, STATEMENT_DISPUTE, Resource("statement", areas=frozenset({area})))
        self._own(run_id, area)
        return self.retrying.on_conflict(lambda: self._dispute_once(principal, run_id, area, claim_id, reason))

    def resolve(
        self, principal: Principal, run_id: RunId, dispute_id: DisputeId, verdict: Verdict, amount_fen: Fen | None
    ) -> Dispute:
        """Rule on a dispute. The amount owed is owed again at once and cleared by the run of the window that is open
        now; the rest leaves the debtor's expense and stands in suspense. The same ruling again changes nothing.

        Raises `NotFound`, `Invalid` for an amount that does not fit the verdict, `Conflict` where the dispute was ruled
        otherwise.
        """
        run = run_of(self.runs, run_id)
        require(principal, DISPUTE_RESOLVE, Resource("dispute", tier=run.window.tier))
        return self.retrying.on_conflict(lambda: self._resolve_once(principal, run_id, dispute_id, verdict, amount_fen))

    def seal(self, run_id: RunId) -> tuple[AreaCode, ...]:
        """Accept no further dispute and net the remaining lines. Returns the areas that need a second edition."""
        return self.retrying.on_conflict(lambda: self._seal_once(run_id))

    def _own(self, run_id: RunId, area: AreaCode) -> Run:
        run = run_of(self.runs, run_id)
        if area not in stated_areas(self.runs.shards(run_id)):
            raise Invalid([_NO_PARTY])
        return run

    def _heading(self, run: Run, edition: int) -> Heading:
        gross = figures_of(self.documents, run).gross
        disputed = frozenset(self._disputed(run.run_id))
        return Heading(run.run_id, run.window, edition, run.root or "", run.lines, gross, disputed, run.terms)

    def _disputed(self, run_id: RunId) -> tuple[Line, ...]:
        return tuple(line for dispute in self.runs.disputes(run_id) for line in dispute.lines)

    def _publish_once(self, run_id: RunId, edition: int) -> Terms:
        run = run_of(self.runs, run_id)
        if run.edition >= edition or (edition > 1 and not self.runs.disputes(run_id)):
            return run.terms
        records = self.runs.statements(run_id, edition)
        stated = [{"area": r.area, "json": r.json, "csv": r.csv, "xlsx": r.xlsx} for r in records]
        previous = self.runs.last_manifest(run.window.tier)
        document = manifest(self._heading(run, edition), stated, previous)
        content = self.documents.put(DocumentKind.STATEMENT, canonical_json(document))
        published = replace(run, edition=edition, manifest=content, revision=run.revision + 1)
        if run.status is RunStatus.NETTED:
            deadline = self.clock.now() + timedelta(days=run.terms.confirm_within_days)
            published = replace(published.to(RunStatus.CONFIRMING), deadline=instant(deadline))
        self.commits.commit([WriteRun(published), MoveManifest(run.window.tier, previous, content)])
        return run.terms

    def _proceed_if_confirmed(self, run: Run) -> None:
        token = self.runs.token(run.run_id, Stage.CONFIRMATIONS)
        if token is not None and (run.sealed or not self.awaited(run)):
            self.machine.proceed(token)

    def _confirm_once(self, principal: Principal, run_id: RunId, area: AreaCode) -> None:
        run = self._confirming(run_id)
        confirmation = Confirmation(area, principal.actor, instant(self.clock.now()))
        self.commits.commit([RequireRun(run_id, run.revision), AddConfirmation(run_id, confirmation)])

    def _confirming(self, run_id: RunId) -> Run:
        run = run_of(self.runs, run_id)
        if run.status is not RunStatus.CONFIRMING or run.sealed:
            raise Conflict([_NOT_CONFIRMING.naming(status=run.status.value)])
        return run

    def _dispute_once(
        self, principal: Principal, run_id: RunId, area: AreaCode, claim_id: ClaimId, reason: str
    ) -> Dispute:
        dispute_id = dispute_id_of(run_id, area, claim_id)
        known = next((each for each in self.runs.disputes(run_id) if each.dispute_id == dispute_id), None)
        if known is not None:
            return known
        run, act = self._confirming(run_id), Act.of(principal, instant(self.clock.now()))
        lines = [line for line in self._lines_of(run_id, area) if line.claim_id == claim_id]
        taken = disputable(lines, area, run.window.tier, self._disputed(run_id))
        dispute = Dispute(dispute_id, run_id, area, claim_id, reason, act, taken)
        # The claim is read before all that rests on it: its movement meanwhile may leave no trace in its debts.
        record, debts = self.debts.record(claim_id), self.debts.of(claim_id)
        before = self.debts.debts_of(debts, [pair for pair, _ in dispute.pairs])
        later = self.debts.still_open(debts, self.windows)
        after = [
            debt.disputed_by(dispute_id, fen + later[pair])
            for debt, (pair, fen) in zip(before, dispute.pairs, strict=True)
        ]
        disputed = replace(
            debts.with_debts(after),
            disputes=(*debts.disputes, (run_id, dispute_id)),
            is_reversed=self.debts.is_reversed(claim_id),
        )
        parts: list[Part] = [WriteRun(replace(run, revision=run.revision + 1)), Insert(dispute)]
        parts += [Revise(disputed)]
        if (moved := postings.disputed(act.at, dispute)) is not None:
            parts.append(PostTransaction(moved))
        if (withheld := postings.withheld(act.at, dispute, before, after)) is not None:
            parts += [PostTransaction(withheld), *positions_for(self.windows, withheld)]
        parts += self.debts.told(record, dispute, HistoryEvent.DISPUTE, act, moved or withheld, reason)
        self.commits.commit(parts)
        return dispute

    def _lines_of(self, run_id: RunId, area: AreaCode) -> list[Line]:
        return [
            line
            for summary in self.runs.shards(run_id)
            if area in summary.areas
            for line in stored_lines(self.documents, summary.areas[area])
        ]

    def _resolve_once(
        self, principal: Principal, run_id: RunId, dispute_id: DisputeId, verdict: Verdict, amount_fen: Fen | None
    ) -> Dispute:
        dispute = dispute_of(self.runs, run_id, dispute_id)
        tier = run_of(self.runs, run_id).window.tier
        require(principal, DISPUTE_RESOLVE, Resource("dispute", tier=tier, acted=(dispute.raised.actor,)))
        if dispute.resolution is not None:
            if not _says_the_same(dispute.resolution, verdict, amount_fen):
                raise Conflict([_RESOLVED_OTHERWISE.naming(verdict=dispute.resolution.verdict.value)])
            return dispute
        record, known = self.debts.record(dispute.claim_id), self.debts.of(dispute.claim_id)
        before = self.debts.debts_of(known, [pair for pair, _ in dispute.pairs])
        owed = owed_after(dispute, before, verdict, amount_fen)
        act = Act.of(principal, instant(self.clock.now()))
        resolved = replace(dispute, resolution=Resolution(verdict, owed, act))
        if known.is_reversed and verdict is not Verdict.OWED:
            # The hospital gave the money back before the ruling, so no amount is left to dispose of.
            resolved = replace(resolved, disposal=Disposal(RulingOutcome.RECOVERED, REVERSED_BEFORE, act))
        after = [
            debt.ruled(dispute_id, owed_fen, takes=verdict is not Verdict.OWED)
            for debt, owed_fen in zip(before, owed, strict=True)
        ]
        parts: list[Part] = [Replace(resolved, {"resolution": None}), Revise(known.with_debts(after))]
        moved = postings.resolved(act.at, dispute, before, verdict, after)
        for each in moved:
            parts += [PostTransaction(each), *positions_for(self.windows, each)]
        last = moved[-1] if moved else None
        parts += self.debts.told(record, resolved, HistoryEvent.RULING, act, last, verdict.value)
        self.commits.commit(parts)
        return resolved

    def _seal_once(self, run_id: RunId) -> tuple[AreaCode, ...]:
        run = run_of(self.runs, run_id)
        disputed = self._disputed(run_id)
        if not run.sealed and run.status is RunStatus.CONFIRMING:
            gross = figures_of(self.documents, run).gross
            final = Figures.of(gross, without(gross, disputed), run.window.tier)
            content = self.documents.put(DocumentKind.CLEARING, final.write())
            self.commits.commit([WriteRun(replace(run, figures=content, sealed=True, revision=run.revision + 1))])
        return stated_areas(self.runs.shards(run_id)) if disputed else ()


def _says_the_same(resolution: Resolution, verdict: Verdict, amount_fen: Fen | None) -> bool:
    """Tell whether a ruling repeats an earlier ruling."""
    same_amount = verdict is not Verdict.REDUCED or sum(resolution.amounts_fen) == amount_fen
    return resolution.verdict is verdict and same_amount
