"""Registers that forms offer to choose from: areas, institutions, the catalogue, codes of diagnosis."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.law.access import REGISTER_READ
from chalicelib.law.schemas.registers import (
    AreaPage,
    CataloguePage,
    DiagnosisDocument,
    DiagnosisPage,
    InstitutionPage,
    InstitutionRow,
    area_document,
    catalogue_item_document,
)
from chalicelib.law.usecases.pick import ListAreas, ListCatalogue, ListDiagnoses, ListInstitutions
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints
from chalicelib.platform.http.operation import Tag, listing
from chalicelib.platform.http.query import area_parameter, day, matching

_SEARCH = r"[^\x00-\x1f\x7f]{1,64}"

_SEARCHED = matching(
    "q",
    Text("代码或名称中的词，以空格分隔，须全部出现", "Words of the code or the name; all of them must occur"),
    _SEARCH,
)

_AREA = area_parameter(
    Text("所在区划或其上级，或与其结算的区划", "The institutions' area, an area above it, or an area they settle with")
)
_ON = day("on", Text("费用发生日，默认今日", "The day of service, today by default"))
_Q = matching("q", Text("编码的开头", "The beginning of the code"), _SEARCH)

AREAS = listing(
    id="listAreas",
    tag=Tag.REGISTRY,
    summary=Text("列出区划", "List the areas"),
    detail=Text("现行政策包登记的区划，按代码排列。", "The answer lists the areas of the bundle in force, by code."),
    action=REGISTER_READ,
    page=AreaPage,
    filters=(_SEARCHED,),
)

INSTITUTIONS = listing(
    id="listInstitutions",
    tag=Tag.REGISTRY,
    summary=Text("列出定点医药机构", "List the institutions"),
    detail=Text(
        "按编码排列，指定区划时先按所在区划再按编码；一页可少于所限条数，以 next 为准。"
        "协议期限只对有关各方公开，见单个机构。",
        "The institutions stand by code; with an area they stand by place, then by code. A page may hold fewer "
        "than its limit: `next` says whether more follow. The last day of an agreement is shown to its parties "
        "alone, who read a single institution.",
    ),
    action=REGISTER_READ,
    page=InstitutionPage,
    filters=(_SEARCHED, _AREA),
)

CATALOGUE = listing(
    id="listCatalogue",
    tag=Tag.REGISTRY,
    summary=Text("列出目录项目", "List the items of the catalogue"),
    detail=Text(
        "某日可用的目录项目及其类别、限价和诊疗方案期间，按编码排列；一页可少于所限条数，以 next 为准。",
        "The answer lists the items that may be billed on a day, with class, ceiling and days in the treatment "
        "plan, by code. A page may hold fewer items than its limit: `next` says whether more follow.",
    ),
    action=REGISTER_READ,
    page=CataloguePage,
    filters=(_SEARCHED, _ON),
)

DIAGNOSES = listing(
    id="listDiagnoses",
    tag=Tag.REGISTRY,
    summary=Text("列出政策文件规定的诊断编码", "List the codes of diagnosis that notices name"),
    detail=Text(
        "编码条款提到的诊断编码及其出处；账单也可以使用其他编码。",
        "The answer lists the codes that provisions on coding name, and the provisions. A bill may carry other "
        "codes too.",
    ),
    action=REGISTER_READ,
    page=DiagnosisPage,
    filters=(_Q,),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of the registers."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/areas", AREAS)
    def list_areas(call: Call, principal: Principal) -> Response:
        search = call.asked(_SEARCHED) or ""
        return call.listed(partial(call.use(ListAreas), principal, search), area_document)

    @endpoints.route("GET", "/v1/institutions", INSTITUTIONS)
    def list_institutions(call: Call, principal: Principal) -> Response:
        search, area = call.asked(_SEARCHED) or "", call.asked(_AREA)
        return call.listed(partial(call.use(ListInstitutions), principal, search, area), InstitutionRow.from_record)

    @endpoints.route("GET", "/v1/catalogue", CATALOGUE)
    def list_catalogue(call: Call, principal: Principal) -> Response:
        search, on = call.asked(_SEARCHED) or "", call.asked(_ON)
        find = partial(call.use(ListCatalogue), principal, search, on or call.use(Clock).today())
        return call.listed(find, catalogue_item_document)

    @endpoints.route("GET", "/v1/diagnoses", DIAGNOSES)
    def list_diagnoses(call: Call, principal: Principal) -> Response:
        search = call.asked(_Q) or ""
        find = partial(call.use(ListDiagnoses), principal, search)
        return call.listed(find, lambda named: DiagnosisDocument.from_record(named, call.cite))

    return endpoints.blueprint
