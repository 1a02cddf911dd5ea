"""Issues in the state table.

| pk | sk | what |
|---|---|---|
| ISSUE#id | RECORD | an issue |
| ISSUES#INSTITUTION#code, ISSUES#TOWNSHIP#district, ISSUES#AREA#area | instant#id | the same |
"""

from __future__ import annotations

from chalicelib.issues.domain import Issue
from chalicelib.issues.ports import issues_by_townships, issues_in, issues_of
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table

_ISSUE = "ISSUE"


def _places(issue: Issue) -> list[tuple[str, str]]:
    at = f"{issue.reported.at}#{issue.issue_id}"
    own = [] if issue.institution is None else [(issues_of(issue.institution), at)]
    own += [] if issue.township is None else [(issues_by_townships(issue.township), at)]
    return [*own, *((issues_in(area), at) for area in sorted(issue.areas))]


ISSUE_RECORDS = shelf_record(_ISSUE, Issue, lambda issue: issue.issue_id, _places)


class DynamoIssueStore(DynamoShelf[Issue]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _ISSUE, ISSUE_RECORDS)
