"""Changes to a provision: a claim that is decided otherwise is refused by the proof or shown by the comparison.

QUEBAO_MUTANTS is the number of changes; .ci/run draws 150.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import assume, event, given, note, settings
from hypothesis import strategies as st

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.kernel.errors import QuebaoError
from chalicelib.law.domain.comparison import compare
from chalicelib.law.domain.model import DIMENSIONS, Anchor, Bundle, Effective, Provision, Slot
from chalicelib.law.domain.proof import prove
from chalicelib.registry.domain.model import NATION
from tests.adjudication.test_plain_reckoning import SETTLED_ON, YEARS, bundle_with_agreements, enrolled, stays
from tests.kit.areas import CHONGQING, DALIAN, SHANDONG, YUNNAN

MUTANTS = int(os.environ.get("QUEBAO_MUTANTS", "20"))
FIGURES = (
    "total",
    "in_scope",
    "excluded",
    "first_self_pay",
    "over_limit",
    "deductible",
    "shares",
    "fiscal_split",
    "cross_region",
    "payers",
    "central_refund",
    "budget",
    "payment_method",
)
Change = Callable[[Provision], Provision]


def moved(day: date | None, by: int) -> date | None:
    return None if day is None else day + timedelta(days=by)


@st.composite
def changes(draw: st.DrawFn, provision: Provision) -> tuple[str, Change]:
    """Draw a change to a provision that an officer might make by mistake."""
    by = draw(st.integers(1, 40)) * draw(st.sampled_from([-1, 1]))
    when, holds = provision.when, provision.effective
    dimension = draw(st.sampled_from(sorted(DIMENSIONS)))
    kept = frozenset(draw(st.sets(st.sampled_from(DIMENSIONS[dimension]), min_size=1)))
    begins = Effective(moved(holds.from_on, by), holds.to_on, holds.anchor)
    ends = Effective(holds.from_on, moved(holds.to_on or date(2023, 2, 1), by), holds.anchor)
    counts = replace(holds, anchor=draw(st.sampled_from(Anchor)))
    area = draw(st.sampled_from([NATION, CHONGQING, YUNNAN, SHANDONG, DALIAN]))
    found: list[tuple[str, Change]] = [
        ("begins on another day", lambda p: replace(p, effective=begins)),
        ("ends on another day", lambda p: replace(p, effective=ends)),
        ("counts by another day", lambda p: replace(p, effective=counts)),
        ("holds elsewhere", lambda p: replace(p, area=area)),
        ("asks for something else", lambda p: replace(p, when={**p.when, dimension: kept})),
        ("overrides nothing", lambda p: replace(p, overrides=())),
        ("has another value", lambda p: replace(p, value=another_value(p.value))),
    ]
    if when:
        dropped = draw(st.sampled_from(sorted(when)))
        less = {name: values for name, values in when.items() if name != dropped}
        found.append(("asks for less", lambda p: replace(p, when=less)))
    return draw(st.sampled_from(found))


def another_value(value: Any) -> Any:
    """The value with its ratios halved and its amounts doubled."""
    match value:
        case dict():
            return {name: another_value(inner) for name, inner in value.items()}
        case list():
            return [another_value(inner) for inner in value]
        case int() if not isinstance(value, bool):
            return value * 2
        case str() if "/" in value:
            return str(Fraction(value) / 2)
        case _:
            return value


@st.composite
def mutants(draw: st.DrawFn, provision: Provision) -> tuple[str, Bundle]:
    bundle = bundle_with_agreements()
    others = tuple(each for each in bundle.provisions if each.citation != provision.citation)
    kind = draw(st.sampled_from(["changed", "changed", "changed", "deleted", "copied"]))
    left = others
    if kind == "copied":
        left = (*bundle.provisions, replace(provision, id="copy", value=another_value(provision.value)))
    elif kind == "changed":
        kind, change = draw(changes(provision))
        left = (*others, change(provision))
    return f"{provision.citation} {kind}", Bundle("0" * 64, bundle.notices, left, bundle.registry)


def deciding(found: Assessment) -> Iterator[Provision]:
    """Yield the provisions that decided any part of a claim."""
    assert found.document is not None
    cited = [each for step in found.document["steps"] for each in step["decided_by"]]
    cited += [each for line in found.document["lines"] for each in line["citations"]]
    for name in dict.fromkeys(f"{each['notice']}.{each['provision']}" for each in cited):
        provision = bundle_with_agreements().by_citation[name]
        if provision.slot is not Slot.RECORD:
            yield provision


def figures(claim: Any, circumstances: Circumstances, bundle: Bundle) -> Any:
    """Return the figures of a claim, or the reason that it cannot be decided."""
    try:
        found = assess(claim, circumstances, bundle)
        document = found.document  # reasons are told when they are asked for, and may conflict only then
    except QuebaoError as error:
        return type(error).__name__
    if document is None:
        return sorted(finding.code for finding in found.findings)
    return {name: document[name] for name in FIGURES}


@settings(max_examples=MUTANTS)
@given(stays(), st.data(), YEARS)
def test_what_decides_a_claim_otherwise_is_refused_or_shown(claim: Any, data: st.DataObject, prior: Any) -> None:
    person = data.draw(enrolled(claim.institution))
    circumstances = Circumstances(person, filing_on_record=False, prior=prior, settled_on=SETTLED_ON)
    found = assess(claim, circumstances, bundle_with_agreements())
    assume(found.document is not None)
    name, mutant = data.draw(mutants(data.draw(st.sampled_from(list(deciding(found))))))
    note(name)
    if figures(claim, circumstances, mutant) == figures(claim, circumstances, bundle_with_agreements()):
        event("nothing comes to anything else")
        return
    refused = prove(mutant).failures
    event("refused by the proof" if refused else "shown by the comparison")
    assert refused or compare(bundle_with_agreements(), mutant).cells
