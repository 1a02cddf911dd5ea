"""Routing of a patient's visit by day: settled here, online with the insured place, or by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chalicelib.eligibility.domain import Routing, RoutingGround, RoutingWay, routed
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.agreements import AgreementKind, AgreementTerm
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance
from tests.kit.areas import CHONGQING, DALI, YUZHONG
from tests.kit.policy_sets import with_rule
from tests.kit.service_behaviours import somebody_of_wuhan_in_kunming_is_settled_with_online
from tests.kit.worked_cases import shipped_bundle

KUNMING, WUHAN = InstitutionCode("H53010200001"), InstitutionCode("H42010600001")
DAY = date(2020, 2, 10)
ALL_PAPERS = ("invoice", "itemised-list", "diagnosis")
PERSON = Enrolment(
    PersonToken("prs_1"), AreaCode("530100"), Insurance.EMPLOYEE, Employment.ACTIVE, AssistanceClass.NONE
)


def route(
    insured: AreaCode | None, hospital: InstitutionCode = KUNMING, bundle: Bundle | None = None, *, filed: bool = False
) -> Routing:
    """Return the routing of a visit to a hospital by a person insured in an area."""
    known, person = bundle or shipped_bundle(), replace(PERSON, insured_area=insured)
    if insured is None:
        person = replace(person, insurance=Insurance.NONE)
    return routed(known, known.registry.institutions[hospital], (), person, DAY, filed=filed)


def reaching(area: AreaCode, reach: str) -> Bundle:
    """The shipped policy set and a notice that says how far an area's network reaches."""
    compiled = compile_files(with_rule(area, "remote-network", f"{{reach: {reach}}}"))
    return open_file(compiled)


@pytest.mark.shows("Y-12")
def test_somebody_of_another_province_is_settled_with_online() -> None:
    somebody_of_wuhan_in_kunming_is_settled_with_online(shipped_bundle())


def test_whoever_is_insured_here_or_nowhere_is_settled_with_here() -> None:
    assert route(AreaCode("530100")) == Routing(
        RoutingWay.LOCAL, RoutingGround.INSURED_HERE, ("yn-2020-12.4.1-network",)
    )
    assert route(None) == Routing(RoutingWay.LOCAL, RoutingGround.UNINSURED)


@pytest.mark.parametrize("unreached", ["420100", "530100"])
def test_where_the_network_of_either_place_does_not_reach_it_is_booked_by_hand(unreached: AreaCode) -> None:
    """Source: Y-12: the form, with invoice, itemised list and certificate."""
    found = route(AreaCode("420100"), bundle=reaching(unreached, "none"))
    assert (found.way, found.ground) == (RoutingWay.BY_HAND, RoutingGround.NO_NETWORK)
    assert found.citations[0].startswith(f"rule-{unreached}")
    assert found.papers == ()
    kunming_in_wuhan = route(AreaCode("530100"), WUHAN, reaching(unreached, "none"))
    assert kunming_in_wuhan.papers == ALL_PAPERS
    assert "yn-2020-12.4.2" in kunming_in_wuhan.citations


def test_a_network_of_the_province_reaches_its_own_places_alone() -> None:
    bundle = reaching(AreaCode("530100"), "province")
    assert route(DALI, bundle=bundle).way is RoutingWay.REMOTE_ONLINE
    assert route(AreaCode("420100"), bundle=bundle).way is RoutingWay.BY_HAND


def test_what_chongqing_reimburses_by_hand_is_what_was_not_filed() -> None:
    """Source: C-14."""
    bundle = reaching(CHONGQING, "none")
    assert route(YUZHONG, bundle=bundle).citations[-1] == "cq-2020-3.4.2"
    assert route(YUZHONG, bundle=bundle, filed=True).papers == ()


def test_an_institution_whose_agreement_was_ended_settles_nothing_itself() -> None:
    bundle = shipped_bundle()
    ended = AgreementTerm(AgreementKind.TERMINATION, DAY)
    found = routed(bundle, bundle.registry.institutions[KUNMING], (ended,), PERSON, DAY, filed=False)
    assert (found.way, found.ground, found.papers) == (
        RoutingWay.BY_HAND,
        RoutingGround.AGREEMENT_ENDED,
        ALL_PAPERS,
    )
