"""Benchmark of many claims of five lines at once: our columns, with cells and treatments looked up, against peers.

Our columns look up the cell of each claim and the treatment of each line. "Eight figures read" names the eight figures
that by hand sums up, and drops each block after reading it; the operands on the way come with them. The other rows work
out every figure, some forty numbers a claim, and keep all in memory. A single cell: numpy written by hand for that cell
alone, in blocks, DuckDB on a thread over a table in memory, and OpenFisca-core, which keeps fourteen figures. Mixed:
the cells of the worked cases. Peers get classes and ceilings joined beforehand. Our amounts and quantities are held in
32 bits, OpenFisca-core's figures in 32-bit floats, by hand's in 64 bits. Every figure of every claim is compared before
a time is taken: DuckDB's are equal; the number and size of OpenFisca's deviations stand beside its time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.one_claim import NO_CEILING, Items, claim_of
from bench.peers import RESULT
from bench.rounds import PEERS, Peers, here, in_turns
from bench.timing import Row, require
from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns.arithmetic import BLOCK
from chalicelib.adjudication.domain.columns.deciding import DecidedBlock, decided_blocks
from chalicelib.adjudication.domain.columns.gathering import ClaimColumns, gather
from chalicelib.adjudication.domain.columns.wanted import PARTS, REFUND
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.law.domain.model import Bundle
from tests.kit.worked_cases import SETTLED_ON, enrolment_of, parse_case, shipped_bundle, worked_cases

HEADS = ("times numpy by hand", "claims a second; deviations")
SIZES = (100_000, 1_000_000)
_SEED = 20261126
READ = ", eight figures read"
OFF_FEN_MAX = 1000
"""The most that 32-bit floats may take a figure of these claims off: ten yuan."""


def measure() -> list[Row]:
    """Measure both sizes, a single cell and many cells."""
    rows: list[Row] = []
    for size in SIZES:
        rows += _measured(size)
    return rows


def check() -> None:
    """Check that all ways come to the same sums over 2,000 claims of a single cell."""
    columns, items = _one_cell(2_000)
    ours = _read(columns, shipped_bundle())
    require("numpy by hand agrees", _by_hand(columns, items)() == ours)
    if PEERS.exists():
        found = _beside(columns, items, lambda _, found: found)
        require("OpenFisca is off by rounding alone", found["openfisca"]["worst_fen"] <= OFF_FEN_MAX)
    require("many cells are decided", _cells(_mixed(2_000), shipped_bundle()) >= 50)


def _many(cases: list[tuple[Claim, Circumstances]], size: int) -> ClaimColumns:
    """Return `size` claims like these, with other quantities and prices."""
    drawn = np.random.default_rng(_SEED)
    given = gather(cases)
    like = drawn.integers(0, given.size, size)
    counts = (given.starts[1:] - given.starts[:-1])[like]
    starts = np.concatenate([[0], np.cumsum(counts)])
    at = np.repeat(given.starts[:-1][like] - starts[:-1], counts) + np.arange(starts[-1])
    quantity = drawn.integers(1, 30, starts[-1])
    days = ("kind", "admitted", "discharged", "settled", "since", "until")
    none: Any = np.zeros(size, dtype=np.int64)
    return replace(
        given,
        **{name: getattr(given, name)[like] for name in days},
        prior=YearToDate(*(none,) * 6),
        starts=starts,
        code=given.code[at],
        on=given.on[at],
        amount_fen=(quantity * drawn.integers(100, 90_000, starts[-1])).astype(np.int32),
        quantity=(quantity * 10_000).astype(np.int32),
        refunds=np.full(starts[-1], -1),
        goods=np.zeros(starts[-1], dtype=bool),
    )


def _one_cell(size: int) -> tuple[ClaimColumns, Items]:
    claim, items = claim_of(5)
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    known = enrolment_of(case.claim["patient"]["id_no"])
    return _many([(claim, Circumstances(known, False, YearToDate(), SETTLED_ON))], size), items


def _mixed(size: int) -> ClaimColumns:
    """Return claims like the worked cases that columns can hold, each with five lines."""
    found = []
    for case in worked_cases():
        known = enrolment_of(case.claim["patient"]["id_no"])
        claim = parse_case(case).to_claim(known.person)
        charged = [line for line in claim.lines if line.refunds is None]
        lines = tuple(replace(charged[no % len(charged)], no=no + 1, supply=None) for no in range(5))
        filed = bool(case.document.get("filing_on_record"))
        each = replace(claim, lines=lines), Circumstances(known, filed, YearToDate(), SETTLED_ON)
        if not assess(*each, shipped_bundle(), again=True).findings:
            found.append(each)
    alone: list[int] = []
    _kept(gather(found), shipped_bundle(), alone)
    return _many([each for place, each in enumerate(found) if place not in alone], size)


def _kept(columns: ClaimColumns, bundle: Bundle, alone: list[int]) -> list[DecidedBlock]:
    """Decide claims and keep every figure: some forty numbers a claim."""
    return list(decided_blocks(replace(columns), bundle, alone))


def _cells(columns: ClaimColumns, bundle: Bundle) -> int:
    """Return the number of cells that decide these claims."""
    return len({id(block.cell) for block in decided_blocks(columns, bundle, [])})


def _read(columns: ClaimColumns, bundle: Bundle) -> list[int]:
    """Decide block by block; return every figure of `RESULT`, summed over all claims."""
    sums, alone = [0] * len(RESULT), list[int]()
    for block in decided_blocks(replace(columns), bundle, alone, wanted=PARTS | {REFUND}):
        sums = [one + int(column.sum()) for one, column in zip(sums, _figures(block), strict=True)]
    require("columns decide every claim", not alone)
    return sums


def _figures(block: DecidedBlock) -> tuple[Any, ...]:
    lines, funds, sharing = block.sums, block.funds, block.sharing
    return (
        lines.total_fen,
        lines.in_scope_fen,
        lines.first_self_pay_fen,
        lines.over_limit_fen,
        funds.basic_fen,
        funds.second_fen,
        sharing.fiscal_fen,
        sharing.refund_fen,
    )


def _joined(columns: ClaimColumns, items: Items) -> dict[str, Any]:
    """Return a peer's input: the lines joined with the catalogue's and the law's terms for their items."""
    table = np.array([items[code] for code in columns.codes], dtype=np.int64)
    kept, share, ceiling, _ = table[columns.code].T
    limit = np.where(ceiling == NO_CEILING, NO_CEILING, columns.quantity // 10_000 * ceiling)
    claims = np.repeat(np.arange(columns.size), columns.starts[1:] - columns.starts[:-1])
    amount_fen = columns.amount_fen.astype(np.int64)
    return {"claim": claims, "amount": amount_fen, "kept": kept, "ratio": share, "ceiling": limit}


def _by_hand(columns: ClaimColumns, items: Items) -> Callable[[], list[int]]:
    given = _joined(columns, items)

    def run() -> list[int]:
        found = [0] * len(RESULT)
        for begin in range(0, columns.size, BLOCK):
            end = min(begin + BLOCK, columns.size)
            first, last = int(columns.starts[begin]), int(columns.starts[end])
            part = {name: column[first:last] for name, column in given.items()}
            found = [
                one + int(each.sum())
                for one, each in zip(found, _block(part, columns.starts[begin:end] - first), strict=True)
            ]
        return found

    return run


def _block(part: dict[str, Any], starts: Any) -> tuple[Any, ...]:
    amount, kept = part["amount"], part["kept"]
    above = np.maximum(0, amount - part["ceiling"]) * kept
    own = (2 * (amount - above) * part["ratio"] * kept + 100) // 200
    total, over, first, inside = (
        np.add.reduceat(column, starts) for column in (amount, above, own, amount * kept - above - own)
    )
    rest = inside - np.minimum(120_000, inside)
    basic = np.minimum((2 * rest * 17 + 20) // 40, 50_000_000)
    second = np.minimum((2 * np.maximum(0, rest - 58_823_530) * 9 + 10) // 20, 30_000_000)
    fiscal = total - (2 * total * 9 + 10) // 20
    return total, inside, first, over, basic, second, fiscal, (2 * fiscal * 3 + 5) // 10


_TABLE_PEERS = {"duckdb": "DuckDB, one thread", "openfisca": "OpenFisca-core"}
_EXACT = frozenset({"duckdb"})


def _beside(columns: ClaimColumns, items: Items, then: Callable[[Peers, dict[str, Any]], Any]) -> Any:
    """Give every peer these claims, then call `then` with the number of each peer's wrong results."""
    with tempfile.TemporaryDirectory() as folder, Peers() as peers:
        path, expected = Path(folder) / "lines.npz", Path(folder) / "expected.npy"
        np.savez(path, **_joined(columns, items))
        np.save(expected, _each(columns))
        found = {peer: peers.prepare(peer, peer, str(path), str(expected)) for peer in _TABLE_PEERS}
        for peer in _EXACT:
            require(f"{_TABLE_PEERS[peer]} agrees in every figure of every claim", found[peer]["wrong"] == 0)
        return then(peers, found)


def _each(columns: ClaimColumns) -> Any:
    """Return every figure of `RESULT`, claim by claim."""
    each = np.zeros((len(RESULT), columns.size), dtype=np.int64)
    for block in decided_blocks(columns, shipped_bundle(), []):
        each[:, block.places] = _figures(block)
    return each


def _measured(size: int) -> list[Row]:
    columns, items = _one_cell(size)
    mixed, bundle = _mixed(size), shipped_bundle()
    ours, hand = _read(columns, bundle), _by_hand(columns, items)
    require("numpy by hand agrees", hand() == ours)
    many = f"columns, {_cells(mixed, bundle)} cells"
    timers: dict[str, Callable[[int], float]] = {
        f"columns, one cell{READ}": here(lambda: _read(columns, bundle)),
        "columns, one cell": here(lambda: _kept(columns, bundle, [])),
        f"{many}{READ}": here(lambda: _read(mixed, bundle)),
        many: here(lambda: _kept(mixed, bundle, [])),
        "numpy by hand, in blocks": here(hand),
    }
    if not PEERS.exists():
        return _rows(size, in_turns(timers), {})

    def with_peers(peers: Peers, found: dict[str, Any]) -> list[Row]:
        for peer, name in _TABLE_PEERS.items():
            timers[name] = partial(peers.time, peer)
        wrong = {
            _TABLE_PEERS[peer]: f"{each['wrong']:,} claims wrong, by {each['worst_fen']} fen at most"
            for peer, each in found.items()
        }
        return _rows(size, in_turns(timers), wrong)

    rows: list[Row] = _beside(columns, items, with_peers)
    return rows


def _rows(size: int, found: dict[str, float], wrong: dict[str, str]) -> list[Row]:
    hand = found["numpy by hand, in blocks"]
    return [
        Row(
            name,
            size,
            "claims",
            took_s,
            took_s / hand,
            f"{size / took_s / 1e6:.2f} M; " + wrong.get(name, "0 claims wrong"),
        )
        for name, took_s in found.items()
    ]
