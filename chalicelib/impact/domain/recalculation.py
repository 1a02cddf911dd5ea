"""Records of a recalculation: its progress and every claim it corrected."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RecalculationId, TransactionId


class RecalculationStatus(StrEnum):
    """requested -> running by another officer's consent, or refused; running -> done; `superseded` where another bundle
    was published meanwhile; `failed` until requested again, when the run goes on where it stood on the same consent.
    """

    REQUESTED = "requested"
    REFUSED = "refused"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


def recalculation_id_of(bundle: str) -> RecalculationId:
    """Return the id of a bundle's only recalculation."""
    return RecalculationId(f"rcl_{bundle[:26]}")


@dataclass(frozen=True, slots=True)
class Recalculation:
    """The posting of a published bundle's changes. `requested` and `decided` are the acts of two officers; `attempt`
    counts the executions, `round` the new requests after the run was over; `looked_at` counts the run's claims.
    """

    recalculation_id: RecalculationId
    bundle: str
    requested: Act
    status: RecalculationStatus = RecalculationStatus.REQUESTED
    revision: int = 1
    attempt: int = 0
    decided: Act | None = None
    reason: str | None = None
    round: int = 1
    looked_at: int = 0

    @property
    def is_running(self) -> bool:
        return self.status is RecalculationStatus.RUNNING


@dataclass(frozen=True, slots=True)
class RecalculationShard:
    """The years of one part of an agency's persons. `cursor` is the start of the next page, `looked_at` counts the
    agency's claims among the years.
    """

    recalculation_id: RecalculationId
    round: int
    agency: AreaCode
    part: str
    revision: int = 0
    cursor: str | None = None
    looked_at: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class RecalculatedClaim:
    """A correction, by the transaction that posted it; with both bundles and every payer's amounts."""

    recalculation_id: RecalculationId
    claim_id: ClaimId
    transaction_id: TransactionId
    bundle_before: str
    bundle_after: str
    changes: tuple[PartyChange, ...]
