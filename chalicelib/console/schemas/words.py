"""Words of the console's pages: the meanings of the enumeration values that a page may show.

A page's source names the paths it calls; the bodies, answers and parameters of their operations hold the enumerations.
A word that the source names itself belongs to the page too. The words of no page are `words_of_all`, for a value that
an answer holds as free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.platform.http.docs.descriptions import words_of_values
from chalicelib.platform.http.docs.openapi import Routes, operation_of, schemas_of
from chalicelib.platform.http.operation import Operation

Words = dict[str, Mapping[str, Any]]

_PATH = re.compile(r"[\"'`](/v1/[^\"'`?]*)")
_HOLE = re.compile(r"\$?\{[^}]*\}(?:\)\})?")
_BESIDE = re.compile(r'from "\./([a-z-]+\.js)"')
_QUOTED = re.compile(r"[\"'`]([A-Za-z][A-Za-z0-9.-]*)[\"'`]|\b([a-z][a-z0-9]*):")


def calls_of_page(source: str, routes: Routes) -> list[Operation]:
    """Return the operations at the paths that a page's source names, and at the records one step below them. No other
    route is read, since reading loads the modules of a route.
    """
    named = {_shape(path) for path in _PATH.findall(source)}
    return [
        operation_of(entry)
        for path in routes
        if _shape(path) in named or (path.endswith("}") and _shape(path).rpartition("/")[0] in named)
        for entry in routes[path].values()
    ]


def pages_below(source: str) -> list[str]:
    """Return the files of the pages whose parts a page shows."""
    return _BESIDE.findall(source)


def words_of_page(source: str, routes: Routes) -> Words:
    """Return the words of a page, by value and by the place where a value has a meaning of its own."""
    operations = calls_of_page(source, routes)
    schemas = schemas_of(operations)
    parameters = [each for operation in operations for each in operation.parameters]
    named = {one or other for one, other in _QUOTED.findall(source)}
    values = {*named, *_values(schemas), *_values([each.schema for each in parameters])}
    return _chosen(values, {*schemas, *named, *(each.name for each in parameters)})


def words_of_sheet(sheet: Mapping[str, Any]) -> Words:
    """Return the words of the enumerations in a service's sheet."""
    fields = list(_fields(sheet))
    return _chosen({value for each in fields for value in each["o"]}, {each["of"] for each in fields if "of" in each})


def words_of_all() -> Words:
    """Return the words of every enumeration of the API."""
    return dict(words_of_values())


def _chosen(values: Iterable[str], places: Iterable[str]) -> Words:
    known, wanted, near = words_of_values(), set(values), set(places)
    return {
        "values": {value: words for value, words in known["values"].items() if value in wanted},
        "places": {
            place: words for place, words in known["places"].items() if place in near or place.partition(".")[0] in near
        },
    }


def _shape(path: str) -> str:
    """Return a path with its holes, whatever stands in them."""
    return _HOLE.sub("{}", path).rstrip("/")


def _values(document: Any) -> Iterator[str]:
    if isinstance(document, Mapping):
        yield from (str(value) for value in document.get("enum", ()) if value is not None)
        yield from ([str(document["const"])] if "const" in document else [])
    parts = document.values() if isinstance(document, Mapping) else document if isinstance(document, list) else ()
    for part in parts:
        yield from _values(part)


def _fields(part: Any) -> Iterator[Mapping[str, Any]]:
    """Return every part of a sheet that has values of its own."""
    if isinstance(part, Mapping) and "o" in part:
        yield part
    parts = part.values() if isinstance(part, Mapping) else part if isinstance(part, (list, tuple)) else ()
    for each in parts:
        yield from _fields(each)
