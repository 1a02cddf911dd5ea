"""Asks for funds, takes requisitions back, decides them, and books the bank's reports of both sides.

A report of the bank is stored with its effects in one write: its register, the requisition, the ledger's transaction
and the task of the party that has to act next, guarded by the requisition's revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import takewhile

from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, movement_id_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.fund_accounts.domain import complete_months
from chalicelib.fund_accounts.usecases import MeasureFund
from chalicelib.kernel.access import Action, Principal, Resource, Role, require
from chalicelib.kernel.clocks import LegalClock, WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import FEN_MAX, Fen
from chalicelib.kernel.pages import Page, PageRequest, every
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.law.domain.services.clocks import clock_rule, decider
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.resources import area_to_read, own, require_found
from chalicelib.requisitions.access import (
    REQUISITION_ASK,
    REQUISITION_DECIDE,
    REQUISITION_PAY,
    REQUISITION_READ,
    REQUISITION_RECEIVE,
    REQUISITION_WITHDRAW,
)
from chalicelib.requisitions.domain import (
    AID,
    AMOUNT_RANGE,
    DECISION,
    NOT_PROVIDED,
    OTHER_CONTENT,
    PAYMENT,
    TWICE,
    AidAsked,
    BankSide,
    Requisition,
    RequisitionId,
    RequisitionKind,
    RequisitionLine,
    RequisitionPurpose,
    RequisitionStatus,
    aid_findings,
    booked,
    requisition_id_of,
)
from chalicelib.requisitions.ports import AidStore, RequisitionStore, requisitions_in
from chalicelib.worklist.domain import Duty, done, duty_task

_KIND = "requisition"


@dataclass(frozen=True, slots=True)
class RequisitionRequest:
    number: str
    purpose: RequisitionPurpose
    needed_on: date
    reason: str
    lines: tuple[tuple[RequisitionKind, Fen], ...]


@dataclass(frozen=True, slots=True)
class BankWord:
    """A report of one side's bank: a movement of an account's money, in or back."""

    kind: RequisitionKind
    bank_reference: str
    amount_fen: Fen
    came_back: bool


@dataclass(frozen=True, slots=True)
class Requisitions:
    requisitions: RequisitionStore
    aid_asked: AidStore
    measure: MeasureFund
    bundles: BundleStore
    register: Register
    working_days: WorkingDays
    commits: Commits
    retrying: Retrying
    clock: Clock

    def ask(self, principal: Principal, request: RequisitionRequest) -> Requisition:
        """Ask the level that pays. The same number with the same content returns the first requisition.

        Raises `Invalid` without a notice of today that provides for the request, and for lines of no amount or repeated
        accounts, and `Conflict` for a number that names another request.
        """
        require(principal, REQUISITION_ASK, own(principal, _KIND))
        kinds = [kind for kind, _ in request.lines]
        wrong = [TWICE] if len(set(kinds)) < len(kinds) else []
        if any(not 0 < amount_fen <= FEN_MAX for _, amount_fen in request.lines):
            wrong.append(AMOUNT_RANGE)
        if wrong:
            raise Invalid(wrong)
        return self.retrying.on_conflict(lambda: self._ask_once(principal, request))

    def approve(
        self,
        principal: Principal,
        requisition_id: RequisitionId,
        amounts: Mapping[RequisitionKind, Fen],
        reason: str | None,
    ) -> Requisition:
        """Approve amounts by account. Raises `OwnAct` for the applicant, `Conflict` if decided otherwise."""

        def once() -> Requisition:
            standing = self._visible(principal, REQUISITION_DECIDE, requisition_id)
            act = Act.of(principal, instant(self.clock.now()))
            moved = standing.approved_by(act, amounts, reason, self._clock(PAYMENT, standing.payer))
            return self._keep(standing, moved)

        return self.retrying.on_conflict(once)

    def refuse(self, principal: Principal, requisition_id: RequisitionId, reason: str | None) -> Requisition:
        """Refuse a requisition with a reason. Raises as `approve`."""

        def once() -> Requisition:
            standing = self._visible(principal, REQUISITION_DECIDE, requisition_id)
            act = Act.of(principal, instant(self.clock.now()))
            return self._keep(standing, standing.refused_by(act, reason))

        return self.retrying.on_conflict(once)

    def withdraw(self, principal: Principal, requisition_id: RequisitionId, reason: str) -> Requisition:
        """Take a requisition back before any payment. Raises `Conflict` if refused or if money has moved."""

        def once() -> Requisition:
            standing = self._visible(principal, REQUISITION_WITHDRAW, requisition_id)
            return self._keep(standing, standing.taken_back_by(Act.of(principal, instant(self.clock.now())), reason))

        return self.retrying.on_conflict(once)

    def pay(self, principal: Principal, requisition_id: RequisitionId, word: BankWord) -> Requisition:
        """Book the payer's payments, or money returned to the payer; the same report again changes nothing.

        Raises `OwnAct` for the applicant and the approver, `Invalid` for an amount never approved, `Conflict` if the
        reference names another movement.
        """
        return self._hear(principal, REQUISITION_PAY, requisition_id, BankSide.PAID, word)

    def receive(self, principal: Principal, requisition_id: RequisitionId, word: BankWord) -> Requisition:
        """Book the district's receipts, or money that the district's bank sent back. Raises as `pay`."""
        return self._hear(principal, REQUISITION_RECEIVE, requisition_id, BankSide.RECEIVED, word)

    def read(self, principal: Principal, requisition_id: RequisitionId) -> Requisition:
        """Return a requisition to its applicant or its payer."""
        return self._visible(principal, REQUISITION_READ, requisition_id)

    def find(
        self, principal: Principal, status: RequisitionStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[Requisition]:
        """List the requisitions that an area asked for and pays, oldest first."""
        whose = area_to_read(principal, REQUISITION_READ, self.bundles.current().registry, area, _KIND)
        equal = None if status is None else {"status": status.value}
        return self.requisitions.find((requisitions_in(whose),), page, equal, newest=False)

    def _ask_once(self, principal: Principal, request: RequisitionRequest) -> Requisition:
        area, bundle = principal.area, self.bundles.current()
        known = self.requisitions.get(requisition_id_of(area, request.number))
        if known is not None:
            if not known.asks_for(request.purpose, request.needed_on, request.reason, request.lines):
                raise Conflict([OTHER_CONTENT.naming(requisition_id=known.requisition_id, status=known.status.value)])
            return known
        provided = payer_of(bundle, area, self.clock.today(), request.purpose)
        if provided is None:
            raise Invalid([NOT_PROVIDED])
        guard = [self._aid(area, request)] if request.purpose in AID else []
        payer, citation = provided
        made = Requisition(
            requisition_id=requisition_id_of(area, request.number),
            number=request.number,
            area=area,
            payer=payer,
            purpose=request.purpose,
            needed_on=request.needed_on,
            reason=request.reason,
            lines=tuple(RequisitionLine(kind, amount_fen) for kind, amount_fen in request.lines),
            citation=citation,
            asked=Act.of(principal, instant(self.clock.now())),
            decision_clock=self._clock(DECISION, payer),
        )
        self.commits.commit([Revise(made), *guard, *_tasks(made)])
        return made

    def _aid(self, area: AreaCode, request: RequisitionRequest) -> Part:
        """Build the write that lets requests for aid see the shortfall one after the other. Raises `Invalid` for more
        than the fund's shortfall over the year's past months, less the amounts asked for since the year began.
        """
        asked = self.aid_asked.get(area)
        months = complete_months(self.clock.today())
        since = start_of(date(int(months[0][:4]), 1, 1))
        newest_first = every(lambda page: self.requisitions.find((requisitions_in(area),), page))
        this_year = takewhile(lambda each: each.asked.at >= since, newest_first)
        taken_fen = sum(each.claimed_fen for each in this_year if each.area == area and each.purpose in AID)
        if wrong := aid_findings(self.measure(area, months), taken_fen, dict(request.lines)):
            raise Invalid(wrong)
        return Revise(AidAsked(area, 1 if asked is None else asked.revision + 1))

    def _hear(
        self, principal: Principal, action: Action, requisition_id: RequisitionId, side: BankSide, word: BankWord
    ) -> Requisition:
        require_reference(word.bank_reference)
        if not 0 < word.amount_fen <= FEN_MAX:
            raise Invalid([AMOUNT_RANGE])

        def once() -> Requisition:
            standing = self._visible(principal, action, requisition_id)
            office = standing.payer if side is BankSide.PAID else standing.area
            said = Movement(
                movement_id=movement_id_of(office, word.bank_reference),
                office=office,
                kind=MovementKind.REQUISITION,
                names=tuple(sorted((requisition_id, side.value, word.kind.value))),
                outcome=BankOutcome.PAID,
                amount_fen=-word.amount_fen if word.came_back else word.amount_fen,
                said=Act.of(principal, instant(self.clock.now())),
            )
            movement = self.register.new(said)
            if movement is None:
                return standing
            moved = standing.heard(side, word.kind, movement)
            posted = PostTransaction(booked(standing, side, word.kind, movement))
            self.commits.commit([Revise(movement), Revise(moved), posted, *_tasks(moved)])
            return moved

        return self.retrying.on_conflict(once)

    def _keep(self, standing: Requisition, moved: Requisition) -> Requisition:
        if moved is not standing:
            self.commits.commit([Revise(moved), *_tasks(moved)])
        return moved

    def _clock(self, business: str, area: AreaCode) -> LegalClock:
        rule = clock_rule(self.bundles.current(), business, area, self.clock.today())
        return start_clock(rule, self.clock.now(), self.working_days)

    def _visible(self, principal: Principal, action: Action, requisition_id: RequisitionId) -> Requisition:
        found = require_found(principal, action, _KIND, self.requisitions.get(requisition_id))
        sides = {
            REQUISITION_DECIDE: {found.payer},
            REQUISITION_PAY: {found.payer},
            REQUISITION_RECEIVE: {found.area},
            REQUISITION_WITHDRAW: {found.area},
        }
        areas = frozenset(sides.get(action, {found.area, found.payer}))
        acted = found.acted[:1] if action is REQUISITION_DECIDE else found.acted
        require(principal, action, Resource(_KIND, areas=areas, acted=acted))
        return found


def payer_of(bundle: Bundle, area: AreaCode, on: date, purpose: RequisitionPurpose) -> tuple[AreaCode, str] | None:
    """Find the area that pays a requisition of an area on a day, and the provision; None without a notice.

    A fund that falls short is helped by its own area's finance or by the province (S-13, 鲁医保发〔2023〕1号 七).
    """
    if purpose in AID:
        aid = decider(bundle, Slot.FUND_DEFICIT, area, on)
        if aid is None or bundle.registry.pooling_area(area) != area:
            return None
        payer = area if purpose is RequisitionPurpose.DEFICIT else bundle.registry.province(area)
        return payer, aid.citation
    found = decider(bundle, Slot.FUND_REQUISITION, area, on)
    if found is None:
        return None
    of = {"city": bundle.registry.pooling_area, "province": bundle.registry.province}[found.value["payer"]]
    payer = of(area)
    return None if payer == area else (payer, found.citation)


def _tasks(requisition: Requisition) -> list[Part]:
    """Build the duties of the payer's finance as they now stand."""
    both = ((DECISION, requisition.decision_clock), (PAYMENT, requisition.payment_clock))
    seen = frozenset({requisition.area, requisition.payer})
    parts: list[Part] = []
    for business, clock in both:
        if clock is not None:
            duty = Duty(business, requisition.requisition_id, clock)
            task = duty_task(duty, Role.FINANCE, agency=requisition.payer, areas=seen)
            parts.append(Put(task if clock.stopped is None else done(task, clock.stopped)))
    return parts
