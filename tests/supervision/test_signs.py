"""Supervision rules over one bill: the signs of each rule, at and beside its limit, and the bills without signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adjudication.domain.claim import Claim, VisitKind
from chalicelib.claims.domain.visits import VisitEntry
from chalicelib.kernel.words.ids import AreaCode, ClaimId, PersonToken
from chalicelib.supervision.domain.signs import (
    RULE_SLOTS,
    Prices,
    Sign,
    SupervisionRule,
    WatchedClaim,
    price_signs,
    rules_of,
    signs_of,
)
from tests.kit.areas import HUANCUI, WUHUA
from tests.kit.memory.samples import body, submission
from tests.kit.worked_cases import shipped_bundle

CHONGQING, DAY = AreaCode("500103"), date(2020, 2, 10)
SCAN, VENTILATION, INFUSION = "210300001", "120100010", "XB05BBD001A001010100010"


def line(no: int, code: str, on: str, quantity: str = "1", **more: Any) -> dict[str, Any]:
    """A line of 100.00 a piece."""
    amount = f"{Decimal(quantity) * 100:.2f}"
    return {
        "no": no,
        "code": code,
        "name": code,
        "date": on,
        "quantity": quantity,
        "price": "100.00",
        "amount": amount,
    } | more


def bill(*lines: Mapping[str, Any], **changed: Any) -> Claim:
    sent = {**body("chongqing-price-ceilings"), **({"lines": list(lines)} if lines else {}), **changed}
    return submission(sent).to_claim(PersonToken("prs_someone"))


def seen(claim: Claim, rule: SupervisionRule, *visits: VisitEntry) -> list[Sign]:
    """Return the signs that one rule of Chongqing finds in a bill."""
    bundle = shipped_bundle()
    rules = {rule: rules_of(bundle, CHONGQING, DAY)[rule]}
    return list(signs_of(WatchedClaim(ClaimId("clm_one"), claim, visits), rules, bundle.registry))


def another(claim: Claim, **changed: Any) -> VisitEntry:
    entry = VisitEntry.of(claim, ClaimId("clm_other"))
    return replace(entry, **{"claim_no": "OTHER", "content": "other", **changed})


def figures(sign: Sign) -> dict[str, str]:
    return {each.name: each.value for each in sign.figures}


def test_every_rule_stands_in_chongqing_and_shandong_with_its_citation_and_nowhere_else() -> None:
    bundle = shipped_bundle()
    for place, day in ((CHONGQING, DAY), (HUANCUI, date(2023, 2, 1))):
        rules = rules_of(bundle, place, day)
        assert rules.keys() == RULE_SLOTS.keys()
        assert len({each.citation for each in rules.values()}) == len(rules)
    assert rules_of(bundle, WUHUA, DAY) == {}
    assert rules_of(bundle, CHONGQING, date(2020, 1, 22)) == {}
    assert rules_of(bundle, HUANCUI, date(2023, 1, 7)) == {}


def test_a_service_charged_twice_a_day_is_seen_and_a_drug_or_another_day_is_not() -> None:
    twice = bill(line(1, SCAN, "2020-02-06"), line(2, SCAN, "2020-02-06"), line(3, SCAN, "2020-02-07"))
    (sign,) = seen(twice, SupervisionRule.REPEATED_ITEM)
    assert (sign.place, figures(sign)) == (f"{SCAN}/2020-02-06", {"times": "2", "times_max": "1"})
    assert "明细 1、2" in sign.reason.zh
    assert "lines 1, 2" in sign.reason.en
    drugs = bill(line(1, INFUSION, "2020-02-06"), line(2, INFUSION, "2020-02-06"))
    assert seen(drugs, SupervisionRule.REPEATED_ITEM) == []


def test_what_was_given_back_is_not_charged_twice() -> None:
    back = line(3, SCAN, "2020-02-06", "-1", refunds=2)
    assert (
        seen(bill(line(1, SCAN, "2020-02-06"), line(2, SCAN, "2020-02-06"), back), SupervisionRule.REPEATED_ITEM) == []
    )


@pytest.mark.parametrize(("hours", "found"), [(("24",), []), (("24.5",), ["24.5"]), (("20", "5"), ["25"])])
def test_hours_of_a_day_are_added_and_more_than_24_are_seen(hours: tuple[str, ...], found: list[str]) -> None:
    lines = [line(no, VENTILATION, "2020-02-06", each) for no, each in enumerate(hours, start=1)]
    signs = seen(bill(*lines), SupervisionRule.HOURS_OVER_A_DAY)
    assert [figures(each)["hours"] for each in signs] == found


def test_hours_that_were_given_back_do_not_count() -> None:
    back = line(2, VENTILATION, "2020-02-06", "-2", refunds=1)
    assert seen(bill(line(1, VENTILATION, "2020-02-06", "26"), back), SupervisionRule.HOURS_OVER_A_DAY) == []


@pytest.mark.parametrize(
    ("changed", "days"),
    [
        ({"admitted_on": date(2020, 2, 10), "discharged_on": date(2020, 2, 20)}, ["6"]),
        ({"admitted_on": date(2020, 2, 16), "discharged_on": date(2020, 2, 20)}, []),
        ({"institution": "H50010300002"}, []),
        ({"transfer_from": "clm_one"}, []),
        ({"kind": VisitKind.OUTPATIENT}, []),
    ],
)
def test_stays_at_two_places_at_once_are_seen_beyond_a_shared_day_and_but_for_transfers(
    changed: dict[str, Any], days: list[str]
) -> None:
    """The bill's stay is from 5 to 16 February at H50010300002."""
    other = another(bill(), **{"institution": "H50010200001", **changed})
    signs = seen(bill(), SupervisionRule.OVERLAPPING_STAYS, other)
    assert [figures(each)["days"] for each in signs] == days
    assert all("H50010200001" not in each.reason.zh + each.reason.en for each in signs), "it does not say where"


