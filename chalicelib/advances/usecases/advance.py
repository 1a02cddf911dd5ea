"""Advances to hospitals, from the application to the bank's receipt.

Every step is one conditional write with its ledger movements, so that deciding, instructing or confirming twice is
refused and a retried step finds itself done. The prepayment machine only waits and reminds: it instructs after the
approval, and takes an instruction back when the bank stays silent. Source: design.md section 7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from chalicelib.advances.access import ADVANCE_DECIDE, ADVANCE_LIST, ADVANCE_READ, ADVANCE_REQUEST
from chalicelib.advances.domain.model import TOP_UP, Advance, AdvanceStatus, amount_findings, refuse_substitute
from chalicelib.advances.domain.quota import Measure, Spending, measure_for, needs_top_up, no_measure, quota_of
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.advances.usecases.receive import RECEIPT, AdvanceReceipts
from chalicelib.bank.usecases import offices
from chalicelib.kernel.access import Action, Principal, Role, require
from chalicelib.kernel.errors import Conflict, Invalid, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, InstitutionCode
from chalicelib.kernel.writes import Insert, Part, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.domain.months import periods_before
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import of_institution, own, permitted, require_found
from chalicelib.settlement.domain.order import HospitalMoney
from chalicelib.settlement.domain.postings import advance_instructed
from chalicelib.settlement.ports import HospitalStore, MoveAdvance

APPROVAL = "approval"
_ENDS = {
    APPROVAL: frozenset({AdvanceStatus.APPROVED, AdvanceStatus.REFUSED}),
    RECEIPT: frozenset({AdvanceStatus.PAID, AdvanceStatus.FAILED}),
}
"""The states that end a stage."""

_MONTHS = 3
_MEASURING = 4
"""Advances read at once of a hospital's top-up: those under way, seldom more than one, and the paid one behind them."""


@dataclass(frozen=True, slots=True)
class AdvancesView:
    """A hospital's advances and its balance of each kind."""

    institution: InstitutionCode
    money: HospitalMoney
    advances: Page[Advance]


