"""Reading of a body's objects: the fields that every object may have, and the findings for unknown fields.

While pydantic reads, every object is noted with the model used to read it. Only if any object held an unknown field is
the document walked afterwards, and every unknown field is reported with the nearest known name. A strict body and a
claim's body, which tolerates an unknown field that is no misspelling, are thus reported alike, and the work is bounded
before any comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.spelling import misspelt_of, nearest_of
from chalicelib.platform.http.findings import finding, unknown_field

FIELDS_MAX = 200
"""The maximum number of fields of an object. The widest table sent by a hospital has fewer than a hundred columns."""

UNKNOWN_NAMES_MAX = 1000
"""The maximum number of unknown names of a body to compare with the known names; a body with more is refused."""

WALKED_MAX = 20_000
"""The maximum number of walked items of a list: no list of a body may be longer, and a longer list is refused for its
length.
"""

EnumT = TypeVar("EnumT", bound=StrEnum)

Choice = Annotated[EnumT, Strict(False)]
"""A member of an enumeration, sent as its text: a strict model would take the member alone."""

NAMEABLE = re.compile(r"[A-Za-z_][A-Za-z_-]{0,39}[0-9]{0,2}")
"""A field name that may be repeated in an error. Any other name could itself be personal, and is shown as `*`."""


def at_most(maximum: int, code: str = "list-too-long") -> tuple[BeforeValidator, FieldInfo]:
    """Return the bound of a list, for its `Annotated` type: a longer list is refused before any item is examined."""

    def bounded(value: object) -> object:
        if isinstance(value, list) and len(value) > maximum:
            raise PydanticCustomError("list-too-long", "list-too-long", {"code": code, "maximum": maximum})
        return value

    return BeforeValidator(bounded), Field(max_length=maximum)


@dataclass
class Allowance:
    """The number of errors that the documents of a body may hold together; beyond it a document reports its first error
    alone.
    """

    left: int

    @property
    def is_spent(self) -> bool:
        return self.left <= 0


class Enough(Exception):
    """Raised for an incomplete document after the body's other documents have used up the detailed errors."""


@dataclass
class Reading:
    """The objects of a document by identity, with the models used to read them. Passed to pydantic as its context."""

    models: dict[int, type[WireModel]] = field(default_factory=dict)
    allowance: Allowance | None = None
    has_unknown: bool = False
    """Set when any object held a field unknown to its model: only then is the document walked for unknown fields."""

    @property
    def is_brief(self) -> bool:
        return self.allowance is not None and self.allowance.is_spent


class WireModel(BaseModel):
    """A request body. Strict: `"1"` is no integer and `1` no string, and an unknown field is an error."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _note(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(info.context, Reading):
            return value
        if info.context.is_brief and not _is_whole(cls, value):
            raise Enough
        if not isinstance(value, dict):
            return value
        if len(value) > FIELDS_MAX:
            raise PydanticCustomError("fields-too-many", "fields-too-many")
        info.context.models[id(value)] = cls
        known = known_names(cls)
        if value.keys() <= known.keys():
            return value
        info.context.has_unknown = True
        return {name: value[name] for name in known if name in value}


class TolerantModel(WireModel):
    """An object of a claim: a hospital's system sends columns of its own, which are left out with a warning."""

    model_config = ConfigDict(extra="ignore")


@cache
def known_names(model: type[WireModel]) -> Mapping[str, None]:
    """Return every name that a field of the model may be written with, in order."""
    return {each: None for name, info in model.model_fields.items() for each in names_of(name, info)}


def _is_whole(model: type[WireModel], value: Any) -> bool:
    """Tell whether a value is an object with every field that the model requires."""
    return isinstance(value, dict) and all(any(each in value for each in names) for names in _required(model))


@cache
def _required(model: type[WireModel]) -> tuple[list[str], ...]:
    return tuple(names_of(name, info) for name, info in model.model_fields.items() if info.is_required())


def names_of(name: str, info: FieldInfo) -> list[str]:
    """Return every name that a field may be written with."""
    alias = info.validation_alias
    written = alias.choices if isinstance(alias, AliasChoices) else [alias or info.alias or name]
    return [each for each in written if isinstance(each, str)]


@dataclass(frozen=True, slots=True)
class UnknownFields:
    """The fields of a body that its models do not know."""

    malformed: tuple[Finding, ...] = ()
    misspelt: tuple[Finding, ...] = ()
    ignored: tuple[Finding, ...] = ()


def unknown_fields(document: Any, reading: Reading) -> UnknownFields:
    """Report a finding per kind of unknown field: 5,000 lines with the same extra column give a single finding, not
    5,000.
    """
    if not reading.has_unknown:
        return UnknownFields()
    malformed: list[Finding] = []
    misspelt: list[Finding] = []
    ignored: list[Finding] = []
    seen: set[tuple[type[WireModel], str]] = set()
    told: set[str] = set()
    for path, name, model in _unknown(document, reading, ""):
        if (model, name) in seen:
            continue
        seen.add((model, name))
        if len(seen) > UNKNOWN_NAMES_MAX:
            return UnknownFields((finding("fields-too-many", ""),))
        known = known_names(model)
        at = f"{path}.{name}" if path else name
        if not NAMEABLE.fullmatch(name):
            at = f"{path}.*" if path else "*"
        if not issubclass(model, TolerantModel):
            malformed.append(unknown_field(at, nearest_of(name, known), known))
        elif meant := misspelt_of(name, known):
            misspelt.append(unknown_field(at, meant, known))
        elif at not in told:
            told.add(at)
            ignored.append(finding("field-ignored", at))
    return UnknownFields(tuple(malformed), tuple(misspelt), tuple(ignored))


def _unknown(value: Any, reading: Reading, path: str) -> Iterator[tuple[str, str, type[WireModel]]]:
    if isinstance(value, list):
        for index, each in enumerate(value[:WALKED_MAX]):
            if isinstance(each, dict | list):
                yield from _unknown(each, reading, f"{path}[{index}]")
    elif isinstance(value, dict) and (model := reading.models.get(id(value))):
        known = known_names(model)
        yield from ((path, name, model) for name in value if name not in known)
        for name in known:
            if isinstance(value.get(name), dict | list):
                yield from _unknown(value[name], reading, f"{path}.{name}" if path else name)
