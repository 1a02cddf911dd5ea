"""Premiums: deferred by employers hit by the epidemic, paid together, and paid by flexible workers."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, matching
from chalicelib.premiums.access import PREMIUM_READ, PREMIUM_RECORD
from chalicelib.premiums.schemas import (
    EMPLOYER_PATTERN,
    DeferralBody,
    DeferredPremiumDocument,
    DeferredPremiumPage,
    FlexibleCoverDocument,
    FlexibleCoverPage,
    FlexiblePaymentBody,
    PremiumPaymentBody,
    PremiumPaymentDocument,
    payment_together_document,
)
from chalicelib.premiums.usecases import Premiums

_EMPLOYER = "91210200MA0QABCD1N"

_LIST_EMPLOYER = matching(
    "employer", Text("统一社会信用代码", "An employer's unified social credit code"), EMPLOYER_PATTERN
)

DEFER = Operation(
    id="deferPremium",
    tag=Tag.REGISTRY,
    summary=Text("登记缓缴保费", "Record a deferred premium"),
    detail=Text(
        "受疫情影响的中小企业某月职工医保费；缓缴期间医疗和生育待遇不断。同一单位同一月份只登记一次。",
        "A small or medium employer affected by the epidemic defers a month's premium; medical and maternity "
        "benefits continue. An employer's month is recorded a single time.",
    ),
    action=PREMIUM_RECORD,
    body=DeferralBody,
    body_example={
        "employer": _EMPLOYER,
        "month": "2020-02",
        "due_on": "2020-02-15",
        "amount": "12000.00",
        "size": "small",
        "ground": "closed by order",
    },
    answers={200: Success(Text("缓缴", "The deferral"), DeferredPremiumDocument)},
    problems=(400, 409, 422),
)
PAY = Operation(
    id="payDeferredPremiums",
    tag=Tag.REGISTRY,
    summary=Text("登记补缴", "Record a payment of deferred premiums"),
    detail=Text(
        "疫情解除后三个月内把欠缴的全部一次补缴的，免收滞纳金；否则按日加收（滞纳金标准为示例）。",
        "No late fee is due where every open premium is paid at once within the term after the epidemic is "
        "lifted; otherwise a fee is due for every day, by a rule that is illustrative.",
    ),
    action=PREMIUM_RECORD,
    body=PremiumPaymentBody,
    body_example={"employer": _EMPLOYER, "paid_on": "2020-06-01", "months": ["2020-02"]},
    answers={200: Success(Text("补缴", "The payment"), PremiumPaymentDocument)},
    problems=(400, 404, 409, 422),
)
LIST = listing(
    id="listDeferredPremiums",
    tag=Tag.REGISTRY,
    summary=Text("列出缓缴保费", "List deferred premiums"),
    detail=Text(
        "本区划的，或一个单位的，月份新的在前。",
        "The answer lists an area's or an employer's premiums, the latest month first.",
    ),
    action=PREMIUM_READ,
    page=DeferredPremiumPage,
    filters=(_LIST_EMPLOYER, OWN_AREA_PARAMETER),
    problems=(404,),
)
COVER = Operation(
    id="recordFlexiblePayment",
    tag=Tag.REGISTRY,
    summary=Text("登记灵活就业人员缴费", "Record a payment of a flexible worker"),
    detail=Text(
        "返回待遇自何日起享受；疫情防控期间缴费的不设等待期。参保登记的起始日即取此日。",
        "The answer gives the first day of cover; a worker who pays during the epidemic has no waiting period. "
        "The enrolment is recorded from that day.",
    ),
    action=PREMIUM_RECORD,
    body=FlexiblePaymentBody,
    body_example={"person": "prs_0123456789abcdef0123456789abcdef", "paid_on": "2020-02-10"},
    answers={200: Success(Text("待遇起始", "When cover begins"), FlexibleCoverDocument)},
    problems=(400, 404, 422),
)
LIST_COVERS = listing(
    id="listFlexiblePayments",
    tag=Tag.REGISTRY,
    summary=Text("列出灵活就业人员缴费", "List the payments of flexible workers"),
    detail=Text("本区划的，日期新的在前。", "An area sees its own payments, the latest day first."),
    action=PREMIUM_READ,
    page=FlexibleCoverPage,
    filters=(OWN_AREA_PARAMETER,),
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Return the routes of premiums."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/premium-deferrals", DEFER)
    def defer_premium(call: Call, principal: Principal) -> Response:
        request = call.sent(DeferralBody).to_request()
        return answer(DeferredPremiumDocument.from_record(call.use(Premiums).defer(principal, request), call.cite))

    @endpoints.route("GET", "/v1/premium-deferrals", LIST)
    def list_deferred_premiums(call: Call, principal: Principal) -> Response:
        employer, area = call.asked(_LIST_EMPLOYER), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Premiums).find, principal, area, employer)
        return call.listed(find, lambda premium: DeferredPremiumDocument.from_record(premium, call.cite))

    @endpoints.route("POST", "/v1/premium-payments", PAY)
    def pay_deferred_premiums(call: Call, principal: Principal) -> Response:
        body = call.sent(PremiumPaymentBody)
        paid = call.use(Premiums).pay(principal, body.employer, body.paid_on, body.months)
        return answer(payment_together_document(paid, call.cite))

    @endpoints.route("POST", "/v1/flexible-premiums", COVER)
    def record_flexible_payment(call: Call, principal: Principal) -> Response:
        body = call.sent(FlexiblePaymentBody)
        return answer(
            FlexibleCoverDocument.from_record(call.use(Premiums).cover(principal, body.person, body.paid_on), call.cite)
        )

    @endpoints.route("GET", "/v1/flexible-premiums", LIST_COVERS)
    def list_flexible_payments(call: Call, principal: Principal) -> Response:
        area = call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Premiums).covers, principal, area)
        return call.listed(find, lambda cover: FlexibleCoverDocument.from_record(cover, call.cite))

    return endpoints.blueprint
