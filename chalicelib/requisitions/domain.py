"""A district's requisitions of funds: the amounts asked for, approved, paid, received and short, by account.

The slot `fund-requisition` names the payer of a district's requisitions. Money leaves the payer's bank and enters the
district's, each side under a reference of its own, in any order and in parts: money paid and not yet received stands on
the account `requisition/<district>/<kind>`. Money that the bank paid beyond the approved amount is booked and shown,
and so is money paid on a requisition already taken back. Source: C-12, 渝医保发〔2020〕3号 三（三）.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.bank.domain import Movement, divide
from chalicelib.fund_accounts.domain import FundAccount
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.words.ids import AreaCode, TransactionId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.transaction import LedgerEvent, Transaction, moved

RequisitionId = NewType("RequisitionId", str)

DECISION, PAYMENT = "requisition-decision", "requisition-payment"
"""The two businesses, both with a clock: finance decides, and finance pays in full."""


class RequisitionKind(StrEnum):
    """The account that the money is for: one of the funds, or the fiscal part."""

    BASIC = "basic"
    CRITICAL = "critical"
    ASSISTANCE = "assistance"
    FISCAL = "fiscal"


class RequisitionPurpose(StrEnum):
    """The purpose of a requisition. `deficit`: a pooling area's own finance helps its fund that falls short.
    `adjustment`: the province moves money between its areas to help such a fund.
    """

    SETTLEMENT = "settlement"
    CLEARING = "clearing"
    ADVANCE = "advance"
    DEFICIT = "deficit"
    ADJUSTMENT = "adjustment"


AID = frozenset({RequisitionPurpose.DEFICIT, RequisitionPurpose.ADJUSTMENT})
"""The purposes of aid for a fund that falls short, limited to the shortfall."""


@dataclass(frozen=True, slots=True)
class AidAsked:
    """The lock of an area's requests for aid: two requests at the same moment are written one after the other."""

    area: AreaCode
    revision: int = 1


class RequisitionStatus(StrEnum):
    """`paid`: everything approved was paid; `received`: all of it has arrived; `withdrawn`: the district withdrew."""

    ASKED = "asked"
    REFUSED = "refused"
    APPROVED = "approved"
    PAID = "paid"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class BankSide(StrEnum):
    """The bank that reports: the payer's, or the district's."""

    PAID = "paid"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class RequisitionLine:
    """The amounts of an account, in fen. `paid_fen` and `received_fen` are net of returned money, and negative while
    only a return was reported. `is_due` is False once the district took the requisition back.
    """

    kind: RequisitionKind
    asked_fen: Fen
    approved_fen: Fen = 0
    paid_fen: Fen = 0
    received_fen: Fen = 0
    is_due: bool = True

    @property
    def due_fen(self) -> Fen:
        """The amount to be paid in all."""
        return self.approved_fen if self.is_due else 0

    @property
    def short_fen(self) -> Fen:
        """The amount still to be paid."""
        return max(0, self.due_fen - self.paid_fen)

    @property
    def beyond_fen(self) -> Fen:
        """The amount paid beyond the amount due, to be given back."""
        return max(0, self.paid_fen - self.due_fen)

    @property
    def on_its_way_fen(self) -> Fen:
        """The amount paid and not yet received; negative while a receipt was reported before its payment."""
        return self.paid_fen - self.received_fen


