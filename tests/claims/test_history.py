"""History of a claim: every later change can be read on the claim, with its time, kind, role and payers' amounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.adjudication.domain.claim import CaseStatus, StatusEvent
from chalicelib.claims.schemas.claims import claim_document
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.clearing.domain.run import run_id_of
from chalicelib.clearing.usecases.run import StartRun
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.ledger.domain.obligations import Window
from chalicelib.registry.domain.model import NATION
from chalicelib.settlement.usecases.correct_status import CorrectStatus
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.memory.samples import REMOTE_CLAIM, body, enrol_sample, hospital, submission
from tests.kit.memory.world import World
from tests.settlement.test_worked_corrections import RESIDENT, pneumonia, settle

HEALTH = Principal("doctor-17", Role.HEALTH, "530102")


def read(world: World, claim_id: ClaimId) -> dict[str, Any]:
    """Read a claim as its hospital does."""
    record = world.memory.claims[claim_id]
    view = world.system[ReadClaim](hospital(record.institution), claim_id)
    return claim_document(view, CitedProvision.named)


def events(world: World, claim_id: ClaimId) -> list[tuple[str, str]]:
    return [(entry["event"], entry["actor_role"]) for entry in read(world, claim_id)["history"]]


def test_a_claim_tells_that_it_was_received_settled_corrected_and_reversed(world: World) -> None:
    claim = body("yunnan-employee-90-10")
    person = enrol_sample(world, claim["patient"]["id_no"])
    claim["diagnosis"]["history"] = [{"status": "suspected", "on": "2020-02-06"}]
    claim_id = settle(world, claim)
    world.system[CorrectStatus].of_claim(
        HEALTH, claim_id, StatusEvent(CaseStatus.EXCLUDED, date(2020, 2, 6)), "second test negative"
    )
    world.system[ReverseClaim](hospital(), claim_id, "entered twice")

    history = read(world, claim_id)["history"]

    assert events(world, claim_id) == [
        ("received", "hospital"),
        ("settled", "system"),
        ("correction", "health"),
        ("reversal", "hospital"),
    ]
    settled, corrected, reversal = history[1:]
    assert settled["transaction_id"] == f"settle:{claim_id}"
    assert corrected["transaction_id"] == f"correct:{claim_id}:1"
    assert corrected["reason"] == "second test negative"
    assert corrected["bundle"] == settled["bundle"]
    patient = next(each for each in corrected["changes"] if each["payer"] == "patient")
    assert patient["before"] == "0.00" != patient["after"]
    assert sum(_fen(each["before"]) for each in corrected["changes"]) == 1_700_000
    assert sum(_fen(each["after"]) for each in corrected["changes"]) == 1_700_000
    assert reversal["transaction_id"] == f"reverse:settle:{claim_id}"
    assert {entry["version"] for entry in history} == {1}
    # Neither the actor's name nor the patient's.
    assert not any(each in str(history) for each in (person, HEALTH.actor, claim["patient"]["id_no"]))


def test_a_claim_tells_that_it_waited_and_why(world: World) -> None:
    claim = body("yunnan-employee-90-10")
    claim_id = world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id
    assert world.run_all() == ["Deferred"]
    enrol_sample(world, claim["patient"]["id_no"])
    world.run_all()

    assert events(world, claim_id) == [
        ("received", "hospital"),
        ("deferred", "system"),
        ("resumed", "system"),
        ("settled", "system"),
    ]
    assert read(world, claim_id)["history"][1]["reason"] == "enrolment-missing"


def test_a_claim_that_follows_one_taken_back_tells_that_it_follows_by_itself(world: World) -> None:
    enrol_sample(world, RESIDENT)
    first, second = settle(world, pneumonia("F-1", 3_000)), settle(world, pneumonia("F-2", 120_000))
    world.system[ReverseClaim](hospital(), first, "entered twice")

    assert events(world, second)[-1] == ("year-order", "system")


def test_a_claim_says_where_it_is_cleared(world: World) -> None:
    claim = body(REMOTE_CLAIM)
    enrol_sample(world, claim["patient"]["id_no"])
    claim_id = settle(world, claim)
    window = {"tier": "000000", "period": "2026-11", "number": 1}
    cleared = {"run_id": None, "window": window, "status": "open"}
    settled = {"transaction_id": f"settle:{claim_id}", "at": world.memory.ledger[f"settle:{claim_id}"].occurred_at}
    clearing = read(world, claim_id)["clearing"]
    assert (clearing, clearing["windows"][0]) == ({**cleared, "windows": clearing["windows"]}, {**settled, **cleared})

    world.system[StartRun](Principal("centre", Role.CENTRE, "000000"), NATION, None)

    run_id = run_id_of(Window(NATION, "2026-11", 1))
    cleared = {"run_id": run_id, "window": window, "status": "closing"}
    clearing = read(world, claim_id)["clearing"]
    assert (clearing, clearing["windows"][0]) == ({**cleared, "windows": clearing["windows"]}, {**settled, **cleared})


def test_a_claim_that_owes_nobody_elsewhere_is_cleared_nowhere(world: World) -> None:
    enrol_sample(world, RESIDENT)
    assert "clearing" not in read(world, settle(world, pneumonia("LOCAL", 3_000)))


def _fen(yuan: str) -> int:
    return int(yuan.replace(".", ""))
