"""The hotline in the state table.

| pk | sk | what |
|---|---|---|
| HOTLINECALL#id | RECORD | a consultation |
| HOTLINECALLS#AREA#area | day#instant#id | the same |
| HOTLINECOUNTS#area | day#hour#subject | counts |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chalicelib.kernel.pages import Page, PageRequest, read_all, read_page
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import BASE, Span, Table
from chalicelib.service_desk.domain.hotline import Consultation, HotlineCount
from chalicelib.service_desk.ports import at_desk

_CALL = "HOTLINECALL"


def _places(each: Consultation) -> list[tuple[str, str]]:
    return [(at_desk(each.area), f"{each.on.isoformat()}#{each.came_at}#{each.consultation_id}")]


CONSULTATIONS = shelf_record(_CALL, Consultation, lambda each: each.consultation_id, _places)
HOTLINE_COUNTS = Record(
    HotlineCount,
    lambda count: (f"HOTLINECOUNTS#{count.area}", f"{count.on.isoformat()}#{count.hour:02d}#{count.subject.value}"),
    counters=("received", "withdrawn"),
    keyed=("area", "on", "hour", "subject"),
)


class DynamoConsultationStore(DynamoShelf[Consultation]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _CALL, CONSULTATIONS)
        self._state = table

    def on_day(
        self, area: AreaCode, on: date | None, subject: ConsultationSubject | None, page: PageRequest
    ) -> Page[Consultation]:
        span = Span(
            prefix=None if on is None else f"{on.isoformat()}#",
            equal=() if subject is None else (("subject", subject.value),),
            newest_first=True,
        )
        return read_page((f"{_CALL}S#{at_desk(area)}",), page, self._state.reader(BASE, span, CONSULTATIONS.read))


class DynamoHotlineCountStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def between(self, area: AreaCode, first: date, last: date) -> Iterator[HotlineCount]:
        # The character after `#` ends the last day whatever follows its hours.
        span = Span(lowest=first.isoformat(), highest=f"{last.isoformat()}$")
        return read_all(f"HOTLINECOUNTS#{area}", self._table.reader(BASE, span, HOTLINE_COUNTS.read))
