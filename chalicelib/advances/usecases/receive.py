"""The bank's reports on advances: payments, failures, and returns.

| report | status of the advance | booking |
|---|---|---|
| paid | instructed | bank in transit / cash; the hospital may spend the advance |
| paid | paid, failed, given up or returned | hospital payable (owed back) / cash; withheld from later payments |
| failed | instructed | the instruction is taken back |
| failed | paid or returned | cash / advance, as far as it is held; the spent part is owed to the hospital |
| failed | paid beyond the approved amount | cash / hospital payable: the payment is no longer owed back |
| failed | failed before | nothing moved; the report is kept |
| returned | paid or returned | cash / advance, as far as it is held; the rest settles the hospital's debt |
| returned | instructed or failed | cash / hospital payable |

The persons who requested an advance, passed it on or approved it do not report on it.
"""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.advances.access import ADVANCE_CONFIRM
from chalicelib.advances.domain.model import Advance, AdvanceHolder, AdvanceStatus
from chalicelib.advances.ports import AdvanceStore, PrepaymentMachine
from chalicelib.bank.domain import BankOutcome, Movement, MovementKind, Step, divide, movement_id_of
from chalicelib.bank.usecases import Register, require_reference
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AdvanceId
from chalicelib.kernel.writes import Part, Put, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.ledger.ports import PostTransaction
from chalicelib.registry.domain.model import Institution
from chalicelib.registry.domain.resources import of_institution, require_found
from chalicelib.settlement.domain.postings import (
    advance_came_back,
    advance_confirmed,
    advance_failed,
    advance_returned,
    came_back,
    paid_beyond,
)
from chalicelib.settlement.ports import HospitalStore, MoveAdvance, MoveOverpaid

RECEIPT = "receipt"
"""The stage in which the prepayment machine waits for the bank."""


