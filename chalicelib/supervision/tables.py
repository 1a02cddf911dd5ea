"""Matters, reviews and joint inspections in the state table.

| pk | sk | what |
|---|---|---|
| MATTER#id | RECORD | a suspicious matter |
| MATTERS#AREA#area, MATTERS#AREA#area#rule, MATTERS#AREA#area#institution | instant#id | the same |
| MATTERS#AREA#area#outcome | instant#id | the same, once the matter is closed |
| MATTERS#INSTITUTION#code | instant#id | the same, once the institution was asked: it sees nothing before |
| CLAIMREVIEW#id, CLAIMREVIEWS#AREA#area | | a review |
| INSPECTION#id, INSPECTIONS#AREA#area | | a joint inspection |
| NIGHTLYREVIEW | PROGRESS | the progress of the nightly review |
"""

from __future__ import annotations

from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.supervision.domain.inspections import Inspection
from chalicelib.supervision.domain.matters import ClaimReview, MatterStatus, SuspiciousMatter
from chalicelib.supervision.domain.nightly import NightlyReview
from chalicelib.supervision.ports import supervised_at, supervised_for, supervised_in, supervised_of

_MATTER, _REVIEW, _INSPECTION = "MATTER", "CLAIMREVIEW", "INSPECTION"


def _places(matter: SuspiciousMatter) -> list[tuple[str, str]]:
    at = f"{matter.found_at}#{matter.matter_id}"
    asked = [] if matter.status is MatterStatus.FOUND else [(supervised_at(matter.institution), at)]
    words = (matter.rule,) if matter.outcome is None else (matter.rule, matter.outcome)
    lists = [
        each
        for area in matter.areas
        for each in (
            supervised_in(area),
            supervised_of(area, matter.institution),
            *(supervised_for(area, word) for word in words),
        )
    ]
    return [*asked, *((each, at) for each in lists)]


MATTERS = shelf_record(_MATTER, SuspiciousMatter, lambda matter: matter.matter_id, _places)
REVIEWS = shelf_record(
    _REVIEW,
    ClaimReview,
    lambda review: review.review_id,
    lambda review: [(supervised_in(review.area), f"{review.at}#{review.review_id}")],
)
INSPECTIONS = shelf_record(
    _INSPECTION,
    Inspection,
    lambda inspection: inspection.inspection_id,
    lambda inspection: [(supervised_in(inspection.area), f"{inspection.opened.at}#{inspection.inspection_id}")],
)


_PROGRESS = ("NIGHTLYREVIEW", "PROGRESS")
NIGHT = Record(NightlyReview, lambda _: _PROGRESS)


class DynamoMatterStore(DynamoShelf[SuspiciousMatter]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _MATTER, MATTERS)


class DynamoReviewStore(DynamoShelf[ClaimReview]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _REVIEW, REVIEWS)


class DynamoInspectionStore(DynamoShelf[Inspection]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _INSPECTION, INSPECTIONS)


class DynamoNightStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def progress(self) -> NightlyReview | None:
        item = self._table.get(*_PROGRESS)
        return None if item is None else NIGHT.read(item)
