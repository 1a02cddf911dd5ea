"""Institutions: their places, the agencies that settle with them, and the ends of their agreements."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.law.access import INSTITUTION_READ
from chalicelib.law.usecases.read_institution import ReadInstitution
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag
from chalicelib.platform.http.query import path_value
from chalicelib.registry.schemas.institutions import InstitutionDocument, institution_document

READ = Operation(
    id="readInstitution",
    tag=Tag.REGISTRY,
    summary=Text("查询定点医药机构", "Read an institution"),
    detail=Text(
        "机构自身、与其结算的经办机构及其统筹区、审计可见。",
        "The institution, the agency that settles with it, its pooling area and the auditor see an institution.",
    ),
    action=INSTITUTION_READ,
    parameters=(path_value("code", Text("机构编码", "The institution's code"), examples=["H53010200001"]),),
    answers={
        200: Success(
            Text("定点医药机构", "The institution"),
            InstitutionDocument,
            example={
                "code": "H53010200001",
                "name_zh": "昆明示例三级医院",
                "area": "530102",
                "pooling_area": "530100",
                "agency": "530100",
                "level": 3,
                "kind": "hospital",
                "treatment_designated": True,
                "agreement_until": "2020-12-31",
                "temporary_agreement_until": None,
            },
        )
    },
    problems=(404,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of institutions."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/institutions/{code}", READ)
    def read_institution(call: Call, principal: Principal, code: str) -> Response:
        return answer(institution_document(call.use(ReadInstitution)(principal, code)))

    return endpoints.blueprint
