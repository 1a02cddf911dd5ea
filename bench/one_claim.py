"""Benchmark of a claim of 5 to 2,000 lines: figures with operands, the whole document, and a user's alternatives.

The claim is a protected employee's stay in Kunming with plan items, self-paid, limited and excluded items. The function
written by hand knows only this cell. zen-engine gets its lines joined with the catalogue beforehand or joins them by a
decision table of the whole catalogue, with and without a trace. Every result is equal before a time is taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from bench.peers import RESULT
from bench.rounds import PEERS, Peers, here, in_turns
from bench.timing import Row, require
from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim, Line
from chalicelib.adjudication.domain.deciding.decision import DecidedClaim
from chalicelib.adjudication.domain.deciding.plan import Treatment
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.claims.schemas.claims import CLAIM_EXAMPLE, parse_claim
from tests.kit.worked_cases import SETTLED_ON, enrolment_of, parse_case, shipped_bundle, worked_cases

HEADS = ("times by hand", "times zen-engine with trace")
SIZES = (5, 20, 200, 2000)
NO_CEILING = 10**12
Items = dict[str, tuple[int, int, int, int]]


def measure() -> list[Row]:
    """Measure each size, all ways in turns."""
    return [row for size in SIZES for row in _measured(size)]


def check() -> None:
    """Check that every way comes to the same figures, to the fen."""
    for size in (5, 20):
        claim, items = claim_of(size)
        ours = figures(_decided(claim))
        require(f"the function written by hand agrees on {size} lines", by_hand(claim, items)[0] == ours)
        if PEERS.exists():
            with Peers() as peers:
                for name, given in _models(claim, items).items():
                    require(f"{name} agrees on {size} lines", peers.prepare(name, "zen", given) == ours)


def claim_of(size: int) -> tuple[Claim, Items]:
    """Return a claim of `size` lines, and its cell's terms by item: kept, first self-pay of 100, ceiling, in plan."""
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    known = enrolment_of(case.claim["patient"]["id_no"])
    plain = parse_case(case).to_claim(known.person)
    cell = _decided(plain).cell
    kinds: dict[tuple[bool, ...], tuple[str, Treatment]] = {}
    for code in sorted(shipped_bundle().registry.catalogue):
        found = cell.treatment(code, plain.lines[0].on)
        if found.is_excluded or found.self_pay is None or 100 % found.self_pay.den == 0:
            shape = (found.is_excluded, found.self_pay is None, found.ceiling_fen is None, found.in_plan)
            kinds.setdefault(shape, (code, found))
    items = {code: _terms(each) for code, each in kinds.values()}
    codes = list(items)
    first = plain.lines[0]
    return replace(plain, lines=tuple(_line(first, no, codes[no % len(codes)]) for no in range(size))), items


