"""Disputes over claims on a statement, the centre's rulings, and the outcomes for the amounts the rulings took.

A dispute concerns pairs of debtor, creditor and kind. The amount that the ruling leaves owed is split over the pairs by
largest remainder. The amount that the ruling takes of a fund's debt stands in suspense until the creditor's agency
decides that its own fund bears it, that it is presented anew, or that it is recovered from the hospital.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Collection, Sequence
from enum import StrEnum
from hashlib import sha256

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.clearing.domain.debts import Debt, Pair
from chalicelib.clearing.domain.netting import party_in
from chalicelib.clearing.domain.statements import Line
from chalicelib.kernel.errors import Conflict, Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, apportion
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, RunId
from chalicelib.kernel.writes import SOME
from chalicelib.ledger.domain.accounts import ObligationKind

AWAITS_OUTCOME = {"resolution": SOME, "disposal": None}
"""The values of a dispute's fields while nobody has disposed of the amount its ruling took."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The ruling: `amounts_fen` are the amounts owed of each of the dispute's pairs."""

    verdict: Verdict
    amounts_fen: tuple[Fen, ...]
    act: Act


@dataclass(frozen=True, slots=True)
class Disposal:
    """The decision of the creditor's agency about the amount the ruling took."""

    outcome: RulingOutcome
    reason: str
    act: Act


@dataclass(frozen=True, slots=True)
class Dispute:
    """Lines an area objects to. The lines leave the net on both sides until the centre rules on them."""

    dispute_id: DisputeId
    run_id: RunId
    area: AreaCode
    claim_id: ClaimId
    reason: str
    raised: Act
    lines: tuple[Line, ...]
    resolution: Resolution | None = None
    disposal: Disposal | None = None

    @property
    def pairs(self) -> tuple[tuple[Pair, Fen], ...]:
        """Return the pairs of the dispute, with the disputed amount of each."""
        sums: dict[Pair, Fen] = {}
        for line in self.lines:
            pair = pair_of(line)
            sums[pair] = sums.get(pair, 0) + line.amount_fen
        return tuple(sums.items())

    @property
    def amount_fen(self) -> Fen:
        return sum(line.amount_fen for line in self.lines)

    @property
    def creditors(self) -> frozenset[AreaCode]:
        """Return the areas whose agencies decide about the amount a ruling takes: the treatment place, whose fund would
        bear it; where no fund is concerned, the treasuries that paid first.
        """
        of_funds = {line.creditor for line in self.lines if line.kind is ObligationKind.FUND}
        return frozenset(of_funds or {line.creditor for line in self.lines})

    @property
    def awaits_outcome(self) -> bool:
        """Tell whether a ruling took something and nobody has stated the outcome."""
        takes = self.resolution is not None and self.resolution.verdict is not Verdict.OWED
        return takes and self.disposal is None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """A dispute in its present state: the amount disputed now while it is open, and the amount in suspense."""

    dispute: Dispute
    disputed_fen: Fen
    held_fen: Fen


class DisputeState(StrEnum):
    """The state by which a list of disputes is narrowed."""

    OPEN = "open"
    OUTCOME_OPEN = "outcome-open"
    RESOLVED = "resolved"

    def holds(self, dispute: Dispute) -> bool:
        """Tell whether a dispute is in the state; a dispute with an open outcome is also resolved."""
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


def dispute_id_of(run_id: RunId, area: AreaCode, claim_id: ClaimId) -> DisputeId:
    """Return the id of the only dispute an area can raise about a claim in a run."""
    digest = sha256(f"{run_id}|{area}|{claim_id}".encode()).digest()
    return DisputeId("dsp_" + b32encode(digest).decode().lower()[:26])


def pair_of(line: Line) -> Pair:
    """Return the pair of a line: its kind, debtor and creditor."""
    return Pair(line.kind, line.debtor, line.creditor)


def disputable(lines: Sequence[Line], area: AreaCode, tier: AreaCode, disputed: Collection[Line]) -> tuple[Line, ...]:
    """Return the lines of a claim that an area may still take out of the net: those of pairs whose debtor owes the
    creditor for it in this run. An amount taken back is owed by nobody; to dispute it would leave the debtor with more
    than was decided.

    Raises `Invalid` where the area has no line there or owes and is owed nothing, `Conflict` where all are disputed.
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
    """Return the amount owed of each of a dispute's pairs, whose debts are given. A reduced total is spread over them
    by largest remainder, by the amount now disputed of each: a claim corrected during the dispute can have grown.

    Raises `Invalid` for a reduced amount that is missing or not between zero and the disputed amount, and for an amount
    under another verdict.
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
