"""`make policy-diff A= B=`: the changes from one policy set to another, by decision cell, for a terminal.

A and B are directories of policy files, or files that hold a bundle, beside which `lists` holds the parts of its lists
as the policy bucket does. Exit code 0; 1 when a set cannot be compiled, 2 when a set is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import QuebaoError
from chalicelib.kernel.frozen import dataclass
from chalicelib.law.authoring.compiler import compile_policies
from chalicelib.law.authoring.findings import PolicyFileError, describe
from chalicelib.law.bundles import unpacked
from chalicelib.law.domain.bundle import open_bundle, open_file
from chalicelib.law.domain.comparison import CellChange, Comparison, Kind, Named, Outcome, compare
from chalicelib.law.domain.model import Bundle, Place
from chalicelib.main.commands.spoken import say


def read_set(path: Path) -> Bundle:
    """Read a directory of policy files, or a file with a bundle. Raises `PolicyFileError`."""
    if path.is_dir():
        return open_file(compile_policies(path))
    content = path.read_bytes()
    return open_bundle(content, sha256_hex(content), _PartFiles(path.parent / "lists"))


@dataclass(frozen=True, slots=True)
class _PartFiles:
    folder: Path

    def __getitem__(self, name: str, /) -> bytes:
        return unpacked((self.folder / name).read_bytes())


def report(comparison: Comparison) -> str:
    """Return the differences as lines of text, in the language of the terminal."""
    lines = [f"{say('调整前', 'before')}  {comparison.before}", f"{say('调整后', 'after ')}  {comparison.after}"]
    for title, found in (
        (say("文件", "notices"), comparison.notices),
        (say("条款", "provisions"), comparison.provisions),
        (say("名录", "registry"), comparison.registry),
    ):
        lines += [f"{title}: {len(found)}", *(f"  {_named(each)}" for each in found)]
    values = sum(change.of_value for change in comparison.cells)
    others = len(comparison.cells) - values
    lines.append(
        say(
            f"情形: {values} 个结果不同，{others} 个仅依据不同",
            f"cells: {values} with another outcome, {others} with other deciders only",
        )
    )
    for change in sorted(comparison.cells, key=lambda each: not each.of_value):
        lines += _cell(change)
    return "\n".join(lines)


_KINDS = {Kind.ADDED: "新增", Kind.REMOVED: "删除", Kind.CHANGED: "修改", Kind.REWORDED: "改写"}
_PLACES = {Place.TREATMENT: "就医地", Place.INSURED: "参保地", Place.EITHER: "就医地或参保地"}


def _named(named: Named) -> str:
    return f"{say(_KINDS[named.kind], f'{named.kind.value:9}')} {named.name}"


def _cell(change: CellChange) -> Iterator[str]:
    values = ", ".join(f"{name}={'|'.join(allowed)}" for name, allowed in change.cell.items())
    where = say(f"就医地 {change.treatment}", f"treated in {change.treatment}")
    if change.insured:
        where += say(f"、参保地 {change.insured}", f", insured in {change.insured}")
    yield f"  {change.slot.value}" + ("" if change.of_value else say("（结果相同）", "  (same outcome)"))
    yield say(
        f"    情形    {values or '不限'}；例如{where}（由{_PLACES[change.place]}规定）",
        f"    when    {values or 'any'}; for example {where} ({change.place.value} place decides)",
    )
    for anchor, days in change.days.items():
        since, until = days.from_on or "…", days.to_on or "…"
        yield say(f"    日期    {anchor.value} {since} 至 {until}", f"    days    {anchor.value} {since} to {until}")
    yield f"    {say('调整前', 'before')}  {_outcome(change.before)}"
    yield f"    {say('调整后', 'after ')}  {_outcome(change.after)}"


def _outcome(outcome: Outcome) -> str:
    if not outcome.deciders:
        return say("无规定", "nothing")
    values = "; ".join(json.dumps(value, ensure_ascii=False, sort_keys=True) for value in outcome.values)
    return f"{', '.join(outcome.deciders)}  {values}"


def _unread(named: str, *, missing: bool) -> str:
    if missing:
        return say(
            f"policy-diff: 读不到 {named}：没有此文件或目录。\n请给出政策文件的目录，或政策包文件。",
            f"policy-diff: cannot read {named}: no such file or directory.\n"
            "Name a directory of policy files, or a file with a bundle.",
        )
    return say(
        f"policy-diff: 读不懂 {named}：既不是政策文件的目录，也不是政策包。",
        f"policy-diff: cannot read {named}: neither a directory of policy files nor a bundle.",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="policy-diff", description=__doc__)
    parser.add_argument("before")
    parser.add_argument("after")
    options = parser.parse_args(arguments)
    if not (options.before and options.after):  # the empty value that `make` passes on for an unset variable
        print(
            say(
                "policy-diff: 请指明两套政策文件的目录，或两个政策包：make policy-diff A=... [B=...]",
                "policy-diff: name two directories of policy files, or bundles:\n  make policy-diff A=... [B=...]",
            )
        )
        return 2
    reading = options.before
    try:
        before = read_set(Path(reading))
        reading = options.after
        after = read_set(Path(reading))
    except PolicyFileError as error:
        for finding in error.findings:
            print(describe(finding, "zh"), "|", finding.message.en)
        return 1
    except (OSError, QuebaoError, ValueError, LookupError, TypeError, AttributeError) as unreadable:
        # Any other content of a file is not in the shape of a bundle.
        print(_unread(reading, missing=isinstance(unreadable, FileNotFoundError)))
        return 2
    print(report(compare(before, after)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
