"""Filings: treatment outside the insured place, registered (异地就医备案)."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.api.endpoints import Call, Edge, Endpoints, answer
from chalicelib.api.operations import Operation, Success, Tag
from chalicelib.api.wire_answers import FilingDocument
from chalicelib.api.wire_registry import FilingBody, filing_document, parse_filing
from chalicelib.domain.access import Action, Principal
from chalicelib.domain.texts import Text

RECORD = Operation(
    id="recordFiling",
    tag=Tag.REGISTRY,
    summary=Text("登记异地就医备案", "Record a filing of treatment elsewhere"),
    detail=Text(
        "由就医机构或经办机构登记；出院前登记的备案优先于申请中所报的情况。",
        "Recorded by the hospital or an agency; one made before discharge wins over what a claim asserts.",
    ),
    action=Action.FILING_RECORD,
    body=FilingBody,
    body_example={
        "id_no": "420106190004010110",
        "treatment_area": "530100",
        "kind": "temporary",
        "channel": "online",
        "from": "2020-02-01",
    },
    answers={
        201: Success(
            Text("已登记", "Recorded"),
            FilingDocument,
            example={
                "filing_id": "fil_0123456789abcdef",
                "person": "prs_0123456789abcdef0123456789abcdef",
                "treatment_area": "530100",
                "kind": "temporary",
                "channel": "online",
                "from": "2020-02-01",
                "to": None,
                "filed_at": "2020-02-01T01:02:03Z",
            },
        )
    },
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """The route of filings."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/filings", RECORD)
    def record_filing(call: Call, principal: Principal) -> Response:
        return answer(filing_document(call.services.file_treatment(principal, parse_filing(call.body))), 201)

    return endpoints.blueprint
