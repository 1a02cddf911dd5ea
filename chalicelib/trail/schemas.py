"""Wire form and file of the trail of acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.kernel.text import render_text
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column
from chalicelib.platform.http.answers import Answer, ShownInstant, TextPair
from chalicelib.trail.domain import TrailEntry


class TrailEntryDocument(Answer):
    """An act. `outcome` is `done`, the code of the refusal, or null where the request was cut off; `about` are the ids
    in the route's path.
    """

    at: ShownInstant
    actor: str
    role: str
    subject: str
    call: str
    what: TextPair
    outcome: str | None
    about: dict[str, str]
    request_id: str


class TrailPage(Answer):
    items: list[TrailEntryDocument]
    next: str | None


def trail_document(entry: TrailEntry) -> dict[str, Any]:
    """Write an act."""
    attempt, outcome = entry.attempt, entry.outcome
    return {
        "at": attempt.by.at,
        "actor": attempt.by.actor,
        "role": attempt.by.role.value,
        "subject": attempt.by.subject,
        "call": attempt.call,
        "what": render_text(attempt.what),
        "outcome": None if outcome is None else outcome.outcome,
        "about": {} if outcome is None else dict(outcome.about),
        "request_id": attempt.request_id,
    }


def trail_file(found: Sequence[TrailEntry]) -> ListFile:
    """Write the acts as a table."""
    columns = (
        Column("时间（UTC）", english="at"),
        Column("操作人", english="actor"),
        Column("角色", english="role"),
        Column("单位", english="subject"),
        Column("操作", english="what"),
        Column("结果", english="outcome"),
        Column("涉及", english="about"),
        Column("接口", english="call"),
        Column("请求编号", english="request id"),
    )
    return ListFile("audit-trail", columns, [_row(each) for each in found])


def _row(entry: TrailEntry) -> tuple[str, ...]:
    attempt, outcome = entry.attempt, entry.outcome
    about = () if outcome is None else outcome.about
    return (
        attempt.by.at,
        attempt.by.actor,
        attempt.by.role.value,
        attempt.by.subject,
        attempt.what.zh,
        "" if outcome is None else outcome.outcome,
        "；".join(f"{name} {value}" for name, value in about),
        attempt.call,
        attempt.request_id,
    )
