"""A dispute over a claim on a statement, the centre's ruling on it, and what becomes of what the ruling took.

A dispute concerns pairs: who owes whom, of which kind. What the ruling leaves owed is split over them by largest
remainder. What it takes of a fund's debt stands in suspense until the creditor's agency says that its own fund bears
it, that it is presented anew, or that it is recovered from the hospital.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection, Sequence
from enum import StrEnum
from hashlib import sha256

from chalicelib.clearing.domain.debts import Debt, Pair
from chalicelib.clearing.domain.netting import party_in
from chalicelib.clearing.domain.statements import Line
from chalicelib.kernel.errors import Conflict, Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, apportion
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.writes import SOME
from chalicelib.ledger.domain.accounts import ObligationKind


class Verdict(StrEnum):
    """What the centre decides about a disputed amount."""

    OWED = "owed"
    REDUCED = "reduced"
    NOT_OWED = "not-owed"


class RulingOutcome(StrEnum):
    """What becomes of what a ruling took: the creditor's own fund bears it, it is presented anew in the open window,
    or the claim is reversed against the hospital.
    """

    BORNE = "borne"
    PRESENTED = "presented"
    RECOVERED = "recovered"


AWAITS_OUTCOME = {"resolution": SOME, "disposal": None}
"""What a dispute holds while what its ruling took is disposed of by nobody."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The ruling: `amounts_fen` is what is owed of each of the dispute's pairs."""

    verdict: Verdict
    amounts_fen: tuple[Fen, ...]
    act: Act


@dataclass(frozen=True, slots=True)
class Disposal:
    """What the creditor's agency said becomes of what the ruling took."""

    outcome: RulingOutcome
    reason: str
    act: Act


