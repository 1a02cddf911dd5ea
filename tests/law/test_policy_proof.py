"""The proof over the real policies, and that it bites: each way of breaking them is caught.

`make test` breaks the first provision of each slot, since a slot's provisions are walked alike; .ci/run breaks every
provision (QUEBAO_PROVISIONS=all).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.compiler import compile_files, read_directory
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.cells import Cells
from chalicelib.law.domain.model import EVERYONE, SCOPES, SLOTS, Anchor, Bundle, Combination, Effective, Provision, Slot
from chalicelib.law.domain.proof import Failure, Fault, prove
from chalicelib.law.domain.resolution import Resolver
from tests.kit.worked_cases import shipped_bundle

ROOT = Path(__file__).parents[2]


def with_provisions(provisions: tuple[Provision, ...]) -> Bundle:
    return Bundle("0" * 64, shipped_bundle().notices, provisions, shipped_bundle().registry)


def without(citation: str) -> Bundle:
    return with_provisions(tuple(p for p in shipped_bundle().provisions if p.citation != citation))


def changed(citation: str, change: Callable[[Provision], Provision]) -> Bundle:
    assert citation in shipped_bundle().by_citation
    return with_provisions(tuple(change(p) if p.citation == citation else p for p in shipped_bundle().provisions))


def copied(citation: str) -> Bundle:
    copy = replace(shipped_bundle().by_citation[citation], id="copy")
    return with_provisions((*shipped_bundle().provisions, copy))


def failures(bundle: Bundle, fault: Fault, *slots: Slot) -> list[Failure]:
    """Return the failures of one kind in the proof of some slots (of all slots if none is named)."""
    return [failure for failure in prove(bundle, slots or tuple(Slot)).failures if failure.fault is fault]


def citations(*, combination: Combination) -> list[str]:
    return [p.citation for p in shipped_bundle().provisions if SLOTS[p.slot].combination is combination]


def broken(found: Iterable[str]) -> list[str]:
    """Return the provisions to break, of those found: the first of each slot, or all of them."""
    cited = list(found)
    if os.environ.get("QUEBAO_PROVISIONS") == "all":
        return cited
    return list({shipped_bundle().by_citation[each].slot: each for each in reversed(cited)}.values())[::-1]


def test_the_shipped_policies_decide_every_case_once() -> None:
    proof = prove(shipped_bundle())
    assert proof.failures == ()
    assert proof.cells.keys() == set(Slot)
    assert all(count > 0 for slot, count in proof.cells.items() if shipped_bundle().by_slot[slot])


DEFAULTS = [
    p.citation
    for p in shipped_bundle().provisions
    if p.notice == "ordinary"
    and SLOTS[p.slot].combination is Combination.MOST_SPECIFIC
    and not SCOPES.get(p.slot, EVERYONE).gaps_allowed
]


@pytest.mark.parametrize("citation", DEFAULTS)
def test_deleting_an_ordinary_rule_leaves_a_case_undecided(citation: str) -> None:
    slot = shipped_bundle().by_citation[citation].slot
    gaps = failures(without(citation), Fault.GAP, slot)
    assert slot in {gap.slot for gap in gaps}


def test_a_gap_is_shown_by_its_smallest_cell_and_its_days() -> None:
    (gap,) = failures(without("ordinary.payer-of-remainder"), Fault.GAP)
    assert gap.slot is Slot.PAYER_OF_REMAINDER
    assert gap.provisions == ()
    assert gap.treatment is not None
    assert len(gap.cell) <= 2
    assert "payer-of-remainder" in gap.text.en


@pytest.mark.parametrize("citation", broken(citations(combination=Combination.MOST_SPECIFIC)))
def test_copying_a_rule_of_a_competing_slot_is_a_tie(citation: str) -> None:
    """A copied rule makes two deciders of equal rank wherever it decides."""
    original = shipped_bundle().by_citation[citation]
    pair = {citation, f"{original.notice}.copy"}
    ties = failures(copied(citation), Fault.TIE, original.slot)
    assert any(pair <= set(tie.provisions) for tie in ties)


@pytest.mark.parametrize(
    "citation",
    broken(c for c in citations(combination=Combination.ANY) if not shipped_bundle().by_citation[c].overrides),
)
def test_copying_a_grant_is_a_repetition(citation: str) -> None:
    repeated = failures(copied(citation), Fault.REPEATED, shipped_bundle().by_citation[citation].slot)
    assert [failure.provisions for failure in repeated] == [(f"{shipped_bundle().by_citation[citation].notice}.copy",)]


FOR_THE_PROTECTED = [
    p.citation
    for p in shipped_bundle().provisions
    if "protected" in p.when
    and (p.value.get("payer") == "fiscal" or (p.slot is Slot.COMBINED_SHARE and "share" in p.value))
]


@pytest.mark.parametrize("citation", FOR_THE_PROTECTED)
def test_widening_public_money_beyond_the_protected_is_caught(citation: str) -> None:
    slot = shipped_bundle().by_citation[citation].slot
    found = failures(changed(citation, lambda p: replace(p, when={})), Fault.UNPROTECTED, slot)
    assert citation in {name for failure in found for name in failure.provisions}


def siblings() -> list[tuple[str, str]]:
    """Pairs of one notice, slot and area that only their conditions keep apart."""
    competing = [p for p in shipped_bundle().provisions if SLOTS[p.slot].combination is Combination.MOST_SPECIFIC]
    return [
        (one.citation, other.citation)
        for one in competing
        for other in competing
        if (one.notice, one.slot, one.area, one.effective) == (other.notice, other.slot, other.area, other.effective)
        and one.citation != other.citation
        and one.slot is not Slot.ADVANCE
    ]


@pytest.mark.parametrize(
    ("citation", "sibling"), [pair for pair in siblings() if pair[0] in broken(one for one, _ in siblings())]
)
def test_widening_a_condition_over_a_sibling_is_a_tie(citation: str, sibling: str) -> None:
    other = shipped_bundle().by_citation[sibling]
    found = failures(changed(citation, lambda p: replace(p, when=other.when)), Fault.TIE, other.slot)
    assert any({citation, sibling} <= set(failure.provisions) for failure in found)


def from_day(provision: Provision, day: date | None) -> Provision:
    return replace(provision, effective=replace(provision.effective, from_on=day))


def to_day(provision: Provision, day: date) -> Provision:
    return replace(provision, effective=replace(provision.effective, to_on=day))


def test_moving_the_start_of_an_ordinary_rule_leaves_the_days_before_it_undecided() -> None:
    start = date(2020, 1, 22)
    bundle = changed("ordinary.payer-of-remainder", lambda p: from_day(p, start))
    gaps = failures(bundle, Fault.GAP)
    assert gaps
    assert {gap.slot for gap in gaps} == {Slot.PAYER_OF_REMAINDER}
    assert all(gap.days[Anchor.DISCHARGE].to_on == start - timedelta(days=1) for gap in gaps)


def test_moving_the_end_of_ordinary_benefits_leaves_the_days_after_it_undecided() -> None:
    ended = changed("base-420100.employee-ratio@420100", lambda p: to_day(p, date(2021, 12, 31)))
    (gap,) = failures(ended, Fault.GAP)
    assert (gap.slot, gap.insured) == (Slot.RATIO, "420100")
    assert gap.days[Anchor.DISCHARGE].from_on == date(2022, 1, 1)


@pytest.mark.parametrize("citation", broken(citations(combination=Combination.MOST_SPECIFIC)))
def test_moving_a_rule_behind_its_own_end_makes_it_unreachable(citation: str) -> None:
    slot = shipped_bundle().by_citation[citation].slot
    never = Effective(date(2020, 2, 1), date(2020, 1, 1), Anchor.DISCHARGE)
    found = failures(changed(citation, lambda p: replace(p, effective=never)), Fault.NEVER_APPLIES, slot)
    assert (citation,) in {failure.provisions for failure in found}


def test_moving_the_new_regime_before_the_old_rules_leaves_those_without_effect() -> None:
    regime = next(p for p in shipped_bundle().provisions if p.slot is Slot.REGIME)
    moved = changed(regime.citation, lambda p: from_day(p, None))
    unused = (Fault.NEVER_DECIDES, Fault.NEVER_APPLIES)
    dead = {name for fault in unused for failure in failures(moved, fault) for name in failure.provisions}
    for notice in regime.overrides:
        assert any(citation.startswith(f"{notice}.") for citation in dead), notice


def test_an_override_of_what_has_ended_before_it_began_is_idle() -> None:
    target = "nat-2023-1.inpatient-payer"
    speaker = "nat-2020.1.1"
    bundle = changed(
        speaker, lambda p: replace(p, overrides=(target,), effective=replace(p.effective, to_on=date(2020, 3, 1)))
    )
    ended = failures(bundle, Fault.IDLE_OVERRIDE)
    assert [(failure.provisions) for failure in ended] == [(speaker, target)]


def test_a_notice_does_not_set_aside_what_another_place_ordered() -> None:
    """Both bear on the claim of a person insured in Kunming and treated in Chongqing."""
    speaker, target = "base-530100.resident-ratio@530100", "cq-2020-3.2.1"
    found = failures(changed(speaker, lambda p: replace(p, overrides=(target,))), Fault.FOREIGN_OVERRIDE)
    assert [failure.provisions for failure in found] == [(speaker, target)]
    assert "another place" in found[0].text.en


@pytest.mark.parametrize("target", ["nat-2020", "nat-2020.1.1", "nat-2020-5"])
def test_a_province_does_not_set_aside_what_the_nation_ordered(target: str) -> None:
    """Shandong's closing clause binds Shandong. Source: S-18."""
    speaker = "sd-2023-1.10"
    found = failures(changed(speaker, lambda p: replace(p, overrides=(target,))), Fault.FOREIGN_OVERRIDE)
    assert [failure.provisions for failure in found] == [(speaker, target)]


