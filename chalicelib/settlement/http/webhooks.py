"""Webhooks of the OpenAPI document: the form of each claim event's detail on the event bus.

The product puts events on its bus and calls nobody: a rule of the bus with an API destination makes the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.claims.usecases.announce import ClaimEvent
from chalicelib.kernel.text import Text, render_text

_WHEN: Mapping[ClaimEvent, Text] = {
    ClaimEvent.SETTLED: Text("已核定并入账", "The claim is decided and posted"),
    ClaimEvent.REJECTED: Text(
        "不符合登记或政策，原因见该申请", "The claim breaks the registry or a policy; its reasons stand in the claim"
    ),
    ClaimEvent.DEFERRED: Text("暂缓，等待 reason 所指事项", "The claim waits for the matter that `reason` names"),
    ClaimEvent.RESUMED: Text(
        "恢复处理，attempt 为新的次数", "The claim is processed again; `attempt` is the new number"
    ),
    ClaimEvent.REVERSED: Text("已撤销", "The claim is reversed"),
    ClaimEvent.WITHDRAWN: Text(
        "结算前由机构撤回或更换", "The hospital withdrew or replaced the claim before its settlement"
    ),
    ClaimEvent.RULED: Text("清算异议已裁定，见 dispute_id", "The clearing centre ruled on the dispute `dispute_id`"),
}

_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "event_id": {"type": "string", "pattern": "^evt_[0-9a-f]{32}$", "description": "the same every time it is told"},
    "claim_id": {"type": "string", "pattern": "^clm_[a-z2-7]{26}$"},
    "institution": {"type": "string", "pattern": "^[HP][0-9]{11}$"},
    "version": {"type": "integer", "minimum": 1},
    "status": {"enum": ["received", "deferred", "rejected", "settled", "reversed", "withdrawn"]},
    "attempt": {"type": "integer", "minimum": 1},
    "occurred_at": {"type": "string", "format": "date-time"},
}


def webhooks_document() -> dict[str, Any]:
    """Return a webhook for each claim event."""
    return {event.value: {"post": _webhook(event, when)} for event, when in _WHEN.items()}


def _webhook(event: ClaimEvent, when: Text) -> dict[str, Any]:
    return {
        "operationId": event.value,
        "summary": when.en,
        "description": "Comes at least once, in no certain order, and holds nothing of a person.",
        "x-text": {"summary": render_text(when)},
        "requestBody": {"required": True, "content": {"application/json": {"schema": _detail(event)}}},
        "responses": {"2XX": {"description": "taken"}},
    }


def _detail(event: ClaimEvent) -> dict[str, Any]:
    fields: dict[str, Any] = {name: dict(schema) for name, schema in _FIELDS.items()}
    if event is ClaimEvent.DEFERRED:
        fields["reason"] = {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$", "examples": ["enrolment-missing"]}
    if event is ClaimEvent.RULED:
        fields["dispute_id"] = {"type": "string", "pattern": "^dsp_[a-z2-7]{26}$"}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
