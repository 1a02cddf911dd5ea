"""Routes about a bundle's changes of settled claims: effects, simulation, and a claim as known on a day."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.claims.access import CLAIM_READ
from chalicelib.impact.access import POLICY_EFFECTS, SIMULATION_READ
from chalicelib.impact.domain.simulation import SimulationFilter, SimulationStatus
from chalicelib.impact.schemas.changes import (
    EffectDocument,
    EffectPage,
    KnownDeterminationDocument,
    SimulationDocument,
    SimulationPageDocument,
    SimulationRunDocument,
    SimulationStarted,
    known_document,
    simulation_document,
    simulation_run_document,
    simulation_summary,
)
from chalicelib.impact.usecases.effects import ListEffects, ReadKnownOn, SimulatePolicies
from chalicelib.impact.usecases.simulate import ListSimulations, ReadSimulation, StartSimulation
from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId, SimulationId
from chalicelib.law.schemas.publication import BUNDLE, BUNDLE_FILTER, BUNDLE_FORM
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag, listing
from chalicelib.platform.http.query import (
    PAGE_PARAMETERS,
    area_parameter,
    asks_for_later,
    day,
    header,
    path_value,
    required,
    status_parameter,
)

_BUNDLE = path_value("bundle", BUNDLE, pattern=BUNDLE_FORM)
_AREA = area_parameter(Text("只看该区划及其下级经办的机构", "Institutions that settle in this area or below it"))

_PREFER = header("Prefer", Text("respond-async：由状态机计算", "respond-async: a state machine computes the result"))
_LATER = Text("由状态机计算，可按编号查询", "A state machine computes the result, which is read by its id")
_WHERE = {"Location": Text("查询地址", "The address of the run")}

_STATUS = status_parameter(SimulationStatus, Text("状态", "The state"))
_LIST_SIMULATIONS_AREA = replace(_AREA, text=Text("所问的区划", "The area asked about"))
_KNOWN_ON = required(day("known_on", Text("日期（北京时间）", "The Asia/Shanghai day")))

EFFECTS = Operation(
    id="listEffects",
    tag=Tag.POLICIES,
    summary=Text("列出政策包会改变的已结算申请", "List the settled claims a bundle changes"),
    detail=Text(
        "按年度内结算次序逐笔重新核定，列出结果不同的申请及各方差额；不入账。每页对应一页已结算申请，可能为空而未到末页。",
        "Settled claims are decided again in the order of each person's year; the answer lists the claims whose "
        "result changes, with the difference per payer and area. Nothing is posted. A page covers a page of "
        "settled claims: a page may be empty and not the last.",
    ),
    action=POLICY_EFFECTS,
    parameters=(_BUNDLE, _AREA, _PREFER, *PAGE_PARAMETERS),
    answers={
        200: Success(Text("一页", "A page"), EffectPage),
        202: Success(_LATER, SimulationStarted, headers=_WHERE),
    },
    problems=(400, 404),
)

SIMULATE = Operation(
    id="simulatePolicies",
    tag=Tag.POLICIES,
    summary=Text("以全部已结算申请模拟政策包", "Simulate a bundle over the settled claims"),
    detail=Text(
        "各方各区划的原金额、新金额与差额，多少患者少付或多付；附表格和 SVG 图。申请超过 200 笔，或请求头为 "
        "Prefer: respond-async 时，改由状态机计算，返回 202 和可查询的编号。",
        "The answer compares amounts before and after per payer and area and counts the patients who pay less or "
        "more, as a table and as SVG charts. For more than 200 claims, or with Prefer: respond-async, a state "
        "machine computes the simulation: the answer is 202 with an id.",
    ),
    action=POLICY_EFFECTS,
    parameters=(_BUNDLE, _AREA, _PREFER),
    answers={
        200: Success(Text("模拟结果", "The simulation"), SimulationDocument),
        202: Success(_LATER, SimulationStarted, headers=_WHERE),
    },
    problems=(400, 404),
)

SIMULATION = listing(
    id="readSimulation",
    tag=Tag.POLICIES,
    summary=Text("查询由状态机计算的模拟", "Read a simulation that a state machine computes"),
    detail=Text(
        "进度；完成后附模拟结果。列出至今发现会改变的申请，每次一页。再次请求模拟：失败的从中断处继续，已完成的重新计算。",
        "The answer holds the progress, the result once it is complete, and a page of the claims found to change "
        "so far. A second request continues a failed simulation and computes a finished simulation anew.",
    ),
    action=SIMULATION_READ,
    page=SimulationRunDocument,
    filters=(path_value("simulation_id", Text("编号", "The run's id")),),
    text=Text("进度与结果", "The simulation"),
    problems=(404,),
)

LIST_SIMULATIONS = listing(
    id="listSimulations",
    tag=Tag.POLICIES,
    summary=Text("列出由状态机计算的模拟", "List the simulations that a state machine computes"),
    detail=Text(
        "最近请求的在最前，可按状态、政策包和所问区划筛选；请求中当即算出的模拟不保存，不在其列。",
        "The simulation last asked for stands first; state, bundle and area narrow the list. A simulation "
        "answered within its request is not kept and is not listed.",
    ),
    action=SIMULATION_READ,
    page=SimulationPageDocument,
    filters=(_STATUS, BUNDLE_FILTER, _LIST_SIMULATIONS_AREA),
)

KNOWN = Operation(
    id="readDeterminationAsKnown",
    tag=Tag.CLAIMS,
    summary=Text("按某日所知的政策重算核定结果", "Recompute a determination as known on a day"),
    detail=Text(
        "以该日终了时现行的政策包，按原先核定时所知的情况重算一笔已结算申请。用当时的政策包重算，结果逐字节相同。",
        "A settled claim is decided again on what was known when it was decided, by the bundle in force at the "
        "end of that day. Under the claim's own bundle the result is the same to the byte.",
    ),
    action=CLAIM_READ,
    parameters=(
        path_value("claim_id", Text("申请编号", "The claim's id")),
        _KNOWN_ON,
    ),
    answers={200: Success(Text("重算结果", "The determination"), KnownDeterminationDocument)},
    problems=(400, 404, 409, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes about a bundle's changes of settled claims."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/policies/bundles/{bundle}/effects", EFFECTS)
    def list_effects(call: Call, principal: Principal, bundle: str) -> Response:
        area = call.asked(_AREA)
        if asks_for_later(call.header("prefer")):
            return _started(call, principal, bundle, area)
        return call.listed(partial(call.use(ListEffects), principal, bundle, area), EffectDocument.from_record)

    @endpoints.route("POST", "/v1/policies/bundles/{bundle}/simulation", SIMULATE)
    def simulate_policies(call: Call, principal: Principal, bundle: str) -> Response:
        area = call.asked(_AREA)
        later = asks_for_later(call.header("prefer"))
        found = None if later else call.use(SimulatePolicies)(principal, bundle, area)
        return _started(call, principal, bundle, area) if found is None else answer(simulation_document(found))

    @endpoints.route("GET", "/v1/policies/simulations", LIST_SIMULATIONS)
    def list_simulations(call: Call, principal: Principal) -> Response:
        status, bundle, area = call.asked(_STATUS), call.asked(BUNDLE_FILTER), call.asked(_AREA)
        find = partial(call.use(ListSimulations), principal, SimulationFilter(status, bundle, area))
        return call.listed(find, simulation_summary)

    @endpoints.route("GET", "/v1/policies/simulations/{simulation_id}", SIMULATION)
    def read_simulation(call: Call, principal: Principal, simulation_id: SimulationId) -> Response:
        found = call.use(ReadSimulation)(principal, simulation_id, call.page)
        return answer(simulation_run_document(found))

    @endpoints.route("GET", "/v1/claims/{claim_id}/determination", KNOWN)
    def read_determination_as_known(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        known_on = call.asked(_KNOWN_ON)
        return answer(known_document(call.use(ReadKnownOn)(principal, claim_id, known_on), call.cite))

    return endpoints.blueprint


def _started(call: Call, principal: Principal, bundle: str, area: AreaCode | None) -> Response:
    run = call.use(StartSimulation)(principal, bundle, area)
    headers = {"Location": f"/v1/policies/simulations/{run.simulation_id}"}
    return answer(SimulationStarted.from_record(run), 202, headers)
