"""The debt between two areas for a claim: the decided amount, its disputed part, and the part taken by rulings.

A ruling is a fact of the claim's debt, and so is the outcome that its creditor's agency then states. Any later movement
of the claim arrives at the amount owed under the rulings and outcomes, and presents the difference to the amount
recognised. A claim nobody disputed has no such record: everything decided is owed.

    decided = owed + in dispute + taken away (in the creditor's suspense, or borne by the creditor's own fund)

A ruling bounds the debt: below the bound a claim is owed as it is decided, above the bound the rest falls to the
creditor. Source: design.md section 6; N-07.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeAlias

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, apportion
from chalicelib.kernel.words.ids import AreaCode, ClaimId, DisputeId, RunId
from chalicelib.ledger.domain import accounts
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.transaction import Posting, Transaction, owed, posted

Entries: TypeAlias = list[tuple[str, Fen]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A debt's debtor, creditor and kind."""

    kind: ObligationKind
    debtor: AreaCode
    creditor: AreaCode


@dataclass(frozen=True, slots=True)
class Taken:
    """The amount a ruling took from the debtor at the time of the ruling; `borne` once the creditor's fund bears it."""

    dispute_id: DisputeId
    amount_fen: Fen
    borne: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """The decided amount by place: `held_fen` is in the creditor's suspense, `borne_fen` with the creditor's fund."""

    owed_fen: Fen
    disputed_fen: Fen
    held_fen: Fen
    borne_fen: Fen


