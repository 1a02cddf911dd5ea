"""Routes of purchases outside the procurement platform: report, list, read, file."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import ResourceType, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, path_value, status_parameter
from chalicelib.supply.access import PURCHASE_READ, PURCHASE_REPORT
from chalicelib.supply.domain.purchases import OffPlatformPurchase, OffPlatformPurchaseId, PurchaseStatus
from chalicelib.supply.schemas.purchases import (
    OffPlatformPurchaseBody,
    OffPlatformPurchaseDocument,
    OffPlatformPurchasePage,
    PurchaseFilingBody,
    off_platform_file,
)
from chalicelib.supply.usecases.purchases import OffPlatformPurchases

_ID = path_value("purchase_id", Text("采购记录编号", "The purchase's id"))

_STATUS = status_parameter(PurchaseStatus, Text("状态", "The purchase's state"))
_OFF_PLATFORM_PURCHASE = ResourceType(
    Tag.REGISTRY, Text("采购记录", "The purchase"), OffPlatformPurchaseDocument, (_ID,)
)

REPORT = _OFF_PLATFORM_PURCHASE.adding(
    id="reportOffPlatformPurchase",
    summary=Text("登记平台外采购", "Report a purchase outside the platform"),
    detail=Text(
        "平台未挂网的药品耗材可先采购使用；自采购日起按规定期限补办平台备案。同一单号、同一内容重复发送，返回原记录。",
        "Goods that the platform does not list are used first and filed on the platform afterwards, within the "
        "term that begins on the day of purchase. The same number and content again answers the first record.",
    ),
    action=PURCHASE_REPORT,
    body=OffPlatformPurchaseBody,
    body_example={
        "purchase_no": "PO-0001",
        "code": "XJ05AEN001A001010100007",
        "name": "示例药品",
        "quantity": "100",
        "price": "15.00",
        "supplier": "示例医药公司",
        "bought_on": "2020-03-27",
    },
)
FILE = _OFF_PLATFORM_PURCHASE.changing(
    id="fileOffPlatformPurchase",
    summary=Text("登记平台备案号", "File a purchase on the platform"),
    detail=Text(
        "登记平台备案编号，期限随之停止；逾期备案仍然有效，列为逾期。",
        "The platform's number ends the term. A late filing is valid and is shown as late.",
    ),
    action=PURCHASE_REPORT,
    body=PurchaseFilingBody,
    body_example={"platform_no": "BA-0001"},
)
READ = _OFF_PLATFORM_PURCHASE.reading(
    id="readOffPlatformPurchase",
    summary=Text("查询平台外采购", "Read a purchase outside the platform"),
    detail=Text("采购机构、经办机构和审计可见。", "The institution, its agency and the auditor see a purchase."),
    action=PURCHASE_READ,
)
LIST = listing(
    id="listOffPlatformPurchases",
    tag=Tag.REGISTRY,
    summary=Text("列出平台外采购", "List purchases outside the platform"),
    detail=Text(
        "机构：本机构的；经办机构：本区划的，采购日早的在前。",
        "An institution sees its own purchases, an agency those of its area; the oldest stand first.",
    ),
    action=PURCHASE_READ,
    page=OffPlatformPurchasePage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of purchases outside the platform."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, purchase: OffPlatformPurchase) -> Response:
        return answer(OffPlatformPurchaseDocument.from_record(purchase, call.cite, call.use(Clock).now()))

    @endpoints.route("POST", "/v1/off-platform-purchases", REPORT)
    def report_off_platform_purchase(call: Call, principal: Principal) -> Response:
        request = call.sent(OffPlatformPurchaseBody).to_request()
        return shown(call, call.use(OffPlatformPurchases).report(principal, request))

    @endpoints.route("GET", "/v1/off-platform-purchases", LIST)
    def list_off_platform_purchases(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        now = call.use(Clock).now()
        return call.listed(
            partial(call.use(OffPlatformPurchases).find, principal, status, area),
            lambda each: OffPlatformPurchaseDocument.from_record(each, call.cite, now),
            off_platform_file,
        )

    @endpoints.route("GET", "/v1/off-platform-purchases/{purchase_id}", READ)
    def read_off_platform_purchase(call: Call, principal: Principal, purchase_id: OffPlatformPurchaseId) -> Response:
        return shown(call, call.use(OffPlatformPurchases).read(principal, purchase_id))

    @endpoints.route("POST", "/v1/off-platform-purchases/{purchase_id}/filing", FILE)
    def file_off_platform_purchase(call: Call, principal: Principal, purchase_id: OffPlatformPurchaseId) -> Response:
        body = call.sent(PurchaseFilingBody)
        return shown(call, call.use(OffPlatformPurchases).file(principal, purchase_id, body.platform_no))

    return endpoints.blueprint
