"""Faults of policy files: findings that name file, line and provision, and tell the author what to write instead.

A reader collects findings in a `Report` and goes on, so that an author sees everything at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text

Path = tuple[str | int, ...]
"""The place of a value inside a file: keys and list positions from the top."""


class PolicyFileError(Invalid):
    """Policy files that cannot be compiled. `findings` holds every fault; each `field` is `file:line`."""

    code = "policy-files"
    message = Text(
        "政策文件有误，未生成政策包，请逐条更正。",
        "The policy files have errors, and no bundle was made; correct each of them.",
    )

    def __str__(self) -> str:
        return "\n".join(describe(finding) for finding in self.findings)


def describe(finding: Finding, language: str = "en") -> str:
    """Write a finding as a line for a terminal: `file:line [provision] code: what to do`."""
    text = finding.message.zh if language == "zh" else finding.message.en
    citation = f" [{finding.citation}]" if finding.citation else ""
    return f"{finding.field}{citation} {finding.code}: {text}"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A parsed YAML file: plain data and the line (from 1) on which each value stands."""

    name: str
    data: Any
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of a value, or of the nearest enclosing value when the value is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class Report:
    """Findings in the order found; `error()` makes them an exception, sorted by file and line."""

    findings: list[tuple[str, int, Finding]] = field(default_factory=list)

    def add(self, code: str, file: str, line: int, zh: str, en: str, citation: str | None = None) -> None:
        self.findings.append((file, line, Finding(code, f"{file}:{line}", Text(zh, en), citation)))

    def at(self, source: SourceFile, path: Path, code: str, zh: str, en: str, citation: str | None = None) -> None:
        self.add(code, source.name, source.line_of(path), zh, en, citation)

    def error(self) -> PolicyFileError:
        ordered = sorted(self.findings, key=lambda entry: (entry[0], entry[1], entry[2].code))
        return PolicyFileError([finding for _, _, finding in ordered])

    def raise_if_any(self) -> None:
        if self.findings:
            raise self.error()
