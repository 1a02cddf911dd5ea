"""Field types of policy files: money, ratios, days, codes and sentences in two languages.

Each type turns an author's text into the canonical form of the bundle, or tells the author what to write instead.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.kernel.money import FEN_MAX, parse_yuan
from chalicelib.kernel.words.ids import AreaCode

RATIO_PATTERN = r"^(0|1|[0-9]+/[1-9][0-9]*|[01]\.[0-9]{1,6})$"
FACTOR_PATTERN = r"^[0-9]+((/[1-9][0-9]*)|(\.[0-9]{1,6}))?$"
MONEY_PATTERN = r"^(0|[1-9][0-9]{0,9})\.[0-9]{2}$"
AREA_PATTERN = r"^(000000|[1-8][0-9]{5})$"
NOTICE_ID_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
PROVISION_ID_PATTERN = r"^[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿@._-]*$"
KEBAB_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


class Strict(BaseModel):
    """A model that coerces nothing and takes nothing unknown."""

    model_config = ConfigDict(strict=True, extra="forbid")


def wrong(code: str, zh: str, en: str) -> PydanticCustomError:
    """Return an error whose two texts reach the author unchanged."""
    return PydanticCustomError(code, "{en}", {"zh": zh, "en": en})


def _money(value: Any) -> Any:
    if isinstance(value, str):
        try:
            amount = parse_yuan(value)
        except ValueError:
            amount = -1
        if 0 <= amount <= FEN_MAX:
            return amount
    raise wrong(
        "money",
        f'金额应为带引号、两位小数的元，如 "500000.00"；写的是 {value!r}。',
        f'write money as a quoted decimal string in yuan with two decimals, as "500000.00"; found {value!r}.',
    )


def _read_ratio(value: Any, zh: str, en: str) -> Fraction:
    if isinstance(value, str):
        try:
            ratio = Fraction(value)
        except (ValueError, ZeroDivisionError):
            ratio = Fraction(-1)
        if ratio >= 0:
            return ratio
    raise wrong("ratio", zh, en)


def _ratio(value: Any) -> str:
    ratio = _read_ratio(
        value,
        f'比例应为带引号的分数，如 "9/10" 或 "1"；写的是 {value!r}。',
        f'write a ratio as a quoted fraction, as "9/10" or "1"; found {value!r}.',
    )
    if ratio > 1:
        raise wrong(
            "ratio-over-one",
            f'比例 {value} 大于 1，请更正；90% 写作 "9/10"。',
            f'the ratio {value} is over 1; write 90% as "9/10".',
        )
    return str(ratio)


def _factor(value: Any) -> str:
    factor = _read_ratio(
        value,
        f'系数应为带引号的分数，如 "2" 或 "3/2"；写的是 {value!r}。',
        f'write a factor as a quoted fraction, as "2" or "3/2"; found {value!r}.',
    )
    if factor > 10:
        raise wrong("ratio-over-one", f"系数 {value} 大于 10；请核对。", f"the factor {value} is over 10; check it.")
    return str(factor)


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong(
        "bad-date",
        f"日期应写作 2020-02-01；写的是 {value!r}。",
        f"write a day as 2020-02-01; found {value!r}.",
    )


Money = Annotated[int, BeforeValidator(_money), WithJsonSchema({"type": "string", "pattern": MONEY_PATTERN})]
Ratio = Annotated[str, BeforeValidator(_ratio), WithJsonSchema({"type": "string", "pattern": RATIO_PATTERN})]
Factor = Annotated[str, BeforeValidator(_factor), WithJsonSchema({"type": "string", "pattern": FACTOR_PATTERN})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
AreaCodeText = Annotated[AreaCode, Field(pattern=AREA_PATTERN)]
NoticeId = Annotated[str, Field(pattern=NOTICE_ID_PATTERN, max_length=60)]
ProvisionId = Annotated[str, Field(pattern=PROVISION_ID_PATTERN, max_length=80)]
Sentence = Annotated[str, Field(min_length=1, max_length=2000)]


class TextFields(Strict):
    """A sentence in Chinese and in English."""

    zh: Sentence
    en: Sentence
