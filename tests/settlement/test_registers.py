"""Reading the contents of the current bundle: notices, provisions, institutions, and its absence."""

from __future__ import annotations

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Malformed, NotFound, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.law.usecases.read import ListPolicies, ReadPolicy
from chalicelib.law.usecases.read_institution import ReadInstitution
from chalicelib.main.health import ReadHealth
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.samples import AUDITOR, KUNMING_HOSPITAL, agency, hospital
from tests.kit.memory.world import World


def test_the_system_is_healthy_once_a_bundle_can_be_read(world: World) -> None:
    assert world.system[ReadHealth]()["status"] == "ok"
    world.bundles.reachable = False
    with pytest.raises(Unavailable):
        world.system[ReadHealth]()


def test_every_role_reads_every_notice_page_by_page(world: World) -> None:
    for role in Role:
        principal = Principal("anyone", role, "530100")
        seen: list[str] = []
        cursor = None
        while True:
            page = world.system[ListPolicies](principal, PageRequest(3, cursor))
            seen += [notice.id for notice in page.items]
            if page.next is None:
                break
            cursor = page.next
        assert seen == sorted(world.bundles.current().notices)
    with pytest.raises(Malformed):
        world.system[ListPolicies](AUDITOR, PageRequest(3, "not a cursor"))


def test_a_notice_is_shown_with_its_provisions(world: World) -> None:
    notice, provisions = world.system[ReadPolicy](AUDITOR, "yn-2020-12")
    assert notice.id == "yn-2020-12"
    assert "yn-2020-12.3.5" in {provision.citation for provision in provisions}
    with pytest.raises(NotFound):
        world.system[ReadPolicy](AUDITOR, "no-such-notice")


def test_an_institution_is_shown_to_itself_and_to_the_areas_it_belongs_to(world: World) -> None:
    for principal in (hospital(), agency(KUNMING), AUDITOR):
        assert world.system[ReadInstitution](principal, KUNMING_HOSPITAL).code == KUNMING_HOSPITAL
    for principal, code in ((hospital(), "H53010200003"), (agency(WUHAN), KUNMING_HOSPITAL), (AUDITOR, "H0")):
        with pytest.raises(NotFound):
            world.system[ReadInstitution](principal, code)
