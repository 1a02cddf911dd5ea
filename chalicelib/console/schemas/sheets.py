"""Sheets of services: the columns, filters and forms a browser shows, read from the routes' own descriptions.

A sheet is JSON with short names, since it is sent over the network: `n` the name, `k` the kind of value, `t` the title
and `h` the remark in both languages, `r` whether the value is required, `of` the place by which its values are told in
words, `o` the values, `f` the fields below it, `w` a neighbour's values at which the value is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib.console.domain.model import Papers, Service, ServiceAct
from chalicelib.console.schemas.titles import TITLES
from chalicelib.console.schemas.words import words_of_sheet
from chalicelib.kernel.text import Text
from chalicelib.platform.http.docs.openapi import Routes, operation_of, schemas_of
from chalicelib.platform.http.operation import Operation

Sheet = dict[str, Any]

_PAGING = frozenset({"limit", "cursor", "format"})
_LONG = 100
_KINDS_OF_MODELS = {
    "ActDocument": "act",
    "ClockDocument": "clock",
    "Citation": "citation",
    "TextPair": "said",
}
_KINDS_OF_PATTERNS = {
    "^[0-9]{6}$": "area",
    "^[HP][0-9]{11}$": "institution",
    "^prs_[0-9a-f]{32}$": "person",
    "^clm_[a-z2-7]{26}$": "claim",
    "^[A-Za-z0-9+/]+={0,2}$": "file",
}
_KINDS_OF_TYPES = {"boolean": "yes", "integer": "count", "date": "date", "date-time": "instant"}
_MONEY = re.compile(r"\\\.\[0-9\]\{2\}\$$")
_KINDS_OF_NAMES = {
    "institution": "institution",
    "pharmacy": "institution",
    "institutions": "institution",
    "area": "area",
    "city": "area",
    "bureau": "area",
    "publisher": "area",
    "handler": "area",
    "agency": "area",
    "payer": "area",
    "claim_id": "claim",
    "csv": "csv",
    **dict.fromkeys(
        ("price", "ordered", "delivered", "on_hand", "daily_use", "figure", "median", "quantity"), "figure"
    ),
}
"""Fields whose name gives a kind that their form does not."""
_Wanted = Mapping[str, Mapping[str, tuple[str, ...]]]
_OF_AN_IDENTITY: _Wanted = {
    **{name: {"id_type": ("newborn",)} for name in ("mother", "born", "order")},
    "issued_by": {"id_type": ("passport",)},
}
"""The parts of a person's identity that only one type of document has."""
_OF_A_STEP: _Wanted = {
    "place": {"step": ("handover", "isolation")},
    "institution": {"step": ("referral",)},
    "outcome": {"step": ("assessment", "test")},
    "age": {"step": ("assessment",)},
    "reason": {"step": ("withdrawal",)},
}
"""The entries of a step of a person who entered from abroad, by the step."""


_NO_LIST: Sheet = {
    "list": "",
    "key": "",
    "read": "",
    "print": "",
    "papers": None,
    **dict.fromkeys(("fields", "columns", "filters", "needs", "below", "files"), ()),
}


def index_of(services: Sequence[Service], routes: Routes) -> list[Sheet]:
    """Return the index of services, with the actions of which a role needs any to see the service."""
    found = []
    for service in services:
        acts = [operation_for(routes, act.call) for act in service.acts]
        listed = [operation_for(routes, f"GET {service.listed}")] if service.listed else []
        found.append(
            {
                "c": service.code,
                "g": _pair(service.group.value),
                "t": _pair(service.title),
                "d": _pair(service.says),
                "a": sorted({action.value for each in listed or acts for action in each.actions}),
                "b": list(service.duties),
            }
        )
    return found


def sheet_of(service: Service, routes: Routes) -> Sheet:
    """Return the content and the forms of a service's pages, with the words of their values."""
    sheet = _sheet_of(service, routes)
    return sheet | {"words": words_of_sheet(sheet)}


def _sheet_of(service: Service, routes: Routes) -> Sheet:
    listed = operation_for(routes, f"GET {service.listed}") if service.listed else None
    read = _record_route(service, routes)
    acts = [(act, operation_for(routes, act.call)) for act in service.acts]
    schemas = schemas_of([each for each in (listed, *(found for _, found in acts)) if each is not None])
    answered = "" if listed is None else _answer_model(listed)
    properties = schemas[answered]["properties"] if answered else {}
    item = _ref_name(properties["items"]["items"]) if answered else ""
    known = schemas[item]["properties"] if item else {}
    sheet: Sheet = {"c": service.code, "acts": [_act(act, found, schemas, known) for act, found in acts]}
    if listed is None:
        return sheet | _NO_LIST
    fields = [_shown(schemas, item, name, part) for name, part in known.items()]
    return sheet | {
        "list": service.listed,
        "key": service.key,
        "fields": fields,
        "columns": list(service.columns),
        "filters": [
            _filter(each.name, each.schema, each.text) | {"of": f"{item}.{each.name}"}
            for each in listed.parameters
            if each.name not in _PAGING
        ],
        "needs": list(service.needed),
        "below": [_shown(schemas, answered, name, properties[name]) for name in service.below],
        "read": read,
        "print": service.printed,
        "papers": None if service.papers is None else _papers(service.papers, routes),
        "files": [media.rpartition("/")[2] for success in listed.answers.values() for media in success.files],
    }


