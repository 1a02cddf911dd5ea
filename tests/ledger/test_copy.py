"""The ledger's copy: complete however often a batch comes or where it breaks off, and held against the ledger."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit.usecases.audit import Audit
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.ports import Events
from chalicelib.kernel.time import Instant
from chalicelib.ledger.archive import change_of
from chalicelib.ledger.domain.copy import CopiedItem, LedgerItem, compare_copies
from chalicelib.ledger.domain.months import period_after
from chalicelib.ledger.tables import items_of
from chalicelib.ledger.tasks import LedgerSteps
from chalicelib.ledger.usecases.copy import GRACE, LedgerArchive
from chalicelib.main import telemetry
from chalicelib.main.capabilities import build_system
from chalicelib.platform.aws.table import to_item
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import AUDITOR, REMOTE_CLAIM, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World


@pytest.fixture(name="settled")
def fixture_settled(world: World) -> World:
    """A world in which a remote claim was settled: its transaction is copied for the clearing, too."""
    claim = body(REMOTE_CLAIM)
    enrol_sample(world, claim["patient"]["id_no"])
    world.system[SubmitClaim](hospital(claim["institution"]), submission(claim))
    assert world.run_all() == ["Settled"]
    return world


@pytest.fixture(name="log")
def fixture_log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    telemetry.configure(stream=stream)
    yield stream
    telemetry.configure()


def batch(world: World, name: str = "INSERT") -> dict:
    """Everything in the ledger as one event of its stream."""
    items = [item for posted in world.memory.ledger.values() for item in items_of(posted)]
    return {
        "Records": [
            {
                "eventName": name,
                "dynamodb": {
                    "SequenceNumber": str(100 + number),
                    "Keys": to_item({"pk": item["pk"], "sk": item["sk"]}),
                    "NewImage": to_item(item),
                },
            }
            for number, item in enumerate(items)
        ]
    }


def copier(world: World, fault: Fault) -> LedgerSteps:
    wrap = faulty(fault)
    archive: Any = wrap("archive", world.ledger_archive)
    events: Any = wrap("events", world.events)
    system = build_system(world.ports.give(LedgerArchive, archive).give(Events, events))
    return LedgerSteps(lambda: system, change_of)


def found(world: World) -> list[tuple[str, str]]:
    report = world.system[Audit](AUDITOR)
    return [(each.what, each.where) for each in report.differences if each.what.startswith("copy-")]


def keys(world: World) -> list[str]:
    return [f"{item['pk']}/{item['sk']}" for posted in world.memory.ledger.values() for item in items_of(posted)]


def test_a_batch_that_comes_again_changes_nothing(settled: World) -> None:
    event, steps = batch(settled), copier(settled, Fault())
    assert steps.ledger_copy(event) == {"batchItemFailures": []}
    kept = dict(settled.ledger_archive.kept)
    assert sorted(key for key, _ in kept) == sorted(keys(settled))
    assert any(key.startswith("OWING#") for key, _ in kept)
    assert steps.ledger_copy(event) == {"batchItemFailures": []}
    assert settled.ledger_archive.kept == kept
    assert found(settled) == []


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_a_batch_that_breaks_off_comes_again_from_its_first_record(settled: World, when: When) -> None:
    settled.ledger_archive.delayed = True
    event = batch(settled)
    ((failure,),) = [copier(settled, Fault(0, when)).ledger_copy(event)["batchItemFailures"]]
    assert failure["itemIdentifier"] == event["Records"][0]["dynamodb"]["SequenceNumber"]
    assert copier(settled, Fault()).ledger_copy(event) == {"batchItemFailures": []}
    assert sorted(key for key, _ in settled.ledger_archive.kept) == sorted(keys(settled))


def test_what_was_added_before_a_change_that_could_not_be_told_is_kept(settled: World) -> None:
    settled.ledger_archive.delayed = True
    added, altered = batch(settled)["Records"], batch(settled, "MODIFY")["Records"][:1]
    altered[0]["dynamodb"]["SequenceNumber"] = "999"
    late = added[-1:]
    event = {"Records": [*added[:-1], *altered, *late]}
    ((failure,),) = [copier(settled, Fault(0, When.BEFORE)).ledger_copy(event)["batchItemFailures"]]
    assert failure["itemIdentifier"] == "999"
    assert sorted(key for key, _ in settled.ledger_archive.kept) == sorted(keys(settled)[:-1])


def test_a_batch_of_two_months_is_kept_month_by_month_and_comes_again_from_the_one_that_failed(settled: World) -> None:
    settled.ledger_archive.delayed = True
    event, later = batch(settled), period_after(next(iter(settled.memory.ledger.values())).period)
    for record in event["Records"][1:]:
        record["dynamodb"]["NewImage"]["occurred_at"] = {"S": f"{later}-01T16:00:00.000000Z"}
    ((failure,),) = [copier(settled, Fault(1, When.BEFORE)).ledger_copy(event)["batchItemFailures"]]
    assert failure["itemIdentifier"] == event["Records"][1]["dynamodb"]["SequenceNumber"]
    assert [key for key, _ in settled.ledger_archive.kept] == keys(settled)[:1]


def test_what_is_added_to_a_month_that_is_over_is_told_as_a_change(settled: World, log: io.StringIO) -> None:
    """A transaction bears the clock's now, so nothing comes to a month that ended the day before yesterday."""
    event = batch(settled)
    settled.clock.sleep(2 * 24 * 3600)
    assert copier(settled, Fault()).ledger_copy(event) == {"batchItemFailures": []}
    assert "ledger item altered" not in log.getvalue()
    settled.clock.sleep(33 * 24 * 3600)
    assert copier(settled, Fault()).ledger_copy(event) == {"batchItemFailures": []}
    told = [each for each in settled.events.seen if each.kind == "ledger.altered"]
    assert {each.detail["change"] for each in told} == {"added"}
    assert [each.detail["item"] for each in told] == keys(settled)
    assert log.getvalue().count("ledger item altered") == len(told)


