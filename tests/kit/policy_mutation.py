"""`make policy-check MUTATE=1`: take each row's provisions away in turn; the row's own test has to notice.

A row's own tests are the worked cases that cite it and its behaviour in `row_behaviours`. Where an executed row has
neither, any case whose figures change will do; what no case can show is held by the coverage of articles.yaml.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.kernel.errors import QuebaoError
from chalicelib.law.domain.coverage import Article, Coverage, Standing, cover
from chalicelib.law.domain.model import Bundle
from chalicelib.main.commands.policy_check import check
from tests.kit.row_behaviours import BEHAVIOURS, fails, without_row
from tests.kit.worked_cases import ROOT, WorkedCase, cited_rows, decide, differences, worked_cases


@dataclass(frozen=True, slots=True)
class Mutant:
    """A row without its provisions: the cases that cite the row, those that noticed, and whether coverage did."""

    row: Article
    cases: tuple[str, ...]
    noticed: tuple[str, ...]
    covered: bool

    @property
    def survives(self) -> bool:
        """Tell whether nothing noticed that the row is gone."""
        has_tests = self.cases or self.row.id in BEHAVIOURS
        return not self.noticed if has_tests else not self.covered


def mutants() -> Iterator[Mutant]:
    """Every row of articles.yaml, taken away from the shipped policies."""
    shipped = check(ROOT / "policies")
    by_row: dict[str, list[WorkedCase]] = defaultdict(list)
    for case in worked_cases():
        for row in case.document.get("cites", ()):
            by_row[row].append(case)
    by_standing = {row.article.id: row.standing for row in shipped.coverage.rows}
    for article in shipped.compiled.articles:
        left = without_row(shipped.bundle, article.id)
        cases = by_row[article.id]
        executed = by_standing[article.id] in (Standing.EXECUTED, Standing.PARTLY)
        asked = cases or (worked_cases() if executed and article.id not in BEHAVIOURS else ())
        noticed = tuple(case.id for case in asked if not holds(case, left))
        if article.id in BEHAVIOURS and fails(article.id, left):
            noticed = (*noticed, "row_behaviours")
        coverage: Coverage = cover(left, [article])
        covered = coverage.rows[0].standing is Standing.MISSING
        yield Mutant(article, tuple(case.id for case in cases), noticed, covered)


def holds(case: WorkedCase, bundle: Bundle) -> bool:
    """Tell whether a case yields its figures, findings and citations under a policy set."""
    try:
        result = decide(case, bundle)
    except QuebaoError:
        return False
    if [finding.code for finding in result.findings] != case.document.get("findings", []):
        return False
    if result.document is None:
        return True
    missing = set(case.document.get("cites", ())) - cited_rows(result.document)
    return not missing and differences(case.document["expect"], result.document) == []


def main() -> int:
    """Print a line for each row. Returns 1 if a row could be taken away unnoticed."""
    survivors = 0
    for mutant in mutants():
        survivors += mutant.survives
        by = ", ".join(mutant.noticed) or ("coverage of articles.yaml" if mutant.covered else "nothing")
        sys.stdout.write(f"{mutant.row.id}  {'SURVIVES' if mutant.survives else 'noticed by ' + by}\n")
    verdict = "every row is missed when it is gone" if not survivors else f"{survivors} rows could go unnoticed"
    sys.stdout.write(f"mutation: {verdict}.\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
