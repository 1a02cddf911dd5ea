"""The reports of an area: advances, the settlement statistics, and the bank's movements of a day."""

from __future__ import annotations

from enum import StrEnum
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.audit.access import LEDGER_AUDIT
from chalicelib.audit.schemas import AuditDocument, audit_document
from chalicelib.audit.usecases.audit import Audit
from chalicelib.audit.usecases.since import AuditSinceSeal
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import REPORT_FILES, Operation, Success, Tag
from chalicelib.platform.http.query import FROM_DAY, REPORT_FORMAT, TO_DAY, area_parameter, choice, day
from chalicelib.reports.access import REPORT_READ
from chalicelib.reports.schemas import (
    AdvancesReportDocument,
    BankReportDocument,
    SettlementReportDocument,
    advances_file,
    advances_report_document,
    bank_file,
    bank_report_document,
    settlement_report_document,
    settlement_statistics_file,
)
from chalicelib.reports.usecases import Reports


class Beginning(StrEnum):
    """The place from which an audit reads the ledger: after the last seal, or the first transaction."""

    SEAL = "seal"
    BEGINNING = "beginning"


_AREA_PARAMETER = area_parameter(Text("区划，默认本区划", "The area, by default the caller's"))

_AS_AT = day(
    "as_at", Text("按该日终了时的状态统计，默认今天", "The day at whose end the table is drawn up, today by default")
)
_AS_OF = day("as_of", Text("截至日，默认今天", "The day, today by default"))
_ON = day("date", Text("日期（北京时间），默认今天", "The Asia/Shanghai day, today by default"))
_AUDIT_FROM = choice("from", Text("审计起点", "The beginning of the audit"), Beginning, default="seal")

SETTLEMENT = Operation(
    id="reportSettlement",
    tag=Tag.REPORTS,
    summary=Text("结算统计", "Report the settlements"),
    detail=Text(
        "疑似和确诊患者的结算人次、总费用、医保支付，以及确诊患者的人数、费用、人均和医保占比。按入账日（北京时间）。"
        "未参保且保险未支付的费用单独列示；as_at 给出某日终了时的统计，已公布的数字可以重现。",
        "The report shows person-times, cost and insurance payments of suspected and confirmed patients; of the "
        "confirmed patients also number, cost, average and insured share, by Asia/Shanghai day of posting. Bills "
        "of uninsured patients that insurance does not pay stand apart. With as_at the table shows the state at "
        "the end of that day, so that published figures can be reproduced.",
    ),
    action=REPORT_READ,
    parameters=(
        FROM_DAY,
        TO_DAY,
        _AS_AT,
        _AREA_PARAMETER,
        REPORT_FORMAT,
    ),
    answers={200: Success(Text("统计表", "The table"), SettlementReportDocument, files=REPORT_FILES)},
    problems=(400, 404),
)

ADVANCES = Operation(
    id="reportAdvances",
    tag=Tag.REPORTS,
    summary=Text("预拨统计", "Report the advances"),
    detail=Text(
        "截至某日按机构、按省和合计的拨付、使用、返还与余额。",
        "The report shows the amounts paid, spent, returned and left at the end of a day, by institution, by "
        "province and in total.",
    ),
    action=REPORT_READ,
    parameters=(
        _AS_OF,
        _AREA_PARAMETER,
        REPORT_FORMAT,
    ),
    answers={200: Success(Text("统计表", "The table"), AdvancesReportDocument, files=REPORT_FILES)},
    problems=(400, 404),
)

BANK = Operation(
    id="reportBank",
    tag=Tag.REPORTS,
    summary=Text("银行收付日报", "Report a day's bank movements"),
    detail=Text(
        "某日（北京时间）本区划及下级各经办机构银行账户的收入和支出：合计、按业务、按经办区划的笔数和金额。"
        "只计银行已确认的收付。金额按日累加保存，查询时不逐笔统计。",
        "The report shows the amounts that the bank accounts of the agencies of an area, and of the areas below, "
        "received and paid on an Asia/Shanghai day: in total, by kind of event and by agency. Only movements that "
        "the bank confirmed are included. The sums are kept by day and are never counted on reading.",
    ),
    action=REPORT_READ,
    parameters=(
        _ON,
        _AREA_PARAMETER,
        REPORT_FORMAT,
    ),
    answers={200: Success(Text("收付日报", "The report"), BankReportDocument, files=REPORT_FILES)},
    problems=(400, 404),
)

AUDIT = Operation(
    id="auditLedger",
    tag=Tag.LEDGER,
    summary=Text("独立审计", "Audit the ledger"),
    detail=Text(
        "仅凭流水重放，重建余额、预算和预拨，并与状态逐项比对。默认从最近一个已封账的月份之后开始；"
        "from=beginning 从第一笔凭证开始，并核对每个已封账的月份。",
        "The journal alone is replayed; balances, budgets and advances are rebuilt and compared with the state. "
        "The audit begins after the last sealed month; with from=beginning it begins with the first transaction "
        "and compares every sealed month with its seal.",
    ),
    action=LEDGER_AUDIT,
    parameters=(_AUDIT_FROM,),
    problems=(400,),
    answers={200: Success(Text("审计结果", "The result"), AuditDocument)},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of reports and of the audit."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/reports/settlement", SETTLEMENT)
    def report_settlement(call: Call, principal: Principal) -> Response:
        from_on, to_on, area = call.asked(FROM_DAY), call.asked(TO_DAY), call.asked(_AREA_PARAMETER)
        as_at = call.asked(_AS_AT)
        reports = call.use(Reports)
        report = reports.settlement(principal, from_on, to_on, as_at, area)
        return call.reported(
            partial(settlement_report_document, report),
            partial(settlement_statistics_file, report),
            partial(reports.statistics_form, report),
        )

    @endpoints.route("GET", "/v1/reports/advances", ADVANCES)
    def report_advances(call: Call, principal: Principal) -> Response:
        as_of, area = call.asked(_AS_OF), call.asked(_AREA_PARAMETER)
        reports = call.use(Reports)
        report = reports.advances(principal, as_of, area)
        return call.reported(
            partial(advances_report_document, report),
            partial(advances_file, report),
            partial(reports.advances_form, report),
        )

    @endpoints.route("GET", "/v1/reports/bank", BANK)
    def report_bank(call: Call, principal: Principal) -> Response:
        on, area = call.asked(_ON), call.asked(_AREA_PARAMETER)
        reports = call.use(Reports)
        report = reports.bank(principal, on, area)
        return call.reported(
            partial(bank_report_document, report), partial(bank_file, report), partial(reports.bank_form, report)
        )

    @endpoints.route("GET", "/v1/ledger/audit", AUDIT)
    def audit_ledger(call: Call, principal: Principal) -> Response:
        is_whole = call.asked(_AUDIT_FROM) is Beginning.BEGINNING
        audit = call.use(Audit) if is_whole else call.use(AuditSinceSeal)
        return answer(audit_document(audit(principal)))

    return endpoints.blueprint