@dataclass(frozen=True, slots=True)
class AdvanceReceipts:
    advances: AdvanceStore
    hospitals: HospitalStore
    bundles: BundleStore
    register: Register
    commits: Commits
    machine: PrepaymentMachine
    clock: Clock
    retrying: Retrying

    def receive(self, principal: Principal, advance_id: AdvanceId, bank_reference: str, *, paid: bool) -> Advance:
        """Record the bank's report; the same report again is answered with the standing result.

        Raises `NotFound`, `OwnAct` for the actor of an earlier step of the advance, `Conflict` before the advance was
        instructed and where the reference names another movement.
        """
        outcome = BankOutcome.PAID if paid else BankOutcome.FAILED
        heard = self.retrying.on_conflict(lambda: self._receive_once(principal, advance_id, bank_reference, outcome))
        self._proceed(heard)
        return heard

    def give_back(
        self, principal: Principal, advance_id: AdvanceId, bank_reference: str, amount_fen: Fen | None
    ) -> Advance:
        """Record a return of an advance: all that is left unless an amount is given. The bank's reference names the
        return; the same reference again changes nothing.

        Raises `Conflict` for an advance that was never instructed and where the reference names another movement,
        `Invalid` for more than was ever paid.
        """
        self.find(principal, advance_id)
        require_reference(bank_reference)
        return self.retrying.on_conflict(
            lambda: self._give_back_once(principal, advance_id, bank_reference, amount_fen)
        )

    def hear(self, principal: Principal, advance_id: AdvanceId, bank_reference: str, movement: Movement) -> Advance:
        """Book an advance's order of a collective movement, which is already kept; once, even if called repeatedly."""
        advance = self.find(principal, advance_id)
        if not advance.heard_of(movement.movement_id, movement.outcome):
            advance, parts = self._booked(advance, bank_reference, movement)
            self.commits.commit(parts)
        self._proceed(advance)
        return advance

    def find(self, principal: Principal, advance_id: AdvanceId) -> Advance:
        """Return an advance that the principal may report on. Raises `NotFound`, `OwnAct`, and `Conflict` before the
        advance was instructed.
        """
        advance = require_found(principal, ADVANCE_CONFIRM, "advance", self.advances.get(advance_id))
        resource = of_institution(self._institution(advance), "advance", advance.acted)
        require(principal, ADVANCE_CONFIRM, resource)
        advance.require_instructed()
        return advance

    def given_up(self, advance: Advance, now: Instant) -> tuple[Advance, list[Part]]:
        """Take the instruction back after the bank's silence."""
        failed = advance.taken_back(now)
        return failed, self._failing(failed, now)

    def _receive_once(
        self, principal: Principal, advance_id: AdvanceId, bank_reference: str, outcome: BankOutcome
    ) -> Advance:
        advance = self.find(principal, advance_id)
        require_reference(bank_reference)
        said = self._said(principal, advance, bank_reference, outcome)
        movement = self.register.new(said)
        if movement is None and advance.heard_of(said.movement_id, outcome):
            return advance
        heard, parts = self._booked(advance, bank_reference, movement or said)
        self.commits.commit([*([Revise(movement)] if movement else []), *parts])
        return heard

    def _said(self, principal: Principal, advance: Advance, bank_reference: str, outcome: BankOutcome) -> Movement:
        return Movement(
            movement_id=movement_id_of(advance.agency, bank_reference),
            office=advance.agency,
            kind=MovementKind.ORDERS,
            names=(advance.advance_id,),
            outcome=outcome,
            amount_fen=advance.approved_fen,
            said=Act.of(principal, instant(self.clock.now())),
        )

    def _booked(self, advance: Advance, bank_reference: str, movement: Movement) -> tuple[Advance, list[Part]]:
        step, now = advance.step_of(movement.outcome), movement.said.at
        heard = advance.heard(step, bank_reference, movement.movement_id, movement.said)
        books: dict[Step, Callable[[], list[Part]]] = {
            Step.CONFIRMED: lambda: self._confirming(heard, now),
            Step.FAILED: lambda: self._failing(heard, now),
            Step.BEYOND: lambda: self._beyond(heard, movement, heard.approved_fen),
            Step.BEYOND_CAME_BACK: lambda: self._beyond(heard, movement, -heard.approved_fen),
            Step.CAME_BACK: lambda: self._came_back(advance, heard, movement),
            Step.NOTED: lambda: [Revise(heard)],
        }
        return heard, books[step]()

    def _confirming(self, advance: Advance, now: Instant) -> list[Part]:
        institution, approved_fen = self._institution(advance), advance.approved_fen
        return [
            Revise(advance),
            *([Put(AdvanceHolder(advance.institution))] if advance.counts_for_top_ups else []),
            PostTransaction(advance_confirmed(advance.advance_id, now, institution, advance.fund.value, approved_fen)),
            MoveAdvance(advance.institution, advance.fund, approved_fen, -approved_fen),
        ]

    def _failing(self, advance: Advance, now: Instant) -> list[Part]:
        institution, fund = self._institution(advance), advance.fund
        transaction = advance_failed(advance.advance_id, now, institution, fund.value, advance.approved_fen)
        move = MoveAdvance(advance.institution, fund, instructed_fen=-advance.approved_fen)
        return [Revise(advance), PostTransaction(transaction), move]

    def _beyond(self, advance: Advance, movement: Movement, owed_back_fen: Fen) -> list[Part]:
        key = f"{advance.advance_id}:{movement.movement_id}"
        post = paid_beyond if owed_back_fen > 0 else came_back
        posted = post(key, advance.advance_id, movement.said.at, self._institution(advance), abs(owed_back_fen))
        return [
            Revise(advance),
            PostTransaction(posted),
            MoveOverpaid(advance.institution, owed_back_fen),
        ]

    def _came_back(self, before: Advance, advance: Advance, movement: Movement) -> list[Part]:
        """Book money that came back: the hospital loses the held part of the advance and is owed the spent part."""
        held_fen = self._held_fen(before)
        taken_fen = max(0, before.left_fen(held_fen))
        owed_fen = advance.approved_fen - taken_fen
        posted = advance_came_back(
            (advance.advance_id, movement.movement_id),
            movement.said.at,
            self._institution(advance),
            advance.fund.value,
            taken_fen,
            owed_fen,
        )
        return self._given(advance, PostTransaction(posted), taken_fen, owed_fen)

    def _give_back_once(
        self, principal: Principal, advance_id: AdvanceId, bank_reference: str, amount_fen: Fen | None
    ) -> Advance:
        advance, now = self.find(principal, advance_id), instant(self.clock.now())
        movement_id = movement_id_of(advance.agency, bank_reference)
        known = advance.returned_by(bank_reference)
        left_fen = advance.left_fen(self._held_fen(advance))
        named_fen = known.amount_fen if known is not None and amount_fen is None else amount_fen
        returned_fen = advance.returning(named_fen, left_fen)
        said = Movement(
            movement_id=movement_id,
            office=advance.agency,
            kind=MovementKind.RETURN,
            names=(advance_id,),
            outcome=BankOutcome.PAID,
            amount_fen=-returned_fen,
            said=Act.of(principal, now),
        )
        movement = self.register.new(said)
        if movement is None:
            return advance
        division = divide(returned_fen, left_fen, advance.ever_paid_fen)
        returned = advance.returned(division, bank_reference, left_fen, said.said)
        posted = advance_returned(
            (advance_id, len(advance.returns)), now, self._institution(advance), advance.fund.value, division
        )
        parts = self._given(returned, PostTransaction(posted), division.matched_fen, division.beyond_fen)
        self.commits.commit([Revise(movement), *parts])
        return returned

    def _given(self, advance: Advance, posted: PostTransaction, taken_fen: Fen, owed_fen: Fen) -> list[Part]:
        parts: list[Part] = [Revise(advance), posted]
        if taken_fen:
            parts.append(MoveAdvance(advance.institution, advance.fund, -taken_fen))
        if owed_fen:
            parts.append(MoveOverpaid(advance.institution, -owed_fen))
        return parts

    def _held_fen(self, advance: Advance) -> Fen:
        money = self.hospitals.money(advance.institution)
        return money.special.ready_fen if advance.fund is AdvanceFund.SPECIAL else money.ordinary.ready_fen

    def _proceed(self, advance: Advance) -> None:
        """Resume the machine that waits for the bank; also again, since the earlier call may have been cut off."""
        token = self.advances.token(advance.advance_id, RECEIPT)
        if token is not None and advance.status in (AdvanceStatus.PAID, AdvanceStatus.FAILED):
            self.machine.proceed(token, advance.status.value)

    def _institution(self, advance: Advance) -> Institution:
        return self.bundles.current().registry.institutions[advance.institution]
