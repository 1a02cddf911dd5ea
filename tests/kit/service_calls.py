"""Calls of the routes of the agency's services, good and bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from chalicelib.agreements.usecases.agree import AgreementRequest, Agreements
from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.registry.domain.agreements import AgreementKind
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

_DALIAN = {"role": "agency", "subject": "210200"}
_SECOND = {**_DALIAN, "actor": "second"}
_PUBLIC = {"headers": {"Authorization": ""}}


def service_calls(world: World) -> Iterator[Call]:
    """At least one good answer of every route of a service."""
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 2, 18, 4, tzinfo=UTC))
    yield from _agreement_calls(world)
    world.clock.move_to(before)


def _agreement_calls(world: World) -> Iterator[Call]:
    agreements, one = "/v1/agreements", "/v1/agreements/{agreement_id}"
    made = world.system[Agreements].ask(
        agency("210200"), AgreementRequest("H21020200002", AgreementKind.TERMINATION, date(2020, 3, 1), None, "closed")
    )
    asked = {"institution": "H21020200001", "kind": "service", "from": "2020-04-01", "reason": "renewed"}
    yield ("POST", agreements), {"body": asked, **_DALIAN}
    yield ("POST", agreements), {"body": {**asked, "kind": "temporary"}, **_DALIAN}
    yield ("POST", agreements), {"body": {}, **_DALIAN}
    yield ("GET", agreements), _DALIAN
    yield ("GET", agreements, f"{agreements}?status=wished"), _DALIAN
    yield ("GET", one, f"{agreements}/{made.agreement_id}"), _DALIAN
    yield ("GET", one, f"{agreements}/agr_none"), _DALIAN
    decided = f"{agreements}/{made.agreement_id}/decision"
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "approve"}, **_SECOND}
    yield ("POST", f"{one}/decision", decided), {"body": {"decision": "refuse", "reason": "no"}, **_SECOND}
    yield ("POST", f"{one}/decision", decided), {"body": {}, **_SECOND}
    yield ("GET", f"{agreements}/public", f"{agreements}/public?area=210200&on=2020-03-01"), _PUBLIC
    yield ("GET", f"{agreements}/public", f"{agreements}/public?on=soon"), _PUBLIC
    blacklist, entry = "/v1/blacklist", "/v1/blacklist/{entry_id}/decision"
    (line,) = world.system[Blacklist].upload(
        agency("210200"), date(2020, 2, 18), "code,name,ground\nH21020200001,,hoarded masks\n"
    )
    uploaded = {"listed_on": "2020-02-17", "csv": "code,name,ground\nH21020200001,,hoarded\nH1,,x\n"}
    yield ("POST", blacklist), {"body": uploaded, **_DALIAN}
    yield ("POST", blacklist), {"body": {**uploaded, "listed_on": "2020-03-01"}, **_DALIAN}
    yield ("POST", blacklist), {"body": {}, **_DALIAN}
    yield ("GET", blacklist), _DALIAN
    yield ("GET", blacklist, f"{blacklist}?listed_on=x"), _DALIAN
    verified = entry.format(entry_id=line.record_id)
    yield ("POST", entry, verified), {"body": {"decision": "approve", "from": "2020-02-20"}, **_SECOND}
    yield ("POST", entry, verified), {"body": {"decision": "refuse", "reason": "a namesake"}, **_SECOND}
    yield ("POST", entry, verified), {"body": {"decision": "approve"}, **_SECOND}
