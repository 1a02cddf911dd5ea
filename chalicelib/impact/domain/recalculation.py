"""What is remembered of a recalculation: how far it is, and every claim it corrected."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act


class RecalculationStatus(StrEnum):
    """requested -> running by another officer's consent, or refused; running -> done; `superseded` where another bundle
    was published meanwhile; `failed` until it is asked for again, when it goes on where it stood on the same consent.
    """

    REQUESTED = "requested"
    REFUSED = "refused"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"


def recalculation_id_of(bundle: str) -> str:
    """The one recalculation of a bundle."""
    return f"rcl_{bundle[:26]}"


@dataclass(frozen=True, slots=True)
class Recalculation:
    """The posting of what a published bundle changes. `requested` and `decided` are the acts of two officers; `attempt`
    counts the executions, `round` how often it was asked for anew once it was over; `looked_at` counts its claims.
    """

    recalculation_id: str
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
    """The years of one part of an agency's persons. `cursor` is where the next of them begins, `looked_at` counts the
    agency's claims among them.
    """

    recalculation_id: str
    round: int
    agency: str
    part: str
    revision: int = 0
    cursor: str | None = None
    looked_at: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class RecalculatedClaim:
    """One correction, by the transaction that posted it; with both bundles and what each payer came to."""

    recalculation_id: str
    claim_id: str
    transaction_id: str
    bundle_before: str
    bundle_after: str
    changes: tuple[PartyChange, ...]
