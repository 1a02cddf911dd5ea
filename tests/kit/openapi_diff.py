"""`make openapi-diff`: what a caller of the last release would notice, from its OpenAPI description and today's.

A change breaks a caller when a request that was right is refused, or when an answer lacks what it had. Every breaking
change has to stand in CHANGELOG.md, named by the line that this command prints.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.kit.documented import document as described

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "docs" / "openapi" / "released.json"
CHANGELOG = ROOT / "CHANGELOG.md"
PROSE = frozenset({"description", "summary", "example", "examples", "title", "tags", "operationId"})
METHODS = ("get", "put", "post", "delete", "patch", "head")

Schema = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Change:
    breaking: bool
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Side:
    """An OpenAPI description whose schemas are read through their references."""

    document: Mapping[str, Any]

    def resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    def operations(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        return {
            (path, method): item[method]
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        }


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every difference in operations, parameters, bodies and answers, the breaking ones last."""
    old, new = Side(before), Side(after)
    was, now = old.operations(), new.operations()
    found = [Change(breaking=True, where=_name(key), what="operation removed") for key in was.keys() - now.keys()]
    found += [Change(breaking=False, where=_name(key), what="operation added") for key in now.keys() - was.keys()]
    for key in was.keys() & now.keys():
        found += _operation(_name(key), old, was[key], new, now[key])
    return sorted(set(found))


def _name(key: tuple[str, str]) -> str:
    path, method = key
    return f"{method.upper()} {path}"


def _operation(where: str, old: Side, was: Mapping[str, Any], new: Side, now: Mapping[str, Any]) -> Iterator[Change]:
    yield from _parameters(where, old, was, new, now)
    for media, body in was.get("requestBody", {}).get("content", {}).items():
        later = now.get("requestBody", {}).get("content", {}).get(media)
        if later is None:
            yield Change(breaking=True, where=where, what=f"body {media} no longer accepted")
        else:
            yield from _Comparison(old, new, given=True).of(f"{where} body", body["schema"], later["schema"])
    for status, answer in was["responses"].items():
        later = now["responses"].get(status)
        if later is None:
            yield Change(breaking=status.startswith("2"), where=where, what=f"answer {status} removed")
            continue
        contents = new.resolve(later).get("content", {})
        for media, content in old.resolve(answer).get("content", {}).items():
            if media not in contents:
                yield Change(breaking=True, where=f"{where} {status}", what=f"{media} no longer answered")
            else:
                compared = _Comparison(old, new, given=False)
                yield from compared.of(f"{where} {status}", content["schema"], contents[media]["schema"])


def _parameters(where: str, old: Side, was: Mapping[str, Any], new: Side, now: Mapping[str, Any]) -> Iterator[Change]:
    def by_key(side: Side, operation: Mapping[str, Any]) -> dict[tuple[str, str], Schema]:
        each = [side.resolve(parameter) for parameter in operation.get("parameters", ())]
        return {(parameter["in"], parameter["name"]): parameter for parameter in each}

    before, after = by_key(old, was), by_key(new, now)
    for place, name in before.keys() - after.keys():
        yield Change(breaking=True, where=where, what=f"{place} parameter {name} removed")
    for place, name in after.keys() - before.keys():
        required = bool(after[place, name].get("required"))
        yield Change(breaking=required, where=where, what=f"{place} parameter {name} added")
    for place, name in before.keys() & after.keys():
        one, other = before[place, name], after[place, name]
        if other.get("required") and not one.get("required"):
            yield Change(breaking=True, where=where, what=f"{place} parameter {name} is now required")
        yield from _Comparison(old, new, given=True).of(f"{where} {name}", one["schema"], other["schema"])


