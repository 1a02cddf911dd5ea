"""Beds of the epidemic: filed at once, listed as they stand."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.beds.access import BED_FILE, BED_READ
from chalicelib.beds.schemas import BedFilingBody, BedFilingDocument, BedFilingPage, bed_document
from chalicelib.beds.usecases import Beds
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER

FILE = Operation(
    id="fileBeds",
    tag=Tag.REGISTRY,
    summary=Text("床位备案", "File beds"),
    detail=Text(
        "救治定点医院的感染科加床直接备案，不受编制床位限制，疫情解除之日注销；备用床位写明最大收治人数和备用医院。"
        "同一备案重复发送返回同一条。",
        "Designated hospitals file infectious-ward beds whatever their authorised number; the beds are struck off "
        "on the day the epidemic is lifted. A reserve states its maximum of persons and its backup hospital. The "
        "same filing again answers the first.",
    ),
    action=BED_FILE,
    body=BedFilingBody,
    body_example={"kind": "infectious", "count": 40, "from": "2020-02-01"},
    answers={200: Success(Text("备案", "The filing"), BedFilingDocument)},
    problems=(400, 404, 422),
)
LIST = listing(
    id="listBeds",
    tag=Tag.REGISTRY,
    summary=Text("列出床位备案", "List beds"),
    detail=Text(
        "机构：本机构的；经办机构、卫健：本区划的，新的在前；已注销的仍列出。",
        "A hospital sees its own filings, an area those of its hospitals; the newest stand first, and filings "
        "that were struck off stay in the list.",
    ),
    action=BED_READ,
    page=BedFilingPage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of beds."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/beds", FILE)
    def file_beds(call: Call, principal: Principal) -> Response:
        request = call.sent(BedFilingBody).to_request()
        shown = call.use(Beds).file(principal, request)
        return answer(bed_document(shown, call.use(Clock).today(), call.cite))

    @endpoints.route("GET", "/v1/beds", LIST)
    def list_beds(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find, today = partial(call.use(Beds).find, principal, area), call.use(Clock).today()
        return call.listed(find, lambda shown: bed_document(shown, today, call.cite))

    return endpoints.blueprint
