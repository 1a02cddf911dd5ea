"""The edge that turns a request's text into values: strict wire types, and every error of a body reported at once.

Malformed content (not JSON, or not the shape: HTTP 400) is told from a broken rule of writing (HTTP 422), and the place
of every error is named by a path such as `lines[3].amount`. A reported error never holds a value of the request, only
paths, so no identity number can be echoed. The meaning of the values is the domain's business.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, compress
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, PlainValidator, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.kernel.errors import Finding, Invalid, Malformed
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, PersonToken
from chalicelib.platform.forms.sheets import table_text
from chalicelib.platform.http.findings import finding, finding_of_pydantic, is_malformed
from chalicelib.platform.http.reading import NAMEABLE, Allowance, Enough, Reading, WireModel, unknown_fields
from chalicelib.platform.http.screen import Holds, screen

DATE_MIN, DATE_MAX = date(1900, 1, 1), date(2199, 12, 31)
"""The first and last day that a body or a query may name."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
_QUANTITY = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
_REFERENCE = r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$"
_PRICE = re.compile(r"-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?")


def _string(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise PydanticCustomError("decimal-not-a-string", "decimal-not-a-string")
    raise PydanticCustomError("string_type", "string_type")


def _read_money(value: object) -> int:
    text = _string(value)
    try:
        return parse_yuan(text)
    except ValueError:
        raise PydanticCustomError("money-format", "money-format") from None


def _read_quantity(value: object) -> Decimal:
    text = _string(value)
    if not _QUANTITY.fullmatch(text):
        raise PydanticCustomError("quantity-format", "quantity-format")
    return Decimal(text)


def _read_price(value: object) -> Decimal:
    text = _string(value)
    if not _PRICE.fullmatch(text):
        raise PydanticCustomError("price-format", "price-format")
    return Decimal(text)


def read_date(text: str) -> date:
    """Read `"2020-02-05"`. Raises `ValueError` for any other spelling, for days that do not exist, and for days outside
    the range that leaves room for calculations: the month before a stay, the day after a report.
    """
    if not _DATE.fullmatch(text):
        raise ValueError("a date is written YYYY-MM-DD")
    day = date.fromisoformat(text)
    if not DATE_MIN <= day <= DATE_MAX:
        raise ValueError("a date out of range")
    return day


def _read_date(value: object) -> date:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "string_type")
    try:
        return read_date(value)
    except ValueError:
        raise PydanticCustomError("date-format", "date-format") from None


def read_instant(text: str) -> datetime:
    """Read an instant with its offset, in UTC. Raises `ValueError` for any other text and outside of 1900 to 2199."""
    if not _INSTANT.fullmatch(text):
        raise ValueError("no instant with its offset")
    try:
        found = datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no instant on the calendar") from error
    read_date(found.date().isoformat())
    return found


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "string_type")
    try:
        return read_instant(value)
    except ValueError:
        raise PydanticCustomError("instant-format", "instant-format") from None


_UNSEEN = r"\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
"""Characters invisible to a reader: controls, marks that turn a text's direction, and characters without a width."""

PLAIN = rf"^[^\u0000-\u001f\u007f{_UNSEEN}]+$"
PLAIN_WORD = rf"^[^\u0000-\u0020\u007f{_UNSEEN}]+$"

MoneyText = Annotated[
    int,
    PlainValidator(_read_money),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,12})\.[0-9]{2}$", "examples": ["17000.00"]}),
]
"""An amount: yuan with two decimals as text, fen inside."""

