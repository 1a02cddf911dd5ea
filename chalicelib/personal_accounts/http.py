"""Protective goods that personal accounts buy: maintained, bought, listed."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.personal_accounts.access import GOODS_MAINTAIN, PURCHASE_READ, PURCHASE_RECORD
from chalicelib.personal_accounts.schemas import (
    AccountPurchaseDocument,
    AccountPurchasePage,
    ProtectiveItemBody,
    ProtectiveItemDocument,
    ProtectiveItemPage,
    PurchaseBody,
)
from chalicelib.personal_accounts.usecases import PersonalAccounts
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER

_BOUGHT = Text("购买记录", "The purchase")

MAINTAIN = Operation(
    id="maintainProtectiveItem",
    tag=Tag.REGISTRY,
    summary=Text("维护防护用品项目", "Maintain an item of protective goods"),
    detail=Text(
        "定点医药机构维护可由个人账户购买的防护用品，写明起始日；同一编码、同一起始日再次发送即更改。",
        "An institution maintains the items that personal accounts may buy, with their first day; the same code "
        "and first day again changes the item.",
    ),
    action=GOODS_MAINTAIN,
    body=ProtectiveItemBody,
    body_example={"code": "PG-01", "name": "医用外科口罩", "supply": "mask", "from": "2020-02-05"},
    answers={200: Success(Text("项目", "The item"), ProtectiveItemDocument)},
    problems=(400, 404, 422),
)
LIST_GOODS = listing(
    id="listProtectiveItems",
    tag=Tag.REGISTRY,
    summary=Text("列出防护用品项目", "List protective goods"),
    detail=Text("本机构的，按编码和起始日。", "An institution sees its own items, by code and first day."),
    action=GOODS_MAINTAIN,
    page=ProtectiveItemPage,
)
BUY = Operation(
    id="recordAccountPurchase",
    tag=Tag.CLAIMS,
    summary=Text("登记个人账户购买防护用品", "Record a purchase with the personal account"),
    detail=Text(
        "由参保人员本人购买，只动用个人账户，不是结算申请；须参保地规定允许，且项目已由机构维护。"
        "同一编号、同一内容返回原记录。",
        "The person buys with the personal account alone, so a purchase is no claim. A provision of the insured "
        "place must allow the purchase, and the institution must maintain the item. The same number and content "
        "sent again answers the first purchase.",
    ),
    action=PURCHASE_RECORD,
    body=PurchaseBody,
    body_example={
        "purchase_no": "PA-0001",
        "patient": {"id_no": "530102190001010019", "name": "示例甲"},
        "on": "2020-02-10",
        "lines": [{"code": "PG-01", "quantity": 20, "amount": "50.00"}],
    },
    answers={201: Success(_BOUGHT, AccountPurchaseDocument), 200: Success(_BOUGHT, AccountPurchaseDocument)},
    problems=(400, 404, 409, 422, 429),
)
LIST = listing(
    id="listAccountPurchases",
    tag=Tag.CLAIMS,
    summary=Text("列出个人账户购买记录", "List purchases with the personal account"),
    detail=Text(
        "机构：本机构的；经办机构：本区划的，新的在前。",
        "An institution sees its own purchases, an agency those of its area; the newest stand first.",
    ),
    action=PURCHASE_READ,
    page=AccountPurchasePage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of personal accounts."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/protective-goods", MAINTAIN)
    def maintain_protective_item(call: Call, principal: Principal) -> Response:
        request = call.sent(ProtectiveItemBody).to_request()
        return answer(
            ProtectiveItemDocument.from_record(call.use(PersonalAccounts).maintain(principal, request), call.cite)
        )

    @endpoints.route("GET", "/v1/protective-goods", LIST_GOODS)
    def list_protective_items(call: Call, principal: Principal) -> Response:
        find = partial(call.use(PersonalAccounts).goods, principal)
        return call.listed(find, lambda item: ProtectiveItemDocument.from_record(item, call.cite))

    @endpoints.route("POST", "/v1/account-purchases", BUY)
    def record_account_purchase(call: Call, principal: Principal) -> Response:
        request = call.sent(PurchaseBody).to_request()
        purchase, is_new = call.use(PersonalAccounts).buy(principal, request)
        return answer(AccountPurchaseDocument.from_record(purchase, call.cite), 201 if is_new else 200)

    @endpoints.route("GET", "/v1/account-purchases", LIST)
    def list_account_purchases(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(PersonalAccounts).find, principal, area)
        return call.listed(find, lambda purchase: AccountPurchaseDocument.from_record(purchase, call.cite))

    return endpoints.blueprint
