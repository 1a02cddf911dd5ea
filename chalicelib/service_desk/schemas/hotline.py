"""Wire models of the hotline's consultations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import ActDocument, Answer, Area, Citation, ShownInstant
from chalicelib.platform.http.fields import BusinessNumber, InstantText, Reason
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.service_desk.domain.hotline import Consultation
from chalicelib.service_desk.usecases.hotline import ConsultationRequest


class ConsultationBody(WireModel):
    """An answered call; `came_at` defaults to now."""

    consultation_no: BusinessNumber
    subject: Choice[ConsultationSubject]
    came_at: InstantText | None = None

    def to_request(self) -> ConsultationRequest:
        """Build the request of the use case."""
        return ConsultationRequest(self.consultation_no, self.subject, self.came_at)


class ConsultationWithdrawalBody(WireModel):
    reason: Reason


class ConsultationDocument(Answer):
    """A consultation; `withdrawn` if the record was a mistake and is not counted."""

    consultation_id: str
    consultation_no: str
    area: Area
    subject: ConsultationSubject
    came_at: ShownInstant
    on: date
    hour: int
    citation: Citation
    recorded: ActDocument
    withdrawn: ActDocument | None
    withdrawn_because: str | None


class ConsultationPage(Answer):
    items: list[ConsultationDocument]
    next: str | None


def consultation_file(consultations: Sequence[Consultation]) -> ListFile:
    """Write the consultations as a file, one per row."""
    columns = (
        Column("编号 number"),
        Column("区划 area"),
        Column("主题 subject"),
        Column("日期 day", ColumnKind.DAY),
        Column("小时 hour", ColumnKind.COUNT),
        Column("来电时间 came (UTC)"),
        Column("撤回 withdrawn"),
        Column("条款 provision"),
    )
    rows = [
        (
            each.consultation_no,
            each.area,
            each.subject.value,
            each.on,
            each.hour,
            each.came_at,
            each.withdrawn_because,
            each.citation,
        )
        for each in consultations
    ]
    return ListFile("consultations", columns, rows)
