"""The screen for personal data over a whole body: every text is examined unless its field's type excuses the text.

The permitted content of a field is declared with its type: `OWN` marks fields for a person's own data (a number, a
name), and fields that can hold nothing of a person (an id, a hash, a bank's reference); `SERIAL` marks numbers that a
hospital makes up. A field without a mark is free text, so that a forgotten field is screened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, get_args

from chalicelib.kernel.errors import Finding
from chalicelib.kernel.persons.personal_data import (
    NAME_MAX,
    Personal,
    finding_of,
    folded_name,
    mobile_number,
    personal_data,
)
from chalicelib.platform.http.reading import NAMEABLE, WALKED_MAX, Reading, WireModel, known_names, names_of


class Holds(StrEnum):
    """The content of a field, put into its type by `Annotated`."""

    OWN = "own"
    NAME = "name"
    SERIAL = "serial"
    TEXT = "text"


def screen(document: Any, reading: Reading) -> list[Finding]:
    """Report every text of a body that holds personal data, by path, as far as the body could be read."""
    texts = list(_texts(document, reading, ""))
    names = {folded_name(text) for _, text, holds in texts if holds is Holds.NAME and len(text) <= NAME_MAX} - {""}
    # Days, codes and item names recur in every line: a text is examined once and kept no longer than this call.
    distinct = {(text, holds) for _, text, holds in texts}
    known = {(text, holds): _held_by(text, holds, names) for text, holds in distinct}
    return [finding_of(found, path) for path, text, holds in texts if (found := known[text, holds])]


def _held_by(text: str, holds: Holds, names: Collection[str]) -> Personal | None:
    if holds is Holds.TEXT:
        return personal_data(text, names)
    return mobile_number(text) if holds is Holds.SERIAL else None


def _texts(value: Any, reading: Reading, path: str) -> Iterator[tuple[str, str, Holds]]:
    if isinstance(value, list):
        for index, each in enumerate(value[:WALKED_MAX]):
            if isinstance(each, dict | list):
                yield from _texts(each, reading, f"{path}[{index}]")
    elif isinstance(value, dict) and (model := reading.models.get(id(value))):
        held = _held(model)
        for name in known_names(model):
            each, holds = value.get(name), held[name]
            if isinstance(each, str):
                if holds is not Holds.OWN:
                    yield f"{path}.{name}" if path else name, each, holds
            elif isinstance(each, dict | list):
                # A value other than text is no name, and is refused.
                inside = Holds.TEXT if holds is Holds.NAME else holds
                yield from _leaves(each, inside, reading, f"{path}.{name}" if path else name)


def _leaves(value: Any, holds: Holds, reading: Reading, path: str) -> Iterator[tuple[str, str, Holds]]:
    if holds is Holds.OWN:
        return
    if isinstance(value, str):
        yield path, value, holds
    elif isinstance(value, list):
        for index, each in enumerate(value[:WALKED_MAX]):
            if isinstance(each, str | list | dict):
                yield from _leaves(each, holds, reading, f"{path}[{index}]")
    elif isinstance(value, dict):
        if id(value) in reading.models:
            yield from _texts(value, reading, path)
            return
        for key, each in islice(value.items(), WALKED_MAX):
            at = f"{path}.{key}" if NAMEABLE.fullmatch(key) else f"{path}.*"
            yield at, key, holds
            yield from _leaves(each, holds, reading, at)


@cache
def _held(model: type[WireModel]) -> Mapping[str, Holds]:
    """Return the content of every field, by all names that the field may be written with."""
    found: dict[str, Holds] = {}
    for name, info in model.model_fields.items():
        marks = [*info.metadata, *_marks(info.annotation)]
        holds = next((mark for mark in marks if isinstance(mark, Holds)), Holds.TEXT)
        found.update((each, holds) for each in names_of(name, info))
    return found


def _marks(annotation: Any) -> Iterator[Any]:
    """Return the marks inside a type, such as that of `Annotated[str, OWN] | None`."""
    if isinstance(annotation, Holds):
        yield annotation
    for inner in get_args(annotation):
        yield from _marks(inner)