def test_an_episode_without_another_visit_near_is_seen() -> None:
    visit = {**body("chongqing-price-ceilings")["visit"], "episode": "E-1"}
    own = bill(visit=visit)
    near = another(own, episode="E-1", admitted_on=date(2020, 1, 6), discharged_on=date(2020, 1, 6))
    far = replace(near, admitted_on=date(2020, 1, 5), discharged_on=date(2020, 1, 5))
    assert seen(own, SupervisionRule.OUTSIDE_EPISODE, near) == []
    assert [figures(each)["days"] for each in seen(own, SupervisionRule.OUTSIDE_EPISODE, far)] == ["31"]
    assert [figures(each)["days"] for each in seen(own, SupervisionRule.OUTSIDE_EPISODE)] == ["none"]
    assert seen(bill(), SupervisionRule.OUTSIDE_EPISODE) == []


def test_an_outpatient_bill_within_a_stay_is_seen_and_one_of_its_first_day_is_not() -> None:
    stay = another(bill(), institution="H50010200001")
    for day, count in (("2020-02-05", 0), ("2020-02-06", 1), ("2020-02-16", 0)):
        visit = {"kind": "outpatient", "date": day}
        found = seen(bill(line(1, SCAN, day), visit=visit), SupervisionRule.OUTSIDE_EPISODE, stay)
        assert len(found) == count, day


def test_a_bill_like_another_of_the_institution_is_seen_with_its_number() -> None:
    own = bill()
    same = another(own, content=VisitEntry.of(own, ClaimId("")).content, admitted_on=date(2020, 2, 5))
    (sign,) = seen(own, SupervisionRule.RESEMBLING_BILL, same)
    assert figures(sign) == {"likeness": "same-bill", "claim_no": "OTHER"}
    assert seen(own, SupervisionRule.RESEMBLING_BILL, another(own, institution="H50010200001")) == []


def priced(*prices: str) -> list[Claim]:
    return [bill(line(1, SCAN, "2020-02-06", price=each, amount=f"{Decimal(each):.2f}")) for each in prices]


@pytest.mark.parametrize(
    ("prices", "odd"),
    [
        (("100.00", "100.00", "100.00", "100.00", "150.00"), []),
        (("100.00", "100.00", "100.00", "100.00", "150.01"), ["150.01"]),
        (("100.00", "100.00", "100.00", "100.00", "66.66"), ["66.66"]),
        (("100.00", "100.00", "100.00", "900.00"), []),
        (("1.00", "100.00", "100.00", "9000.00", "120.00"), ["1", "9000"]),
    ],
)
def test_a_price_far_from_the_median_of_at_least_five_is_seen(prices: tuple[str, ...], odd: list[str]) -> None:
    rule = rules_of(shipped_bundle(), CHONGQING, DAY)[SupervisionRule.FAR_PRICE]
    claims, known = priced(*prices), Prices()
    for claim in claims:
        known.add(claim)
    found = [figures(sign)["price"] for claim in claims for sign in price_signs(claim, known, rule)]
    assert found == odd


def test_a_claim_counts_once_for_each_price_of_an_item_and_the_median_is_exact() -> None:
    prices = Prices()
    many = bill(*[line(no, SCAN, "2020-02-06", price="0.000003", amount="0.00") for no in range(1, 9)])
    prices.add(many)
    for claim in priced("100.00", "200.00"):
        prices.add(claim)
    assert prices.median(SCAN) == (100_000_000, 3)
    assert prices.median("unknown") == (0, 0)
