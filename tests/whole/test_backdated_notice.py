"""A backdated notice from its files to the corrected books, over HTTP on the local stack."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.main.commands import policy_publish
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.policy_sets import as_body, shipped_files, with_kunming_share
from tests.kit.worked_cases import ROOT, worked_cases

OFFICER = ("policy", "000000")
APPROVE = {"decision": "approve"}
BUNDLES = "/v1/policies/bundles"
NOTICE = with_kunming_share(95, from_on="2020-10-01", to_on="2020-10-31", issued_on="2020-12-01")
"""Issued in December for discharges of October: no claim of another test is among them."""


def october_claim(system: System) -> dict[str, Any]:
    """Build the worked claim of Kunming for a new person, discharged in October 2020."""
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    claim = copy.deepcopy(system.for_newcomer(case.claim, f"BACKDATED-{os.getpid()}"))
    claim["visit"] |= {"admitted": "2020-10-05", "discharged": "2020-10-20"}
    claim["diagnosis"]["history"] = [{"status": "confirmed", "on": "2020-10-06"}]
    for line in claim["lines"]:
        line["date"] = "2020-10-10"
    return claim


def post(system: System, path: str, body: Any = None, status: int = 200) -> Any:
    return system.client.expect(status, system.client.call("POST", path, OFFICER, body))


def approve(system: System, path: str) -> Any:
    """Another officer's consent."""
    return system.client.expect(200, system.client.call("POST", f"{path}/decision", OFFICER, APPROVE, actor="second"))


def get(system: System, path: str, caller: tuple[str, str] = OFFICER) -> Any:
    return system.client.expect(200, system.client.call("GET", path, caller))


def recalculate(system: System, bundle: str) -> dict[str, Any]:
    """Ask for it and let the state machine come to its end."""
    started = post(system, f"{BUNDLES}/{bundle}/recalculation", status=202)
    approve(system, f"/v1/policies/recalculations/{started['recalculation_id']}")
    system.stack.join_executions()
    return dict(get(system, f"/v1/policies/recalculations/{started['recalculation_id']}", AUDITOR))


@pytest.fixture(name="shipped")
def fixture_shipped(system: System) -> Iterator[str]:
    """The bundle in force, and in force again afterwards."""
    yield get(system, f"{BUNDLES}?limit=1")["items"][0]["bundle"]
    answer = system.client.call("POST", BUNDLES, OFFICER, as_body(dict(shipped_files())))
    assert answer.status in (200, 201)
    if answer.body["status"] == "kept":
        approve(system, f"{BUNDLES}/{answer.body['bundle']}")


def test_a_backdated_notice_is_published_shown_posted_and_the_books_still_balance(system: System, shipped: str) -> None:
    settled = system.settle(october_claim(system))
    claim_id, before = settled["claim_id"], settled["determination"]
    assert before["shares"]["basic"] == "15300.00"

    kept = post(system, BUNDLES, as_body(NOTICE), 201)["bundle"]
    changed = get(system, f"{BUNDLES}/{shipped}/diff/{kept}")["cells"]
    assert {cell["slot"] for cell in changed} == {"combined-share"}
    assert {(cell["days"]["discharge"]["from"], cell["days"]["discharge"]["to"]) for cell in changed} == {
        ("2020-10-01", "2020-10-31")
    }
    simulated = post(system, f"{BUNDLES}/{kept}/simulation")
    assert {row["payer"]: row["difference"] for row in simulated["by_payer"]} | {} == {
        row["payer"]: {"basic": "850.00", "fiscal": "-850.00"}.get(row["payer"], "0.00")
        for row in simulated["by_payer"]
    }

    later = system.client.call("POST", f"{BUNDLES}/{kept}/simulation", OFFICER, headers={"Prefer": "respond-async"})
    started = system.client.expect(202, later)
    system.stack.join_executions()
    followed = get(system, f"/v1/policies/simulations/{started['simulation_id']}", AUDITOR)
    assert (followed["status"], followed["simulation"]) == ("done", simulated)
    assert [row["claim_id"] for row in followed["items"]] == [claim_id]

    published = approve(system, f"{BUNDLES}/{kept}")
    assert (published["bundle"], published["previous"]) == (kept, shipped)
    overtaken = system.client.call("POST", BUNDLES, OFFICER, as_body(with_kunming_share(96), previous=shipped))
    assert overtaken.status == 409
    (effect,) = pages(system, f"{BUNDLES}/{kept}/effects")
    assert effect["claim_id"] == claim_id
    assert {row["payer"]: row["difference"] for row in effect["changes"]} == {"basic": "850.00", "fiscal": "-850.00"}

    run = recalculate(system, kept)
    assert run["status"] == "done"
    assert [row["claim_id"] for row in run["items"]] == [claim_id]
    correction = get(system, f"/v1/ledger/transactions/{run['items'][0]['transaction_id']}", AUDITOR)
    assert {f"bundle:{shipped}", f"bundle:{kept}"} <= set(correction["citations"])
    assert system.trial_balance()["balance"] == "0.00"

    hospital = ("hospital", october_claim(system)["institution"])
    after = get(system, f"/v1/claims/{claim_id}", hospital)["determination"]
    assert (after["shares"]["basic"], after["shares"]["fiscal"]) == ("16150.00", "850.00")
    assert after["receipt"]["bundle"] == kept
    assert pages(system, f"{BUNDLES}/{kept}/effects") == []
    assert recalculate(system, kept)["items"] == run["items"]


def pages(system: System, path: str) -> list[dict[str, Any]]:
    """Every item of a paged POST."""
    found, cursor = [], ""
    while True:
        page = post(system, f"{path}?limit=20{cursor}")
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def test_the_command_publishes_what_holds_and_tells_what_does_not(
    system: System,
    shipped: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUEBAO_TOKEN", system.stack.issuer.token(*OFFICER))
    monkeypatch.setenv("QUEBAO_APPROVER_TOKEN", system.stack.issuer.token(*OFFICER, "second"))
    assert policy_publish.main(["--url", system.stack.url, "--policies", str(ROOT / "policies")]) == 0
    assert f"bundle     {shipped}" in capsys.readouterr().out
    assert policy_publish.main(["--url", system.stack.url, "--policies", str(tmp_path)]) == 1
    assert "REFUSED" in capsys.readouterr().out
    for path, content in NOTICE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    stale = ["--url", system.stack.url, "--policies", str(tmp_path), "--previous", "00" * 32]
    assert policy_publish.main(stale) == 1
    assert "not-current" in capsys.readouterr().out
    assert policy_publish.main(["--url", system.stack.url, "--policies", str(tmp_path), "--keep-only"]) == 0
    assert "kept" in capsys.readouterr().out
    assert policy_publish.main(["--url", system.stack.url, "--policies", str(tmp_path)]) == 0
    assert "put in force by second" in capsys.readouterr().out
    assert policy_publish.main(["--url", "http://127.0.0.1:9", "--policies", str(tmp_path)]) == 2
    assert "does not answer" in capsys.readouterr().out
