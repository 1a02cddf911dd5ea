"""Columns and the scalar path: they agree in figures, citations and reasons, whatever is billed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.columns import lines, treating
from chalicelib.adjudication.domain.columns.arithmetic import largest_remainder
from chalicelib.adjudication.domain.columns.deciding import decide_many, decided_blocks
from chalicelib.adjudication.domain.columns.gathering import FIGURE_MAX, gather
from chalicelib.adjudication.domain.columns.wanted import EVERY, PAYERS
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.kernel.money import apportion
from tests.kit.fixtures.properties import examples
from tests.kit.generated_claims import PRIORS, claims, enrolments
from tests.kit.worked_cases import (
    ROOT,
    SETTLED_ON,
    enrolment_of,
    parse_case,
    prior_of,
    shipped_bundle,
    worked_cases,
)

Case = tuple[Claim, Circumstances]

CASES = st.tuples(claims(), st.builds(Circumstances, enrolments(), st.booleans(), PRIORS, st.just(SETTLED_ON)))


def worked() -> list[Case]:
    """Every worked case, as it stands on record."""
    found = []
    for case in worked_cases():
        known = enrolment_of(case.claim["patient"]["id_no"])
        circumstances = Circumstances(known, bool(case.document.get("filing_on_record")), prior_of(case), SETTLED_ON)
        found.append((parse_case(case).to_claim(known.person), circumstances))
    return found


def agree(cases: list[Case]) -> int:
    """Count the claims that columns decide; each decision equals the scalar path's, to the byte of its document."""
    decided = decide_many(cases, shipped_bundle())
    for (claim, circumstances), found in zip(cases, decided, strict=True):
        alone = assess(claim, circumstances, shipped_bundle(), again=True)
        if found is None:
            continue
        assert alone.decision is not None, [finding.code for finding in alone.findings]
        assert (found.lines.sums, found.funds, found.sharing) == (
            alone.decision.lines.sums,
            alone.decision.funds,
            alone.decision.sharing,
        )
        assert Assessment((), (), found).content == alone.content
    return sum(found is not None for found in decided)


@given(st.lists(CASES, min_size=1, max_size=12))
def test_columns_decide_as_the_scalar_path_does(cases: list[Case]) -> None:
    event(f"{agree(cases)} of {len(cases)} in columns")


def test_columns_decide_every_worked_case_that_they_can_hold() -> None:
    """Columns leave alone refused claims, claims under a prolonged agreement, and no others."""
    cases, bundle = worked(), shipped_bundle()
    left = 0
    for claim, circumstances in cases:
        own = bundle.registry.institutions[claim.institution].agreement_until
        refused = bool(assess(claim, circumstances, bundle, again=True).findings)
        left += refused or own is None or claim.visit.admitted_on > own
    assert agree(cases) == len(cases) - left
    assert left < len(cases) // 5


def test_blocks_are_the_same_however_claims_are_mixed() -> None:
    """A claim's figures depend on no other claim: in any order the figures are the claim's own."""
    cases = [case for case in worked() for _ in range(3)]
    order = sorted(range(len(cases)), key=lambda place: (place * 7919) % len(cases))
    decided = decide_many(cases, shipped_bundle())
    again = decide_many([cases[place] for place in order], shipped_bundle())
    assert [found and found.sharing for found in again] == [
        (found := decided[place]) and found.sharing for place in order
    ]


def test_pieces_of_a_few_lines_and_tables_for_them_alone_come_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = worked()
    whole = decide_many(cases, shipped_bundle())
    monkeypatch.setattr(lines, "LINES", 3)
    monkeypatch.setattr(treating, "TABLE_MAX", 0)
    assert decide_many(cases, shipped_bundle()) == whole


def told(cases: list[Case], wanted: frozenset[str]) -> list[dict[str, Any]]:
    """Return every figure that stands in the records, by claim."""
    found: list[dict[str, Any]] = [{} for _ in cases]
    for block in decided_blocks(gather(cases), shipped_bundle(), [], wanted=wanted):
        for row, place in enumerate(block.places.tolist()):
            found[place] = {k: v for record in block.figures(row) for k, v in record._asdict().items()}
    return found


@settings(max_examples=examples(40))
@given(st.lists(CASES, min_size=1, max_size=4), st.frozensets(st.sampled_from(sorted(EVERY))))
def test_figures_are_the_same_whichever_are_wanted(cases: list[Case], wanted: frozenset[str]) -> None:
    """A wanted figure is the figure of the whole plan, and so is every payer's part; others may be left out."""
    for every, some in zip(told(cases, EVERY), told(cases, wanted), strict=True):
        assert some == {name: figure if some[name] is not None else None for name, figure in every.items()}
        left_out = {name for name, figure in some.items() if figure is None and every[name] is not None}
        assert not left_out & wanted


def test_a_caller_that_reads_payers_alone_has_no_other_figure_worked_out() -> None:
    found = [figures for figures in told(worked(), PAYERS) if figures]
    assert found
    assert all(figures["over_limit_fen"] is None and figures["protected_funds_fen"] is None for figures in found)


def test_a_cell_with_a_ratio_of_no_whole_number_of_parts_is_left_to_the_scalar_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = decide_many(worked(), shipped_bundle())
    for module in (lines, treating):
        monkeypatch.setattr(module, "MILLIONTHS", 7)
    found = decide_many(worked(), shipped_bundle())
    assert all(mine is None or mine == theirs for mine, theirs in zip(found, whole, strict=True))
    left = sum(1 for mine, theirs in zip(found, whole, strict=True) if mine is None and theirs is not None)
    assert left > 0


def test_what_no_column_holds_is_left_to_the_scalar_path() -> None:
    claim, circumstances = worked()[0]
    line = replace(claim.lines[0], quantity=Decimal(1), price=Decimal(FIGURE_MAX + 1) / 100, amount_fen=FIGURE_MAX + 1)
    many = replace(line, quantity=Decimal(FIGURE_MAX) / 10_000 + 1, price=Decimal(0), amount_fen=0)
    past = replace(circumstances, prior=YearToDate(pool_fen=FIGURE_MAX + 1))
    late = replace(claim.lines[0], on=claim.visit.discharged_on + timedelta(days=1))
    free = replace(claim.lines[0], quantity=Decimal(0), amount_fen=0)
    cases = [
        (replace(claim, lines=(late,)), circumstances),
        (replace(claim, lines=(free,)), circumstances),
        (replace(claim, lines=(line,)), circumstances),
        (replace(claim, lines=(many,)), circumstances),
        (claim, past),
        (replace(claim, lines=()), circumstances),
        (claim, replace(circumstances, enrolment=None)),
        (claim, circumstances),
    ]
    alone: list[int] = []
    blocks = list(decided_blocks(gather(cases), shipped_bundle(), alone))
    assert sorted(alone) == [0, 1, 2, 3, 4, 5, 6]
    assert [block.places.tolist() for block in blocks] == [[7]]


@given(st.lists(st.integers(0, FIGURE_MAX), min_size=1, max_size=4), st.integers(0, FIGURE_MAX))
def test_the_largest_remainder_is_the_same_in_columns(weights: list[int], total: int) -> None:
    if not sum(weights):
        total = 0
    columns = [np.array([weight]) for weight in weights]
    total = min(total, 2**61 // max(1, *weights))
    parts = largest_remainder(np.array([total]), columns, np.array([sum(weights)]))
    assert tuple(int(part[0]) for part in parts) == apportion(total, weights)


def test_no_function_imports_numpy_that_does_not_decide_in_columns() -> None:
    asked = "import sys, app; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=False).returncode == 0
