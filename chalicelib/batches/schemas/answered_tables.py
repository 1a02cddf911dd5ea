"""Tables of claims with the answers of their batch, row by row: as a document, and as the table with added columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from chalicelib.batches.domain import Batch
from chalicelib.batches.schemas.batches import BatchSummaryItem, batch_summary, number_of
from chalicelib.batches.schemas.tables import TITLES, TableClaim
from chalicelib.batches.usecases import KeptAnswer
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.schemas.answers import ShownClaimId
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.uploads import UploadedLine
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.answers import Answer, ErrorItem
from chalicelib.platform.http.findings import Cite, finding_document

_PLACE = re.compile(r"lines\[([0-9]+)\]")

_COLUMN_OF_PLACE: Mapping[str, str] = {
    "claim_no": "claim_no",
    "patient": "id_no",
    "visit": "kind",
    "visit.date": "admitted",
    "diagnosis": "main_code",
    "diagnosis.codes": "main_code",
    "diagnosis.codes[0]": "main_code",
    "diagnosis.history": "confirmed_on",
    "remote": "filing",
    "lines": "item_code",
    "lines[]": "claim_no",
    "lines[].no": "line_no",
    "lines[].code": "item_code",
    "lines[].name": "item_name",
}
"""The columns of a body's places that have another name in the table; below a place its own name is the column's."""


class RowOutcome(StrEnum):
    """The outcome of a row's claim: not received yet, received, received before, or refused."""

    WAITING = "waiting"
    RECEIVED = "received"
    KNOWN = "known"
    REFUSED = "refused"


class ClaimRowDocument(Answer):
    """A row of a table, with the answer to its claim. `errors` are those of the row; those of the whole claim stand in
    the claim's first row.
    """

    line: int
    claim_no: str | None
    outcome: RowOutcome
    claim_id: ShownClaimId | None
    status: ClaimStatus | None
    errors: list[ErrorItem]


class ClaimTableDocument(BatchSummaryItem):
    """The progress of a table's batch, and the answer of each row."""

    lines: Annotated[list[ClaimRowDocument], Field(max_length=1000)]


@dataclass(frozen=True, slots=True, repr=False)
class AnsweredRow:
    """A row of a table with its claim's answer; `answer` is None for a claim that is not received yet. `findings` are
    paired with the title of the column that each is about.
    """

    line: UploadedLine
    answer: KeptAnswer | None
    findings: tuple[tuple[str, Finding], ...]


def answered_rows(claims: Sequence[TableClaim], answers: Sequence[KeptAnswer]) -> list[AnsweredRow]:
    """Return the rows of a table, in the order of the file, with the answers of its batch. Raises `Invalid` where the
    table is not the batch's.
    """
    if any(
        each.answer.index >= len(claims)
        or number_of(claims[each.answer.index].body).get("claim_no") != each.answer.claim_no
        for each in answers
    ):
        raise Invalid([_ANOTHER_TABLE])
    by_index = {each.answer.index: each for each in answers}
    rows = [row for index, claim in enumerate(claims) for row in _answered(claim, by_index.get(index))]
    return sorted(rows, key=lambda row: row.line.number)


def _answered(claim: TableClaim, kept: KeptAnswer | None) -> Iterable[AnsweredRow]:
    findings = () if kept is None else kept.notes.findings
    for place, line in enumerate(claim.lines):
        own = tuple((_title(each.field), each) for each in findings if _row_of(each, len(claim.lines)) == place)
        if findings and not own and kept is not None and kept.answer.error is not None:
            own = ((_title("lines[0]"), _REFUSED_WITH_ANOTHER),)
        yield AnsweredRow(line, kept, own)


def _row_of(finding: Finding, rows: int) -> int:
    """Return the place of a finding's row within its claim: the first for a finding about the whole claim."""
    found = _PLACE.match(finding.field)
    return int(found[1]) if found is not None and int(found[1]) < rows else 0


def _title(field: str) -> str:
    """Return the title of the column that a finding about a body is about; the place itself where no column is."""
    place = _PLACE.sub("lines[]", field)
    parts = place.split(".")
    above = (".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    column = _COLUMN_OF_PLACE.get(place) or (parts[-1] if parts[-1] in TITLES else None)
    column = column or next((_COLUMN_OF_PLACE[name] for name in above if name in _COLUMN_OF_PLACE), None)
    return field if column is None else TITLES[column].zh


def table_document(batch: Batch, rows: Sequence[AnsweredRow], cite: Cite) -> dict[str, Any]:
    """Write the progress of a table's batch and the answer of each row."""
    return {**batch_summary(batch), "lines": [_row_document(each, cite) for each in rows]}


def _row_document(row: AnsweredRow, cite: Cite) -> dict[str, Any]:
    answer = None if row.answer is None else row.answer.answer
    return {
        "line": row.line.number,
        "claim_no": None if answer is None else answer.claim_no,
        "outcome": _outcome(row).value,
        "claim_id": None if answer is None else answer.claim_id,
        "status": None if answer is None else answer.status,
        "errors": [finding_document(each, cite) for _, each in row.findings],
    }


def _outcome(row: AnsweredRow) -> RowOutcome:
    if row.answer is None:
        return RowOutcome.WAITING
    answer = row.answer.answer
    if answer.error is not None:
        return RowOutcome.REFUSED
    return RowOutcome.RECEIVED if answer.created else RowOutcome.KNOWN


_OUTCOMES = {
    RowOutcome.WAITING: "等待受理",
    RowOutcome.REFUSED: "未受理",
    RowOutcome.RECEIVED: "已受理",
    RowOutcome.KNOWN: "此前已受理",
}


def answered_table(rows: Sequence[AnsweredRow]) -> ListFile:
    """Return the table as it was sent, with the columns of its answers after the columns of the template."""
    columns = (
        *(Column(title.zh, english=name) for name, title in TITLES.items()),
        Column("行", ColumnKind.COUNT, english="line"),
        Column("结果", english="outcome"),
        Column("结算申请编号", english="claim_id"),
        Column("错误", english="(zh)"),
        Column("错误", english="errors"),
    )
    return ListFile("claims-answered", columns, [_cells(each) for each in rows])


def _cells(row: AnsweredRow) -> tuple[str | int | None, ...]:
    outcome = _outcome(row)
    return (
        *(row.line.cells[name] or None for name in TITLES),
        row.line.number,
        f"{_OUTCOMES[outcome]} {outcome.value}",
        None if row.answer is None else row.answer.answer.claim_id,
        "；".join(f"{title}：{each.message.zh}" for title, each in row.findings) or None,
        "; ".join(f"{each.field}: {each.message.en}" for _, each in row.findings) or None,
    )


_REFUSED_WITH_ANOTHER = Finding(
    "another-row-wrong",
    "",
    Text(
        "本申请的其他行有错误，整件未受理；请更正其他行，本行无需更正。",
        "Another row of the claim is wrong, so the claim was not received. Correct that row; leave this row.",
    ),
)
_ANOTHER_TABLE = Finding(
    "another-table",
    "file",
    Text(
        "该表与此批次提交的表不一致，请选择当时提交的文件。",
        "This is not the table of the batch: choose the file that was sent.",
    ),
)
