"""Operators see waiting, running, planned and abandoned work, and nobody's money."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.claims.domain.record import QueueKind
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden
from chalicelib.operations.machine import AwsMachinery
from chalicelib.operations.usecases import ReadPath
from tests.kit.fixtures.system import System
from tests.kit.memory.samples import body, hospital, submission
from tests.kit.memory.world import World

OPERATOR = Principal("watch", Role.OPERATOR, "000000")


def test_a_claim_that_was_not_started_is_seen_to_wait_since_it_came(world: World) -> None:
    came = world.clock.now()
    world.system[SubmitClaim](hospital(), submission(body()))
    world.clock.sleep(3600)
    (start,) = [each for each in world.system[ReadPath](OPERATOR).queues if each.kind is QueueKind.START]
    assert (start.waiting, start.more) == (1, False)
    assert start.oldest is not None
    assert abs(start.oldest - came).total_seconds() < 1


def test_every_queue_that_the_sweep_looks_at_is_told_of(world: World) -> None:
    told = {each.kind for each in world.system[ReadPath](OPERATOR).queues}
    assert told == set(QueueKind) - {QueueKind.QUARANTINE}


@pytest.mark.parametrize("role", [each for each in Role if each not in (Role.OPERATOR, Role.AUDITOR)])
def test_nobody_else_looks(role: Role, world: World) -> None:
    with pytest.raises(Forbidden):
        world.system[ReadPath](Principal("somebody", role, "530100"))


def test_the_alarms_are_told_those_that_are_raised_first() -> None:
    moved = datetime(2026, 11, 27, tzinfo=UTC)
    standings = {"First": "OK", "Later": "ALARM", "New": "INSUFFICIENT_DATA"}
    found = [
        {
            "AlarmName": f"quebao-dev-{name}",
            "StateValue": state,
            "StateUpdatedTimestamp": moved,
            "AlarmDescription": "含义。 / Meaning.",
        }
        for name, state in standings.items()
    ]

    class Watching:
        def describe_alarms(self, **asked: Any) -> dict[str, Any]:
            assert asked["AlarmNamePrefix"] == "quebao-dev-"
            return {"MetricAlarms": found}

    alarms = AwsMachinery(lambda _: Watching(), "quebao-dev-", {}, frozenset()).alarms()
    assert [(each.name, each.standing.value) for each in alarms] == [
        ("Later", "raised"),
        ("First", "quiet"),
        ("New", "unknown"),
    ]
    assert {(each.says.zh, each.says.en, each.since) for each in alarms} == {("含义。", "Meaning.", moved)}


def test_what_was_deployed_is_told_of_by_its_names(system: System) -> None:
    found = system.client.expect(200, system.client.call("GET", "/v1/operations", ("operator", "000000")))
    schedules = {each["schedule"]: each for each in found["schedules"]}
    assert schedules["audit-books"]["enabled"] is True
    assert "cron" in schedules["audit-books"]["when"]
    for each in schedules.values():
        assert not each["says"]["zh"].isascii()
        assert each["says"]["en"].isascii()
    assert {each["machine"] for each in found["machines"]} >= {"settlement", "clearing", "recalculation"}
    # Other tests write to this stack what the ledger's copy refuses, so the number is theirs.
    assert {each["queue"]: each["messages"] >= 0 for each in found["given_up"]}.get("ledger-copy-failures") is True
    alarms = {each["alarm"]: each for each in found["alarms"]}
    assert alarms["LedgerAlteredAlarm"]["standing"] == "unknown", "nothing measures a local stack"
    for each in alarms.values():
        assert not each["says"]["zh"].isascii()
        assert each["says"]["en"].isascii()
    assert datetime.fromisoformat(found["at"]) <= datetime.now(UTC)


def test_the_operator_sees_no_claim_and_no_account(system: System) -> None:
    for path in ("/v1/claims", "/v1/ledger/accounts", "/v1/payments", "/v1/filings"):
        assert system.client.call("GET", path, ("operator", "000000")).status == 403
    assert system.client.call("GET", "/v1/tasks?kind=settle", ("operator", "000000")).status == 200