def _terms(found: Treatment) -> tuple[int, int, int, int]:
    share = 0 if found.self_pay is None else found.self_pay.num * (100 // found.self_pay.den)
    ceiling = NO_CEILING if found.ceiling_fen is None or found.is_excluded else found.ceiling_fen
    return int(not found.is_excluded), share, ceiling, int(found.in_plan)


def _line(like: Line, no: int, code: str) -> Line:
    quantity, price_fen = 1 + no % 7, 2_345 + 1_711 * (no % 13)
    amount_fen = quantity * price_fen
    return replace(
        like, no=no + 1, code=code, quantity=Decimal(quantity), price=Decimal(price_fen) / 100, amount_fen=amount_fen
    )


def _circumstances() -> Circumstances:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    return Circumstances(enrolment_of(case.claim["patient"]["id_no"]), False, YearToDate(), SETTLED_ON)


def _decided(claim: Claim) -> DecidedClaim:
    found = assess(claim, _circumstances(), shipped_bundle()).decision
    if found is None:
        raise SystemExit("make bench: the claim that is measured is refused.")
    return found


def figures(decided: DecidedClaim) -> list[int]:
    """Return a decision's figures in the order of `RESULT`."""
    sums, funds, sharing = decided.lines.sums, decided.funds, decided.sharing
    found = (
        sums.total_fen,
        sums.in_scope_fen,
        sums.first_self_pay_fen,
        sums.over_limit_fen,
        funds.basic_fen,
        funds.second_fen,
        sharing.fiscal_fen,
        sharing.refund_fen,
    )
    return list(dict(zip(RESULT, found, strict=True)).values())


def by_hand(claim: Claim, items: Items, *, reasons: bool = False) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Decide the same cell as code that knows no other cell would."""
    total = in_scope = first = over = 0
    steps: list[tuple[Any, ...]] = []
    for line in claim.lines:
        kept, share, ceiling, _ = items[line.code]
        amount = line.amount_fen
        total += amount
        if kept:
            above = 0 if ceiling == NO_CEILING else max(0, amount - int(line.quantity * ceiling))
            own = (2 * (amount - above) * share + 100) // 200
            over += above
            first += own
            in_scope += amount - above - own
    deductible = min(120_000, in_scope)
    rest = in_scope - deductible
    wanted = (2 * rest * 17 + 20) // 40
    basic = min(wanted, 50_000_000)
    beyond = max(0, rest - 58_823_530)
    second = min((2 * beyond * 9 + 10) // 20, 30_000_000)
    target = (2 * total * 9 + 10) // 20
    fiscal = total - target
    refund = (2 * fiscal * 3 + 5) // 10
    if reasons:
        steps = [
            ("in-scope", total, in_scope, first, over),
            ("deductible", in_scope, deductible),
            ("basic", rest, wanted, 50_000_000, basic),
            ("large-sum", beyond, second),
            ("combined-share", total, target, basic + second),
            ("fiscal", total, target, fiscal),
            ("refund", fiscal, refund),
        ]
    return [total, in_scope, first, over, basic, second, fiscal, refund], steps


def _joined(claim: Claim, items: Items) -> list[dict[str, Any]]:
    return [
        {
            "amount": line.amount_fen,
            "kept": items[line.code][0],
            "ratio": items[line.code][1] / 100,
            "ceiling": min(NO_CEILING, int(line.quantity) * items[line.code][2]),
        }
        for line in claim.lines
    ]


STATIC, TABLE = "zen-engine", "zen-engine with a decision table"
TRACED = " with trace"


def _models(claim: Claim, items: Items) -> dict[str, dict[str, Any]]:
    """Return what zen-engine is given for each of its ways: lines, the table that joins them, whether it traces."""
    cell = _decided(claim).cell
    codes = sorted(shipped_bundle().registry.catalogue)
    terms = {code: _terms(cell.treatment(code, claim.lines[0].on)) for code in codes}
    table = {code: [kept, share / 100, limit] for code, (kept, share, limit, _) in terms.items()}
    plain = [{"code": line.code, "amount": line.amount_fen, "quantity": int(line.quantity)} for line in claim.lines]
    static, joining = {"lines": _joined(claim, items), "table": None}, {"lines": plain, "table": table}
    return {
        STATIC: {**static, "trace": False},
        STATIC + TRACED: {**static, "trace": True},
        TABLE: {**joining, "trace": False},
        TABLE + TRACED: {**joining, "trace": True},
    }


def _body(size: int) -> bytes:
    line = CLAIM_EXAMPLE["lines"][0]
    return json.dumps({**CLAIM_EXAMPLE, "lines": [{**line, "no": no + 1} for no in range(size)]}).encode()


def _measured(size: int) -> list[Row]:
    (claim, items), body = claim_of(size), _body(size)
    circumstances, bundle = _circumstances(), shipped_bundle()
    timers: dict[str, Callable[[int], float]] = {
        "figures and operands": here(lambda: assess(claim, circumstances, bundle)),
        "whole document": here(lambda: assess(claim, circumstances, bundle).content),
        "by hand": here(lambda: by_hand(claim, items)),
        "by hand, with reasons": here(lambda: by_hand(claim, items, reasons=True)),
        "pydantic parses the body": here(lambda: parse_claim(body)),
    }
    if not PEERS.exists():
        return _rows(size, in_turns(timers))
    with Peers() as peers:
        for name, given in _models(claim, items).items():
            require(f"{name} agrees", peers.prepare(name, "zen", given) == figures(_decided(claim)))
            timers[name] = partial(peers.time, name)
        return _rows(size, in_turns(timers))


def _rows(size: int, found: dict[str, float]) -> list[Row]:
    hand, zen = found["by hand"], found.get(STATIC + TRACED)
    rows = []
    for name, took_s in found.items():
        note = "" if zen is None else f"{took_s / zen:.2f}"
        rows.append(Row(f"one claim: {name}", size, "lines", took_s, took_s / hand, note))
    return rows
