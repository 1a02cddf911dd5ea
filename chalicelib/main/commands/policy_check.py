"""`make policy-check`: compile the policy files, prove the set, hold it against the articles, and report errors.

Exit code 0 when every check holds, 1 when any check fails. `--articles FILE` writes the table of articles instead,
`--schema FILE` the JSON Schema for editors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.kernel.frozen import dataclass
from chalicelib.law.authoring.compiler import CompiledBundle, compile_policies
from chalicelib.law.authoring.findings import PolicyFileError, describe
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.coverage import Coverage, Standing, cover
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.proof import Failure, Interval, Proof, prove
from chalicelib.law.schemas.notice_file import notice_schema_text
from chalicelib.main.commands.articles import cases_by_row, render
from chalicelib.main.commands.spoken import say

ROOT = Path(__file__).parents[3]

_STANDINGS_ZH: Mapping[Standing, str] = {
    Standing.EXECUTED: "已执行",
    Standing.PARTLY: "部分待执行",
    Standing.PENDING: "待执行",
    Standing.DECLARED: "声明不执行",
    Standing.MISSING: "缺失",
}


@dataclass(frozen=True, slots=True)
class Check:
    """A compiled policy set with its proof and its coverage."""

    compiled: CompiledBundle
    bundle: Bundle
    proof: Proof
    coverage: Coverage

    @property
    def holds(self) -> bool:
        return self.proof.holds and not self.coverage.faults


def check(directory: Path) -> Check:
    """Compile, prove and cover the files of a directory. Raises `PolicyFileError` when they cannot be compiled."""
    compiled = compile_policies(directory)
    bundle = open_file(compiled)
    return Check(compiled, bundle, prove(bundle), cover(bundle, compiled.articles))


def report(result: Check) -> str:
    """Return the checks and their errors as text for a terminal, in the language of its locale."""
    bundle, proof, coverage = result.bundle, result.proof, result.coverage
    notices, provisions = len(bundle.notices), len(bundle.provisions)
    lines = [
        say(f"政策包  {result.compiled.hash}", f"bundle     {result.compiled.hash}"),
        say(
            f"编译    文件 {notices} 件，条款 {provisions} 条",
            f"compiled   {notices} notices, {provisions} provisions",
        ),
        _proven(proof),
        *(line for failure in proof.failures for line in _failure(failure, result.compiled)),
        _covered(coverage),
    ]
    for standing in (Standing.PARTLY, Standing.PENDING):
        waiting = [row.article.id for row in coverage.rows if row.standing is standing]
        if waiting:
            lines.append(f"  {_standing(standing)}  {' '.join(waiting)}")
    lines += [f"  {row.article.id}: {row.fault.zh} {row.fault.en}" for row in coverage.faults if row.fault]
    lines.append(
        say("policy-check：全部通过。", "policy-check: everything holds.")
        if result.holds
        else say("policy-check：未通过。", "policy-check: FAILED.")
    )
    return "\n".join(lines)


def _proven(proof: Proof) -> str:
    cells, slots, failures = sum(proof.cells.values()), len(proof.cells), len(proof.failures)
    zh = "每种情形恰好裁决一次" if proof.holds else f"{failures} 处不成立"
    en = "every one is decided once" if proof.holds else f"failures: {failures}"
    return say(
        f"证明    {slots} 类事项、{cells} 种情形：{zh}", f"proof      {cells} distinct cells in {slots} slots: {en}"
    )


def _covered(coverage: Coverage) -> str:
    rows, counts = len(coverage.rows), [(coverage.count(each), each) for each in Standing]
    return say(
        f"对照    规定 {rows} 条：" + "，".join(f"{_STANDINGS_ZH[each]} {count}" for count, each in counts),
        f"articles   {rows} rows: " + ", ".join(f"{count} {each.value}" for count, each in counts),
    )


def _standing(standing: Standing) -> str:
    return say(_STANDINGS_ZH[standing], standing.value)


def _failure(failure: Failure, compiled: CompiledBundle) -> list[str]:
    """Return the lines of a failure: fault, smallest cell, days, and provisions with their places."""
    cell = ", ".join(f"{name}={value}" for name, value in failure.cell.items()) or say("任意", "any")
    sides = ((say("就医地", "treated in"), failure.treatment), (say("参保地", "insured in"), failure.insured))
    places = [f"{name} {area}" for name, area in sides if area]
    days = "; ".join(f"{anchor.value} {_interval(interval)}" for anchor, interval in failure.days.items())
    return [
        f"  {failure.fault.value} ({failure.slot.value})",
        f"    {failure.text.zh} {failure.text.en}",
        f"    {say('情形', 'cell')}: {'; '.join([cell, *places])}",
        f"    {say('日期', 'days')}: {days or say('任意日期', 'any day')}",
        *(
            f"    {say('条款', 'provision')}: {citation}  {compiled.places.get(citation, '')}".rstrip()
            for citation in failure.provisions
        ),
    ]


def _interval(interval: Interval) -> str:
    return say(
        f"{interval.from_on or '不限'} 至 {interval.to_on or '不限'}",
        f"{interval.from_on or 'the past'} to {interval.to_on or 'open'}",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="policy-check", description=__doc__)
    parser.add_argument("--policies", type=Path, default=ROOT / "policies", help="directory of the policy files")
    parser.add_argument("--articles", type=Path, help="write the table of articles to this file and stop")
    parser.add_argument("--schema", type=Path, help="write the JSON Schema of a notice to this file and stop")
    options = parser.parse_args(arguments)
    if options.schema is not None:
        options.schema.write_text(notice_schema_text(), encoding="utf-8")
        return 0
    try:
        result = check(options.policies)
    except PolicyFileError as error:
        for finding in error.findings:
            print(describe(finding, "zh"), "|", finding.message.en)
        wrong = len(error.findings)
        print(
            say(
                f"policy-check：未通过，有 {wrong} 处错误，未编译。",
                f"policy-check: FAILED, errors: {wrong}; nothing was compiled.",
            )
        )
        return 1
    if options.articles is not None:
        options.articles.write_text(render(result.coverage, cases_by_row(ROOT)), encoding="utf-8")
        return 0
    print(report(result))
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
