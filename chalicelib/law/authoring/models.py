"""Shape of the files under policies/: notices with their provisions, ordinary benefits, and the table of articles.

Only shapes are checked here: references to other things (areas, overrides, rows) are `checks.py`'s business.
"""

from __future__ import annotations

import difflib
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from chalicelib.law.authoring.fields import (
    AreaCodeText,
    Day,
    Money,
    NoticeId,
    ProvisionId,
    Ratio,
    Sentence,
    Strict,
    TextFields,
    wrong,
)
from chalicelib.law.authoring.slots import claims as values
from chalicelib.law.domain.model import Anchor, Slot, Standing
from chalicelib.platform.http.reading import Choice

SLOT_NAMES = [slot.value for slot in Slot]
RowId = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{2}$")]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]


def _slot_name(value: Any) -> Any:
    if value in SLOT_NAMES:
        return value
    close = difflib.get_close_matches(str(value), SLOT_NAMES, n=1)
    known = ", ".join(SLOT_NAMES)
    raise wrong(
        "unknown-slot",
        f"decides 没有取值 {value!r}；" + (f"请核对，是否为 {close[0]}？" if close else f"请改写为其一：{known}。"),
        f"{value!r} is nothing a provision decides; "
        + (f"correct it: did you mean `{close[0]}`?" if close else f"write one of {known}."),
    )


SlotName = Annotated[str, BeforeValidator(_slot_name), WithJsonSchema({"enum": SLOT_NAMES})]


class EffectiveFields(Strict):
    """The first and the last day in force, both inside; null is an open end."""

    from_on: Day | None = Field(alias="from")
    to_on: Day | None = Field(default=None, alias="to")
    anchor: Choice[Anchor] = Anchor.DISCHARGE

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.from_on is not None and self.to_on is not None and self.to_on < self.from_on:
            raise wrong(
                "reversed-dates",
                f"生效期倒置：to {self.to_on} 早于 from {self.from_on}；请对调或更正。",
                f"the dates are reversed: to {self.to_on} is before from {self.from_on}; swap or correct them.",
            )
        return self


class NoticeFields(Strict):
    """The document itself. `effective` is the default of its provisions."""

    id: NoticeId
    document_no: ShortText
    title: TextFields
    issuer: ShortText
    area: AreaCodeText
    issued_on: Day
    standing: Choice[Standing] = Standing.NOTICE
    confidence: Literal["text", "reported", "illustrative"] = "text"
    source: Sentence
    effective: EffectiveFields


class ProvisionFields(Strict):
    """A rule of a notice. `when` and `value` are read by slot and dimension, see `provisions.py`."""

    id: ProvisionId
    article: ShortText
    rows: list[RowId] | None = None
    source: list[RowId] | None = None
    says: TextFields
    decides: SlotName
    when: dict[str, Any] = Field(default_factory=dict)
    value: dict[str, Any] = Field(default_factory=dict)
    effective: EffectiveFields | None = None
    area: AreaCodeText | None = None
    overrides: list[ShortText] = Field(default_factory=list)
    interpretation: TextFields | None = None
    why: TextFields | None = None
    pending: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.rows is not None and self.source is not None:
            raise wrong(
                "rows-twice", "rows 与 source 只能写一个，请删去另一个。", "write either rows or source, not both."
            )
        if (self.decides == Slot.NOTHING.value) != (self.why is not None):
            raise wrong(
                "why",
                "decides: nothing 须写 why: {zh, en} 说明为何不可执行；其他条款不写 why。",
                "`decides: nothing` needs why: {zh, en}, the reason it cannot be executed; write it there alone.",
            )
        if self.pending and self.decides not in (Slot.RECORD.value, Slot.ADVANCE.value):
            raise wrong(
                "pending",
                "pending 只能用于 decides: record 或 advance；请删除。",
                "pending is only for `decides: record` or `advance`; remove it.",
            )
        return self


class NoticeFile(Strict):
    """A whole notice.yaml."""

    notice: NoticeFields
    provisions: Annotated[list[ProvisionFields], Field(min_length=1)]


class BaseFields(Strict):
    """The areas whose ordinary benefits a base file holds. `serves: ["*"]` is every area."""

    id: NoticeId
    serves: Annotated[list[Annotated[str, Field(pattern=r"^([0-9]{6}|\*)$")]], Field(min_length=1)]
    status: Literal["illustrative", "text", "reported"]
    document_no: ShortText
    title: TextFields
    source: Sentence
    issuer: ShortText = "—"
    issued_on: Day | None = None


class BaseLargeSum(Strict):
    ratio: Ratio
    cap: Money


class EmployeeFields(Strict):
    """The employees' benefits. Lists run over institution levels 1, 2, 3."""

    deductible: Annotated[list[Money], Field(min_length=3, max_length=3)]
    ratio: Annotated[list[Ratio], Field(min_length=3, max_length=3)]
    retired_ratio_add: Ratio | None = None
    retired_ratio: Annotated[list[Ratio], Field(min_length=3, max_length=3)] | None = None
    cap: Money
    large_sum: BaseLargeSum

    @model_validator(mode="after")
    def _one_way_for_the_retired(self) -> Self:
        if (self.retired_ratio_add is None) == (self.retired_ratio is None):
            raise wrong(
                "value",
                "retired_ratio_add 与 retired_ratio 须写且只写一个。",
                "write exactly one of retired_ratio_add and retired_ratio.",
            )
        return self


class ResidentFields(Strict):
    deductible: Annotated[list[Money], Field(min_length=3, max_length=3)]
    ratio: Annotated[list[Ratio], Field(min_length=3, max_length=3)]
    cap: Money


class BaseFile(Strict):
    """A whole base/<area>.yaml: ordinary benefits of the areas it serves."""

    base: BaseFields
    employee: EmployeeFields | None = None
    resident: ResidentFields | None = None
    critical: values.CriticalIllnessValue | None = None
    outpatient: values.OutpatientOrdinaryValue | None = None
    remote: values.RemoteCutValue | None = None
    assistance: values.AssistanceValue | None = None


class ArticleFields(Strict):
    """A row of articles.yaml: an operative article and its due treatment (`must`)."""

    id: RowId
    document: ShortText
    article: ShortText
    area: ShortText
    must: Literal["execute", "declare"]
    gist: Sentence
    title: ShortText | None = None
