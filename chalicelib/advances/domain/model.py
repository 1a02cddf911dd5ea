"""Advances to hospitals: their states, and their measure under the policy in force.

requested -> approved -> instructed -> paid -> returned, or refused, or failed; `bank/domain.py` holds the effects of
the bank's answers on an ended advance. An advance may come back in parts, and is returned once nothing of it is left. A
special advance is for the patients a measure protects, an ordinary advance is the daily float; neither is ever used in
the other's place. Nothing here moves money: `postings.py` holds the movements of each step. Source: N-04, X-06, C-10,
D-04, S-05, Y-02.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

from chalicelib.advances.domain.quota import Measure, Quota
from chalicelib.bank.domain import BankOutcome, Division, OrderState, Step, step_of
from chalicelib.kernel.errors import Conflict, Finding, Invalid, OwnAct, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import FEN_MAX, Fen, format_yuan
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, InstitutionCode, MovementId
from chalicelib.ledger.domain.accounts import AdvanceFund

TOP_UP = "top-up"
"""The requester of a top-up below the policy's mark: the system, so that any agency's clerk may decide."""


class AdvanceStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    INSTRUCTED = "instructed"
    PAID = "paid"
    FAILED = "failed"
    REFUSED = "refused"
    RETURNED = "returned"


_UNDER_WAY = frozenset({AdvanceStatus.REQUESTED, AdvanceStatus.APPROVED, AdvanceStatus.INSTRUCTED})


def amount_findings(amount_fen: Fen, field: str = "amount") -> tuple[Finding, ...]:
    """Return the findings on an amount of money that moves: above zero and within the maximum of any figure."""
    if 0 < amount_fen <= FEN_MAX:
        return ()
    return (
        finding(
            "amount-range", field, "金额须大于零且不超过一百亿元。", "Give an amount over zero, up to ten billion yuan."
        ),
    )


@dataclass(frozen=True, slots=True)
class AdvanceReturn:
    """A movement by which a hospital paid something back, known by the bank's reference. `beyond_fen` of the amount was
    beyond the hospital's remaining holding of the advance, and settled the hospital's other debts.
    """

    bank_reference: str
    amount_fen: Fen
    reported: Act
    beyond_fen: Fen = 0


@dataclass(frozen=True, slots=True)
class AdvanceHolder:
    """A hospital that was ever paid an advance that top-ups look at."""

    institution: InstitutionCode


@dataclass(frozen=True, slots=True)
class Advance:
    """An advance. `revision` rises by one with every step; instants are in UTC.

    `amount_fen` is the requested amount, `approved_fen` the paid amount; `bank_reference` is that payment's. Two
    persons requested and decided the advance; `passed_on` is the centre's step for a request for a patient from
    elsewhere, named by `patient_advance` (`patient_advances.py`). `beyond` counts the payments that the bank made of
    the advance although nothing was due any more, `said` names the reports received, `reports` their reporters.
    """

    advance_id: AdvanceId
    institution: InstitutionCode
    agency: AreaCode
    fund: AdvanceFund
    amount_fen: Fen
    reason: str
    requested: Act
    quota: Quota
    status: AdvanceStatus = AdvanceStatus.REQUESTED
    revision: int = 1
    approved_fen: Fen = 0
    decided_in: Act | None = None
    passed_on: Act | None = None
    decision_reason: str | None = None
    instructed_at: Instant | None = None
    closed_at: Instant | None = None
    bank_reference: str | None = None
    returns: tuple[AdvanceReturn, ...] = ()
    patient_advance: str | None = None
    beyond: int = 0
    said: tuple[str, ...] = ()
    reports: tuple[Act, ...] = ()

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors of every step so far: none of these actors reports the bank's answer."""
        acts = (self.requested, self.passed_on, self.decided_in)
        return tuple(act.actor for act in acts if act is not None)

    @property
    def is_top_up(self) -> bool:
        return self.requested.actor == TOP_UP

    @property
    def is_under_way(self) -> bool:
        """Tell whether a decision, the instruction or the bank's first report is still to come."""
        return self.status in _UNDER_WAY

    @property
    def counts_for_top_ups(self) -> bool:
        """Tell whether top-ups look at the advance: special, and not for a patient from elsewhere, which does not
        measure the hospital's needs.
        """
        return self.fund is AdvanceFund.SPECIAL and self.patient_advance is None

    @property
    def returned_fen(self) -> Fen:
        """The amount of the advance that has come back so far."""
        return sum(each.amount_fen - each.beyond_fen for each in self.returns)

    @property
    def ever_paid_fen(self) -> Fen:
        """The total amount ever ordered or paid for the advance."""
        return self.approved_fen * (1 + self.beyond)

    def left_fen(self, held_fen: Fen) -> Fen:
        """Return the amount that can still come back, where the hospital holds `held_fen` of its kind in all."""
        if self.status not in (AdvanceStatus.PAID, AdvanceStatus.RETURNED):
            return 0
        return max(0, min(self.approved_fen - self.returned_fen, held_fen))

    def heard_of(self, movement_id: MovementId, outcome: BankOutcome) -> bool:
        """Tell whether a report was booked."""
        return f"{movement_id}:{outcome.value}" in self.said

    def returned_by(self, bank_reference: str) -> AdvanceReturn | None:
        """Return the return that the bank's reference names."""
        return next((each for each in self.returns if each.bank_reference == bank_reference), None)

    def decided(self, *, approve: bool, amount_fen: Fen | None, act: Act, reason: str | None = None) -> Advance:
        """Approve the advance, up to the requested amount or the policy's floor where the floor is more, or refuse it.

        Without an amount, that limit is approved; an approval below the floor needs a reason. Raises `Conflict` when
        decided before, `OwnAct` where the actor requested the advance, `Invalid` for an amount that is not allowed.
        """
        self._only_when(AdvanceStatus.REQUESTED)
        if is_same_person(act.actor, self.requested.actor):
            raise OwnAct
        if not approve:
            return self._moved(AdvanceStatus.REFUSED, decided_in=act, decision_reason=reason, closed_at=act.at)
        limit_fen = max(self.amount_fen, self.quota.least_fen)
        approved_fen = limit_fen if amount_fen is None else amount_fen
        wrong = (
            amount_findings(approved_fen) or self._over(approved_fen, limit_fen) or self._under(approved_fen, reason)
        )
        if wrong:
            raise Invalid(wrong)
        return self._moved(AdvanceStatus.APPROVED, approved_fen=approved_fen, decided_in=act, decision_reason=reason)

    def instructed(self, at: Instant) -> Advance:
        """Record the instruction to the bank to pay. Raises `Conflict` unless approved."""
        self._only_when(AdvanceStatus.APPROVED)
        return self._moved(AdvanceStatus.INSTRUCTED, instructed_at=at)

    def require_instructed(self) -> None:
        """Raise `Conflict` while the bank has not been told to pay and therefore has nothing to report on."""
        if self.status in (AdvanceStatus.REQUESTED, AdvanceStatus.APPROVED, AdvanceStatus.REFUSED):
            self._only_when(AdvanceStatus.INSTRUCTED)

    def step_of(self, outcome: BankOutcome) -> Step:
        """Return the step that the bank's answer makes."""
        states = {
            AdvanceStatus.INSTRUCTED: OrderState.OPEN,
            AdvanceStatus.PAID: OrderState.PAID,
            AdvanceStatus.RETURNED: OrderState.PAID,
        }
        return step_of(states.get(self.status, OrderState.ENDED), self.beyond, outcome)

    def taken_back(self, at: Instant) -> Advance:
        """Take the instruction back after the bank's silence. Raises `Conflict` unless instructed."""
        self._only_when(AdvanceStatus.INSTRUCTED)
        return self._moved(AdvanceStatus.FAILED, closed_at=at)

    def heard(self, step: Step, bank_reference: str, movement_id: MovementId, said: Act) -> Advance:
        """Return the advance after the bank's answer. A failed advance stays failed though paid after all: the hospital
        owes the payment back and may not spend it. Raises `Conflict` before the advance was instructed.
        """
        self.require_instructed()
        outcome = BankOutcome.PAID if step in (Step.CONFIRMED, Step.BEYOND) else BankOutcome.FAILED
        changes: dict[str, Any] = {
            "bank_reference": bank_reference,
            "said": (*self.said, f"{movement_id}:{outcome.value}"),
            "reports": (*self.reports, said),
        }
        match step:
            case Step.CONFIRMED:
                return self._moved(AdvanceStatus.PAID, closed_at=said.at, **changes)
            case Step.FAILED | Step.CAME_BACK:
                return self._moved(AdvanceStatus.FAILED, closed_at=said.at, **changes)
            case Step.BEYOND:
                return self._moved(self.status, beyond=self.beyond + 1, **changes)
            case Step.BEYOND_CAME_BACK:
                return self._moved(self.status, beyond=self.beyond - 1, **changes)
            case Step.NOTED:
                return self._moved(self.status, **changes)

    def returning(self, amount_fen: Fen | None, left_fen: Fen) -> Fen:
        """Return the amount of a return: the given amount, or all that is left. Raises `Conflict` where nothing is left
        and no amount is given, `Invalid` for an amount that is not allowed.
        """
        if amount_fen is None:
            if left_fen <= 0:
                self._only_when(AdvanceStatus.PAID)
            amount_fen = left_fen
        wrong = amount_findings(amount_fen)
        if wrong:
            raise Invalid(wrong)
        return amount_fen

    def returned(self, division: Division, bank_reference: str, left_fen: Fen, said: Act) -> Advance:
        """Record a hospital's return; with nothing left the advance ends. An amount that a corrected claim gives back
        to an ended advance can still come back.
        """
        amount_fen = division.matched_fen + division.beyond_fen
        changes = {"returns": (*self.returns, AdvanceReturn(bank_reference, amount_fen, said, division.beyond_fen))}
        if not division.matched_fen:
            return self._moved(self.status, **changes)
        if division.matched_fen < left_fen:
            return self._moved(AdvanceStatus.PAID, **changes)
        return self._moved(AdvanceStatus.RETURNED, closed_at=said.at, **changes)

    def _over(self, amount_fen: Fen, limit_fen: Fen) -> tuple[Finding, ...]:
        if amount_fen <= limit_fen:
            return ()
        return (
            finding(
                "amount-over-limit",
                "amount",
                f"金额不得超过 {format_yuan(limit_fen)} 元：审批以申请数额或更高的政策下限为限。",
                f"Give no more than {format_yuan(limit_fen)} yuan: what was asked for, or the policy's floor where "
                "that is more.",
            ),
        )

    def _under(self, approved_fen: Fen, reason: str | None) -> tuple[Finding, ...]:
        if approved_fen >= self.quota.least_fen or (reason is not None and reason.strip()):
            return ()
        least = format_yuan(self.quota.least_fen)
        return (
            finding(
                "reason-required",
                "reason",
                f"批准金额低于政策下限 {least} 元，请填写理由。",
                f"The amount is below the policy's floor of {least} yuan; say why.",
                self.quota.citation,
            ),
        )

    def _only_when(self, status: AdvanceStatus) -> None:
        if self.status is not status:
            raise Conflict(
                [
                    finding(
                        "advance-status",
                        "status",
                        f"预拨款状态为 {self.status.value}；此操作须在 {status.value} 状态下进行，请先查询。",
                        f"The advance is {self.status.value}; this step needs one that is {status.value}. Read "
                        "the advance first.",
                    ).naming(status=self.status.value)
                ]
            )

    def _moved(self, status: AdvanceStatus, **changes: Any) -> Advance:
        return replace(self, status=status, revision=self.revision + 1, **changes)


def refuse_substitute(asked: AdvanceFund, offered: AdvanceFund, measure: Measure | None) -> None:
    """Raise `Invalid` where one kind of advance is offered in the place of the other.

    Source: Y-02, 云医保〔2020〕12号 三（二）.
    """
    if asked is not offered:
        raise Invalid(
            [
                finding(
                    "advance-not-interchangeable",
                    "fund",
                    "专项预拨与日常预付不得相互顶替，请选择与申请种类相符的资金。",
                    "A special advance and an ordinary one cannot stand in for each other: choose the fund of the "
                    "kind that was asked for.",
                    None if measure is None else measure.citation,
                )
            ]
        )
