"""A month between areas over HTTP and through the state machines: settled, cleared, confirmed, disputed and paid."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import urllib.request
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from chalicelib.kernel.money import parse_yuan as fen
from chalicelib.kernel.words.ids import AreaCode, RunId
from chalicelib.platform.http.operation import XLSX
from tests.kit.centre import NATION, Centre, assert_books_are_clear
from tests.kit.fixtures.system import AUDITOR, System
from tests.kit.one_page import not_one_page_wide
from tests.kit.worked_cases import ROOT, worked_cases

YUNNAN = AreaCode("530000")


@pytest.fixture(name="remote", scope="module")
def fixture_remote(system: System) -> list[dict[str, Any]]:
    """Claims as debts between two areas: inside Yunnan, and between provinces."""
    cases = {case.path.stem: case for case in worked_cases()}
    wanted = ("dali-resident-in-kunming", "kunming-treats-wuhan-employee", "kunming-employee-in-dali")
    return [
        system.settle(system.for_newcomer(cases[name].claim, f"CLEAR-{number}")) for number, name in enumerate(wanted)
    ]


def proved(directory: Path, proofs: dict[str, Any], root: str) -> bool:
    """Run the script of docs/operations.md as a reader of a statement does, and tell whether it proves the lines."""
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.DOTALL)
    assert len(script.splitlines()) == 10
    (directory / "check.py").write_text(script, "utf-8")
    (directory / "proofs.json").write_text(json.dumps(proofs), "utf-8")
    command = [sys.executable, "check.py", "proofs.json", root]
    ran = subprocess.run(command, cwd=directory, text=True, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "proved\n") or (ran.returncode, ran.stderr[:6]) == (1, "wrong:"), ran
    return ran.returncode == 0


@pytest.mark.parametrize("tier", [YUNNAN, NATION])
def test_a_month_is_cleared_from_its_claims_to_the_banks_receipts(
    system: System, remote: list[dict[str, Any]], tier: AreaCode, tmp_path: Path
) -> None:
    """N-07, Y-04: inside the province by its centre, between provinces nationally."""
    centre = Centre(system, tier)
    run_id = centre.start()
    run = centre.until(run_id, lambda run: run["status"] == "confirming")
    assert run["obligations"]
    for kind in ("fund", "subsidy"):
        assert sum(fen(row["net"]) for row in run["positions"] if row["kind"] == kind) == 0
    assert len(run["instructions"]) < len(run["positions"])
    own = [claim for claim in remote if tier_of(claim) == tier]
    assert own
    for claim in own:
        proofs = centre.get(f"{run_id}/proofs/{claim['claim_id']}")
        assert proofs["root"] == run["root"]
        assert proved(tmp_path, proofs, run["root"])
        for each in proofs["proofs"]:
            forged = {**each, "content": each["content"].replace("5", "6")}
            assert not proved(tmp_path, {**proofs, "proofs": [forged]}, run["root"])
    stated(centre, run)
    centre.confirm_all(run)
    instructed = centre.until(run_id, lambda run: run["status"] in {"instructed", "settled"})
    centre.pay_all(instructed)
    settled = centre.until(run_id, lambda run: run["status"] == "settled")
    assert settled["open"] == []
    if instructed["allocations"]:
        hand_down(system, centre, run_id)
    system.stack.join_executions()
    assert_books_are_clear(system, tier)
    refused = system.client.call("POST", "/v1/clearing/runs", centre.token, {"tier": tier})
    assert refused.status == 409, refused


def hand_down(system: System, centre: Centre, run_id: RunId) -> None:
    """Pay each province's pooling areas what the nation cleared for them; only the province's own centre reports it."""
    run = centre.get(run_id)
    assert (run["hand_down"], {each["state"] for each in run["hand_downs"]}) == ("instructed", {"unpaid"})
    provinces = sorted({each["province"] for each in run["hand_downs"]})
    for province in provinces:
        path, own = f"{run_id}/hand-downs/{province}", ("centre", province)
        handed = centre.get(path, own)
        for number, each in enumerate(handed["instructions"]):
            body = {"instruction": each["instruction"], "bank_reference": f"HAND-{number}", "amount": each["amount"]}
            stranger = system.client.call("POST", f"/v1/clearing/runs/{path}/receipts", ("centre", "990000"), body)
            assert stranger.status == 404, stranger
            refused = system.client.call("POST", f"/v1/clearing/runs/{path}/receipts", ("agency", province), body)
            assert refused.status == 403, refused
            assert centre.post(f"{path}/receipts", body, own)["outcome"] == "exact"
        handed = centre.get(path, own)
        assert (handed["status"], handed["open"]) == ("settled", [])
    assert centre.get(run_id)["hand_down"] == "settled"


def stated(centre: Centre, run: dict[str, Any]) -> None:
    """Every party's statement adds up to its row, in each of its forms."""
    for position in run["positions"]:
        area, kind = position["area"], position["kind"]
        path = f"{run['run_id']}/statements/{area}"
        lines: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = centre.get(f"{path}?limit=2{f'&cursor={cursor}' if cursor else ''}", ("agency", area))
            assert page["root"] == run["root"]
            lines += page["items"]
            cursor = page["next"]
        (total,) = (row for row in page["totals"] if row["kind"] == kind)
        assert {name: total[name] for name in ("owed_to", "owed_by", "net")} == {
            name: position[name] for name in ("owed_to", "owed_by", "net")
        }
        assert sum(fen(line["amount"]) for line in lines) == sum(fen(row["amount"]) for row in page["obligations"])
        alone = centre.get(f"{path}?kind={kind}", ("agency", area))
        assert (alone["totals"], alone["root"]) == ([total], run["root"])
        assert {row["kind"] for row in alone["items"] + alone["obligations"]} == {kind}
        assert alone["items"] == [line for line in lines if line["kind"] == kind]