@pytest.mark.parametrize(("name", "change"), [("MODIFY", "modified"), ("REMOVE", "removed")])
def test_a_change_to_the_ledger_is_an_error_in_the_log_and_an_event(
    settled: World, log: io.StringIO, name: str, change: str
) -> None:
    before = len(settled.events.seen)
    assert copier(settled, Fault()).ledger_copy(batch(settled, name)) == {"batchItemFailures": []}
    told = settled.events.seen[before:]
    assert [(each.kind, each.detail) for each in told] == [
        ("ledger.altered", {"item": key, "change": change}) for key in keys(settled)
    ]
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["event"], line["level"], line["ledger_item"]) for line in lines] == [
        ("ledger item altered", "error", key) for key in keys(settled)
    ]


def test_a_change_that_could_not_be_told_comes_again_under_the_same_id(settled: World) -> None:
    event, before = batch(settled, "MODIFY"), len(settled.events.seen)
    steps = copier(settled, Fault(0, When.AFTER))
    assert steps.ledger_copy(event)["batchItemFailures"] != []
    steps.ledger_copy(event)
    first, second, *_ = settled.events.seen[before:]
    assert first == second


def test_an_item_changed_behind_the_adapters_back_is_found(settled: World) -> None:
    assert found(settled) == []
    (posted, *_) = settled.memory.ledger.values()
    settled.memory.ledger[posted.id] = replace(posted, cause="clm_anothers")
    assert ("copy-differs", f"{items_of(posted)[0]['pk']}/{posted.id}") in found(settled)


def test_an_item_deleted_behind_the_adapters_back_is_found(settled: World) -> None:
    (posted, *_) = settled.memory.ledger.values()
    assert found(settled) == []
    del settled.memory.ledger[posted.id]
    assert set(found(settled)) == {("copy-without-item", f"{item['pk']}/{item['sk']}") for item in items_of(posted)}


def test_an_item_may_be_on_its_way_to_the_copy_but_not_for_long(settled: World) -> None:
    settled.ledger_archive.delayed = True
    assert found(settled) == []
    settled.clock.sleep(GRACE.total_seconds())
    assert found(settled) == []
    settled.clock.sleep(1)
    assert found(settled) == [("copy-missing", key) for key in sorted(keys(settled))]
    settled.ledger_archive.delayed = False
    assert found(settled) == []


def test_nothing_of_the_person_is_in_the_ledger_or_its_copy(settled: World) -> None:
    """The ledger holds no personal data: claims by their ids, persons at most by their token."""
    patient = body(REMOTE_CLAIM)["patient"]
    list(settled.ledger_archive.copies())
    kept = b"".join(settled.ledger_archive.kept.values()).decode()
    assert "settle:clm_" in kept
    for secret in (patient["id_no"], patient["name"]):
        assert secret not in kept


@pytest.mark.parametrize(
    ("items", "copies", "what"),
    [
        ([], [], []),
        ([LedgerItem("a", "1", Instant("2020"))], [CopiedItem("a", "1")], []),
        ([LedgerItem("a", "1", Instant("2020"))], [], ["copy-missing"]),
        ([LedgerItem("a", "1", Instant("2026"))], [], []),
        ([LedgerItem("a", "1", Instant("2026"))], [CopiedItem("a", "2")], ["copy-differs"]),
        ([LedgerItem("a", "1", Instant("2020"))], [CopiedItem("a", "1"), CopiedItem("a", "2")], ["copy-differs"]),
        ([], [CopiedItem("a", "1")], ["copy-without-item"]),
        ([LedgerItem("a", "1", Instant("2020"))], [CopiedItem("a", "1", versions=2)], ["copy-touched"]),
        ([LedgerItem("a", "1", Instant("2020"))], [CopiedItem("a", "1", hidden=True)], ["copy-touched"]),
    ],
)
def test_every_way_to_differ_has_its_name(items: list[LedgerItem], copies: list[CopiedItem], what: list[str]) -> None:
    differences = compare_copies({item.key: item for item in items}, copies, before="2025")
    assert [each.what for each in differences] == what


def test_the_copy_is_compared_at_the_moment_the_audit_runs(settled: World) -> None:
    """The grace period is the application's clock, so an audit a month later forgives nothing of that month."""
    list(settled.ledger_archive.copies())
    settled.ledger_archive.kept.clear()
    settled.clock.move_to(settled.clock.now() + timedelta(days=31))
    assert {what for what, _ in found(settled)} == {"copy-missing"}
