"""Reviews of dialysis in the state table.

| pk | sk | what |
|---|---|---|
| DIALYSIS#id | RECORD | a review |
| DIALYSISS#INSTITUTION#code, DIALYSISS#AREA#area | instant#id | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.service_desk.domain.dialysis import DialysisReview
from chalicelib.service_desk.ports import at_desk, at_hospital

_NAME = "DIALYSIS"


def _places(review: DialysisReview) -> list[tuple[str, str]]:
    at = f"{review.asked.at}#{review.review_id}"
    return [(at_hospital(review.institution), at), (at_desk(review.area), at)]


DIALYSIS_REVIEWS = shelf_record(_NAME, DialysisReview, lambda review: review.review_id, _places)


class DynamoDialysisStore(DynamoShelf[DialysisReview]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _NAME, DIALYSIS_REVIEWS)