@dataclass(frozen=True, slots=True)
class Advances:
    advances: AdvanceStore
    hospitals: HospitalStore
    bundles: BundleStore
    commits: Commits
    receipts: AdvanceReceipts
    machine: PrepaymentMachine
    clock: Clock
    retrying: Retrying

    def request(
        self, principal: Principal, institution: InstitutionCode, fund: AdvanceFund, amount_fen: Fen, reason: str
    ) -> Advance:
        """Request an advance. The same request again, while the first is undecided, returns the first.

        Raises `Invalid` with every finding: on amount, reason, or the lack of a measure granting a special advance.
        """
        named = self.bundles.current().registry.institutions.get(institution)
        known = permitted(principal, ADVANCE_REQUEST, "advance", named, of_institution)
        return self._requested(known, fund, amount_fen, reason, Act.of(principal, instant(self.clock.now())))

    def decide(
        self,
        principal: Principal,
        advance_id: AdvanceId,
        *,
        approve: bool,
        amount_fen: Fen | None = None,
        fund: AdvanceFund | None = None,
        reason: str | None = None,
    ) -> Advance:
        """Approve or refuse an advance. Raises `OwnAct` for the requester, `Conflict` for an advance decided before,
        and `Invalid` where the other kind of advance is offered in its place (Y-02), the amount is over the requested
        amount, or the amount is below the policy's floor without a reason.
        """

        def once() -> Advance:
            advance = self._visible(principal, ADVANCE_DECIDE, advance_id)
            bundle = self.bundles.current()
            measure = measure_for(bundle, self._institution(advance), self.clock.today())
            if fund is not None:
                refuse_substitute(advance.fund, fund, measure)
            act = Act.of(principal, instant(self.clock.now()))
            decided = advance.decided(approve=approve, amount_fen=amount_fen, act=act, reason=reason)
            self._commit(Revise(decided))
            return decided

        return self._told(advance_id, APPROVAL, once)

    def instruct(self, advance_id: AdvanceId) -> Advance:
        """Tell the bank to pay an approved advance, exactly once even if called repeatedly."""

        def once() -> Advance:
            advance = self._known(advance_id)
            if advance.status is not AdvanceStatus.APPROVED:
                return advance
            now = instant(self.clock.now())
            instructed = advance.instructed(now)
            citations = () if advance.quota.citation is None else (advance.quota.citation,)
            transaction = advance_instructed(
                advance_id, now, self._institution(advance), advance.fund.value, advance.approved_fen, citations
            )
            self._commit(
                Revise(instructed),
                PostTransaction(transaction),
                MoveAdvance(advance.institution, advance.fund, instructed_fen=advance.approved_fen),
            )
            return instructed

        return self.retrying.on_conflict(once)

    def give_up(self, advance_id: AdvanceId) -> Advance:
        """Take the instruction back after the bank's silence, unless the bank answered after all."""

        def once() -> Advance:
            advance = self._known(advance_id)
            if advance.status is not AdvanceStatus.INSTRUCTED:
                return advance
            failed, parts = self.receipts.given_up(advance, instant(self.clock.now()))
            self._commit(*parts)
            return failed

        given_up = self.retrying.on_conflict(once)
        # The machine's own wait has run out by then; the machine is told where somebody else gives up.
        self._proceed(advance_id, RECEIPT, given_up.status)
        return given_up

    def wait(self, advance_id: AdvanceId, stage: str, token: str) -> None:
        """Keep the waiting machine's token; an earlier decision or receipt resumes the machine at once."""
        self.advances.keep_token(advance_id, stage, token)
        status = self._known(advance_id).status
        undecided = AdvanceStatus.REQUESTED if stage == APPROVAL else AdvanceStatus.INSTRUCTED
        if status is not undecided:
            self.machine.proceed(token, status.value)

    def read(self, principal: Principal, advance_id: AdvanceId) -> Advance:
        return self._visible(principal, ADVANCE_READ, advance_id)

    def find(
        self, principal: Principal, status: AdvanceStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[Advance]:
        """Return the advances that an office decides on and pays, by state; for the auditor of one office or of all."""
        require(principal, ADVANCE_LIST, own(principal, "advance"))
        agencies = offices(self.bundles.current().registry, principal, area)
        return self.advances.of_agencies(agencies, tuple(AdvanceStatus) if status is None else (status,), page)

    def of_institution(self, principal: Principal, code: InstitutionCode, page: PageRequest) -> AdvancesView:
        """Return a hospital's advances and balances. Raises `NotFound` also for a foreign hospital."""
        institution = self.bundles.current().registry.institutions.get(code)
        permitted(principal, ADVANCE_READ, "advance", institution, of_institution)
        return AdvancesView(code, self.hospitals.money(code), self.advances.of_institution(code, page))

    def top_up(self) -> tuple[AdvanceId, ...]:
        """Request more wherever a policy tops up and a balance is below its mark; return the ids of the requests.

        Only hospitals that were ever paid a special advance are looked at: a top-up restores one. An undecided request
        of an earlier try is started again: the try may have ended before the start.
        """
        bundle, today = self.bundles.current(), self.clock.today()
        asked = []
        for code in every(self.advances.holders):
            institution = bundle.registry.institutions.get(code)
            measure = None if institution is None else measure_for(bundle, institution, today)
            if institution is None or measure is None:
                continue
            under_way, last = self._measuring(code)
            for advance in under_way:
                if advance.status is AdvanceStatus.REQUESTED and advance.is_top_up:
                    self.machine.start(advance.advance_id)
            wanted_fen = 0 if under_way or last is None else self._top_up_fen(measure, last)
            if wanted_fen:
                act = Act(TOP_UP, Role.AGENCY, institution.agency, instant(self.clock.now()))
                asked.append(self._requested(institution, AdvanceFund.SPECIAL, wanted_fen, TOP_UP, act).advance_id)
        return tuple(asked)

    def _measuring(self, code: InstitutionCode) -> tuple[list[Advance], Advance | None]:
        """Return a hospital's advances under way, and the paid advance that its top-up restores: the last that somebody
        requested, since a top-up only restores that advance.
        """
        under_way: list[Advance] = []
        for advance in every(lambda page: self.advances.measuring(code, page), _MEASURING):
            if not advance.is_under_way:
                return under_way, advance
            under_way.append(advance)
        return under_way, None

    def _top_up_fen(self, measure: Measure, last: Advance) -> Fen:
        """Return the amount that restores the balance to an advance, less its returns; zero above the mark."""
        last_fen = last.approved_fen - last.returned_fen
        held_fen = self.hospitals.money(last.institution).special.ready_fen
        return last_fen - held_fen if needs_top_up(measure, last_fen, held_fen) else 0

    def _requested(
        self, institution: Institution, fund: AdvanceFund, amount_fen: Fen, reason: str, act: Act
    ) -> Advance:
        bundle, today = self.bundles.current(), self.clock.today()
        wrong = list(amount_findings(amount_fen))
        if not reason.strip():
            wrong.append(_REASON_REQUIRED)
        measure = measure_for(bundle, institution, today) if fund is AdvanceFund.SPECIAL else None
        if fund is AdvanceFund.SPECIAL and measure is None:
            wrong.append(no_measure())
        if wrong:
            raise Invalid(wrong)

        def once() -> Advance:
            advance = Advance(
                advance_id=AdvanceId(""),
                institution=institution.code,
                agency=institution.agency,
                fund=fund,
                amount_fen=amount_fen,
                reason=reason,
                requested=act,
                quota=quota_of(measure, amount_fen, self._spending(institution, today)),
            )
            return self._recorded(advance)

        advance = self.retrying.on_conflict(once)
        # Start also a standing request: an earlier try may have ended between recording and starting.
        self.machine.start(advance.advance_id)
        return advance

    def _recorded(self, advance: Advance) -> Advance:
        """Record the request under the first free id of its kind, or return the undecided request under one of them."""
        number = 1
        while True:
            advance_id = _advance_id(advance, number)
            known = self.advances.get(advance_id)
            if known is None:
                numbered = replace(advance, advance_id=advance_id)
                self.commits.commit([Insert(numbered)])
                return numbered
            if known.status is AdvanceStatus.REQUESTED:
                return known
            number += 1

    def _spending(self, institution: Institution, today: date) -> Spending:
        code = institution.code
        spending = self.hospitals.spending(code, periods_before(f"{today:%Y-%m}", _MONTHS))
        months = [month for month in spending if month.funds_fen]
        count, held = max(1, len(months)), self.hospitals.money(code).special
        return Spending(
            monthly_fen=sum(month.funds_fen for month in months) // count,
            ordinary_quota_fen=self.hospitals.budget(code, today.year).quota_fen // 12,
            added_fen=sum(month.separate_fen for month in months) // count,
            held_fen=held.ready_fen + held.instructed_fen,
        )

    def _commit(self, *parts: Part) -> None:
        self.commits.commit(parts)

    def _told(self, advance_id: AdvanceId, stage: str, once: Callable[[], Advance]) -> Advance:
        """Take a step and tell the machine that waits for it. Where the step was taken before, the machine is told
        again before the `Conflict` is raised: the earlier call may have been cut off in between.
        """
        try:
            moved = self.retrying.on_conflict(once)
        except Conflict:
            status = self._known(advance_id).status
            if status in _ENDS[stage]:
                self._proceed(advance_id, stage, status)
            raise
        self._proceed(advance_id, stage, moved.status)
        return moved

    def _proceed(self, advance_id: AdvanceId, stage: str, status: AdvanceStatus) -> None:
        token = self.advances.token(advance_id, stage)
        if token is not None:
            self.machine.proceed(token, status.value)

    def _institution(self, advance: Advance) -> Institution:
        return self.bundles.current().registry.institutions[advance.institution]

    def _known(self, advance_id: AdvanceId) -> Advance:
        return existing(self.advances.get(advance_id))

    def _visible(self, principal: Principal, action: Action, advance_id: AdvanceId) -> Advance:
        advance = require_found(principal, action, "advance", self.advances.get(advance_id))
        require(principal, action, of_institution(self._institution(advance), "advance", (advance.requested.actor,)))
        return advance


_REASON_REQUIRED = finding("reason-required", "reason", "请填写申请原因。", "Give the reason of the application.")


def _advance_id(advance: Advance, number: int) -> AdvanceId:
    """Return a request's id: the same request has the same ids, in order, so that a retry makes no second request."""
    parts = (advance.institution, advance.fund.value, str(advance.amount_fen), advance.reason, advance.requested.actor)
    return AdvanceId("adv_" + sha256("|".join((*parts, str(number))).encode()).hexdigest()[:26])
