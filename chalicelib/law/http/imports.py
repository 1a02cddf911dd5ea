"""Lists of the catalogue and of institutions, handed in by an agency."""

from __future__ import annotations

from base64 import b64encode

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.text import Text
from chalicelib.law.access import REGISTRY_IMPORT
from chalicelib.law.schemas.imports import ImportDocument, RegistryTableBody, import_document
from chalicelib.law.usecases.import_table import ImportTable, RegistryTable
from chalicelib.platform.http.answers import upload_list
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer, answer_list
from chalicelib.platform.http.operation import LIST_FILES, Operation, Success, Tag
from chalicelib.platform.http.query import UPLOAD_FORMAT, path_value

_EXAMPLE = (
    "code,name_zh,name_en,kind,class,self_pay_ratio,price_ceiling,valid_from,valid_to,plan_from,plan_to\n"
    "XB05BBD001A001010100010,葡萄糖注射液,glucose,drug,A,0,12.00,2027-01-01,,,\n"
)

IMPORT = Operation(
    id="importRegistryTable",
    tag=Tag.POLICIES,
    summary=Text("导入目录或机构名录", "Import a list of the catalogue or of institutions"),
    detail=Text(
        "CSV（UTF-8 或 GB18030）或 Excel，逐行核对；有一行不合格即全部不予保存，每行各有答复。"
        "全部合格的并入现行政策包，保存后由另一名政策人员按政策包决定是否施行。目录行须写生效日，同一项目此前未写截止日的一行止于前一日；"
        "经办机构只能登记与其结算的机构。同一文件重复上传不变。",
        "CSV in UTF-8 or GB18030, or an Excel workbook, is checked line by line: a refused line keeps the whole "
        "list out, and every line has its answer. A complete list is laid over the bundle in force and kept until "
        "a policy officer decides on it as on any bundle. A row of the catalogue states its first day, and the "
        "item's row without an end then ends on the day before; an agency names institutions that it settles "
        "with. The same file again changes nothing.",
    ),
    action=REGISTRY_IMPORT,
    parameters=(
        path_value(
            "table",
            Text("目录或机构名录", "The catalogue, or the institutions"),
            enum=[each.value for each in RegistryTable],
        ),
        UPLOAD_FORMAT,
    ),
    body=RegistryTableBody,
    body_example={"file": b64encode(_EXAMPLE.encode()).decode()},
    answers={200: Success(Text("逐行答复", "The answer of every line"), ImportDocument, files=LIST_FILES)},
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of lists."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/registry-tables/{table}", IMPORT)
    def import_registry_table(call: Call, principal: Principal, table: str) -> Response:
        if table not in set(RegistryTable):
            raise NotFound
        text = call.sent(RegistryTableBody).to_text()
        imported = call.use(ImportTable)(principal, RegistryTable(table), text)
        if (wanted := call.asked(UPLOAD_FORMAT)) != "json":
            return answer_list(upload_list(f"{table}-answered", imported.answers), wanted)
        return answer(import_document(imported, call.cite))

    return endpoints.blueprint
