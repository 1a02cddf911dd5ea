"""Benchmark of deciding a claim by the number of its lines, up to the limit. The ratio is by line: 1.00 is linear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.timing import Row, grow, require
from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from tests.kit.worked_cases import SETTLED_ON, enrolment_of, parse_case, prior_of, shipped_bundle, worked_cases

HEADS = ("per line, against the first size", "")


def measure() -> list[Row]:
    """Measure a claim's lines up to the limit of 5,000: the figures with their operands."""
    return grow("decide a claim", "line", (625, 1250, 2500, 5000), _claim_of)


def check() -> None:
    """Check that a claim is paid to the fen whatever its lines."""
    for lines in (1, 625):
        found = _claim_of(lines)().determination
        if found is None:
            raise SystemExit(f"make bench QUICK=1: a claim of {lines} lines is refused.")
        paid = sum(payer.amount_fen for payer in found.payers)
        require(f"a claim of {lines} lines has {lines} results", len(found.lines) == lines)
        require(f"the payers of {lines} lines pay the bill", paid == found.total_fen > 0)


def _claim_of(lines: int) -> Callable[[], Assessment]:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    known = enrolment_of(case.claim["patient"]["id_no"])
    claim = parse_case(case).to_claim(known.person)
    pattern = claim.lines
    many = tuple(replace(pattern[no % len(pattern)], no=no + 1) for no in range(lines))
    circumstances = Circumstances(known, False, prior_of(case), SETTLED_ON)
    bundle = shipped_bundle()
    return lambda: assess(replace(claim, lines=many), circumstances, bundle)