@dataclass(frozen=True, slots=True)
class Debt:
    """The debt of a pair for a claim.

    `layers` are the debtor's expense accounts with the decided amount of each; a subsidy has none, so the part a ruling
    takes stays with the treasury that paid first. `granted_fen` is the amount that no open dispute concerns and no
    ruling took, None where nothing bounds the debt. `disputed` is the amount each open dispute concerns, by its id.
    """

    pair: Pair
    decided_fen: Fen
    layers: tuple[tuple[str, Fen], ...] = ()
    granted_fen: Fen | None = None
    disputed: tuple[tuple[DisputeId, Fen], ...] = ()
    taken: tuple[Taken, ...] = ()

    @property
    def split(self) -> Split:
        """Split the debt into its owed, disputed, suspended and borne parts. The parts sum to the decided amount; none
        is below zero.
        """
        if self.granted_fen is None:
            return Split(self.decided_fen, 0, 0, 0)
        open_fen = sum(amount_fen for _, amount_fen in self.disputed)
        standing_fen = min(self.decided_fen, self.granted_fen + open_fen) if self.taken else self.decided_fen
        owed_fen = min(standing_fen, self.granted_fen)
        shares = self.taken_now
        borne_fen = sum(amount_fen for each, amount_fen in shares if each.borne)
        held_fen = sum(amount_fen for each, amount_fen in shares if not each.borne)
        return Split(owed_fen, standing_fen - owed_fen, held_fen, borne_fen)

    @property
    def taken_now(self) -> tuple[tuple[Taken, Fen], ...]:
        """Return the amount each ruling takes of the claim as now decided, in the order of the rulings; the last ruling
        also takes the growth of the claim.
        """
        if self.granted_fen is None:
            return ()
        open_fen = sum(amount_fen for _, amount_fen in self.disputed)
        left_fen = max(0, self.decided_fen - self.granted_fen - open_fen)
        shares: list[tuple[Taken, Fen]] = []
        for number, each in enumerate(self.taken, start=1):
            share_fen = left_fen if number == len(self.taken) else min(left_fen, each.amount_fen)
            shares.append((each, share_fen))
            left_fen -= share_fen
        return tuple(shares)

    def concerned_fen(self, dispute_id: DisputeId) -> Fen:
        """Return the amount an open dispute concerned when it was raised; 0 for a dispute beside the debt."""
        return dict(self.disputed).get(dispute_id, 0)

    def open_fen(self, dispute_id: DisputeId) -> Fen:
        """Return the amount an open dispute concerns as the claim is now decided: the claim's growth waits with it."""
        if dispute_id not in dict(self.disputed):
            return 0
        others_fen = sum(amount_fen for each, amount_fen in self.disputed if each != dispute_id)
        return max(0, self.split.disputed_fen - others_fen)

    def entries(self) -> Entries:
        """Return the debt as ledger entries: both sides of the owed amount, both sides of the disputed amount, the
        expense of the fund that bears it, and the amount in suspense.
        """
        split, pair = self.split, self.pair
        found = owed(pair.kind, pair.debtor, pair.creditor, split.owed_fen)
        found.append((accounts.suspense(pair.creditor), split.disputed_fen))
        found.append((accounts.suspense(pair.debtor), -split.disputed_fen))
        if not self.layers:
            return found
        kept = shared(split.owed_fen + split.disputed_fen, [amount_fen for _, amount_fen in self.layers])
        away = [amount_fen - part for (_, amount_fen), part in zip(self.layers, kept, strict=True)]
        borne = shared(split.borne_fen, away)
        for (account, _), kept_fen, borne_fen in zip(self.layers, kept, borne, strict=True):
            found.append((account, kept_fen))
            found.append((_of_creditor(account, pair.creditor), borne_fen))
        found.append((accounts.suspense(pair.creditor), split.held_fen))
        return found

    def disputed_by(self, dispute_id: DisputeId, amount_fen: Fen) -> Debt:
        """Return the debt once a dispute concerns an amount of it; a claim reduced since may make the amount zero or
        less. The amount still owed beside the dispute is granted.
        """
        amount_fen = max(0, amount_fen)
        return replace(
            self,
            granted_fen=max(0, self.split.owed_fen - amount_fen),
            disputed=(*self.disputed, (dispute_id, amount_fen)),
        )

    def ruled(self, dispute_id: DisputeId, owed_fen: Fen, *, takes: bool) -> Debt:
        """Return the debt once a dispute is ruled on: `owed_fen` of it is owed. A ruling that takes bounds the debt."""
        concerned = dict(self.disputed)
        amount_fen = concerned.pop(dispute_id, None)
        if amount_fen is None or self.granted_fen is None:
            return self
        taken = Taken(dispute_id, max(0, amount_fen - owed_fen))
        return replace(
            self,
            granted_fen=self.granted_fen + owed_fen,
            disputed=tuple(concerned.items()),
            taken=(*self.taken, taken) if takes else self.taken,
        ).unbound()

    def presented(self, dispute_id: DisputeId) -> Debt:
        """Return the debt once the amount a ruling took is presented anew: the ruling no longer bounds the debt."""
        lifted = [each for each in self.taken if each.dispute_id == dispute_id]
        if not lifted or self.granted_fen is None:
            return self
        return replace(
            self,
            granted_fen=self.granted_fen + sum(each.amount_fen for each in lifted),
            taken=tuple(each for each in self.taken if each.dispute_id != dispute_id),
        ).unbound()

    def borne(self, dispute_id: DisputeId) -> Debt:
        """Return the debt once the creditor's own fund bears a ruling's amount, whatever the amount's later size."""
        return replace(
            self, taken=tuple(replace(each, borne=each.borne or each.dispute_id == dispute_id) for each in self.taken)
        )

    def unbound(self) -> Debt:
        """Return the debt without a bound where no dispute is open and no ruling takes any of it."""
        return self if self.disputed or self.taken else replace(self, granted_fen=None)


