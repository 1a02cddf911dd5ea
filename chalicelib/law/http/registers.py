"""Registers that forms offer to choose from: areas, institutions, the catalogue, codes of diagnosis."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.law.access import REGISTER_READ
from chalicelib.law.schemas.registers import (
    AreaPage,
    CataloguePage,
    DiagnosisPage,
    InstitutionPage,
    area_document,
    catalogue_item_document,
    diagnosis_document,
    institution_row,
)
from chalicelib.law.usecases.pick import ListAreas, ListCatalogue, ListDiagnoses, ListInstitutions
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import PAGE_PARAMETERS, Operation, Parameter, Success, Tag
from chalicelib.platform.http.query import page_document

_SEARCH = r"[^\x00-\x1f\x7f]{1,64}"

_SEARCHED = Parameter(
    "q",
    "query",
    Text("代码或名称中的词，以空格分隔，须全部出现", "Words that stand in the code or the name, all of them"),
    {"type": "string", "pattern": f"^{_SEARCH}$"},
)

AREAS = Operation(
    id="listAreas",
    tag=Tag.REGISTRY,
    summary=Text("列出区划", "List the areas"),
    detail=Text("现行政策包登记的区划，按代码排列。", "The areas of the published bundle, by code."),
    action=REGISTER_READ,
    parameters=(_SEARCHED, *PAGE_PARAMETERS),
    answers={200: Success(Text("一页", "A page"), AreaPage)},
    problems=(400,),
)

INSTITUTIONS = Operation(
    id="listInstitutions",
    tag=Tag.REGISTRY,
    summary=Text("列出定点医药机构", "List the institutions"),
    detail=Text(
        "按编码排列，指定区划时先按所在区划再按编码；一页可少于所限条数，以 next 为准。"
        "协议期限只对有关各方公开，见单个机构。",
        "By code; with an area by place, then by code. A page may hold fewer than its limit: `next` says whether more "
        "follow. Until when their agreements run is for their own parties, who read an institution by itself.",
    ),
    action=REGISTER_READ,
    parameters=(
        _SEARCHED,
        Parameter(
            "area",
            "query",
            Text("所在区划或其上级，或与其结算的区划", "The area they stand in, one above it, or one they settle with"),
            {"type": "string", "pattern": "^[0-9]{6}$"},
        ),
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), InstitutionPage)},
    problems=(400,),
)

CATALOGUE = Operation(
    id="listCatalogue",
    tag=Tag.REGISTRY,
    summary=Text("列出目录项目", "List the items of the catalogue"),
    detail=Text(
        "某日可用的目录项目及其类别、限价和诊疗方案期间，按编码排列；一页可少于所限条数，以 next 为准。",
        "The items that may be billed on a day, with class, ceiling and days in the treatment plan, by code. A page "
        "may hold fewer than its limit: `next` says whether more follow.",
    ),
    action=REGISTER_READ,
    parameters=(
        _SEARCHED,
        Parameter(
            "on",
            "query",
            Text("费用发生日，默认今日", "The day of service, today by default"),
            {"type": "string", "format": "date"},
        ),
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), CataloguePage)},
    problems=(400,),
)

DIAGNOSES = Operation(
    id="listDiagnoses",
    tag=Tag.REGISTRY,
    summary=Text("列出政策文件规定的诊断编码", "List the codes of diagnosis that notices name"),
    detail=Text(
        "编码条款提到的诊断编码及其出处；账单也可以使用其他编码。",
        "The codes that provisions on coding name, and where. A bill may carry other codes too.",
    ),
    action=REGISTER_READ,
    parameters=(
        Parameter(
            "q",
            "query",
            Text("编码的开头", "How the code begins"),
            {"type": "string", "pattern": f"^{_SEARCH}$"},
        ),
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), DiagnosisPage)},
    problems=(400,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of the registers."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/areas", AREAS)
    def list_areas(call: Call, principal: Principal) -> Response:
        query = call.query
        search, page = query.text("q", _SEARCH) or "", query.page()
        query.check()
        return answer(page_document(call.use(ListAreas)(principal, search, page), area_document))

    @endpoints.route("GET", "/v1/institutions", INSTITUTIONS)
    def list_institutions(call: Call, principal: Principal) -> Response:
        query = call.query
        search, area, page = query.text("q", _SEARCH) or "", query.area(), query.page()
        query.check()
        return answer(page_document(call.use(ListInstitutions)(principal, search, area, page), institution_row))

    @endpoints.route("GET", "/v1/catalogue", CATALOGUE)
    def list_catalogue(call: Call, principal: Principal) -> Response:
        query = call.query
        search, on, page = query.text("q", _SEARCH) or "", query.date("on"), query.page()
        query.check()
        found = call.use(ListCatalogue)(principal, search, on or call.use(Clock).today(), page)
        return answer(page_document(found, catalogue_item_document))

    @endpoints.route("GET", "/v1/diagnoses", DIAGNOSES)
    def list_diagnoses(call: Call, principal: Principal) -> Response:
        query = call.query
        search, page = query.text("q", _SEARCH) or "", query.page()
        query.check()
        found = call.use(ListDiagnoses)(principal, search, page)
        return answer(page_document(found, lambda named: diagnosis_document(named, call.cite)))

    return endpoints.blueprint
