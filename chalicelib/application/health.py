"""Whether the system can work: it can once a policy bundle with its registry is published and readable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.application.ports import BundleStore


@dataclass(frozen=True, slots=True)
class ReadHealth:
    """`report` says how far the start is: `running` while worked claims are still being settled, else `done`."""

    bundles: BundleStore
    report: Callable[[], str]

    def __call__(self) -> dict[str, Any]:
        """Raises `Unavailable` while no bundle can be read."""
        return {"status": "ok", "report": self.report(), "bundle": self.bundles.current().hash}
