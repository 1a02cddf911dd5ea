"""Routes of the work list: claims that could not be decided again, codes that a hospital owes."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from chalice.app import Blueprint, Response
from pydantic import BaseModel, Field

from chalicelib.adjudication.domain.claim import DiagnosisCode, DiagnosisRole
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text, render_text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, TaskId
from chalicelib.law.schemas.wording import name_of_duty
from chalicelib.platform.http.answers import Answer, Area, ClockDocument, ErrorItem, TextPair, clock_document
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import Code
from chalicelib.platform.http.findings import Cite, finding_document
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import choice, path_value, status_parameter
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.settlement.access import TASK_COMPLETE, TASK_READ, TASK_RETRY
from chalicelib.settlement.usecases.work_tasks import TaskWork
from chalicelib.worklist.domain import Task, TaskKind, TaskStatus


class TaskCodeBody(WireModel):
    """A diagnosis code (ICD-10 in the insurance version), marked as the main code or an additional code."""

    code: Code
    role: Choice[DiagnosisRole]


class TaskCodesBody(WireModel):
    """All diagnosis codes of the visit, replacing the claim's codes; the disease-category code where owed."""

    codes: Annotated[list[TaskCodeBody], Field(min_length=1, max_length=100)]
    disease_code: Code | None = None


class DutyDocument(Answer):
    """A duty: the business to be done, its subject, and its clock."""

    business: str
    name: TextPair
    subject_id: str
    clock: ClockDocument


class TaskDocument(Answer):
    """A task of the work list. `owner` has to act; `because` is the event that asked for a new decision; `reasons` are
    the obstacles; `closed_at` is set once done. A duty concerns something other than a claim and has a clock.
    """

    task_id: TaskId
    kind: TaskKind
    status: TaskStatus
    owner: Literal["agency", "hospital", "finance"]
    claim_id: ClaimId | None
    claim_no: str | None
    institution: InstitutionCode | None
    agency: Area | None
    since: Instant
    closed_at: Instant | None = None
    because: str | None
    reasons: list[ErrorItem]
    duty: DutyDocument | None


class TaskPage(BaseModel):
    items: list[TaskDocument]
    next: str | None


_TASK_ID = path_value("task_id", Text("事项编号", "The task's id"))

_STATUS = status_parameter(TaskStatus, Text("open 待办，done 已办结", "`open` lists open tasks, `done` finished tasks"))
_KIND = choice(
    "kind",
    Text(
        "re-decide 待重新核定，codes 待补编码，outcome 待处置裁定金额，settle 待重新发起结算，duty 有期限的经办事项",
        "`re-decide` for decisions to repeat, `codes` for missing codes, `outcome` for amounts that a ruling "
        "took, `settle` for claims whose settlement failed, `duty` for business with a term",
    ),
    TaskKind,
)
_TASK = ResourceType(Tag.CLAIMS, Text("事项", "The task"), TaskDocument, (_TASK_ID,))

LIST = listing(
    id="listTasks",
    tag=Tag.CLAIMS,
    summary=Text("列出待办事项", "List the tasks"),
    detail=Text(
        "调用方可见的事项，最早的在前：无法重新核定、多次发起仍未完成的结算由经办机构处理，缺失的编码由医院补正，裁定减少的金额由就医地经办机构处置，"
        "有期限的经办事项由其所列角色办理并显示期限，财政部门只见由其办理的事项；卫生健康部门可见本区划的事项。",
        "The answer lists the tasks that the caller may see, the oldest first. The settling agency resolves "
        "claims that cannot be decided again or settled, the hospital completes missing codes, the treatment "
        "place's agency disposes of the amount that a ruling took, and the role named by a duty performs it "
        "within its term. Finance sees its own duties alone, the health side those of its area.",
    ),
    action=TASK_READ,
    page=TaskPage,
    filters=(_STATUS, _KIND),
)

