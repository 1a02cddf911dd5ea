"""The common shapes of answers: problems, texts in two languages, citations, and the types of their fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from chalicelib.kernel.clocks import ClockKind, LegalClock
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column, ColumnKind
from chalicelib.platform.http.findings import Cite, finding_document


class Answer(BaseModel):
    """An answer. Fields may be added and are never renamed. A field is read from the record's field of the same name,
    an amount from the name followed by `_fen`.
    """

    model_config = ConfigDict(
        defer_build=True,  # an answer is built when the first one is written, or the OpenAPI document
        from_attributes=True,
        validate_by_name=True,
        hide_input_in_errors=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: AliasChoices(name, f"{name}_fen")),
    )

    @classmethod
    def from_record(cls, record: object, cite: Cite | None = None, now: datetime | None = None) -> dict[str, Any]:
        """Write a record for the wire; `cite` returns the provisions that the record names, and by `now` its clocks
        tell whether they are late.
        """
        return cls.model_validate(record, context=(cite, now)).model_dump(mode="json", by_alias=True)


ShownInstant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A UTC instant as ISO 8601 text, as records hold it."""


class ActDocument(Answer):
    """The actor, role, subject and instant of an act."""

    actor: str
    role: str
    subject: str
    at: ShownInstant


def act_document(act: Act) -> dict[str, Any]:
    """Write an act for the wire."""
    return {"actor": act.actor, "role": act.role.value, "subject": act.subject, "at": act.at}


def act_or_none(act: Act | None) -> dict[str, Any] | None:
    """Write an act that may not have happened yet."""
    return None if act is None else act_document(act)


Redecided = Annotated[
    int,
    Field(ge=0),
]


def _yuan(amount: Any) -> Any:
    return format_yuan(amount) if isinstance(amount, int) else amount


def _text_like(pattern: str, **more: Any) -> WithJsonSchema:
    """Describe the form of a text that the record was checked for when it came."""
    return WithJsonSchema({"type": "string", "pattern": pattern, **more})


Yuan = Annotated[str, BeforeValidator(_yuan), _text_like(r"^-?(0|[1-9][0-9]*)\.[0-9]{2}$", examples=["17000.00"])]
Sha256 = Annotated[str, _text_like(r"^[0-9a-f]{64}$")]
Person = Annotated[str, _text_like(r"^prs_[0-9a-f]{32}$")]
Area = Annotated[str, _text_like(r"^[0-9]{6}$", examples=["530100"])]


class TextPair(Answer):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str


class Citation(Answer):
    """The deciding provision; `source` are the rows of the table of articles."""

    notice: str
    document_no: str
    article: str
    provision: str
    source: list[str]

    @model_validator(mode="before")
    @classmethod
    def _cited(cls, named: Any, info: ValidationInfo) -> Any:
        cite, _ = info.context or (None, None)
        return cite(named) if isinstance(named, str) and cite is not None else named


class ClockDocument(Answer):
    """A statutory clock: hours run round the clock, working days by China's calendar, `none` has no figure. `due` is
    the first instant after the term. `citation` is null for a clock without a notice.
    """

    kind: ClockKind
    length: int | None
    started: ShownInstant
    due: ShownInstant | None
    stopped: ShownInstant | None
    late: bool
    postponed: bool
    citation: Citation | None

    @model_validator(mode="before")
    @classmethod
    def _at_an_instant(cls, clock: Any, info: ValidationInfo) -> Any:
        if not isinstance(clock, LegalClock) or info.context is None:
            return clock
        cite, now = info.context
        return clock_document(clock, now, cite)


def clock_document(clock: LegalClock, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the present state of a clock for the wire."""
    rule = clock.rule
    return {
        "kind": rule.kind.value,
        "length": rule.length,
        "started": clock.started,
        "due": clock.due,
        "stopped": clock.stopped,
        "late": clock.is_late(instant(now)),
        "postponed": rule.postponed,
        "citation": None if rule.citation is None else cite(rule.citation),
    }


class ErrorItem(Answer):
    """An error or a warning; `field` is a path such as `lines[3].amount`, empty for the whole."""

    code: str
    field: str
    message: TextPair
    citation: Citation | None = None
    about: dict[str, str | int] | None = None


class Problem(Answer):
    """A problem by RFC 9457. `errors` holds every error; no value of the request is repeated."""

    type: Annotated[str, Field(examples=["/docs/problems#invalid"])]
    title: str
    status: int
    detail: str | None = None
    instance: str
    code: Annotated[str, Field(examples=["invalid"])]
    errors: list[ErrorItem]


class OpenApiDocument(Answer):
    model_config = ConfigDict(extra="allow")

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


class UploadLineDocument(Answer):
    """A line of an upload. `line` is the line in the file, the heading being 1; `record_id` the id of the record."""

    line: int
    outcome: LineOutcome
    record_id: str | None
    errors: list[ErrorItem]


class UploadDocument(Answer):
    """The number of lines per outcome, and the answers to all lines in their order."""

    kept: int
    known: int
    changed: int
    refused: int
    lines: list[UploadLineDocument]


def upload_document(answers: Sequence[LineAnswer], cite: Cite) -> dict[str, Any]:
    """Write the outcome of an upload."""
    return {
        **{each.value: sum(one.outcome is each for one in answers) for each in LineOutcome},
        "lines": [
            {
                "line": one.line,
                "outcome": one.outcome.value,
                "record_id": one.record_id,
                "errors": [finding_document(found, cite) for found in one.findings],
            }
            for one in answers
        ],
    }


def upload_list(name: str, answers: Sequence[LineAnswer]) -> ListFile:
    """Write the outcome of an upload as a file: a row per line, with the line's errors in both languages."""
    columns = (
        Column("行 line", ColumnKind.COUNT),
        Column("结果 outcome"),
        Column("编号 record"),
        Column("错误"),
        Column("errors"),
    )
    rows = [
        (
            one.line,
            one.outcome.value,
            one.record_id,
            "；".join(f"{each.field} {each.message.zh}".strip() for each in one.findings) or None,
            "; ".join(f"{each.field} {each.message.en}".strip() for each in one.findings) or None,
        )
        for one in answers
    ]
    return ListFile(name, columns, rows)