def _papers(papers: Papers, routes: Routes) -> Sheet:
    """Return what a page needs to send and open copies: the paths, the actions, and the sizes and types accepted."""
    bring, note, see = (operation_for(routes, call) for call in (papers.bring, papers.note, papers.see))
    if bring.body is None or note.body is None:
        raise TypeError(f"{bring.id} and {note.id} take a body")
    copy = schemas_of([bring])[bring.body.__name__]["properties"]
    items = schemas_of([note])
    paper = _ref_name(items[note.body.__name__]["properties"]["documents"]["items"])
    return {
        "p": papers.of,
        "bring": [action.value for action in bring.actions],
        "see": [action.value for action in see.actions],
        "listed": papers.listed,
        "asked": papers.asked,
        "kinds": papers.kinds,
        "o": _values(items[paper]["properties"]["kind"]),
        "of": f"{paper}.kind",
        "max": copy["size"]["maximum"],
        "media": _values(copy["media_type"]),
        "when": {name: list(values) for name, values in papers.when.items()},
    }


def operation_for(routes: Routes, call: str) -> Operation:
    """Return the description of the route that a row names. Raises `KeyError` where no such route exists."""
    method, path = call.split(" ", 1)
    return operation_of(routes[path][method])


def _record_route(service: Service, routes: Routes) -> str:
    """Return the route that reads a record of the list; empty where no such route exists."""
    prefix = f"{service.listed}/{{"
    found = (
        path for path, entries in routes.items() if path.startswith(prefix) and path.endswith("}") and "GET" in entries
    )
    return next((path for path in found if "/" not in path.removeprefix(prefix)), "")


def _act(act: ServiceAct, operation: Operation, schemas: Mapping[str, Any], known: Mapping[str, Any]) -> Sheet:
    """Return an act's form, and the parts of its answer (`told`) that no row of the list holds: `known` are a row's."""
    path = act.call.split(" ", 1)[1]
    chosen = [each for each in operation.parameters if each.place == "path" and "enum" in each.schema]
    sheet: Sheet = {
        "id": operation.id,
        "t": _pair(operation.summary),
        "d": _pair(act.says or operation.detail),
        "p": path,
        "a": [action.value for action in operation.actions],
        "f": [_filter(each.name, each.schema, each.text) | {"r": 1} for each in chosen],
        "row": "{" in path and not chosen,
        "when": {name: list(values) for name, values in act.when.items()},
        "another": list(act.another),
        "where": act.where,
        "lacking": act.lacking,
        "answers": any(success.files for success in operation.answers.values()),
        "told": _told(operation, schemas, known),
    }
    if operation.body is not None:
        sheet["f"] += _entries(schemas, operation.body.__name__)
        sheet["body"] = 1
    return sheet


def _told(operation: Operation, schemas: Mapping[str, Any], known: Mapping[str, Any]) -> list[Sheet]:
    """Return the fields of an act's answer that a row does not hold. The answer to a table is told line by line."""
    (model,) = {each.model.__name__ for each in operation.answers.values() if each.model is not None}
    answered = schemas[model]["properties"]
    if "lines" in answered and "refused" in answered:
        return []
    return [_shown(schemas, model, name, part) for name, part in answered.items() if name not in known]


def _entries(schemas: Mapping[str, Any], model: str) -> list[Sheet]:
    """Return the entries of a form, field by field."""
    schema = schemas[model]
    required = set(schema.get("required", ()))
    return [
        _entered(schemas, model, name, part) | ({"r": 1} if name in required else {})
        for name, part in schema.get("properties", {}).items()
    ]


def _entered(schemas: Mapping[str, Any], model: str, name: str, part: Mapping[str, Any]) -> Sheet:
    found = _some(part)
    sheet = _named(name, part, model)
    beside = schemas[model]["properties"]
    for when in (table[name] for table in (_OF_AN_IDENTITY, _OF_A_STEP) if name in table):
        if set(when) <= set(beside) - {name}:
            sheet["w"] = {each: list(values) for each, values in when.items()}
    if "oneOf" in found:
        return sheet | {"k": "group", "f": _chosen(schemas, found)}
    if "$ref" in found:
        below = _ref_name(found)
        if "properties" in schemas[below]:
            return sheet | {"k": "group", "f": _entries(schemas, below)}
        found = schemas[below]
    if found.get("type") == "array":
        return sheet | _entered_list(schemas, f"{model}.{name}", found)
    return sheet | _simple(f"{model}.{name}", name, found)


def _entered_list(schemas: Mapping[str, Any], place: str, found: Mapping[str, Any]) -> Sheet:
    items = _some(found["items"])
    if "$ref" in items and "properties" in schemas[_ref_name(items)]:
        return {"k": "rows", "f": _entries(schemas, _ref_name(items))}
    if "enum" in items:
        return {"k": "words", "o": _values(items), "of": place}
    return {"k": "texts"}


