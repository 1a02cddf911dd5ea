"""Printing: statements and notices that are signed, sealed and filed."""

from __future__ import annotations

from chalicelib.platform.capability import Capability

PRINTING = Capability("printing", routes=("http",))
