"""Route of operations, for those who look after the system."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.operations.access import OPERATIONS_READ
from chalicelib.operations.schemas import PathDocument
from chalicelib.operations.usecases import ReadPath
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, Success, Tag

READ = Operation(
    id="readOperations",
    tag=Tag.SYSTEM,
    summary=Text("查看运行情况", "Read the system's operation"),
    detail=Text(
        "等待队列的笔数和最早时间、状态机执行、定时任务和放弃处理的消息；不含人员和金额。"
        "反复结算失败的申请见 GET /v1/tasks?kind=settle，核查原因后由 POST /v1/tasks/{task_id}/retry 重新开始。",
        "The answer holds the number of messages in each queue with the oldest, the executions of the machines, "
        "the scheduled tasks and the messages given up; no person or amount is named. Claims whose settlement "
        "failed repeatedly are tasks of kind `settle`; `POST /v1/tasks/{task_id}/retry` starts a claim again once "
        "the cause is removed.",
    ),
    action=OPERATIONS_READ,
    answers={200: Success(Text("运行情况", "The system's operation"), PathDocument)},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the route of operations."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("GET", "/v1/operations", READ)
    def read_operations(call: Call, principal: Principal) -> Response:
        return answer(PathDocument.from_record(call.use(ReadPath)(principal)))

    return endpoints.blueprint
