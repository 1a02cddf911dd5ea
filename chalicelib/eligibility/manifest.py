"""Eligibility: what a hospital's desk may learn of a person, and who asked."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

ELIGIBILITY = Capability("eligibility", routes=("http",))
