"""`make policy-check`: compile the policy files, prove the set, hold it against the articles, and report errors.

Exit code 0 when every check holds, 1 when any check fails. `--articles FILE` writes the table of articles instead,
`--schema FILE` the JSON Schema for editors.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
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

ROOT = Path(__file__).parents[3]


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
    """Return the checks and their errors as text for a terminal."""
    bundle, proof, coverage = result.bundle, result.proof, result.coverage
    lines = [
        f"bundle     {result.compiled.hash}",
        f"compiled   {len(bundle.notices)} notices, {len(bundle.provisions)} provisions",
        f"proof      {sum(proof.cells.values())} distinct cells in {len(proof.cells)} slots: "
        + ("every one is decided once" if proof.holds else f"{len(proof.failures)} failures"),
        *(line for failure in proof.failures for line in _failure(failure, result.compiled)),
    ]
    counts = ", ".join(f"{coverage.count(standing)} {standing.value}" for standing in Standing)
    lines.append(f"articles   {len(coverage.rows)} rows: {counts}")
    for standing in (Standing.PARTLY, Standing.PENDING):
        waiting = [row.article.id for row in coverage.rows if row.standing is standing]
        if waiting:
            lines.append(f"  {standing.value}  {' '.join(waiting)}")
    lines += [f"  {row.article.id}: {row.fault.zh} {row.fault.en}" for row in coverage.faults if row.fault]
    lines.append("policy-check: " + ("everything holds." if result.holds else "FAILED."))
    return "\n".join(lines)


def _failure(failure: Failure, compiled: CompiledBundle) -> list[str]:
    """Return the lines of a failure: fault, smallest cell, days, and provisions with their places."""
    cell = ", ".join(f"{name}={value}" for name, value in failure.cell.items()) or "any"
    places = [
        f"{name} {area}" for name, area in (("treated in", failure.treatment), ("insured in", failure.insured)) if area
    ]
    days = "; ".join(f"{anchor.value} {_interval(interval)}" for anchor, interval in failure.days.items()) or "any day"
    return [
        f"  {failure.fault.value} ({failure.slot.value})",
        f"    {failure.text.zh} {failure.text.en}",
        f"    cell: {'; '.join([cell, *places])}",
        f"    days: {days}",
        *(
            f"    provision: {citation}  {compiled.places.get(citation, '')}".rstrip()
            for citation in failure.provisions
        ),
    ]


def _interval(interval: Interval) -> str:
    return f"{interval.from_on or 'the past'} to {interval.to_on or 'open'}"


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
        print(f"policy-check: FAILED, {len(error.findings)} findings; nothing was compiled.")
        return 1
    if options.articles is not None:
        options.articles.write_text(render(result.coverage, cases_by_row(ROOT)), encoding="utf-8")
        return 0
    print(report(result))
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
