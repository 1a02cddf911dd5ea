"""Wire models and list files of requisitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.time import instant
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    Yuan,
    act_document,
    act_or_none,
    clock_document,
)
from chalicelib.platform.http.fields import BankReference, BusinessNumber, DateText, DecisionBody, MoneyText, Reason
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.requisitions.domain import Requisition, RequisitionKind, RequisitionPurpose, RequisitionStatus
from chalicelib.requisitions.usecases import BankWord, RequisitionRequest


class RequisitionLineBody(WireModel):
    kind: Choice[RequisitionKind]
    amount: MoneyText


class RequisitionBody(WireModel):
    """A requisition; `requisition_no` is the district's own number, and names the same requisition when repeated."""

    requisition_no: BusinessNumber
    purpose: Choice[RequisitionPurpose]
    needed_on: DateText
    reason: Reason
    lines: Annotated[list[RequisitionLineBody], Field(min_length=1, max_length=4)]

    def to_request(self) -> RequisitionRequest:
        """Build the request of the use case."""
        lines = tuple((each.kind, each.amount) for each in self.lines)
        return RequisitionRequest(self.requisition_no, self.purpose, self.needed_on, self.reason, lines)


class RequisitionDecisionBody(DecisionBody):
    """A decision: an approval names every account asked for with its approved amount; a refusal names none."""

    lines: Annotated[list[RequisitionLineBody], Field(max_length=4)] | None = None
    reason: Reason | None = None

    @property
    def amounts(self) -> dict[RequisitionKind, Fen]:
        """The approved amounts, by account."""
        return {each.kind: each.amount for each in self.lines or []}


class RequisitionMovementBody(WireModel):
    """A movement at the bank: money that reached its destination (`paid`), or went back (`returned`)."""

    kind: Choice[RequisitionKind]
    bank_reference: BankReference
    amount: MoneyText
    outcome: Literal["paid", "returned"]

    def to_word(self) -> BankWord:
        """Build the bank's report for the use case."""
        return BankWord(self.kind, self.bank_reference, self.amount, self.outcome == "returned")


class RequisitionWithdrawalBody(WireModel):
    """The reason for which the district takes the requisition back."""

    reason: Reason


class RequisitionLineDocument(Answer):
    kind: RequisitionKind
    requested: Annotated[Yuan, Field(validation_alias="asked_fen")]
    approved: Yuan
    paid: Yuan
    received: Yuan
    short: Yuan
    beyond: Yuan
    on_its_way: Yuan


class RequisitionDocument(Answer):
    """A requisition. `citation` is the provision that names the payer."""

    requisition_id: str
    requisition_no: str
    area: Area
    payer: Area
    purpose: RequisitionPurpose
    needed_on: date
    reason: str
    status: RequisitionStatus
    lines: list[RequisitionLineDocument]
    requested: Yuan
    approved: Yuan
    paid: Yuan
    received: Yuan
    short: Yuan
    asked: ActDocument
    decided: ActDocument | None
    because: str | None
    withdrawn: ActDocument | None
    withdrawn_because: str | None
    decision_clock: ClockDocument
    payment_clock: ClockDocument | None
    citation: Citation


class RequisitionPage(Answer):
    items: list[RequisitionDocument]
    next: str | None


def requisition_document(requisition: Requisition, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of a requisition as it stands now."""
    clock = requisition.payment_clock
    return {
        "requisition_id": requisition.requisition_id,
        "requisition_no": requisition.number,
        "area": requisition.area,
        "payer": requisition.payer,
        "purpose": requisition.purpose.value,
        "needed_on": requisition.needed_on.isoformat(),
        "reason": requisition.reason,
        "status": requisition.status.value,
        "lines": [RequisitionLineDocument.from_record(each) for each in requisition.lines],
        "requested": format_yuan(sum(each.asked_fen for each in requisition.lines)),
        "approved": format_yuan(sum(each.approved_fen for each in requisition.lines)),
        "paid": format_yuan(sum(each.paid_fen for each in requisition.lines)),
        "received": format_yuan(sum(each.received_fen for each in requisition.lines)),
        "short": format_yuan(sum(each.short_fen for each in requisition.lines)),
        "asked": act_document(requisition.asked),
        "decided": act_or_none(requisition.decided),
        "because": requisition.because,
        "withdrawn": act_or_none(requisition.withdrawn),
        "withdrawn_because": requisition.withdrawn_because,
        "decision_clock": clock_document(requisition.decision_clock, now, cite),
        "payment_clock": None if clock is None else clock_document(clock, now, cite),
        "citation": cite(requisition.citation),
    }


def requisition_file(requisitions: Sequence[Requisition], now: datetime) -> ListFile:
    """Write the requisitions as a file, one account of a requisition per row."""
    columns = (
        Column("申请编号 number"),
        Column("申请区划 district"),
        Column("拨款区划 payer"),
        Column("用途 purpose"),
        Column("资金种类 account"),
        Column("申请日 asked (UTC)"),
        Column("需用日 needed", ColumnKind.DAY),
        Column("状态 status"),
        Column("申请额 asked", ColumnKind.MONEY),
        Column("批准额 approved", ColumnKind.MONEY),
        Column("已拨 paid", ColumnKind.MONEY),
        Column("已到账 received", ColumnKind.MONEY),
        Column("尚欠 short", ColumnKind.MONEY),
        Column("逾期 late"),
        Column("条款 provision"),
    )
    rows = [
        (
            each.number,
            each.area,
            each.payer,
            each.purpose.value,
            line.kind.value,
            each.asked.at,
            each.needed_on,
            each.status.value,
            line.asked_fen,
            line.approved_fen,
            line.paid_fen,
            line.received_fen,
            line.short_fen,
            "是 yes" if _is_late(each, now) else "否 no",
            each.citation,
        )
        for each in requisitions
        for line in each.lines
    ]
    return ListFile("requisitions", columns, rows)


def _is_late(requisition: Requisition, now: datetime) -> bool:
    at = instant(now)
    paying = requisition.payment_clock
    return requisition.decision_clock.is_late(at) or (paying is not None and paying.is_late(at))