@dataclass(frozen=True, slots=True)
class Requisition:
    """A requisition of `area` to `payer`. `payment_clock` starts with the approval; `movements` are the bank's reports;
    `because` is the reason of the decision, `withdrawn_because` the district's reason for taking it back.
    """

    requisition_id: RequisitionId
    number: str
    area: AreaCode
    payer: AreaCode
    purpose: RequisitionPurpose
    needed_on: date
    reason: str
    lines: tuple[RequisitionLine, ...]
    citation: str
    asked: Act
    decision_clock: LegalClock
    payment_clock: LegalClock | None = None
    status: RequisitionStatus = RequisitionStatus.ASKED
    decided: Act | None = None
    because: str | None = None
    movements: tuple[str, ...] = ()
    withdrawn: Act | None = None
    withdrawn_because: str | None = None
    revision: int = 1

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors of the steps so far, the applicant first."""
        return tuple(act.actor for act in (self.asked, self.decided) if act is not None)

    @property
    def claimed_fen(self) -> Fen:
        """The requisition's part of a shortfall: the amount asked for, the approved amount once decided, and of a
        withdrawn requisition the amount paid nevertheless.
        """
        if self.status is RequisitionStatus.REFUSED:
            return 0
        if self.withdrawn is not None:
            return sum(max(0, each.paid_fen) for each in self.lines)
        return sum(each.asked_fen if self.decided is None else each.approved_fen for each in self.lines)

    def asks_for(
        self, purpose: RequisitionPurpose, needed_on: date, reason: str, lines: Iterable[tuple[RequisitionKind, Fen]]
    ) -> bool:
        """Tell whether the requisition asks for exactly this content."""
        ours = {each.kind: each.asked_fen for each in self.lines}
        return (self.purpose, self.needed_on, self.reason, ours) == (purpose, needed_on, reason, dict(lines))

    def approved_by(
        self, act: Act, amounts: Mapping[RequisitionKind, Fen], because: str | None, clock: LegalClock
    ) -> Requisition:
        """Approve the requisition, in full or with less and a reason; the same approval again changes nothing.

        Raises `Conflict` if the requisition was decided otherwise, `Invalid` for accounts not asked for, for amounts
        beyond those asked for, for a zero total, and for less without a reason.
        """
        self._require_standing()
        if self.decided is not None:
            same = {each.kind: each.approved_fen for each in self.lines} == dict(amounts) and self.because == because
            if same and self.status is not RequisitionStatus.REFUSED and is_same_person(self.decided.actor, act.actor):
                return self
            raise Conflict([_DECIDED.naming(status=self.status.value)])
        asked = {each.kind: each.asked_fen for each in self.lines}
        if asked.keys() != amounts.keys() or any(not 0 <= amounts[kind] <= asked[kind] for kind in asked):
            raise Invalid([_APPROVED_RANGE])
        if not sum(amounts.values()):
            raise Invalid([_NOTHING_APPROVED])
        if because is None and amounts != asked:
            raise Invalid([_LESS_WHY])
        return replace(
            self,
            lines=tuple(replace(each, approved_fen=amounts[each.kind]) for each in self.lines),
            status=RequisitionStatus.APPROVED,
            decided=act,
            because=because,
            decision_clock=self.decision_clock.stop(act.at),
            payment_clock=clock,
            revision=self.revision + 1,
        )

    def refused_by(self, act: Act, because: str | None) -> Requisition:
        """Refuse the requisition, with a reason; the same refusal changes nothing. Raises as `approved_by`."""
        self._require_standing()
        if self.decided is not None:
            if self.status is RequisitionStatus.REFUSED and self.because == because:
                return self
            raise Conflict([_DECIDED.naming(status=self.status.value)])
        if because is None:
            raise Invalid([_REFUSED_WHY])
        return replace(
            self,
            status=RequisitionStatus.REFUSED,
            decided=act,
            because=because,
            decision_clock=self.decision_clock.stop(act.at),
            revision=self.revision + 1,
        )

    def taken_back_by(self, act: Act, because: str) -> Requisition:
        """Take the requisition back for its district; the same withdrawal again changes nothing.

        Raises `Conflict` if the requisition was refused, and if money moved and did not come back.
        """
        if self.withdrawn is not None:
            if self.withdrawn_because == because and is_same_person(self.withdrawn.actor, act.actor):
                return self
            raise Conflict([_WITHDRAWN.naming(status=self.status.value)])
        if self.status is RequisitionStatus.REFUSED:
            raise Conflict([_REFUSED.naming(status=self.status.value)])
        if any(each.paid_fen or each.received_fen for each in self.lines):
            raise Conflict([_PAID.naming(status=self.status.value)])
        return replace(
            self,
            lines=tuple(replace(each, is_due=False) for each in self.lines),
            status=RequisitionStatus.WITHDRAWN,
            withdrawn=act,
            withdrawn_because=because,
            decision_clock=self.decision_clock.stop(act.at) if self.decided is None else self.decision_clock,
            payment_clock=self.payment_clock and self.payment_clock.stop(act.at),
            revision=self.revision + 1,
        )

    def line(self, kind: RequisitionKind) -> RequisitionLine:
        """Return the line of an account. Raises `Invalid` for an account that the requisition does not name."""
        for each in self.lines:
            if each.kind is kind:
                return each
        raise Invalid([_NO_LINE])

    def heard(self, side: BankSide, kind: RequisitionKind, movement: Movement) -> Requisition:
        """Record a report of the bank, whose amount is negative for returned money. A withdrawn requisition stays
        withdrawn: money paid on it nevertheless is beyond the amount due.

        Raises `Invalid` for an amount that was never approved.
        """
        line = self.line(kind)
        divide(abs(movement.amount_fen), line.short_fen, line.approved_fen)
        if side is BankSide.PAID:
            line = replace(line, paid_fen=line.paid_fen + movement.amount_fen)
        else:
            line = replace(line, received_fen=line.received_fen + movement.amount_fen)
        lines = tuple(line if each.kind is kind else each for each in self.lines)
        moved = replace(
            self, lines=lines, movements=(*self.movements, movement.movement_id), revision=self.revision + 1
        )
        if self.withdrawn is not None:
            return moved
        is_paid = not any(each.short_fen for each in lines)
        has_arrived = is_paid and not any(each.received_fen < each.approved_fen for each in lines)
        status = RequisitionStatus.PAID if is_paid else RequisitionStatus.APPROVED
        clock = self.payment_clock
        if clock is not None:
            clock = clock.stop(movement.said.at) if is_paid else replace(clock, stopped=None)
        return replace(moved, status=RequisitionStatus.RECEIVED if has_arrived else status, payment_clock=clock)

    def _require_standing(self) -> None:
        if self.withdrawn is not None:
            raise Conflict([_WITHDRAWN.naming(status=self.status.value)])


def requisition_id_of(area: AreaCode, number: str) -> RequisitionId:
    """Derive the requisition's id: a district's number names a single requisition."""
    return RequisitionId(f"req_{fingerprint([area, number])[:26]}")


def booked(requisition: Requisition, side: BankSide, kind: RequisitionKind, movement: Movement) -> Transaction:
    """Post a report of the bank: from the payer's cash to the money on its way, or from there to the district's cash;
    in the opposite direction for returned money.
    """
    on_its_way = accounts.requisitioned(requisition.area, kind.value)
    if side is BankSide.PAID:
        debit, credit, event = on_its_way, accounts.bank_cash(requisition.payer), LedgerEvent.REQUISITION_PAID
    else:
        debit, credit, event = accounts.bank_cash(requisition.area), on_its_way, LedgerEvent.REQUISITION_RECEIVED
    if movement.amount_fen < 0:
        debit, credit = credit, debit
    key = (TransactionId(f"requisition:{movement.movement_id}"), event, requisition.requisition_id, movement.said.at)
    return replace(moved(key, debit, credit, abs(movement.amount_fen)), citations=(requisition.citation,))


def aid_findings(account: FundAccount, asked_before_fen: Fen, request: Mapping[RequisitionKind, Fen]) -> list[Finding]:
    """Find the errors of a request for aid to a fund that falls short: the income of a month is not stated, an account
    other than the fund is asked for, or the amount exceeds the shortfall less the amounts asked for before.
    """
    if set(request) != {RequisitionKind.BASIC}:
        return [_ONLY_THE_FUND]
    if account.unstated:
        months = ", ".join(account.unstated)
        return [
            finding(
                "fund-income-unstated",
                "",
                f"请先填报以下月份的基金收入：{months}。",
                f"Give the fund's income of these months first: {months}.",
            )
        ]
    left_fen = max(0, account.short_fen - asked_before_fen)
    if request[RequisitionKind.BASIC] <= left_fen:
        return []
    shown = (format_yuan(account.short_fen), format_yuan(asked_before_fen), format_yuan(left_fen))
    return [
        finding(
            "beyond-the-shortfall",
            "lines",
            "申请额超过基金收不抵支的差额：差额 {} 元，此前已申请 {} 元，最多可申请 {} 元。".format(*shown),
            "Ask for at most {2} yuan: the fund is {0} yuan short, of which {1} was asked for before.".format(*shown),
        )
    ]


_ONLY_THE_FUND = finding(
    "only-the-fund",
    "lines",
    "因基金收不抵支申请的，资金种类只能为基本医保基金（basic），请更正。",
    "Ask for the account `basic` alone: what is short is the fund.",
)
NOT_PROVIDED = finding(
    "requisition-not-provided",
    "",
    "本区划今日没有文件规定由上级财政据用款申请拨款，请按日常渠道办理。",
    "Ask through the ordinary channel: no notice in force today has this area's requisitions paid by a level above.",
)
OTHER_CONTENT = finding(
    "requisition-number-taken",
    "requisition_no",
    "该申请编号已用于内容不同的申请，请核对内容或改用新编号。",
    "Give another number, or the content of the first: this number names a requisition that asks for something else.",
)
AMOUNT_RANGE = finding(
    "amount-range", "amount", "金额须大于零且不超过一百亿元。", "Give an amount over zero, up to ten billion yuan."
)
TWICE = finding(
    "kind-twice", "lines", "同一资金种类须只列一次，请合并。", "Give each account once, with the sum of its amounts."
)
_APPROVED_RANGE = finding(
    "approved-range",
    "lines",
    "批准的资金种类须与申请一致，金额在零到申请额之间。",
    "Give the accounts that were asked for, each with an amount from zero to what was asked.",
)
_NOTHING_APPROVED = finding(
    "approved-nothing",
    "lines",
    "批准金额合计为零，请改为不予批准并说明原因。",
    "Give an amount over zero, or refuse the requisition with a reason: this approves nothing.",
)
_LESS_WHY = finding(
    "reason-required", "reason", "少于申请金额批准须说明原因。", "Say why less is approved than was asked for."
)
_REFUSED_WHY = finding("reason-required", "reason", "不予批准须说明原因。", "Say why the requisition is refused.")
_DECIDED = finding(
    "requisition-decided",
    "",
    "该申请已作出其他决定；如需更改，请另行申请。",
    "The requisition was decided otherwise; send another one.",
)
_WITHDRAWN = finding(
    "requisition-withdrawn",
    "",
    "该申请已由申请区划撤回；仍需用款的，请以新编号另行申请。",
    "The district took the requisition back; ask anew under another number where funds are still needed.",
)
_REFUSED = finding(
    "requisition-refused",
    "",
    "该申请未获批准，无须撤回；仍需用款的，请以新编号另行申请。",
    "The requisition was refused, so there is nothing to take back; ask anew under another number.",
)
_PAID = finding(
    "requisition-paid",
    "",
    "该申请已有拨款或到账，不能撤回；请先将款项退回并登记退款。",
    "Money has moved on the requisition: send it back and have that recorded, then take the requisition back.",
)
_NO_LINE = finding(
    "kind-not-asked",
    "kind",
    "该申请不含此资金种类，请核对。",
    "Correct the account: the requisition does not ask for this one.",
)
