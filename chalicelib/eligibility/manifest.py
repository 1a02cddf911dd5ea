"""Eligibility: a hospital desk's look-up of a person, and the record of look-ups."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

ELIGIBILITY = Capability("eligibility", routes=("http",))