@pytest.mark.parametrize("area", ["000000", "530000", "420100"])
def test_a_notice_binds_no_place_beside_or_above_its_issuers(area: AreaCode) -> None:
    speaker = "sd-2023-1.10"
    found = failures(changed(speaker, lambda p: replace(p, area=area)), Fault.FOREIGN_AREA)
    assert [failure.provisions for failure in found] == [(speaker,)]


def test_shares_over_the_whole_are_caught_in_a_bundle_nobody_compiled() -> None:
    split = next(p for p in shipped_bundle().by_slot[Slot.SPLIT] if p.value["shares"])
    shares = [*split.value["shares"], {"party": "own", "share": "1"}]
    bundle = changed(split.citation, lambda p: replace(p, value={**p.value, "shares": shares}))
    assert [f.provisions for f in failures(bundle, Fault.SHARES)] == [(split.citation,)]


def test_a_cell_stands_for_every_claim_to_which_the_same_provisions_apply() -> None:
    """The walk never skips a decision: a provision that wins in some full case wins in one of the distinct cells."""
    slot = Slot.PAYER_OF_REMAINDER
    relevant = [p for p in shipped_bundle().provisions if p.slot in (slot, Slot.PROTECTION, Slot.REGIME)]
    cells = list(Cells(shipped_bundle()).of(relevant, SCOPES.get(slot, EVERYONE)))
    assert len({cell.mask for cell in cells}) <= len(cells)
    winners = {
        resolution.winner.citation
        for cell in cells
        if (resolution := Resolver(shipped_bundle(), cell.facts).resolve(slot)).winner
    }
    assert winners == {p.citation for p in shipped_bundle().by_slot[slot]}


def test_a_notice_written_from_the_readme_keeps_the_proof() -> None:
    readme = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    example = readme.split("```yaml\n", 1)[1].split("```", 1)[0]
    content = {**read_directory(ROOT / "policies"), "210200-example/notice.yaml": example.encode()}
    compiled = compile_files(content)
    assert prove(open_file(compiled)).failures == ()