READ = Operation(
    id="readTask",
    tag=Tag.CLAIMS,
    summary=Text("查询待办事项", "Read a task"),
    detail=Text(
        "办理单位、事由和起始时间。",
        "The answer names the party that must act, the reason and the day since which the task has waited.",
    ),
    action=TASK_READ,
    parameters=(_TASK_ID,),
    answers={200: Success(Text("事项", "The task"), TaskDocument)},
    problems=(404,),
)

RETRY = _TASK.changing(
    id="retryTask",
    summary=Text("重试核定或结算", "Retry the decision or settlement of a claim"),
    detail=Text(
        "排除原因后由经办机构重试：重新核定，或重新发起多次未完成的结算；办成即办结，办不成则保留并说明原因。确实无法办理的，撤销该结算，由医院重新申报。",
        "The settling agency retries once the cause is removed: the claim is decided again or, where its "
        "settlement failed, started again. The task is done when the retry succeeds, and otherwise stays with its "
        "reasons. A claim that can never be decided is reversed, and the hospital submits it anew.",
    ),
    action=TASK_RETRY,
)

COMPLETE = _TASK.changing(
    id="completeCodes",
    summary=Text("补正编码", "Complete the codes of a claim"),
    detail=Text(
        "由医院提交完整编码；待遇不受影响。仍有缺失的，事项保留并说明缺什么。",
        "The hospital gives the complete codes; no payer's part changes. Where a code is still missing, the task "
        "stays and names it.",
    ),
    action=TASK_COMPLETE,
    body=TaskCodesBody,
    body_example={"codes": [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}]},
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of tasks."""
    endpoints = Endpoints(__name__, edge)

    def shown(call: Call, task: Task) -> Response:
        return answer(task_document(task, call.use(Clock).now(), call.cite))

    @endpoints.route("GET", "/v1/tasks", LIST)
    def list_tasks(call: Call, principal: Principal) -> Response:
        status, kind = call.asked(_STATUS), call.asked(_KIND)
        find, now = partial(call.use(TaskWork).find, principal, status, kind), call.use(Clock).now()
        return call.listed(find, lambda task: task_document(task, now, call.cite))

    @endpoints.route("GET", "/v1/tasks/{task_id}", READ)
    def read_task(call: Call, principal: Principal, task_id: TaskId) -> Response:
        return shown(call, call.use(TaskWork).read(principal, task_id))

    @endpoints.route("POST", "/v1/tasks/{task_id}/retry", RETRY)
    def retry_task(call: Call, principal: Principal, task_id: TaskId) -> Response:
        return shown(call, call.use(TaskWork).retry(principal, task_id))

    @endpoints.route("POST", "/v1/tasks/{task_id}/codes", COMPLETE)
    def complete_codes(call: Call, principal: Principal, task_id: TaskId) -> Response:
        body = call.sent(TaskCodesBody)
        codes = tuple(DiagnosisCode(each.code, each.role) for each in body.codes)
        return shown(call, call.use(TaskWork).complete_codes(principal, task_id, codes, body.disease_code))

    return endpoints.blueprint


def task_document(task: Task, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of a task."""
    document: dict[str, Any] = {
        "task_id": task.task_id,
        "kind": task.kind.value,
        "status": task.status.value,
        "owner": task.owner.value,
        "claim_id": task.claim_id,
        "claim_no": task.claim_no,
        "institution": task.institution,
        "agency": task.agency,
        "since": task.since,
        "because": None if task.because is None else task.because.value,
        "reasons": [finding_document(each, cite) for each in task.reasons],
        "duty": None,
    }
    if task.duty is not None:
        clock = clock_document(task.duty.clock, now, cite)
        document["duty"] = {
            "business": task.duty.business,
            "name": render_text(name_of_duty(task.duty.business)),
            "subject_id": task.duty.subject_id,
            "clock": clock,
        }
    if task.closed_at is not None:
        document["closed_at"] = task.closed_at
    return document
