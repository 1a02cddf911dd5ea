"""Health of the system: able to work once a policy bundle with its registry is published and readable."""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import StartReport
from chalicelib.law.ports import BundleStore

STARTING = "starting"
"""The state in which the registry is still being loaded: a caller now would find persons missing."""


@dataclass(frozen=True, slots=True)
class ReadHealth:
    bundles: BundleStore
    report: StartReport

    def __call__(self) -> dict[str, Any]:
        """Return the state. Raises `Unavailable` while no bundle can be read or the registry is not loaded."""
        report = self.report()
        if report == STARTING:
            raise Unavailable
        return {"status": "ok", "report": report, "bundle": self.bundles.current().hash}
