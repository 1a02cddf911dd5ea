"""The shape of an act on the wire: who did something, as what, for whom and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.api.wire_answers import Answer
from chalicelib.domain.acts import Act


class ActDocument(Answer):
    """Who did it, as what, for whom and when."""

    actor: str
    role: str
    subject: str
    at: datetime


def act_document(act: Act) -> dict[str, Any]:
    """An act on the wire."""
    return {"actor": act.actor, "role": act.role.value, "subject": act.subject, "at": act.at}


def act_or_none(act: Act | None) -> dict[str, Any] | None:
    """An act that may not have happened yet."""
    return None if act is None else act_document(act)
