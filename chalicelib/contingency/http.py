"""Routes of a fund's contingency plans and of the months analysed under them."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.contingency.access import (
    CONTINGENCY_ANALYSE,
    CONTINGENCY_DECIDE,
    CONTINGENCY_PROPOSE,
    CONTINGENCY_READ,
)
from chalicelib.contingency.domain import AnalysisStatus, ContingencyPlanId, FundAnalysis, FundAnalysisId, PlanStatus
from chalicelib.contingency.forms import analysis_file, plan_file
from chalicelib.contingency.schemas import (
    ContingencyPlanBody,
    ContingencyPlanDocument,
    ContingencyPlanPage,
    FundAnalysisBody,
    FundAnalysisDocument,
    FundAnalysisPage,
    FundAnswerBody,
    PlanDecisionBody,
    fund_analysis_document,
)
from chalicelib.contingency.usecases import AnalyseFund, ContingencyPlans
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import REPORT_FILES, Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, REPORT_FORMAT, path_value, status_parameter

_PLAN_ID = path_value("plan_id", Text("预案编号", "The plan's id"))
_ANALYSIS_ID = path_value("analysis_id", Text("基金分析编号", "The analysis's id"))
_PLAN = Text("基金调整预案", "The plan")
_ANALYSIS = Text("基金运行分析", "The analysis")

_STATUS = status_parameter(PlanStatus)
_ANALYSES_STATUS = status_parameter(AnalysisStatus)
_CONTINGENCY_PLAN = ResourceType(Tag.MONEY, Text("基金调整预案", "The plan"), ContingencyPlanDocument, (_PLAN_ID,))
_FUND_ANALYSIS = ResourceType(Tag.MONEY, Text("基金运行分析", "The analysis"), FundAnalysisDocument, (_ANALYSIS_ID,))

PROPOSE = _CONTINGENCY_PLAN.adding(
    id="proposeContingencyPlan",
    summary=Text("提出基金调整预案", "Propose a contingency plan"),
    detail=Text(
        "经办机构提出本区划预案的一个版本：指标、触发值和应对措施，自起始日起适用。同一编号、同一内容重复提交返回原预案。",
        "The agency proposes a version of the area's plan: figures, thresholds and measures, from a first day. "
        "The same number with the same content is the same version.",
    ),
    action=CONTINGENCY_PROPOSE,
    body=ContingencyPlanBody,
    body_example={
        "plan_no": "YA-2023-01",
        "title": "Fund of the city in the epidemic",
        "starts_on": "2023-01-08",
        "triggers": [{"measure": "epidemic-share", "threshold": "0.3", "response": "ask the province to adjust"}],
    },
    problems=(409,),
)
DECIDE = _CONTINGENCY_PLAN.changing(
    id="decideContingencyPlan",
    summary=Text("审批基金调整预案", "Decide on a contingency plan"),
    detail=Text(
        "由提出人以外的人批准或不予批准；不予批准须说明原因。",
        "Another person than the proposer decides; a refusal gives its reason.",
    ),
    action=CONTINGENCY_DECIDE,
    body=PlanDecisionBody,
    body_example={"decision": "approve"},
)
PLANS = listing(
    id="listContingencyPlans",
    tag=Tag.MONEY,
    summary=Text("列出基金调整预案", "List contingency plans"),
    detail=Text(
        "本区划的各版本，起始日新的在前。",
        "An area sees its own versions; the version with the latest first day stands first.",
    ),
    action=CONTINGENCY_READ,
    page=ContingencyPlanPage,
    filters=(_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
PLAN = Operation(
    id="readContingencyPlan",
    tag=Tag.MONEY,
    summary=Text("查看基金调整预案", "Read a contingency plan"),
    detail=Text("含触发条件、提出人和审批人。", "The answer holds the plan's triggers, its proposer and its decision."),
    action=CONTINGENCY_READ,
    parameters=(_PLAN_ID, REPORT_FORMAT),
    answers={200: Success(_PLAN, ContingencyPlanDocument, files=REPORT_FILES)},
    problems=(400, 404),
)
ANALYSE = _FUND_ANALYSIS.adding(
    id="analyseFund",
    summary=Text("分析一个月的基金运行", "Analyse a month of the fund"),
    detail=Text(
        "按月末适用的预案分析已结束的一个月：基金支付、其中不纳入总额控制的部分、与前几个月平均的比较；达到触发值的列入待办。"
        "同一月、同一预案再次分析返回原分析。",
        "A finished month is analysed under the plan that held on its last day: the payments of the funds, the "
        "part outside total control, and the comparison with the months before. A figure that reaches a threshold "
        "goes to the work list. The same month under the same plan answers the first analysis.",
    ),
    action=CONTINGENCY_ANALYSE,
    body=FundAnalysisBody,
    body_example={"month": "2023-01"},
    problems=(),
)
ANSWER = _FUND_ANALYSIS.changing(
    id="answerFundAnalysis",
    summary=Text("登记预案落实情况", "Record the measures taken under the plan"),
    detail=Text(
        "登记按预案采取的措施，事项随即办结。",
        "The agency records the measures it took under the plan; the analysis then leaves the work list.",
    ),
    action=CONTINGENCY_ANALYSE,
    body=FundAnswerBody,
    body_example={"text": "adjustment asked of the province"},
)
ANALYSES = listing(
    id="listFundAnalyses",
    tag=Tag.MONEY,
    summary=Text("列出基金运行分析", "List analyses of the fund"),
    detail=Text("本区划的，月份新的在前。", "An area sees its own analyses, the latest month first."),
    action=CONTINGENCY_READ,
    page=FundAnalysisPage,
    filters=(_ANALYSES_STATUS, OWN_AREA_PARAMETER),
    is_file=True,
    problems=(404, 422),
)
ANALYSIS = Operation(
    id="readFundAnalysis",
    tag=Tag.MONEY,
    summary=Text("查看基金运行分析", "Read an analysis of the fund"),
    detail=Text(
        "含数字、达到的触发条件和落实情况。",
        "The answer holds the figures, the triggers that they reach and the measures taken.",
    ),
    action=CONTINGENCY_READ,
    parameters=(_ANALYSIS_ID, REPORT_FORMAT),
    answers={200: Success(_ANALYSIS, FundAnalysisDocument, files=REPORT_FILES)},
    problems=(400, 404),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of plans and analyses."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, analysis: FundAnalysis) -> Response:
        return answer(fund_analysis_document(analysis, call.use(Clock).now(), call.cite))

    @endpoints.route("POST", "/v1/contingency-plans", PROPOSE)
    def propose_contingency_plan(call: Call, principal: Principal) -> Response:
        request = call.sent(ContingencyPlanBody).to_request()
        return answer(
            ContingencyPlanDocument.from_record(call.use(ContingencyPlans).propose(principal, request), call.cite)
        )

    @endpoints.route("POST", "/v1/contingency-plans/{plan_id}/decision", DECIDE)
    def decide_contingency_plan(call: Call, principal: Principal, plan_id: ContingencyPlanId) -> Response:
        body = call.sent(PlanDecisionBody)
        plan = call.use(ContingencyPlans).decide(principal, plan_id, body.status, body.reason)
        return answer(ContingencyPlanDocument.from_record(plan, call.cite))

    @endpoints.route("GET", "/v1/contingency-plans", PLANS)
    def list_contingency_plans(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_STATUS), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(ContingencyPlans).find, principal, status, area)
        return call.listed(find, lambda each: ContingencyPlanDocument.from_record(each, call.cite), plan_file)

    @endpoints.route("GET", "/v1/contingency-plans/{plan_id}", PLAN)
    def read_contingency_plan(call: Call, principal: Principal, plan_id: ContingencyPlanId) -> Response:
        plans = call.use(ContingencyPlans)
        plan = plans.read(principal, plan_id)
        return call.reported(
            partial(ContingencyPlanDocument.from_record, plan, call.cite),
            partial(plan_file, [plan]),
            partial(plans.printed, plan),
        )

    @endpoints.route("POST", "/v1/fund-analyses", ANALYSE)
    def analyse_fund(call: Call, principal: Principal) -> Response:
        return shown(call, call.use(AnalyseFund)(principal, call.sent(FundAnalysisBody).month))

    @endpoints.route("GET", "/v1/fund-analyses", ANALYSES)
    def list_fund_analyses(call: Call, principal: Principal) -> Response:
        status, area = call.asked(_ANALYSES_STATUS), call.asked(OWN_AREA_PARAMETER)
        find, now = partial(call.use(AnalyseFund).find, principal, status, area), call.use(Clock).now()
        return call.listed(find, lambda each: fund_analysis_document(each, now, call.cite), analysis_file)

    @endpoints.route("GET", "/v1/fund-analyses/{analysis_id}", ANALYSIS)
    def read_fund_analysis(call: Call, principal: Principal, analysis_id: FundAnalysisId) -> Response:
        analyses, now = call.use(AnalyseFund), call.use(Clock).now()
        analysis = analyses.read(principal, analysis_id)
        return call.reported(
            partial(fund_analysis_document, analysis, now, call.cite),
            partial(analysis_file, [analysis]),
            partial(analyses.printed, analysis),
        )

    @endpoints.route("POST", "/v1/fund-analyses/{analysis_id}/answer", ANSWER)
    def answer_fund_analysis(call: Call, principal: Principal, analysis_id: FundAnalysisId) -> Response:
        body = call.sent(FundAnswerBody)
        return shown(call, call.use(AnalyseFund).answer(principal, analysis_id, body.text))

    return endpoints.blueprint