QuantityText = Annotated[
    Decimal,
    PlainValidator(_read_quantity),
    WithJsonSchema({"type": "string", "pattern": r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?$", "examples": ["20"]}),
]
PriceText = Annotated[
    Decimal,
    PlainValidator(_read_price),
    WithJsonSchema({"type": "string", "pattern": r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?$", "examples": ["1200.00"]}),
]
DateText = Annotated[
    date,
    PlainValidator(_read_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2020-02-05"]}),
]

InstantText = Annotated[
    datetime,
    PlainValidator(_read_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2020-02-05T13:30:00Z"]}),
]
"""An instant with its offset, `Z` for UTC; UTC inside."""

Label = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]
"""Free text of one line."""

Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=PLAIN_WORD)]
"""A code of an item or a diagnosis, without blanks; the catalogue decides whether the code is known."""

AreaCodeText = Annotated[AreaCode, StringConstraints(pattern=r"^[0-9]{6}$")]
"""An area code of GB/T 2260."""


def checked_inside(pattern: str, example: str) -> WithJsonSchema:
    """Return the schema of a text whose rule the domain checks together with the rest of the body: the edge reads a
    `Label`, so that a single answer holds every error.
    """
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


ClaimNumber = Annotated[Label, Holds.SERIAL, checked_inside("^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$", "YN-0001")]
BusinessNumber = Annotated[Label, checked_inside("^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$", "RX-0001")]
"""A number that a sender gives to a paper of its own; an identity number is refused here as personal data."""
InstitutionCodeText = Annotated[
    InstitutionCode,
    StringConstraints(min_length=1, max_length=200, pattern=PLAIN),
    checked_inside("^[HP][0-9]{11}$", "H53010200001"),
]


def _with_a_letter(name: str) -> str:
    if not any(map(str.isalnum, name)):
        raise PydanticCustomError("name-format", "name-format")
    return name


PersonName = Annotated[Label, Holds.NAME, AfterValidator(_with_a_letter)]
"""A person's own name, in the only field for a name. Blanks and dots alone count as a field left empty."""

IdentityNumber = Annotated[Label, Holds.OWN, checked_inside("^.{1,50}$", "530102190001010019")]
"""A number of any document, in any width and case; `registry/domain/identity_documents.py` judges the number."""
Reference = Annotated[str, StringConstraints(pattern=_REFERENCE)]
"""A name that the caller gives to a thing of its own, such as an episode of illness."""

FINDINGS_MAX = 1000
"""The maximum number of errors of a body that are put into words; the rest is counted."""

OBJECTS_MAX = 200_000
"""The maximum number of objects and lists of a body; a batch of a thousand claims of forty lines has a fifth of it."""

DEPTH_MAX = 32
"""The maximum depth of nested objects and lists. A batch of claims has six; a path of a thousand steps is of no use."""

_BOM = b"\xef\xbb\xbf"

ModelT = TypeVar("ModelT", bound=WireModel)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[ModelT]):
    """A parsed body, with its warnings."""

    value: ModelT
    warnings: tuple[Finding, ...]


def parse(model: type[ModelT], raw: bytes) -> Parsed[ModelT]:
    """Read a JSON body as a wire model.

    Raises `Malformed` when the body is not JSON or any field is missing or of the wrong type, `Invalid` when its values
    break a rule of writing; both with every finding, in the order of the document.
    """
    return read(model, load(raw), may_hold_surrogates=escapes_surrogates(raw))


def read(
    model: type[ModelT], document: Any, *, may_hold_surrogates: bool = True, allowance: Allowance | None = None
) -> Parsed[ModelT]:
    """Read a document as a wire model. Raises as `parse` does.

    Documents of the same body share an `allowance`: their errors are deducted from the allowance, and once the
    allowance is spent an incomplete document is refused without being read to its end.
    """
    try:
        if may_hold_surrogates:
            json.dumps(document, ensure_ascii=False).encode()  # an unwritable text can be neither stored nor answered
        return _read(model, document, allowance)
    except Enough:
        raise Malformed([finding("errors-too-many", "")]) from None
    except UnicodeEncodeError:
        raise Malformed([finding("text-surrogate", "")]) from None
    except RecursionError:
        raise Malformed([finding("json-invalid", "")]) from None


def read_envelope(model: type[ModelT], document: Any) -> ModelT:
    """Read an envelope of documents, which are read, and may be refused, one by one. Raises as `parse` does."""
    try:
        return _read(model, document).value
    except RecursionError:
        raise Malformed([finding("json-invalid", "")]) from None


def _read(model: type[ModelT], document: Any, allowance: Allowance | None = None) -> Parsed[ModelT]:
    reading = Reading(allowance=allowance)
    findings: list[Finding] = []
    value: ModelT | None = None
    try:
        value = model.model_validate(document, context=reading)
    except ValidationError as error:
        # The validation error holds the input, which must not travel with the product's error.
        problems = error.errors(include_url=False)
        findings = [finding_of_pydantic(each, path_of(document, each["loc"])) for each in problems[:FINDINGS_MAX]]
        findings += findings[-1:] * (len(problems) - len(findings))  # the rest is counted and not listed
    unknown = unknown_fields(document, reading)
    wrong = [*findings, *unknown.malformed, *unknown.misspelt, *screen(document, reading)]
    if allowance is not None:
        allowance.left -= len(wrong)
    if unknown.malformed or any(is_malformed(found) for found in findings):
        raise Malformed(wrong)
    if wrong or value is None:
        raise Invalid(wrong)
    return Parsed(value, unknown.ignored)


_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def escapes_surrogates(raw: bytes) -> bool:
    """Tell whether a body escapes a surrogate, alone or paired; other characters are sent in UTF-8 or as a single
    escape.
    """
    return _SURROGATE.search(raw) is not None


def path_of(document: Any, loc: Sequence[int | str]) -> str:
    """Write pydantic's location as a path in the document, leaving out pydantic's tags for chosen variants."""
    path, current = "", document
    for position, told in enumerate(loc):
        step = told if isinstance(told, int) or NAMEABLE.fullmatch(told) else "*"
        if isinstance(step, int):
            path += f"[{step}]"
            current = current[step] if isinstance(current, list) and step < len(current) else None
            continue
        is_last = position == len(loc) - 1
        if isinstance(current, dict) and told not in current and not is_last:
            continue
        path += f".{step}" if path else step
        current = current.get(told) if isinstance(current, dict) else None
    return path


def load(raw: bytes) -> Any:
    """Read a body as JSON, without a shape. Raises `Malformed`."""
    document = load_apart(raw)
    refuse_twice(document)
    return document


def load_apart(raw: bytes) -> Any:
    """Read a body that holds other documents: an object that names a field twice becomes a `Twice`, for `refuse_twice`
    to find in the object's own document. Raises `Malformed` for any other invalid JSON.
    """
    if raw.count(b"{") + raw.count(b"[") > OBJECTS_MAX:
        raise Malformed([finding("json-too-many-values", "")])
    try:
        return json.loads(raw.removeprefix(_BOM).decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Malformed([finding("json-invalid", "")]) from None


def refuse_twice(document: Any) -> None:
    """Refuse an object that names a field twice, and values nested deeper than any valid body. Raises `Malformed`.
    Every value is examined once, without recursion, and in C, since a body may hold millions.
    """
    level = [document] if type(document) in _HOLDS_OTHERS else []
    for _ in range(DEPTH_MAX):
        if Twice in set(map(type, level)):
            raise Malformed([finding("json-duplicate-key", "")])
        inside = list(chain.from_iterable([each.values() if isinstance(each, dict) else each for each in level]))
        level = list(compress(inside, map(_HOLDS_OTHERS.__contains__, map(type, inside))))
        if not level:
            return
    raise Malformed([finding("json-too-deep", "")])


class Twice(dict[str, Any]):
    """An object that names a field twice: the sender's intended value cannot be known, and the object keeps neither."""


_HOLDS_OTHERS = frozenset({dict, list, Twice})
"""The container types among the types that a body is read into."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    return document if len(document) == len(pairs) else Twice()


def _refuse_constant(_: str) -> Any:
    raise ValueError("NaN and Infinity are not JSON")


Reason = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]
"""The reason of an act, in the actor's words; never about a patient by name."""


class DecisionBody(WireModel):
    """A second person's decision on a request."""

    decision: Literal["approve", "refuse"]

    @property
    def approves(self) -> bool:
        return self.decision == "approve"


class ReasonedDecisionBody(DecisionBody):
    """A decision that may give its reason."""

    reason: Reason | None = None


BankReference = Annotated[Reference, Holds.OWN]
"""The bank's own number for a movement: never refused for its digits, and never part of an id unchanged."""
PersonTokenText = Annotated[PersonToken, Holds.OWN, StringConstraints(pattern=r"^prs_[0-9a-f]{32}$")]
ClaimReference = Annotated[ClaimId, StringConstraints(pattern=_REFERENCE)]
ClaimIdText = Annotated[ClaimId, StringConstraints(pattern=r"^clm_[a-z2-7]{26}$")]
CsvText = Annotated[str, StringConstraints(min_length=1, max_length=2_000_000)]
"""A table as CSV text, with the column names in the first line."""
FileText = Annotated[
    str,
    Holds.OWN,
    StringConstraints(min_length=4, max_length=4_400_000, pattern=r"^[A-Za-z0-9+/]+={0,2}$"),
]
"""A file in base64: a table as CSV (UTF-8 or GB18030) or an Excel workbook. The file is read line by line, and every
line is checked by the rules of its record.
"""


def table_of(file: str) -> str:
    """Return the table of such a file as CSV text. Raises `Invalid` for a file that cannot be read as a table."""
    try:
        content = b64decode(file, validate=True)
    except ValueError as error:
        raise Invalid([_NOT_BASE64]) from error
    return table_text(content)


_NOT_BASE64 = Finding(
    "file-not-base64",
    "file",
    Text("文件内容须以“Base64”编码，请重新编码后上传。", "Encode the file again: its content is not valid base64."),
)
