"""The route of estimates: a bill decided for a person described by the terms of insurance."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.claims.access import CLAIM_ESTIMATE
from chalicelib.claims.http.operations import BY_BUNDLE
from chalicelib.claims.schemas.answers import PreviewDocument
from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE, preview_document
from chalicelib.claims.schemas.estimates import EstimateBody
from chalicelib.claims.usecases.trials.estimate import EstimateBill
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.tokens import require_own

ESTIMATE = Operation(
    id="estimateBill",
    tag=Tag.CLAIMS,
    summary=Text("按参保情况试算", "Estimate a bill by the terms of insurance"),
    detail=Text(
        "不涉及任何个人：以所述参保地、险种、人员类别、救助身份和备案情况核定，视为该年度尚无费用；不读取、不留下任何记录。"
        "就医机构限本机构就医；经办机构和清算中心限就医地或参保地在本区划的；政策人员不限。"
        "改变参保地、就医机构、日期或政策包后再次试算，即可比较。",
        "No person is concerned: the bill is decided for the stated insured place, insurance, employment, "
        "assistance and filing, as of somebody without costs in the year. Nothing is read of anybody and no record "
        "is kept. A hospital estimates its own bills, an agency and a centre those that their area treats or "
        "insures, a policy officer all. Another insured place, institution, day or bundle shows the difference.",
    ),
    action=CLAIM_ESTIMATE,
    parameters=(BY_BUNDLE,),
    body=EstimateBody,
    body_example={
        "institution": CLAIM_EXAMPLE["institution"],
        "insured": {
            "insured_area": "420100",
            "insurance": "employee",
            "employment": "active",
            "assistance": "none",
        },
        "filing": "unfiled",
        "visit": CLAIM_EXAMPLE["visit"],
        "diagnosis": CLAIM_EXAMPLE["diagnosis"],
        "lines": [{name: value for name, value in each.items() if name != "no"} for each in CLAIM_EXAMPLE["lines"]],
    },
    answers={200: Success(Text("核定结果", "The determination"), PreviewDocument)},
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of estimates."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/estimates", ESTIMATE)
    def estimate_bill(call: Call, principal: Principal) -> Response:
        bill, bundle = call.sent(EstimateBody).to_bill(), call.asked(BY_BUNDLE)
        require_own(principal, bill.institution)
        found = call.use(EstimateBill)(principal, bill, bundle=bundle)
        return answer(preview_document(found, call.cite))

    return endpoints.blueprint
