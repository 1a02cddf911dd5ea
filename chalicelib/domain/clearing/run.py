"""The states of a clearing run, who still has to confirm it, what a dispute takes out and a resolution brings back.

    closing -> verified -> netted -> confirming -> instructed -> settled
       any of the first five -> failed -> where it failed

A run owns exactly one window; starting it moves the tier's pointer in the same write, so no window is in two runs and
none is in no run. Nothing here knows a store or the clock.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from chalicelib.domain.clearing.netting import party_in
from chalicelib.domain.clearing.statements import Line
from chalicelib.domain.clearing.terms import Terms
from chalicelib.domain.clearing.windows import Position, Window
from chalicelib.domain.errors import Conflict, Finding, Invalid
from chalicelib.domain.money import Fen, apportion
from chalicelib.domain.texts import Text


class RunStatus(StrEnum):
    CLOSING = "closing"
    VERIFIED = "verified"
    NETTED = "netted"
    CONFIRMING = "confirming"
    INSTRUCTED = "instructed"
    SETTLED = "settled"
    FAILED = "failed"


_NEXT = {
    RunStatus.CLOSING: RunStatus.VERIFIED,
    RunStatus.VERIFIED: RunStatus.NETTED,
    RunStatus.NETTED: RunStatus.CONFIRMING,
    RunStatus.CONFIRMING: RunStatus.INSTRUCTED,
    RunStatus.INSTRUCTED: RunStatus.SETTLED,
}
_ORDER = {status: place for place, status in enumerate(RunStatus)}


@dataclass(frozen=True, slots=True)
class Run:
    """One run over one window. Hashes name stored documents: `figures` the matrix, nets and payments, `manifest` the
    current edition's statements.

    `sealed` once no dispute may come any more: the payments are then final. `handed_down` once the provinces were told
    to pass on what the nation cleared, which they are when the run settles. `failed_in` is where a failed run goes on;
    `attempt` counts the executions started for it.
    """

    run_id: str
    window: Window
    started_by: str
    started_at: str
    terms: Terms
    status: RunStatus = RunStatus.CLOSING
    revision: int = 1
    attempt: int = 1
    lines: int = 0
    root: str | None = None
    figures: str | None = None
    edition: int = 0
    manifest: str | None = None
    deadline: str | None = None
    sealed: bool = False
    handed_down: bool = False
    failed_in: RunStatus | None = None
    reason: str | None = None

    def to(self, status: RunStatus) -> Run:
        """The run one state further. Raises `ValueError` for a step the machine does not have."""
        if _NEXT.get(self.status) is not status:
            raise ValueError(f"a run does not go from {self.status} to {status}")
        return replace(self, status=status)

    def failed(self, reason: str) -> Run:
        """The run stopped where it is; a settled run cannot fail."""
        if self.status in (RunStatus.FAILED, RunStatus.SETTLED):
            raise ValueError("only a run that is under way can fail")
        return replace(self, status=RunStatus.FAILED, failed_in=self.status, reason=reason)

    def resumed(self) -> Run:
        """A failed run back where it failed, for another execution."""
        if self.status is not RunStatus.FAILED or self.failed_in is None:
            raise ValueError("only a failed run is resumed")
        return replace(self, status=self.failed_in, failed_in=None, reason=None, attempt=self.attempt + 1)

    def reached(self, status: RunStatus) -> bool:
        """Whether the run has been in a state, so that a task which leads there has nothing left to do."""
        current = self.failed_in if self.status is RunStatus.FAILED and self.failed_in else self.status
        return _ORDER[current] >= _ORDER[status]


def run_id_of(window: Window) -> str:
    """The run of a window: the same window gives the same id, so starting twice starts once."""
    digest = sha256(f"{window.tier}|{window.period}|{window.number}".encode()).digest()
    return "clr_" + b32encode(digest).decode().lower()[:26]


def parties(matrix: Iterable[Position], tier: str) -> dict[str, frozenset[str]]:
    """Who has to confirm, with the areas whose obligations each answers for."""
    party = party_in(tier)
    beneath: dict[str, set[str]] = {}
    for position in matrix:
        for area in (position.debtor, position.creditor):
            beneath.setdefault(party(area), set()).add(area)
    return {name: frozenset(areas) for name, areas in sorted(beneath.items())}


def awaited(matrix: Iterable[Position], tier: str, confirmed: Collection[str]) -> tuple[str, ...]:
    """The parties that have not confirmed. A province has when it did, or when all its pooling areas did."""
    return tuple(
        party
        for party, beneath in parties(matrix, tier).items()
        if party not in confirmed and not beneath <= set(confirmed)
    )


class Verdict(StrEnum):
    """What the centre decides about a disputed amount."""

    OWED = "owed"
    REDUCED = "reduced"
    NOT_OWED = "not-owed"


@dataclass(frozen=True, slots=True)
class Resolution:
    """`amounts_fen` is what is owed of each of the dispute's lines."""

    verdict: Verdict
    amounts_fen: tuple[Fen, ...]
    resolved_by: str
    resolved_at: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Lines an area objects to. They leave the net on both sides until they are resolved."""

    dispute_id: str
    run_id: str
    area: str
    claim_id: str
    reason: str
    raised_by: str
    raised_at: str
    lines: tuple[Line, ...]
    resolution: Resolution | None = None


_NO_SUCH_LINE = Finding(
    "claim-not-stated",
    "claim_id",
    Text("该区划的清分表中没有这笔结算。", "The claim does not stand on this area's statement."),
)
_ALREADY_DISPUTED = Finding(
    "already-disputed",
    "claim_id",
    Text("该笔结算已被另一方提出异议。", "Another party already disputes this claim."),
)
_AMOUNT_OUT_OF_RANGE = Finding(
    "amount-out-of-range",
    "amount",
    Text("调减后的金额须大于零且小于争议金额。", "A reduced amount is more than zero and less than what is disputed."),
)


def dispute_id_of(run_id: str, area: str, claim_id: str) -> str:
    """The one dispute an area can raise about a claim in a run."""
    digest = sha256(f"{run_id}|{area}|{claim_id}".encode()).digest()
    return "dsp_" + b32encode(digest).decode().lower()[:26]


def disputable(lines: Sequence[Line], area: str, tier: str, disputed: Collection[Line]) -> tuple[Line, ...]:
    """The lines of a claim that an area may still take out of the net.

    Raises `Invalid` where it has none there, `Conflict` where all of them are disputed already.
    """
    party = party_in(tier)
    own = [line for line in lines if area in (line.debtor, line.creditor, party(line.debtor), party(line.creditor))]
    if not own:
        raise Invalid([_NO_SUCH_LINE])
    free = tuple(line for line in own if line not in disputed)
    if not free:
        raise Conflict([_ALREADY_DISPUTED])
    return free


def owed_after(lines: Sequence[Line], verdict: Verdict, amount_fen: Fen | None) -> tuple[Fen, ...]:
    """What is owed of each disputed line. A reduced total is spread over the lines by largest remainder.

    Raises `Invalid` for a reduced amount that is not between zero and the disputed one; a dispute over money that was
    taken back can only be upheld or dropped.
    """
    if verdict is Verdict.OWED:
        return tuple(line.amount_fen for line in lines)
    if verdict is Verdict.NOT_OWED:
        return tuple(0 for _ in lines)
    if amount_fen is None or not 0 < amount_fen < sum(line.amount_fen for line in lines):
        raise Invalid([_AMOUNT_OUT_OF_RANGE])
    if any(line.amount_fen < 0 for line in lines):
        raise Invalid([_AMOUNT_OUT_OF_RANGE])
    return apportion(amount_fen, [line.amount_fen for line in lines])
