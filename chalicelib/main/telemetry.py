"""Structured logs: one JSON object a line, holding only fields from an allow-list.

No free text reaches a log. A message is an event's name, chosen by the programmer and made of plain words; values
formatted into the message, and every field not listed here, are dropped. A failure is described by its class, its code
and the place it was raised, never by its text, which may quote a request.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from chalicelib.kernel.errors import QuebaoError

ROOT_LOGGER = "quebao"

FIELDS: Mapping[str, str] = {
    "actor_role": r"[a-z]{1,16}",
    "advance_id": r"adv_[a-z2-7]{1,40}",
    "attempt": r"[0-9]{1,6}",
    "bundle": r"[0-9a-f]{64}",
    "claim_id": r"clm_[a-z2-7]{26}",
    "claims": r"[0-9]{1,9}",
    "code": r"[a-z]+(-[a-z]+)*",
    "duration_ms": r"[0-9]{1,9}",
    "execution": r"clm_[a-z2-7]{26}(-[0-9]{1,6})?",
    "institution": r"[A-Z][0-9]{11}",
    "ledger_item": (
        r"(JOURNAL#[0-9a-f]|OWING#[0-9]{6}#[0-9]{4}-[0-9]{2}#[0-9a-f]{1,2}|POSTED#[0-9]{4}-[0-9]{2}#[0-9a-f])"
        r"/([0-9T:.-]{26}Z#)?[a-z-]+(:[a-z0-9_.-]{1,60}){1,4}"
    ),
    "method": r"[A-Z]{3,7}",
    "person": r"prs_[0-9a-f]{32}",
    "reason": r"[a-z]+(-[a-z]+)*",
    "request_id": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "route": r"/(?:[a-z]|[{}_./-]|v[0-9]+)*",
    "status": r"[a-z-]{1,24}|[1-5][0-9]{2}",
}
"""The fields a log line may carry, and the form each value must have. No form admits an identity number, a name or
other free text: a route is its pattern, never the requested path. Forms are compiled by the first line that needs them.
"""

_EVENT = r"[a-z]+([ -][a-z]+)*"
_LOGGER = r"[A-Za-z_][A-Za-z_0-9]{0,30}(\.[A-Za-z_][A-Za-z_0-9]{0,30})*"
_SOURCE_ROOT = Path(__file__).resolve().parents[2]


class AllowListFormatter(logging.Formatter):
    """The formatter of a record as a JSON object of allowed fields, which never raises and never formats arguments."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": _told(record.name, _LOGGER),
            "event": _told(record.msg, _EVENT),
        }
        for field, form in FIELDS.items():
            if field in record.__dict__:
                line[field] = _told(record.__dict__[field], form)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def describe(error: BaseException) -> dict[str, str]:
    """Describe an error by its class, its stable code, and the project's own line that raised it."""
    told = {"class": type(error).__name__}
    if isinstance(error, QuebaoError):
        told["code"] = error.code
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        source = Path(frame.filename)
        if source.is_relative_to(_SOURCE_ROOT / "chalicelib"):
            told["raised_at"] = f"{source.relative_to(_SOURCE_ROOT).as_posix()}:{frame.lineno}"
            break
    return told


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> logging.Logger:
    """Send every logger through the allow-list, libraries' from WARNING on; return the product's logger.

    Modules log to their own logger below it, whichever layer they stand in:
    `logging.getLogger("quebao.api").info("claim settled", extra={"claim_id": ..., "duration_ms": ...})`.
    Calling this again replaces what an earlier call, or the function's host, had installed.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(AllowListFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logger = logging.getLogger(ROOT_LOGGER)
    logger.setLevel(level)
    return logger


def _told(value: object, form: str) -> str:
    """Return the value in its form, else the fact that it is absent: a slip is noticed and harmless."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if re.fullmatch(form, text) else "(dropped)"
