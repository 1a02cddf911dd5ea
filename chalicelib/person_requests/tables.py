"""Person requests in the state table; never the vault's data.

| pk | sk | what |
|---|---|---|
| PERSONREQUEST#id | REQUEST | a request |
| PERSONREQUESTS#area | instant#id | the same, for the area whose agency asks |
"""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.kernel.words.ids import AreaCode, PersonRequestId
from chalicelib.person_requests.domain.request import PersonRequest
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, Span, Table

_REQUEST = "REQUEST"
REQUESTS = Record(
    PersonRequest,
    lambda request: (f"PERSONREQUEST#{request.request_id}", _REQUEST),
    copies=lambda request: [{"pk": f"PERSONREQUESTS#{request.area}", "sk": f"{request.asked.at}#{request.request_id}"}],
)


class DynamoPersonRequestStore:
    """The store of person requests on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, request_id: PersonRequestId) -> PersonRequest | None:
        item = self._table.get(f"PERSONREQUEST#{request_id}", _REQUEST)
        return None if item is None else REQUESTS.read(item)

    def of_area(self, area: AreaCode, page: PageRequest) -> Page[PersonRequest]:
        reader = self._table.reader(BASE, Span(newest_first=True), REQUESTS.read)
        return read_page((f"PERSONREQUESTS#{area}",), page, reader)
