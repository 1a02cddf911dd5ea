"""First visits over the internet: payable where provision, health side's list and the patient's symptoms agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.claims.domain.submission import Previewed
from chalicelib.claims.usecases.submit import PreviewClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Invalid
from chalicelib.prescriptions.usecases.list_online import InternetList
from tests.kit.memory.samples import body, enrol_sample, hospital, submission
from tests.kit.memory.world import World
from tests.kit.service_behaviours import a_listed_institution_of_weihai_is_paid_for_a_first_visit_online
from tests.kit.worked_cases import shipped_bundle

WEIHAI = "H37100200001"


@pytest.fixture(name="known")
def fixture_known(world: World) -> World:
    """The patient of the worked case is insured, and it is February 2023."""
    world.clock.move_to(datetime(2023, 2, 1, 4, tzinfo=UTC))
    enrol_sample(world, body("weihai-2023-outpatient-75")["patient"]["id_no"])
    return world


def listed(world: World, days: str) -> None:
    health = Principal("health", Role.HEALTH, "371000")
    world.system[InternetList].publish(health, f"institution,from,to\n{WEIHAI},{days}\n")


def previewed(world: World, **changes: Any) -> Previewed:
    claim = {**body("weihai-2023-outpatient-75"), "institution": WEIHAI}
    claim["visit"] |= {"online": "first-visit", **changes.pop("visit", {})}
    return world.system[PreviewClaim](hospital(WEIHAI), submission({**claim, **changes}))


def refused(world: World, **changes: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(Invalid) as found:
        previewed(world, **changes)
    return [(each.code, each.citation) for each in found.value.findings]


@pytest.mark.shows("S-10")
def test_a_listed_institution_is_paid_for_a_first_visit_and_the_reasons_cite_why() -> None:
    a_listed_institution_of_weihai_is_paid_for_a_first_visit_online(shipped_bundle())


def test_the_reasons_of_a_first_visit_online_cite_the_provision(known: World) -> None:
    listed(known, "2023-01-10,")
    (step,) = [each for each in previewed(known).determination["steps"] if each["step"] == "online-visit"]
    assert [cited["provision"] for cited in step["decided_by"]] == ["5"]


@pytest.mark.parametrize("days", ["", "2023-01-13,", "2023-01-09,2023-01-11"])
def test_a_first_visit_on_a_day_without_a_listing_is_not_payable(known: World, days: str) -> None:
    """The visit is of 12 January."""
    if days:
        listed(known, days)
    assert refused(known) == [("online-not-listed", "sd-2023-1.5")]


def test_a_first_visit_for_something_else_is_not_payable(known: World) -> None:
    listed(known, "2023-01-10,")
    without = {**body("weihai-2023-outpatient-75")["diagnosis"], "history": []}
    assert ("online-symptoms", "sd-2023-1.5") in refused(known, diagnosis=without)


def test_where_no_provision_of_the_day_pays_for_first_visits_only_follow_ups_are_payable(known: World) -> None:
    """The day before the notice holds."""
    listed(known, "2023-01-10,")
    earlier = [{**line, "date": "2023-01-07"} for line in body("weihai-2023-outpatient-75")["lines"]]
    history = [{"status": "suspected", "on": "2023-01-07"}]
    diagnosis = {**body("weihai-2023-outpatient-75")["diagnosis"], "history": history}
    on_seventh: dict[str, Any] = {"lines": earlier, "diagnosis": diagnosis}
    found = refused(known, visit={"date": "2023-01-07"}, **on_seventh)
    assert ("online-first-visit-not-provided", None) in found
    previewed(known, visit={"date": "2023-01-07", "online": "follow-up"}, **on_seventh)


def test_a_follow_up_asks_for_nothing_and_an_emergency_is_not_made_online(known: World) -> None:
    offline = previewed(known, visit={"online": None}).determination
    assert previewed(known, visit={"online": "follow-up"}).determination["shares"] == offline["shares"]
    assert ("online-visit-kind", None) in refused(known, visit={"kind": "emergency"})
