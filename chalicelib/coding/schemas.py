"""Duties of coding and interfaces on the wire, and as the columns of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.coding.domain import CodingDuty, CodingItem, CodingStatus
from chalicelib.kernel.time import instant
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
)
from chalicelib.platform.http.fields import Reason, ReasonedDecisionBody
from chalicelib.platform.http.reading import WireModel


class CodingOpenedDocument(Answer):
    """The number of new duties."""

    opened: int


class CodingReportBody(WireModel):
    """A report that a duty is done, with evidence: a test's protocol, the installed version."""

    evidence: Reason


class CodingDecisionBody(ReasonedDecisionBody):
    """The decision on a report. Refusing sends the report back and needs a reason."""


class CodingReminderBody(WireModel):
    text: Reason


class ReminderDocument(Answer):
    reminded: ActDocument
    text: str


class SentBackDocument(Answer):
    """A report that was not confirmed: the person who sent it back, the reason, and the report's text."""

    decided: ActDocument
    because: str
    evidence: str


class CodingDutyDocument(Answer):
    """A duty of coding. `institution` is null where the bureau itself owes the duty; `supervision` is null where no
    confirmation is required.
    """

    duty_id: str
    item: CodingItem
    code: str | None
    institution: str | None
    bureau: Area
    status: CodingStatus
    clock: ClockDocument
    reported: ActDocument | None
    evidence: str | None
    confirmed: ActDocument | None
    sent_back: list[SentBackDocument]
    reminders: list[ReminderDocument]
    citation: Citation
    supervision: Citation | None


class CodingPage(Answer):
    items: list[CodingDutyDocument]
    next: str | None


def coding_file(duties: Sequence[CodingDuty], now: datetime) -> ListFile:
    """Write the duties as a file, a row for each duty."""
    columns = (
        Column("编号 duty"),
        Column("事项 item"),
        Column("病种编码 code"),
        Column("机构 institution"),
        Column("督促部门 bureau"),
        Column("状态 status"),
        Column("起算 since (UTC)"),
        Column("期限 due (UTC)"),
        Column("逾期 late"),
        Column("报告时间 reported (UTC)"),
        Column("依据材料 evidence"),
        Column("确认时间 confirmed (UTC)"),
        Column("退回次数 sent back", ColumnKind.COUNT),
        Column("催办次数 reminders", ColumnKind.COUNT),
        Column("条款 provision"),
    )
    rows = [
        (
            each.duty_id,
            each.item.value,
            each.code,
            each.institution,
            each.bureau,
            each.status.value,
            each.clock.started,
            each.clock.due,
            "是 yes" if each.clock.is_late(instant(now)) else "否 no",
            None if each.reported is None else each.reported.at,
            each.evidence,
            None if each.confirmed is None else each.confirmed.at,
            len(each.sent_back),
            len(each.reminders),
            each.citation,
        )
        for each in duties
    ]
    return ListFile("coding-duties", columns, rows)