@dataclass(frozen=True, slots=True)
class Dispute:
    """Lines an area objects to. They leave the net on both sides until they are ruled on."""

    dispute_id: str
    run_id: str
    area: str
    claim_id: str
    reason: str
    raised: Act
    lines: tuple[Line, ...]
    resolution: Resolution | None = None
    disposal: Disposal | None = None

    @property
    def pairs(self) -> tuple[tuple[Pair, Fen], ...]:
        """What is disputed between whom."""
        sums: dict[Pair, Fen] = {}
        for line in self.lines:
            pair = pair_of(line)
            sums[pair] = sums.get(pair, 0) + line.amount_fen
        return tuple(sums.items())

    @property
    def amount_fen(self) -> Fen:
        return sum(line.amount_fen for line in self.lines)

    @property
    def creditors(self) -> frozenset[str]:
        """Whose agencies say what becomes of what a ruling takes: the treatment place's, whose fund would bear it; the
        treasuries' that paid first where no fund is concerned.
        """
        of_funds = {line.creditor for line in self.lines if line.kind is ObligationKind.FUND}
        return frozenset(of_funds or {line.creditor for line in self.lines})

    @property
    def awaits_outcome(self) -> bool:
        """Whether a ruling took something and nobody has said what becomes of it."""
        takes = self.resolution is not None and self.resolution.verdict is not Verdict.OWED
        return takes and self.disposal is None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute as it stands: what it concerns by now while it is open, and what of its ruling stands in suspense."""

    dispute: Dispute
    disputed_fen: Fen
    held_fen: Fen


class DisputeState(StrEnum):
    """What a list of disputes is narrowed to."""

    OPEN = "open"
    OUTCOME_OPEN = "outcome-open"
    RESOLVED = "resolved"

    def holds(self, dispute: Dispute) -> bool:
        """Whether a dispute is in the state; one whose outcome is open is resolved too."""
        if self is DisputeState.OUTCOME_OPEN:
            return dispute.awaits_outcome
        return (dispute.resolution is None) is (self is DisputeState.OPEN)


_NO_SUCH_LINE = Finding(
    "claim-not-stated",
    "claim_id",
    Text(
        "该区划的清分表中没有这笔结算，请核对申请编号和区划。",
        "The claim does not stand on this area's statement; check its id and the area.",
    ),
)
_NOTHING_OWED = Finding(
    "nothing-owed",
    "claim_id",
    Text(
        "该笔结算在本批次中没有应付金额：冲销或调减的部分不能提出异议，须对结算本身提出更正。",
        "The claim is owed nothing in this run. What a reversal or a correction took back is not disputed here; ask "
        "the treatment place's agency to correct the claim.",
    ),
)
_ALREADY_DISPUTED = Finding(
    "already-disputed",
    "claim_id",
    Text(
        "该笔结算已被另一方提出异议，无需再提，请等待裁定。",
        "Another party already disputes this claim; wait for the ruling.",
    ),
)
_AMOUNT_OUT_OF_RANGE = Finding(
    "amount-out-of-range",
    "amount",
    Text("调减后的金额须大于零且小于争议金额。", "Give an amount over zero and under what is disputed."),
)
_AMOUNT_MISSING = Finding(
    "amount-required",
    "amount",
    Text("裁定调减须写明金额。", "Give the amount still owed: a ruling that reduces names it."),
)
_AMOUNT_NOT_ALLOWED = Finding(
    "amount-not-allowed",
    "amount",
    Text(
        "只有裁定调减时填写金额，其他裁定请勿填写。",
        "Only a ruling that reduces names an amount; leave it out otherwise.",
    ),
)


def dispute_id_of(run_id: str, area: str, claim_id: str) -> str:
    """The one dispute an area can raise about a claim in a run."""
    digest = sha256(f"{run_id}|{area}|{claim_id}".encode()).digest()
    return "dsp_" + b32encode(digest).decode().lower()[:26]


def pair_of(line: Line) -> Pair:
    """Between whom a line is."""
    return Pair(line.kind, line.debtor, line.creditor)


def disputable(lines: Sequence[Line], area: str, tier: str, disputed: Collection[Line]) -> tuple[Line, ...]:
    """The lines of a claim that an area may still take out of the net: those between parties of whom one owes the
    other for it in this run. What was taken back is owed by nobody, and to dispute it would leave the debtor with more
    than was decided.

    Raises `Invalid` where it has none there or owes and is owed nothing, `Conflict` where all are disputed already.
    """
    party = party_in(tier)
    own = [line for line in lines if area in (line.debtor, line.creditor, party(line.debtor), party(line.creditor))]
    if not own:
        raise Invalid([_NO_SUCH_LINE])
    free = tuple(line for line in own if line not in disputed)
    if not free:
        raise Conflict([_ALREADY_DISPUTED])
    sums: dict[Pair, Fen] = {}
    for line in free:
        sums[pair_of(line)] = sums.get(pair_of(line), 0) + line.amount_fen
    owing = tuple(line for line in free if sums[pair_of(line)] > 0)
    if not owing:
        raise Invalid([_NOTHING_OWED])
    return owing


def owed_after(dispute: Dispute, debts: Sequence[Debt], verdict: Verdict, amount_fen: Fen | None) -> tuple[Fen, ...]:
    """What is owed of each of a dispute's pairs, whose debts are given. A reduced total is spread over them by largest
    remainder, by what each is disputed for now: a claim corrected while the dispute is open can have grown.

    Raises `Invalid` for a reduced amount that is missing or not between zero and what is disputed, and for an amount
    where none belongs.
    """
    disputed = [debt.concerned_fen(dispute.dispute_id) for debt in debts]
    if verdict is not Verdict.REDUCED:
        if amount_fen is not None:
            raise Invalid([_AMOUNT_NOT_ALLOWED])
        return tuple(disputed) if verdict is Verdict.OWED else tuple(0 for _ in disputed)
    if amount_fen is None:
        raise Invalid([_AMOUNT_MISSING])
    weights = [debt.open_fen(dispute.dispute_id) for debt in debts]
    if not any(weights):
        weights = [stated_fen for _, stated_fen in dispute.pairs]
    if not 0 < amount_fen < sum(weights):
        raise Invalid([_AMOUNT_OUT_OF_RANGE])
    return apportion(amount_fen, weights)
