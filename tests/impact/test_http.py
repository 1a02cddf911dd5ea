"""Effects, simulations and recalculations over HTTP, and the charts that come with a simulation."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.impact.charts import simulation_charts
from chalicelib.impact.domain.effects import Effect, Simulation, simulate
from chalicelib.impact.usecases import effects
from chalicelib.impact.usecases.recalculate import Recalculating
from chalicelib.impact.usecases.simulate import Simulating
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.authoring.compiler import compile_files
from tests.kit.areas import KUNMING
from tests.kit.desk import HOSPITAL, Caller
from tests.kit.memory.samples import body, enrol_sample, hospital, submission
from tests.kit.policy_sets import as_body, with_kunming_share
from tests.law.test_publication import Office

SVG = "{http://www.w3.org/2000/svg}"
OFFICER: dict[str, Any] = {"role": "policy", "subject": "000000"}
SECOND: dict[str, Any] = {**OFFICER, "actor": "second"}
APPROVE = {"decision": "approve"}


class Busy(Office):
    """An office whose claims are settled."""

    def __init__(self) -> None:
        super().__init__()
        claim = body()
        enrol_sample(self.world, claim["patient"]["id_no"])
        self.claim_id = self.world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id
        self.world.run_all()


@pytest.fixture(name="busy")
def fixture_busy() -> Busy:
    return Busy()


def test_the_whole_way_from_a_kept_bundle_to_posted_corrections(busy: Busy) -> None:
    caller = Caller(busy)
    files = with_kunming_share(95)
    kept = caller.call("POST", "/v1/policies/bundles", as_body(files), **OFFICER).json["bundle"]
    path = f"/v1/policies/bundles/{kept}"
    (effect,) = caller.call("POST", f"{path}/effects", **OFFICER).json["items"]
    assert effect["claim_id"] == busy.claim_id
    moved = {row["payer"]: row["difference"] for row in effect["changes"]}
    assert moved == {"basic": "850.00", "fiscal": "-850.00"}
    simulated = caller.call("POST", f"{path}/simulation", **OFFICER).json
    assert (simulated["claims"], simulated["changed"]) == (1, 1)
    assert caller.call("POST", f"{path}/recalculation", **OFFICER).status == 409
    assert caller.call("POST", f"{path}/decision", APPROVE, **SECOND).status == 200
    started = caller.call("POST", f"{path}/recalculation", **OFFICER)
    assert (started.status, started.json["status"]) == (202, "requested")
    recalculations = "/v1/policies/recalculations"
    decision = f"{recalculations}/{started.json['recalculation_id']}/decision"
    assert caller.call("POST", decision, APPROVE, **OFFICER).json["code"] == "own-act"
    assert busy.world.recalculation_machine.started == []
    waiting = caller.call("GET", f"{recalculations}?status=requested", **OFFICER).json["items"]
    assert [each["recalculation_id"] for each in waiting] == [started.json["recalculation_id"]]
    assert caller.call("POST", decision, APPROVE, **SECOND).json["status"] == "running"
    assert caller.call("POST", decision, APPROVE, **SECOND).json["status"] == "running"
    assert caller.call("POST", decision, {"decision": "refuse"}, **SECOND).status == 409
    busy.world.recalculation_machine.run(busy.world.system[Recalculating])
    run = caller.call("GET", f"/v1/policies/recalculations/{started.json['recalculation_id']}", **OFFICER).json
    assert (run["status"], run["looked_at"]) == ("done", 1)
    assert [row["transaction_id"] for row in run["items"]] == [f"correct:{busy.claim_id}:1"]
    read = caller.call("GET", f"/v1/claims/{busy.claim_id}").json
    assert read["determination"]["shares"]["basic"] == "16150.00"
    assert read["determination"]["receipt"]["bundle"] == kept == compile_files(files).hash


@pytest.mark.parametrize("what", ["effects", "simulation"])
def test_whoever_prefers_not_to_wait_follows_a_run(busy: Busy, what: str) -> None:
    caller = Caller(busy)
    body_sent = as_body(with_kunming_share(95))
    kept = caller.call("POST", "/v1/policies/bundles", body_sent, **OFFICER).json["bundle"]
    path = f"/v1/policies/bundles/{kept}"
    at_once = caller.call("POST", f"{path}/simulation", **OFFICER).json
    later = caller.call("POST", f"{path}/{what}", headers={"Prefer": "respond-async"}, **OFFICER)
    assert (later.status, later.json["status"]) == (202, "running")
    where = later.headers["Location"]
    assert where == f"/v1/policies/simulations/{later.json['simulation_id']}"
    assert caller.call("GET", where, **OFFICER).json["simulation"] is None
    busy.world.simulation_machine.run(busy.world.system[Simulating])
    found = caller.call("GET", f"{where}?limit=1", **OFFICER).json
    assert (found["status"], found["looked_at"], found["simulation"]) == ("done", 1, at_once)
    assert [effect["claim_id"] for effect in found["items"]] == [busy.claim_id]
    assert found["next"] is None
    assert caller.call("GET", where, subject=HOSPITAL).status == 403


def test_runs_are_found_by_state_bundle_and_area_without_knowing_their_ids(busy: Busy) -> None:
    caller, later = Caller(busy), {"Prefer": "respond-async"}
    kept = caller.call("POST", "/v1/policies/bundles", as_body(with_kunming_share(95)), **OFFICER).json["bundle"]
    path = f"/v1/policies/bundles/{kept}/simulation"
    whole = caller.call("POST", path, headers=later, **OFFICER).json["simulation_id"]
    busy.world.simulation_machine.run(busy.world.system[Simulating])
    busy.world.clock.sleep(1)
    part = caller.call("POST", f"{path}?area=530100", headers=later, **OFFICER).json["simulation_id"]

    def found(query: str = "") -> list[str]:
        page = caller.call("GET", f"/v1/policies/simulations{query}", **OFFICER).json
        return [each["simulation_id"] for each in page["items"]]

    assert found() == found(f"?bundle={kept}") == [part, whole]
    assert found("?area=530100") == found("?status=running") == [part]
    assert found("?status=done") == [whole]
    assert found(f"?bundle={'0' * 64}") == found("?status=failed") == []
    first = caller.call("GET", "/v1/policies/simulations?limit=1", **OFFICER).json
    assert [each["simulation_id"] for each in first["items"]] == [part]
    assert found(f"?limit=1&cursor={first['next']}") == [whole]
    assert caller.call("GET", "/v1/policies/simulations?status=over", **OFFICER).status == 400
    assert caller.call("GET", "/v1/policies/simulations", subject=HOSPITAL).status == 403


def test_more_claims_than_a_request_decides_are_answered_by_a_run(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "SIMULATED_MAX", 0)
    assert Caller(busy).call("POST", "/v1/policies/bundles/current/simulation", **OFFICER).status == 202


def test_a_claim_is_read_as_known_on_a_day_by_whom_it_concerns(busy: Busy) -> None:
    caller = Caller(busy)
    path = f"/v1/claims/{busy.claim_id}/determination"
    known = caller.call("GET", f"{path}?known_on=2026-11-21", subject=HOSPITAL)
    assert (known.status, known.json["same"]) == (200, True)
    assert caller.call("GET", f"{path}?known_on=2026-11-21", subject="H53010200003").status == 404
    assert caller.call("GET", f"{path}?known_on=2020-01-01").findings == {("nothing-published", "known_on")}
    assert caller.call("GET", path).status == 400


def simulated() -> Simulation:
    changes = (
        PartyChange("basic", KUNMING, 1_530_000, 1_615_000),
        PartyChange("fiscal", KUNMING, 170_000, 80_000),
        PartyChange("patient", None, 0, 5_000),
    )
    return simulate("00" * 32, [Effect(ClaimId("clm_a"), "A", HOSPITAL, KUNMING, "11" * 32, changes, moves_money=True)])


@pytest.mark.parametrize("name", ["payers", "differences"])
def test_a_chart_is_an_svg_with_a_title_a_description_and_its_figures(name: str) -> None:
    root = ET.fromstring(simulation_charts(simulated())[name])
    assert (root.tag, root.get("role")) == (f"{SVG}svg", "img")
    titled = {each.get("id") for each in root if each.tag in (f"{SVG}title", f"{SVG}desc") and each.text}
    assert set((root.get("aria-labelledby") or "").split()) == titled
    text = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    figures = ["16150.00", "15300.00"] if name == "payers" else ["850.00", "900.00", "50.00"]
    assert all(figure in text for figure in figures)


def test_a_chart_loads_nothing_from_anywhere() -> None:
    for svg in simulation_charts(simulated()).values():
        assert "http" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "<script" not in svg


def test_a_chart_of_nothing_is_still_a_chart() -> None:
    empty: dict[str, Any] = simulation_charts(simulate("00" * 32, []))
    assert all(ET.fromstring(svg).tag == f"{SVG}svg" for svg in empty.values())