@dataclass(frozen=True, slots=True)
class ClaimDebts:
    """The debts that disputes and rulings have left on a claim. `disputes` are (run, dispute) in the order in which
    they were raised. Version 0: nobody ever disputed the claim. A reversed claim owes nothing, whatever is ruled.
    """

    claim_id: ClaimId
    version: int = 0
    debts: tuple[Debt, ...] = ()
    disputes: tuple[tuple[RunId, DisputeId], ...] = ()
    is_reversed: bool = False

    def of(self, pair: Pair) -> Debt | None:
        """Return the debt of a pair, where a dispute ever concerned the pair."""
        return next((debt for debt in self.debts if debt.pair == pair), None)

    def held_fen(self, dispute_id: DisputeId) -> Fen:
        """Return the amount in suspense for the ruling on a dispute."""
        return sum(
            amount_fen
            for debt in self.debts
            if debt.layers
            for each, amount_fen in debt.taken_now
            if each.dispute_id == dispute_id and not each.borne
        )

    def disputed_fen(self, dispute_id: DisputeId) -> Fen:
        """Return the amount an open dispute concerns as the claim is now decided."""
        return sum(debt.open_fen(dispute_id) for debt in self.debts)

    def with_debts(self, debts: Iterable[Debt]) -> ClaimDebts:
        """Return the next version, with these debts in place of those of the same pairs."""
        anew = {debt.pair: debt for debt in (*self.debts, *debts)}
        return replace(self, version=self.version + 1, debts=tuple(anew.values()))

    def decided_anew(self, target: Sequence[Posting]) -> ClaimDebts:
        """Return the next version for a claim decided anew, which would move `target` without disputes and rulings."""
        found = [(debt, *_decided(debt.pair, target)) for debt in self.debts]
        return self.with_debts(replace(debt, decided_fen=fen, layers=layers) for debt, fen, layers in found)

    def taken_back(self) -> ClaimDebts:
        """Return the next version for a reversed claim: none of its amount stands as decided any more."""
        return replace(self.decided_anew(()), is_reversed=True)


def decided(pair: Pair, standing: Sequence[Transaction]) -> Debt:
    """Return the debt of a pair that nobody disputed for the claim, from the claim's standing transactions."""
    postings = posted((p.account, p.amount_fen) for each in standing for p in each.postings)
    return Debt(pair, *_decided(pair, postings))


def recognised(target: Sequence[Posting], debts: ClaimDebts) -> tuple[Posting, ...]:
    """Return the postings of a claim decided anew under its disputes and rulings. `debts` are its debts then."""
    entries = [(posting.account, posting.amount_fen) for posting in target]
    for debt in debts.debts:
        entries += moves(replace(debt, granted_fen=None, disputed=(), taken=()), debt)
    return posted(entries)


def moves(before: Debt, after: Debt) -> Entries:
    """Return the entries that bring the ledger from `before` to `after`."""
    return [*after.entries(), *((account, -amount_fen) for account, amount_fen in before.entries())]


def shared(total_fen: Fen, weights: Sequence[Fen]) -> tuple[Fen, ...]:
    """Divide a total by largest remainder; zeros where the total or all weights are zero."""
    return apportion(total_fen, weights) if total_fen and any(weights) else tuple(0 for _ in weights)


def _decided(pair: Pair, postings: Sequence[Posting]) -> tuple[Fen, tuple[tuple[str, Fen], ...]]:
    """Return the decided amount of a pair, and its parts by expense account of the debtor's fund."""
    due_to = accounts.due_to(pair.kind, pair.debtor, pair.creditor)
    amount_fen = -sum(posting.amount_fen for posting in postings if posting.account == due_to)
    prefix = f"fund/{pair.debtor}/"
    expense = [p for p in postings if p.account.startswith(prefix) and p.amount_fen > 0]
    if pair.kind is not ObligationKind.FUND or not expense:
        return amount_fen, ()
    parts = shared(amount_fen, [posting.amount_fen for posting in expense])
    return amount_fen, tuple(zip((posting.account for posting in expense), parts, strict=True))


def _of_creditor(account: str, creditor: AreaCode) -> str:
    """Return the creditor's own account of the same scheme and layer."""
    _, _, scheme, layer = account.split("/")
    return accounts.fund(creditor, scheme, layer)
