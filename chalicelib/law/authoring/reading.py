"""Reader of YAML that people write, executing nothing: plain data with the line of every value.

The reader takes no tags, no aliases, no floats and no repeated keys, and knows only `true` and `false` as booleans, so
that `on:` stays a word. Files over the limit are not parsed at all.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from typing import Any, Final

import yaml

from chalicelib.law.authoring.findings import Path, Report, SourceFile

FILE_BYTES_MAX: Final = 1_000_000
DEPTH_MAX: Final = 20

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)(e[-+]?[0-9]+)?|[-+]?[0-9]+e[-+]?[0-9]+|[-+]?\.(inf|nan)", re.IGNORECASE
)
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN_TAG = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|timestamp|map|seq|merge|value)")


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader, used for its parser and composer only; nothing is ever constructed from a tag."""


class _Refused(Exception):
    """Content that is not composed at all, because composing it could cost without end."""

    def __init__(self, code: str, line: int, zh: str, en: str) -> None:
        super().__init__(code)
        self.code, self.line, self.zh, self.en = code, line, zh, en


def _compose(text: str) -> yaml.Node | None:
    """Compose the one document of a text. Aliases and deep nesting are refused in a first pass over the events."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(
                "alias",
                line,
                "不允许 YAML 别名（*）；请把内容写全。",
                "YAML aliases (*name) are not accepted; write the content out.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise _Refused("too-deep", line, "嵌套过深；请简化结构。", "nested too deeply; flatten the structure.")
    node: yaml.Node | None = yaml.compose(text, Loader=_LOADER)
    return node


def _say_not_yaml(name: str, text: str, error: Exception, report: Report) -> None:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "unreadable characters"
    at = mark.line if mark else 0
    lines = text.splitlines()
    if at < len(lines) and "\t" in lines[at]:
        report.add(
            "tab", name, at + 1, "此行用了制表符；请改用空格。", "a tab stands in this line; use spaces in its place."
        )
        return
    report.add(
        "not-yaml",
        name,
        at + 1,
        f"不是有效的 YAML（{problem}）；请检查缩进、冒号和引号。",
        f"this is not valid YAML ({problem}); check indentation, colons and quotes.",
    )


def read_yaml(name: str, content: bytes, report: Report) -> SourceFile | None:
    """Parse one file. Unreadable content is reported; None when nothing of the file can be used."""
    if len(content) > FILE_BYTES_MAX:
        report.add(
            "oversize-file",
            name,
            1,
            f"文件超过 {FILE_BYTES_MAX} 字节；请拆分，每份政策文件单独一个文件。",
            f"the file is over {FILE_BYTES_MAX} bytes; split it, one notice per file.",
        )
        return None
    try:
        node = _compose(content.decode("utf-8"))
    except UnicodeDecodeError:
        report.add("not-utf8", name, 1, "文件不是 UTF-8 编码，请另存。", "the file is not UTF-8; save it as UTF-8.")
        return None
    except _Refused as refused:
        report.add(refused.code, name, refused.line, refused.zh, refused.en)
        return None
    except (yaml.YAMLError, ValueError) as error:
        _say_not_yaml(name, content.decode("utf-8"), error, report)
        return None
    if node is None:
        report.add(
            "empty-file", name, 1, "文件为空；请写入或删除。", "the file is empty; write its content or remove it."
        )
        return None
    lines: dict[Path, int] = {}
    before = len(report.findings)
    data = _Reader(name, report, lines).value(node, ())
    return SourceFile(name, data, lines) if len(report.findings) == before else None


class _Reader:
    """The converter of composed nodes to dicts, lists, text, integers, booleans and dates, with their lines noted."""

    def __init__(self, name: str, report: Report, lines: dict[Path, int]) -> None:
        self._name, self._report, self._lines = name, report, lines

    def _wrong(self, node: yaml.Node, code: str, zh: str, en: str) -> None:
        self._report.add(code, self._name, node.start_mark.line + 1, zh, en)

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._lines[path] = node.start_mark.line + 1
        if not _PLAIN_TAG.fullmatch(node.tag):
            self._wrong(
                node,
                "executable-tag",
                f"不允许 YAML 标签 {node.tag}；政策文件只写数据，请删除该标签。",
                f"the YAML tag {node.tag} is not accepted; a policy file is data only; remove the tag.",
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Hashable, Any]:
        found: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                self._wrong(key_node, "bad-key", "键须是普通文字，请写全。", "a key must be plain text; write it out.")
                continue
            key = key_node.value
            if key in found:
                self._wrong(
                    key_node,
                    "duplicate-key",
                    f"键 {key} 重复；请只保留一个。",
                    f"the key {key} stands twice; keep one of them.",
                )
            found[key] = self.value(value_node, (*path, key))
            self._lines[(*path, key)] = key_node.start_mark.line + 1
        return found

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text: str = node.value
        if node.style or node.tag == "tag:yaml.org,2002:str":
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) and len(text) <= 18:
            return int(text)
        if _FLOAT.fullmatch(text):
            self._wrong(
                node,
                "float",
                f'不允许浮点数 {text}；金额写作 "{_two_decimals(text)}"，比例写作 "9/10"，条款号须加引号。',
                f'{text} is a floating-point number; write money as "{_two_decimals(text)}", a ratio as "9/10", '
                "an id in quotes.",
            )
            return None
        return self._day(node) if _DATE.fullmatch(text) else text

    def _day(self, node: yaml.ScalarNode) -> date | None:
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            day = node.value
            self._wrong(node, "bad-date", f"日期 {day} 不存在；请更正。", f"the day {day} does not exist; correct it.")
            return None


def _two_decimals(text: str) -> str:
    whole, _, decimals = text.lower().lstrip("+").partition(".")
    if not (whole.lstrip("-").isdigit() and decimals.isdigit()):
        return "500000.00"
    return f"{whole}.{(decimals + '00')[:2]}"