def tier_of(claim: dict[str, Any]) -> str:
    cross = claim["determination"]["cross_region"]
    provinces = {cross["debtor"][:2], cross["creditor"][:2]}
    return f"{provinces.pop()}0000" if len(provinces) == 1 else NATION


def test_a_disputed_claim_waits_and_is_cleared_by_a_later_run(system: System, remote: list[dict[str, Any]]) -> None:
    """The amount leaves the net on both sides, and comes back when the centre has found the amount owed."""
    assert remote
    cases = {case.path.stem: case for case in worked_cases()}
    claim = system.settle(system.for_newcomer(cases["dali-resident-in-kunming"].claim, "CLEAR-DISPUTED"))
    centre = Centre(system, YUNNAN)
    first = centre.start()
    before = centre.until(first, lambda run: run["status"] == "confirming")
    debtor = claim["determination"]["cross_region"]["debtor"]
    dispute = centre.post(
        f"{first}/disputes",
        {"area": debtor, "claim_id": claim["claim_id"], "reason": "not insured here"},
        ("agency", debtor),
        201,
    )
    after = centre.get(first)
    assert fen(after["totals"]["cleared"]) == fen(before["totals"]["cleared"]) - fen(dispute["amount"])
    centre.confirm_all(after)
    centre.pay_all(centre.until(first, lambda run: run["status"] in {"instructed", "settled"}))
    assert centre.until(first, lambda run: run["status"] == "settled")["edition"] == 2
    resolved = centre.post(
        f"{first}/disputes/{dispute['dispute_id']}/resolution", {"verdict": "reduced", "amount": "100.00"}
    )
    assert (resolved["status"], resolved["owed"]) == ("resolved", "100.00")
    second = centre.start()
    again = centre.until(second, lambda run: run["status"] == "confirming")
    assert again["totals"]["cleared"] == "100.00"
    centre.confirm_all(again)
    centre.pay_all(centre.until(second, lambda run: run["status"] in {"instructed", "settled"}))
    centre.until(second, lambda run: run["status"] == "settled")
    system.stack.join_executions()
    assert_books_are_clear(system, YUNNAN)
    assert system.client.call("GET", f"/v1/clearing/runs/{first}", ("agency", "371000")).status == 404
    assert system.client.call("GET", f"/v1/clearing/runs/{first}", AUDITOR).status == 200
    assert_manifests_are_one_chain(system, centre, (first, second), debtor)
    path = f"/v1/clearing/runs/{second}"
    assert len(sheets(fetched(system, f"{path}/statements/{debtor}?format=xlsx", debtor, XLSX))) == 2
    for accepted in (None, "application/json", "*/*"):
        assert len(sheets(fetched(system, f"{path}/statements/{debtor}?format=xlsx", debtor, accepted))) == 2
    page = fetched(system, f"{path}/statements/{debtor}/form", debtor).decode()
    assert "医疗保障费用清分表" in page
    assert "大理白族自治州" in page
    assert len(sheets(fetched(system, f"{path}/statements/{debtor}/form?format=xlsx", debtor))) == 2
    table = fetched(system, f"{path}/statements/{debtor}?format=csv", debtor).decode("utf-8-sig")
    amounts = [fen(row.split(",")[6]) for row in table.splitlines()[1:]]
    assert amounts == [fen(dispute["amount"]), 10_000 - fen(dispute["amount"])], "owed again, less what was ruled away"
    for chart in ("flows", "nets"):
        svg = fetched(system, f"{path}/charts/{chart}", debtor).decode()
        assert svg.startswith("<svg")
        assert f"大理白族自治州 Dali {debtor}" in svg


def assert_manifests_are_one_chain(system: System, centre: Centre, runs: tuple[str, str], area: AreaCode) -> None:
    """Two editions of the disputed run, then the run after it: each names its predecessor by the hash of its bytes."""
    disputed, later = runs
    centre_of = ("centre", YUNNAN)
    before: str | None = None
    for run_id, edition in ((disputed, 1), (disputed, 2), (later, 1)):
        path = f"/v1/clearing/runs/{run_id}"
        content = fetched(system, f"{path}/manifests/{edition}", YUNNAN, role="centre")
        manifest = json.loads(content)
        assert (manifest["run_id"], manifest["edition"]) == (run_id, edition)
        assert before is None or manifest["previous"] == before
        before = sha256(content).hexdigest()
    assert [centre.get(later)["manifest"], centre.get(disputed)["edition"]] == [before, 2]
    (stated,) = (each for each in manifest["statements"] if each["area"] == area)
    for form in ("csv", "xlsx"):
        assert sha256(fetched(system, f"{path}/statements/{area}?format={form}", area)).hexdigest() == stated[form]
    for caller, missing in ((("agency", area), 1), (centre_of, 2), (centre_of, "x"), (("centre", "420000"), 1)):
        assert system.client.call("GET", f"{path}/manifests/{missing}", caller).status == 404


def fetched(system: System, path: str, area: AreaCode, accepted: str | None = "*/*", *, role: str = "agency") -> bytes:
    """Fetch a file as a browser would, or as a client without an Accept header."""
    request = urllib.request.Request(
        system.stack.url + path,
        headers={
            "Authorization": f"Bearer {system.stack.issuer.token(role, area, None)}",
            **({"Accept": accepted} if accepted else {}),
        },
    )
    with urllib.request.urlopen(request) as answer:
        content: bytes = answer.read()
    return content


def sheets(workbook: bytes) -> list[str]:
    assert not_one_page_wide(workbook) == []
    return [name for name in zipfile.ZipFile(io.BytesIO(workbook)).namelist() if "worksheets/sheet" in name]
