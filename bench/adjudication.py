"""Benchmark of deciding a claim, by number of lines, and of proving the policy set, against compiling it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bench.timing import Row, grow, require
from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.law.authoring.compiler import compile_policies
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.proof import prove
from tests.kit.many_areas import with_copies
from tests.kit.worked_cases import ROOT, SETTLED_ON, enrolment_of, parse_case, prior_of, shipped_bundle, worked_cases


def measure() -> list[Row]:
    """Measure a claim's lines up to the limit of 5,000, and the proof beside compiling the same files."""
    return [
        *grow("decide one claim", "lines", (625, 1250, 2500, 5000), _claim_of),
        *grow("compile policies/", "bundles", (1,), lambda _: lambda: compile_policies(ROOT / "policies")),
        *grow("open the bundle", "bundles", (1,), _opening),
        *grow("prove the policy set", "provinces copied", (6, 12, 24, 48), _proving),
    ]


def check() -> None:
    """Check that a claim is paid to the fen whatever its lines, compiling twice gives one bundle, and all is proved."""
    for lines in (1, 625):
        found = _claim_of(lines)().determination
        if found is None:
            raise SystemExit(f"make bench QUICK=1: a claim of {lines} lines is refused.")
        paid = sum(payer.amount_fen for payer in found.payers)
        require(f"a claim of {lines} lines has {lines} results", len(found.lines) == lines)
        require(f"the payers of {lines} lines pay the bill", paid == found.total_fen > 0)
    once, again = (compile_policies(ROOT / "policies") for _ in range(2))
    require("compiling twice gives the same bytes", (once.hash, once.content) == (again.hash, again.content))
    require("the bundle opens as what was compiled", open_file(once).hash == once.hash)
    require("the policy set is proved", not prove(shipped_bundle()).failures)


def _claim_of(lines: int) -> Callable[[], Assessment]:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    known = enrolment_of(case.claim["patient"]["id_no"])
    claim = parse_case(case).to_claim(known.person)
    pattern = claim.lines
    many = tuple(replace(pattern[no % len(pattern)], no=no + 1) for no in range(lines))
    circumstances = Circumstances(known, False, prior_of(case), SETTLED_ON)
    bundle = shipped_bundle()
    return lambda: assess(replace(claim, lines=many), circumstances, bundle)


def _proving(provinces: int) -> Callable[[], object]:
    bundle = with_copies(shipped_bundle(), provinces)
    return lambda: prove(bundle)


def _opening(_: int) -> Callable[[], object]:
    compiled = compile_policies(ROOT / "policies")
    return lambda: open_file(compiled)
