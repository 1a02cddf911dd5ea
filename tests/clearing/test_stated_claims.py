"""The claims behind a statement's lines: what an office checks a line by, and only claims that are its to read."""

from __future__ import annotations

import csv
import io

import pytest

from chalicelib.clearing.usecases.stated_claims import ListStatedClaims
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.money import format_yuan, parse_yuan
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import RunId
from tests.kit.areas import DALI, KUNMING, WUHAN
from tests.kit.desk import Caller
from tests.kit.memory.samples import AUDITOR, REMOTE_CLAIM, agency, body
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim

PAGE = PageRequest(50)


@pytest.fixture(name="claim")
def fixture_claim(world: World) -> RemoteClaim:
    return RemoteClaim(world)


@pytest.fixture(name="run_id")
def fixture_run_id(claim: RemoteClaim) -> RunId:
    claim.settle()
    return claim.ask()


def test_a_line_has_its_claims_number_hospital_receipt_and_bill(claim: RemoteClaim, run_id: RunId) -> None:
    sent = body(REMOTE_CLAIM)
    caller = Caller(claim.world)
    path = f"/v1/clearing/runs/{run_id}/statements/{WUHAN}"
    found = caller.call("GET", f"{path}/claims", role="agency", subject=WUHAN)
    assert found.status == 200, found
    stated = caller.call("GET", path, role="agency", subject=WUHAN)
    assert [{**line, "claim": None} for line in stated.json["items"]] == [
        {**line, "claim": None} for line in found.json["items"]
    ]
    (line,) = found.json["items"]
    assert (line["claim"]["claim_no"], line["claim"]["institution"]) == (sent["claim_no"], sent["institution"])
    assert line["claim"]["institution_name"].endswith("医院")
    assert line["claim"]["total"] == format_yuan(sum(parse_yuan(each["amount"]) for each in sent["lines"]))
    for value in (sent["patient"]["id_no"], sent["patient"]["name"]):
        assert value not in str(found.json)


def test_the_whole_table_is_a_file_with_names_days_and_amounts(claim: RemoteClaim, run_id: RunId) -> None:
    path = f"/v1/clearing/runs/{run_id}/statements/{KUNMING}/claims"
    got = Caller(claim.world).call("GET", f"{path}?format=csv", role="agency", subject=KUNMING)
    heading, *rows = csv.reader(io.StringIO(got.body.decode("utf-8-sig")))
    (row,) = [dict(zip(heading, each, strict=True)) for each in rows]
    assert row["结算申请号 claim no"] == body(REMOTE_CLAIM)["claim_no"]
    assert row["机构编码 institution code"] == body(REMOTE_CLAIM)["institution"]
    assert row["类别 kind"].startswith("基金")
    assert (row["应付区划 debtor"], row["应收区划 creditor"]) == ("武汉市", "昆明市")


def test_a_line_says_nothing_of_a_claim_that_its_reader_may_not_read(claim: RemoteClaim, run_id: RunId) -> None:
    listed = claim.world.system[ListStatedClaims]
    (seen,) = listed(AUDITOR, run_id, WUHAN, None, PAGE).items
    assert seen.claim is not None
    for reader in (claim.centre, Principal("treasurer", Role.FINANCE, WUHAN)):
        (unseen,) = listed(reader, run_id, WUHAN, None, PAGE).items
        assert (unseen.line, unseen.claim, unseen.hospital_name) == (seen.line, None, "")
    with pytest.raises(NotFound):
        listed(agency(DALI), run_id, WUHAN, None, PAGE)


def test_a_claim_is_shown_as_it_stands_and_its_line_as_it_was_stated(claim: RemoteClaim, run_id: RunId) -> None:
    (before,) = claim.world.system[ListStatedClaims](agency(KUNMING), run_id, KUNMING, None, PAGE).items
    claim.finish(run_id)
    claim.reverse()
    (after,) = claim.world.system[ListStatedClaims](agency(KUNMING), run_id, KUNMING, None, PAGE).items
    assert before.claim is not None
    assert after.claim is not None
    assert after.line == before.line
    assert (before.claim.status.value, after.claim.status.value) == ("settled", "reversed")
