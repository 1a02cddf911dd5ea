"""Netting: from the gross matrix of obligations to the fewest sensible payments, checked to sum to zero.

The gross matrix is kept as evidence and never replaced. Benefits of the funds and parts of the fiscal share are netted
separately: a fund's money does not pay a treasury's debt. In the national tier the parties are provinces; the part of a
province's net that each pooling area bears is handed down, and the obligations beneath stay between pooling areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from chalicelib.clearing.domain.windows import Position
from chalicelib.kernel.errors import IntegrityError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import province_of
from chalicelib.registry.domain.model import NATION


class Unbalanced(IntegrityError):
    """Net positions that do not sum to zero; the run stops."""

    code = "net-not-zero"
    message = Text(
        "净额合计不为零，清算已停止，请告知运行方。",
        "The net positions do not sum to zero, so the run stops; tell the operator.",
    )


@dataclass(frozen=True, slots=True)
class Net:
    """A party's sums in fen. `net_fen` is positive for a party that receives."""

    party: AreaCode
    kind: ObligationKind
    owed_to_fen: Fen
    owed_by_fen: Fen

    @property
    def net_fen(self) -> Fen:
        return self.owed_to_fen - self.owed_by_fen


@dataclass(frozen=True, slots=True)
class Instruction:
    """A payment of a run; `number` counts from 1 through all kinds."""

    number: int
    kind: ObligationKind
    payer: AreaCode
    payee: AreaCode
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Allocation:
    """The part of its province's net that a pooling area bears (negative: the area pays)."""

    province: AreaCode
    area: AreaCode
    kind: ObligationKind
    amount_fen: Fen


def party_in(tier: AreaCode) -> Callable[[AreaCode], AreaCode]:
    """Return the party that pays for an area in a tier: the area itself inside a province, its province nationally."""
    return province_of if tier == NATION else _itself


def net(matrix: Sequence[Position], tier: AreaCode) -> tuple[Net, ...]:
    """Return every party's sums, by kind and party. Raises `Unbalanced` unless each kind sums to zero."""
    party = party_in(tier)
    owed_to: dict[tuple[str, AreaCode], Fen] = {}
    owed_by: dict[tuple[str, AreaCode], Fen] = {}
    for position in matrix:
        creditor = (position.kind.value, party(position.creditor))
        debtor = (position.kind.value, party(position.debtor))
        owed_to[creditor] = owed_to.get(creditor, 0) + position.amount_fen
        owed_by[debtor] = owed_by.get(debtor, 0) + position.amount_fen
    nets = tuple(
        Net(name, ObligationKind(kind), owed_to.get((kind, name), 0), owed_by.get((kind, name), 0))
        for kind, name in sorted(owed_to.keys() | owed_by.keys())
    )
    require_zero_sum(nets)
    return nets


def require_zero_sum(nets: Iterable[Net]) -> None:
    """Require the nets of each kind to sum to zero. Raises `Unbalanced` otherwise."""
    sums: dict[ObligationKind, Fen] = {}
    for each in nets:
        sums[each.kind] = sums.get(each.kind, 0) + each.net_fen
    if any(sums.values()):
        raise Unbalanced


def instruct(nets: Sequence[Net]) -> tuple[Instruction, ...]:
    """Return payments that bring every net to zero: for each kind, at most the number of its parties less one.

    The largest debt pays the largest claim until either is used up; ties go to the lower area code, so the same nets
    give the same payments. Each payment finishes at least one party and the last payment finishes two.
    """
    require_zero_sum(nets)
    found: list[Instruction] = []
    for kind in ObligationKind:
        owing = {each.party: -each.net_fen for each in nets if each.kind is kind and each.net_fen < 0}
        claiming = {each.party: each.net_fen for each in nets if each.kind is kind and each.net_fen > 0}
        for payer, payee, amount_fen in _matched(_largest_first(owing), _largest_first(claiming)):
            found.append(Instruction(len(found) + 1, kind, payer, payee, amount_fen))
    return tuple(found)


def allocate(matrix: Sequence[Position], tier: AreaCode) -> tuple[Allocation, ...]:
    """Return the hand-down of the national tier: each pooling area's own net, summing to its province's.

    The result is `()` inside a province. A province that is a single pooling area (a municipality) hands nothing down.
    """
    if tier != NATION:
        return ()
    nets: dict[tuple[str, AreaCode], Fen] = {}
    for position in matrix:
        for area, amount_fen in ((position.creditor, position.amount_fen), (position.debtor, -position.amount_fen)):
            key = (position.kind.value, area)
            nets[key] = nets.get(key, 0) + amount_fen
    return tuple(
        Allocation(province_of(area), area, ObligationKind(kind), nets[kind, area])
        for kind, area in sorted(nets)
        if nets[kind, area] and area != province_of(area)
    )


def hand_down(allocations: Iterable[Allocation], province: AreaCode) -> tuple[Instruction, ...]:
    """Return the payments by which a province passes its net on, numbered from 1: a payment per pooling area and kind.

    An area that bears a debt pays its province, which paid for the area nationally.
    """
    own = [each for each in allocations if each.province == province]
    return tuple(
        Instruction(number, each.kind, *_direction(each), abs(each.amount_fen))
        for number, each in enumerate(own, start=1)
    )


def _direction(allocation: Allocation) -> tuple[AreaCode, AreaCode]:
    """Return the payer and the payee of an allocation."""
    if allocation.amount_fen > 0:
        return allocation.province, allocation.area
    return allocation.area, allocation.province


def _matched(
    owing: list[tuple[AreaCode, Fen]], claiming: list[tuple[AreaCode, Fen]]
) -> Iterator[tuple[AreaCode, AreaCode, Fen]]:
    """Walk both sides at once; the rest of an unfinished party goes on to the next."""
    payers, payees = iter(owing), iter(claiming)
    payer, payee = next(payers, None), next(payees, None)
    while payer is not None and payee is not None:
        amount_fen = min(payer[1], payee[1])
        yield payer[0], payee[0], amount_fen
        payer = (payer[0], payer[1] - amount_fen) if payer[1] > amount_fen else next(payers, None)
        payee = (payee[0], payee[1] - amount_fen) if payee[1] > amount_fen else next(payees, None)


def _largest_first(amounts: Mapping[AreaCode, Fen]) -> list[tuple[AreaCode, Fen]]:
    return sorted(amounts.items(), key=lambda each: (-each[1], each[0]))


def _itself(area: AreaCode) -> AreaCode:
    return area
