"""What is told to whoever listens: hospitals' systems, the agencies', the people on duty.

An announcement holds ids, states and codes, never anything of a person. It may be told more than once; its id is the
same every time, so that a listener can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Announcement:
    """`kind` is what happened (`claim.settled`), `detail` what it happened to."""

    event_id: str
    kind: str
    detail: Mapping[str, str | int]