class _Comparison:
    """Two schemas of a request (`given`) or of an answer, walked together once each."""

    def __init__(self, old: Side, new: Side, *, given: bool) -> None:
        self._old, self._new, self._given = old, new, given
        self._seen: set[tuple[int, int]] = set()

    def of(self, where: str, one: Schema, other: Schema) -> Iterator[Change]:
        one, other = self._old.resolve(one), self._new.resolve(other)
        if (id(one), id(other)) in self._seen:
            return
        self._seen.add((id(one), id(other)))
        if one.get("type") != other.get("type"):
            yield Change(breaking=True, where=where, what=f"type {one.get('type')} became {other.get('type')}")
            return
        yield from self._values(where, one, other)
        yield from self._fields(where, one, other)
        if "items" in one and "items" in other:
            yield from self.of(f"{where}[]", one["items"], other["items"])
        yield from self._alternatives(where, one, other)

    def _values(self, where: str, one: Schema, other: Schema) -> Iterator[Change]:
        was, now = set(map(str, one.get("enum", ()))), set(map(str, other.get("enum", ())))
        if was and now:
            for value in sorted(was - now):
                yield Change(breaking=self._given, where=where, what=f"value {value} removed")
            for value in sorted(now - was):
                # A caller of a closed enumeration has to be able to read its new values.
                yield Change(breaking=not self._given, where=where, what=f"value {value} added")
        for bound, tighter in (("maxLength", -1), ("maxItems", -1), ("maximum", -1), ("minLength", 1), ("minimum", 1)):
            before, after = one.get(bound), other.get(bound)
            if self._given and before != after and after is not None:
                narrower = before is None or (after - before) * tighter > 0
                yield Change(breaking=narrower, where=where, what=f"{bound} {before} became {after}")
        if self._given and one.get("pattern") != other.get("pattern"):
            yield Change(breaking="pattern" in other, where=where, what="pattern changed")

    def _fields(self, where: str, one: Schema, other: Schema) -> Iterator[Change]:
        was, now = one.get("properties", {}), other.get("properties", {})
        must, must_now = set(one.get("required", ())), set(other.get("required", ()))
        for name in sorted(was.keys() - now.keys()):
            yield Change(breaking=True, where=where, what=f"field {name} removed")
        for name in sorted(now.keys() - was.keys()):
            yield Change(breaking=self._given and name in must_now, where=where, what=f"field {name} added")
        for name in sorted(was.keys() & now.keys()):
            if self._given and name in must_now - must:
                yield Change(breaking=True, where=where, what=f"field {name} is now required")
            if not self._given and name in must - must_now:
                yield Change(breaking=True, where=where, what=f"field {name} may now be missing")
            yield from self.of(f"{where}.{name}", was[name], now[name])

    def _alternatives(self, where: str, one: Schema, other: Schema) -> Iterator[Change]:
        for word in ("anyOf", "oneOf", "allOf"):
            was, now = one.get(word, ()), other.get(word, ())
            if len(was) != len(now):
                yield Change(breaking=True, where=where, what=f"{len(was)} {word} became {len(now)}")
            for before, after in zip(was, now, strict=False):
                yield from self.of(where, before, after)


def shape(node: Any) -> Any:
    """Return a description without its prose and examples: the parts that a program sees."""
    if isinstance(node, dict):
        return {
            name: {key: shape(value) for key, value in child.items()} if name == "properties" else shape(child)
            for name, child in node.items()
            if name not in PROSE and not name.startswith("x-")
        }
    return [shape(each) for each in node] if isinstance(node, list) else node


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", action="store_true", help="keep today's description as the last release's")
    arguments = parser.parse_args()
    document = shape(json.loads(json.dumps(described())))
    if arguments.release:
        RELEASED.parent.mkdir(exist_ok=True)
        RELEASED.write_text(
            json.dumps(document, ensure_ascii=False, indent=0, sort_keys=True, separators=(",", ":")) + "\n",
            encoding="utf-8",
        )
        print(f"{RELEASED.relative_to(ROOT)} holds the description of {document['info']['version']}.")
        return 0
    found = changes(json.loads(RELEASED.read_text(encoding="utf-8")), document)
    named = CHANGELOG.read_text(encoding="utf-8")
    unnamed = [change for change in found if change.breaking and str(change) not in named]
    for change in found:
        print(("BREAKING  " if change.breaking else "          ") + str(change))
    print(
        f"{len(found)} changes, {sum(change.breaking for change in found)} breaking, {len(unnamed)} not in CHANGELOG.md"
    )
    return 1 if unnamed else 0


if __name__ == "__main__":
    sys.exit(main())
