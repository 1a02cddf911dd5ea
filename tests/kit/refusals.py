"""Every sentence with which the product refuses or warns, read from its source: no list by hand can go out of date.

A sentence is a pair of neighbouring arguments, Chinese and English. The sentence is part of a finding's construction
(`Finding("code", field, Text(zh, en))`, `finding("code", field, zh, en)`), reaches a finding by a name, a table or a
function, or is the message of an error. A finding whose sentence cannot be followed is an error here, so that none
escapes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from tests.kit.sources import modules, tree_of
from tests.kit.worked_cases import ROOT

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
HOLE = "{}"
"""Stands in a sentence where a value is put in when the product runs."""

TEXT = "{text}"
"""Stands where another sentence is put in, which is read where it is made."""

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TABLES = frozenset({"_TEXTS", "GATEWAY_PROBLEMS"})
"""Tables of sentences by code, from which longer sentences are made."""

_DESCRIBING = frozenset({"Text", "Parameter", "Operation", "Success", "Header", "Tag", "add"})
"""Calls that describe the interface, or add a step to a determination, and refuse nothing."""


@dataclass(frozen=True, order=True)
class Said:
    """A sentence in two languages, with its place in the source and, if written beside it, the finding's code."""

    place: str
    code: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.place} {self.code}"


class Unfollowed(AssertionError):
    """A finding whose sentence cannot be read anywhere."""


Found: TypeAlias = Iterator[tuple[str, ast.AST, str, str]]
"""The code where a table has one, where the sentence is written, and both languages."""


@dataclass
class _Module:
    path: Path
    tree: ast.Module
    names: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: list[tuple[ast.FunctionDef | None, ast.Call]] = field(default_factory=list)

    def at(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


@cache
def refusals() -> tuple[Said, ...]:
    """Every sentence of a finding or an error, by place. Raises `Unfollowed`."""
    found: dict[tuple[str, str, str], str] = {}
    for module in _modules().values():
        for code, place, zh, en in _said(module):
            key = (module.at(place), zh, en)
            found[key] = code or found.get(key, "")
    return tuple(sorted(Said(at, code, zh, en) for (at, zh, en), code in found.items()))


def _said(module: _Module) -> Found:
    yield from _errors(module)
    for name in _TABLES & module.names.keys():
        yield from _Follower(module, None).table(name, module.tree)
    for within, call in module.calls:
        code, called = _code(call), _called(call)
        if called == "Finding":
            message = call.args[2] if len(call.args) > 2 else _keyword(call, "message")
            for told, place, zh, en in _Follower(module, within).sentences(message):
                yield told or code, place, zh, en
        elif (code or "authoring" in module.path.parts) and (called not in _DESCRIBING or _is_report(call)):
            # A label of a single word, in both languages, looks like a code and is no sentence.
            yield from ((code, call, zh, en) for zh, en in _pairs(call) if en != code)


def _errors(module: _Module) -> Found:
    """The messages of error classes, and those with which an error is made."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            values = {
                each.targets[0].id: each.value
                for each in node.body
                if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)
            }
            code = values.get("code")
            if "message" in values and isinstance(code, ast.Constant):
                for _, place, zh, en in _Follower(module, None).sentences(values["message"]):
                    yield str(code.value), place, zh, en
        elif isinstance(node, ast.keyword) and node.arg == "message" and isinstance(node.value, ast.Call):
            yield from (("", node.value, zh, en) for zh, en in _pairs(node.value))


@dataclass
class _Follower:
    """Follows the message of a finding to its sentences."""

    module: _Module
    function: ast.FunctionDef | None
    seen: set[int] = field(default_factory=set)

    def sentences(self, node: ast.expr) -> Found:
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        match node:
            case ast.Call():
                yield from self._call(node)
            case ast.Name(id=name):
                yield from self.named(name, node)
            case ast.Subscript(value=ast.Name(id=name)):
                yield from self.table(name, node)
            case ast.IfExp() | ast.Tuple():
                yield from self._parts(node)
            case ast.Attribute(attr="message") | ast.Constant():
                return  # of an error or another finding, which is read where it is made
            case ast.Attribute(attr=name) if made := _answering(name):
                for module, function in made:
                    yield from self._returned(module, function)
            case _:
                raise Unfollowed(f"{self.module.at(node)}: {ast.unparse(node)}")

    def _parts(self, node: ast.IfExp | ast.Tuple) -> Found:
        """Either of two, or a code with its sentence."""
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.elts
        for each in parts:
            if not isinstance(each, ast.Attribute) or each.attr == "message":
                yield from self.sentences(each)

    def _call(self, call: ast.Call) -> Found:
        if pairs := list(_pairs(call)):
            yield from (("", call, zh, en) for zh, en in pairs)
        elif _called(call) == "Text":
            if not all(_is_handed_on(each, self.function) for each in call.args):
                raise Unfollowed(f"{self.module.at(call)}: {ast.unparse(call)}")
        elif made := self._function_of(_called(call)):
            yield from self._returned(*made)
            for each in call.args:
                if isinstance(each, ast.Name) and each.id.isupper():
                    yield from self.sentences(each)
        else:
            raise Unfollowed(f"{self.module.at(call)}: {ast.unparse(call)}")

    def _returned(self, module: _Module, function: ast.FunctionDef) -> Found:
        inner = _Follower(module, function, self.seen)
        for each in ast.walk(function):
            if isinstance(each, ast.Return) and each.value is not None:
                yield from inner.sentences(each.value)

    def named(self, name: str, node: ast.AST) -> Found:
        """Find the sentences behind a name: assigned in the function, handed in by callers, global, or imported."""
        if self.function is not None:
            assigned = [
                each.value
                for each in ast.walk(self.function)
                if isinstance(each, ast.Assign) and name in _targets(each)
            ]
            parameters = [each.arg for each in self.function.args.args]
            if assigned:
                for value in assigned:
                    yield from self.sentences(value)
                return
            if name in parameters:
                yield from self._handed_in(self.function.name, parameters.index(name))
                return
        where, original = self.module.imports.get(name, ("", ""))
        if name in self.module.names:
            yield from self.sentences(self.module.names[name])
        elif where in _modules():
            yield from _Follower(_modules()[where], None, self.seen).named(original, node)
        else:
            raise Unfollowed(f"{self.module.at(node)}: {name}")

    def table(self, name: str, node: ast.AST) -> Found:
        """Every sentence of a table of the module."""
        table = self.module.names.get(name)
        if not isinstance(table, ast.Dict):
            raise Unfollowed(f"{self.module.at(node)}: {name}")
        for key, value in zip(table.keys, table.values, strict=True):
            code = _first_code([key, *ast.walk(value)])
            for _, place, zh, en in self.sentences(value):
                yield code, place, zh, en

    def _handed_in(self, function: str, position: int) -> Found:
        """Find the sentences that callers in the same module hand in at one position."""
        for within, each in self.module.calls:
            if _called(each) == function and position < len(each.args):
                for code, place, zh, en in _Follower(self.module, within, self.seen).sentences(each.args[position]):
                    yield code or _code(each), place, zh, en

    def _function_of(self, name: str) -> tuple[_Module, ast.FunctionDef] | None:
        if name in self.module.functions:
            return self.module, self.module.functions[name]
        where, original = self.module.imports.get(name, ("", ""))
        found = _modules().get(where)
        return None if found is None or original not in found.functions else (found, found.functions[original])


@cache
def _modules() -> dict[str, _Module]:
    return {".".join(path.relative_to(ROOT).with_suffix("").parts): _read(path) for path in modules()}


_LEAVES = (ast.Name, ast.Constant, ast.expr_context, ast.operator, ast.alias)
"""Syntax nodes that make up most of a tree and contain no sentence."""


def _read(path: Path) -> _Module:
    module = _Module(path, tree_of(path))

    def visit(node: ast.AST, within: ast.FunctionDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _LEAVES):
                continue
            if isinstance(child, ast.Call):
                module.calls.append((within, child))
            elif isinstance(child, ast.FunctionDef):
                module.functions[child.name] = child
            elif isinstance(child, ast.ImportFrom) and child.module:
                module.imports.update({each.asname or each.name: (child.module, each.name) for each in child.names})
            visit(child, child if isinstance(child, ast.FunctionDef) else within)

    visit(module.tree, None)
    for statement in module.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                module.names[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                module.names[name] = value
    return module


def _written(node: ast.expr) -> list[str]:
    """Return the possible texts of an expression; a value that is known at run time only is a hole."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            parts = [""]
            for value in values:
                inner = value.value if isinstance(value, ast.FormattedValue) else value
                if isinstance(inner, ast.Attribute) and inner.attr in {"zh", "en"}:
                    inner = ast.Constant(TEXT)
                parts = [f"{part}{each}" for part in parts for each in _written(inner) or [HOLE]]
            return parts
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [f"{one}{other}" for one in _written(left) or [HOLE] for other in _written(right) or [HOLE]]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_written(body), *_written(orelse)]
    return []