def _chosen(schemas: Mapping[str, Any], found: Mapping[str, Any]) -> list[Sheet]:
    """Return the fields of a model of several forms: the discriminating field comes first, and a field of only some
    forms is asked for where any of those is chosen.
    """
    tag = found["discriminator"]["propertyName"]
    models = [_ref_name(each) for each in found["oneOf"]]
    tags = {model: _values(schemas[model]["properties"][tag]) for model in models}
    fields: dict[str, Sheet] = {}
    of: dict[str, list[str]] = {}
    for model in models:
        for each in _entries(schemas, model):
            fields.setdefault(each["n"], each)
            of.setdefault(each["n"], []).extend(tags[model])
    every = [value for model in models for value in tags[model]]
    first = fields.pop(tag) | {"k": "word", "o": every, "r": 1}
    rest = [each if of[name] == every else each | {"w": {tag: of[name]}} for name, each in fields.items()]
    return [first, *rest]


def _simple(place: str, name: str, found: Mapping[str, Any]) -> Sheet:
    """Return the kind of a single value."""
    if "enum" in found or "const" in found:
        return {"k": "word", "o": _values(found), "of": place}
    of_type = _KINDS_OF_TYPES.get(found.get("format") or found.get("type", ""))
    return {"k": of_type or _kind_of_text(name, found)}


def _kind_of_text(name: str, found: Mapping[str, Any]) -> str:
    pattern = str(found.get("pattern", ""))
    known = _KINDS_OF_PATTERNS.get(pattern) or _KINDS_OF_NAMES.get(name)
    if known is not None:
        return known
    if _MONEY.search(pattern):
        return "money"
    return "long" if int(found.get("maxLength", 0)) > _LONG and name != "name" else "text"


def _shown(schemas: Mapping[str, Any], model: str, name: str, part: Mapping[str, Any]) -> Sheet:
    """Return the sheet of an answer's field."""
    return _named(name, part, model) | _shown_kind(schemas, f"{model}.{name}", name, _some(part))


def _shown_kind(schemas: Mapping[str, Any], place: str, name: str, found: Mapping[str, Any]) -> Sheet:
    if "$ref" in found:
        model = _ref_name(found)
        if model in _KINDS_OF_MODELS:
            return {"k": _KINDS_OF_MODELS[model]}
        if "properties" in schemas[model]:
            return {"k": "group", "f": _parts(schemas, model)}
        found = schemas[model]
    if found.get("type") == "array":
        return {"k": "list", "f": [_shown_kind(schemas, place, name, _some(found["items"]))]}
    if found.get("type") == "object":
        return {"k": "text"}
    return _simple(place, name, found)


def _parts(schemas: Mapping[str, Any], model: str) -> list[Sheet]:
    return [_shown(schemas, model, name, part) for name, part in schemas[model]["properties"].items()]


def _filter(name: str, schema: Mapping[str, Any], text: Text) -> Sheet:
    part: Mapping[str, Any] = {**schema, "x-text": {"description": {"zh": text.zh, "en": text.en}}}
    return _named(name, part) | _simple(name, name, schema)


def _named(name: str, part: Mapping[str, Any], model: str = "") -> Sheet:
    described = part.get("x-text", {}).get("description") or {"zh": name, "en": name}
    # The pages show instants in Beijing time and take them so.
    said = {language: re.sub(r"（UTC）| \(UTC\)", "", text) for language, text in described.items()}
    short = TITLES.get(f"{model}.{name}") or TITLES.get(name)
    title = _pair(short) if short else [_heading(said["zh"]), _heading(said["en"])]
    more = len(said["zh"]) > len(title[0]) and not _says_only_its_unit(said["zh"])
    return {"n": name, "t": title} | ({"h": [said["zh"], said["en"]]} if more and not short else {})


def _heading(sentence: str) -> str:
    """Return the first clause of a description; a unit stands behind it."""
    if _says_only_its_unit(sentence):
        return f"{sentence[:-2]}（元）"
    first = re.split(r"[，；;,。：:]", sentence, maxsplit=1)[0].strip()
    return first[:1].upper() + first[1:]


def _says_only_its_unit(sentence: str) -> bool:
    return sentence.endswith("，元") and sentence.count("，") == 1


def _some(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a field's schema without null."""
    options = [each for each in part.get("anyOf", ()) if each.get("type") != "null"]
    return options[0] if options else part


def _values(found: Mapping[str, Any]) -> list[str]:
    admitted: Iterator[Any] = iter(found["enum"] if "enum" in found else [found["const"]])
    return [str(value) for value in admitted if value is not None]


def _ref_name(found: Mapping[str, Any]) -> str:
    return str(found["$ref"]).rpartition("/")[2]


def _answer_model(operation: Operation) -> str:
    model = operation.answers[200].model
    if model is None:
        raise TypeError(f"{operation.id} answers no list")
    return model.__name__


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]
