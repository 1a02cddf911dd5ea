"""The `Prefer` header (RFC 7240): `wait`, never more than the gateway lets a caller wait, and `respond-async`."""

from __future__ import annotations

import re

WAIT_S_MAX = 20
"""Seconds; API Gateway cuts an answer off at 29."""

_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,9})"?', re.IGNORECASE)


def wait_of(prefer: str | None) -> int:
    """Seconds the caller is willing to wait, 0 where it says nothing that can be honoured.

    A preference that is unknown or cannot be read is ignored, as the RFC asks; of two, the first counts.
    """
    for preference in (prefer or "").split(","):
        token = preference.split(";", 1)[0].strip()
        if found := _WAIT.fullmatch(token):
            return min(int(found.group(1)), WAIT_S_MAX)
    return 0


def asks_for_later(prefer: str | None) -> bool:
    """Whether the caller would rather follow a run than wait for its result (`respond-async`)."""
    return any(each.split(";", 1)[0].strip().lower() == "respond-async" for each in (prefer or "").split(","))