def _pairs(call: ast.Call) -> Iterator[tuple[str, str]]:
    """Neighbouring arguments of which the first is Chinese."""
    for one, other in zip(call.args, call.args[1:], strict=False):
        chinese, english = _written(one), _written(other)
        if any(HAN.search(each) for each in chinese) and english:
            most = max(len(chinese), len(english))
            padded = [[*each, *each[-1:] * (most - len(each))] for each in (chinese, english)]
            yield from zip(*padded, strict=True)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_report(call: ast.Call) -> bool:
    """Tell whether a call adds to the report of an author's mistakes."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "report"


def _keyword(call: ast.Call, name: str) -> ast.expr:
    return next(each.value for each in call.keywords if each.arg == name)


def _code(call: ast.Call) -> str:
    """The first word of a call that is written like a code."""
    return _first_code(call.args)


def _first_code(nodes: Iterable[ast.AST | None]) -> str:
    for each in nodes:
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and _CODE.fullmatch(each.value):
            return each.value
    return ""


def _targets(statement: ast.Assign) -> set[str]:
    return {each.id for target in statement.targets for each in ast.walk(target) if isinstance(each, ast.Name)}


@cache
def _answering(name: str) -> tuple[tuple[_Module, ast.FunctionDef], ...]:
    """The functions that answer a text for an attribute of this name."""
    return tuple(
        (module, function)
        for module in _modules().values()
        for function in module.functions.values()
        if function.name in {name, f"_{name}"} and function.returns and "Text" in ast.unparse(function.returns)
    )


def _is_handed_on(node: ast.expr, function: ast.FunctionDef | None) -> bool:
    """Tell whether a text comes from a stored row or from the function's own parameters."""
    match node:
        case ast.Subscript(slice=ast.Constant(value="zh" | "en")) | ast.Attribute(attr="zh" | "en"):
            return True
        case ast.Name(id=name):
            return function is not None and name in {each.arg for each in function.args.args}
        case ast.JoinedStr(values=values):
            return all(_is_handed_on(v.value, function) for v in values if isinstance(v, ast.FormattedValue))
    return False
