"""Reads the state of the claims' path, for those who look after the system."""

from __future__ import annotations

from datetime import datetime

from chalicelib.claims.domain.record import QueueKind
from chalicelib.claims.ports import ClaimStore
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.time import instant
from chalicelib.law.ports import BundleStore
from chalicelib.operations.access import OPERATIONS_READ
from chalicelib.operations.domain import COUNTED_MAX, PathState, QueueState
from chalicelib.operations.ports import Machinery
from chalicelib.version import VERSION


@dataclass(frozen=True, slots=True)
class ReadPath:
    """The reading of the claims' path. Waiting claims are counted to a limit, so that the cost is the same for any
    number.
    """

    claims: ClaimStore
    bundles: BundleStore
    machinery: Machinery
    clock: Clock

    def __call__(self, principal: Principal) -> PathState:
        """Return the path's state. Raises `Forbidden` for every role but the operator's and the auditor's."""
        require(principal, OPERATIONS_READ, Resource("operations"))
        now = self.clock.now()
        swept = (kind for kind in QueueKind if kind is not QueueKind.QUARANTINE)
        return PathState(
            at=now,
            release=VERSION,
            bundle=self.bundles.current().hash,
            queues=tuple(self._queue(kind, now) for kind in swept),
            machines=self.machinery.machines(),
            schedules=self.machinery.schedules(),
            given_up=self.machinery.given_up(),
            alarms=self.machinery.alarms(),
        )

    def _queue(self, kind: QueueKind, now: datetime) -> QueueState:
        found = self.claims.open_since(kind, instant(now), PageRequest(limit=COUNTED_MAX))
        oldest = min((datetime.fromisoformat(each.since) for each in found.items), default=None)
        return QueueState(kind, len(found.items), found.next is not None, oldest)
