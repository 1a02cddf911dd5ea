"""Anchors, the days of a claim that intervals are compared with: an anchor decides by its own day and by no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.law.domain.model import Anchor, Bundle, Effective
from tests.kit.worked_cases import SETTLED_ON, WorkedCase, decide, shipped_bundle, worked_cases


def holding(citations: Iterable[str], effective: Effective) -> Bundle:
    """The published set with other days for the named provisions."""
    bundle, named = shipped_bundle(), set(citations)
    assert named <= bundle.by_citation.keys()
    provisions = (replace(each, effective=effective) if each.citation in named else each for each in bundle.provisions)
    return Bundle(bundle.hash, bundle.notices, tuple(provisions), bundle.registry)


def found(name: str, bundle: Bundle) -> dict[str, str]:
    case = next(case for case in worked_cases() if case.id == name)
    document = decide(case, bundle).document
    assert document is not None
    return {"basic": document["shares"]["basic"], "in_scope": document["in_scope"]}


@pytest.mark.parametrize(
    ("anchor", "day"),
    [
        (Anchor.ADMISSION, date(2020, 2, 5)),
        (Anchor.DISCHARGE, date(2020, 2, 20)),
        (Anchor.SETTLEMENT, SETTLED_ON),
    ],
)
def test_ninety_per_cent_hold_on_the_one_day_that_the_anchor_names(anchor: Anchor, day: date) -> None:
    """Admitted on 5 February 2020, discharged on the 20th: 0.9 x 17,000 = 15,300.00; by the ordinary rules alone
    (17,000 - 1,200) x 0.85 = 13,430.00.
    """
    for off, basic in ((-1, "13430.00"), (0, "15300.00"), (1, "13430.00")):
        on = day + timedelta(days=off)
        bundle = holding(["yn-2020-12.3.5"], Effective(on, on, anchor))
        assert found("yunnan-employee-90-10", bundle)["basic"] == basic


def test_a_lines_own_day_is_its_service_day() -> None:
    """Azvudine for 2,100.00 was given on 11 January 2023, the second day of the stay."""
    grants = ["sd-2023-1.4", "nat-2023-1.drugs"]
    for begins, in_scope in ((date(2023, 1, 11), "7720.00"), (date(2023, 1, 12), "5620.00")):
        bundle = holding(grants, Effective(begins, None, Anchor.SERVICE))
        assert found("weihai-2023-inpatient-split", bundle)["in_scope"] == in_scope


def versions(*days: str) -> list[str]:
    """The versions of the treatment plan recorded for a stay with a line on each of the days."""
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    claim = case.claim
    claim["lines"] = [{**claim["lines"][0], "no": no, "date": day} for no, day in enumerate(days, start=1)]
    document = decide(WorkedCase(case.id, case.path, {**case.document, "claim": claim}), shipped_bundle()).document
    assert document is not None
    records = next(step["decided_by"] for step in document["steps"] if step["step"] == "records")
    return [each["provision"] for each in records if each["notice"] == "treatment-plan"]


def test_the_version_of_the_treatment_plan_is_that_of_the_days_of_treatment() -> None:
    """The stay ends on 20 February 2020, under version six; earlier charges stood under other versions."""
    assert versions("2020-02-05") == ["v5"]
    assert versions("2020-02-20") == ["v6"]
    assert versions("2020-02-19", "2020-02-07", "2020-02-08") == ["v5", "v5-revised", "v6"]
