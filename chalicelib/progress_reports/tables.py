"""Progress reports in the state table.

| pk | sk | what |
|---|---|---|
| DAYREPORT#id | RECORD | a unit's report of a day |
| DAYREPORTS#AREA#area | day#id | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.progress_reports.domain import ProgressReport
from chalicelib.progress_reports.ports import reports_in

_DAY_REPORT = "DAYREPORT"


def _places(report: ProgressReport) -> list[tuple[str, str]]:
    at = f"{report.on.isoformat()}#{report.report_id}"
    return [(reports_in(area), at) for area in sorted(report.areas)]


PROGRESS_REPORTS = shelf_record(_DAY_REPORT, ProgressReport, lambda report: report.report_id, _places)


class DynamoProgressReportStore(DynamoShelf[ProgressReport]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _DAY_REPORT, PROGRESS_REPORTS)
