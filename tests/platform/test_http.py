"""The API over HTTP on the local stack: the additions of the gateway, the threads and the real use cases."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.main import wiring
from infra.local.client import Client
from infra.local.stack import LocalStack
from tests.kit.desk import HOSPITAL, ID_NO, OTHER_HOSPITAL, claim_body
from tests.kit.memory.samples import moved

ROOT = Path(__file__).parents[2]
HERE, THERE = ("hospital", HOSPITAL), ("hospital", OTHER_HOSPITAL)
AGENCY, AUDITOR = ("agency", "530100"), ("auditor", "000000")


@pytest.fixture(name="client", scope="module")
def fixture_client(http_stack: LocalStack) -> Client:
    """A client of a stack with policies and the sample person."""
    wiring.publish_policies(ROOT / "policies")
    client = Client(http_stack.url, http_stack.issuer)
    enrolment = {
        "id_no": ID_NO,
        "name": "示例甲",
        "insured_area": "530100",
        "insurance": "employee",
        "employment": "active",
        "assistance": "none",
    }
    client.expect(201, client.call("POST", "/v1/enrolments", AGENCY, enrolment))
    return client


def submit(client: Client, claim_no: str, caller: tuple[str, str] = HERE, **changes: Any) -> Any:
    """A stay of its own for each number: one person is in the hospital once a day."""
    body = moved(claim_body(claim_no=claim_no, **changes), 15 * int(claim_no[-1]))
    return client.call("POST", "/v1/claims", caller, body, headers={"Prefer": "wait=20"})


def test_a_claim_is_submitted_settled_and_read_back(client: Client) -> None:
    settled = client.expect(200, submit(client, "API-1"))
    assert settled["status"] == "settled"
    assert settled["determination"]["total"] == "17000.00"
    read = client.expect(200, client.call("GET", f"/v1/claims/{settled['claim_id']}", HERE))
    assert [entry["event"] for entry in read["history"]] == ["received", "settled"]
    assert {name: value for name, value in read.items() if name not in {"history", "clearing"}} == settled
    listed = client.expect(200, client.call("GET", "/v1/claims?claim_no=API-1", HERE))["items"]
    assert [item["claim_id"] for item in listed] == [settled["claim_id"]]
    transaction = settled["settlement"]["transaction_id"]
    posted = client.expect(200, client.call("GET", f"/v1/ledger/transactions/{transaction}", AUDITOR))
    assert posted["cause"] == settled["claim_id"]


def test_the_same_claim_again_is_the_same_and_another_body_conflicts(client: Client) -> None:
    first = client.expect(200, submit(client, "API-2"))
    assert client.expect(200, submit(client, "API-2"))["claim_id"] == first["claim_id"]
    assert submit(client, "API-2", remote={"filing": "emergency"}).status == 409


def test_what_another_hospital_asks_for_is_not_found(client: Client) -> None:
    settled = client.expect(200, submit(client, "API-3"))
    assert client.call("GET", f"/v1/claims/{settled['claim_id']}", THERE).status == 404
    assert submit(client, "API-3", THERE).status == 404


def test_everything_wrong_with_body_registry_and_person_comes_with_one_preview(client: Client) -> None:
    body = claim_body()
    body["lines"][0]["amount"] = "5000.00"
    body["diagnosis"]["codes"] = [{"code": "J18.900", "role": "main"}]
    got = client.call("POST", "/v1/claims/preview", HERE, body)
    assert got.status == 422
    codes = {error["code"] for error in got.body["errors"]}
    assert "amount-differs" in codes
    assert len(codes) > 1


def test_answers_of_simultaneous_requests_are_not_mixed_up(client: Client) -> None:
    def total(quantity: int) -> tuple[int, str]:
        line = {**claim_body()["lines"][0], "quantity": str(quantity), "amount": f"{1200 * quantity}.00"}
        got = client.call("POST", "/v1/claims/preview", HERE, claim_body(lines=[line]))
        return quantity, client.expect(200, got)["total"]

    with ThreadPoolExecutor(8) as pool:
        for quantity, answered in pool.map(total, range(1, 41)):
            assert answered == f"{1200 * quantity}.00"


def test_the_description_is_served(client: Client) -> None:
    document = client.expect(200, client.call("GET", "/v1/openapi.json", HERE))
    assert document["openapi"] == "3.1.0"
    assert client.expect(200, client.call("GET", "/v1/health", HERE))["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/claims", "/v1/nowhere"])
def test_head_tells_the_length_of_the_answer_and_leaves_the_connection_for_the_next_one(
    http_stack: LocalStack, path: str
) -> None:
    connection = http.client.HTTPConnection(urlsplit(http_stack.url).netloc)
    try:
        answers = []
        for method in ("HEAD", "GET", "HEAD"):
            connection.request(method, path)
            answered = connection.getresponse()
            answers.append((answered.status, answered.headers["Content-Length"], len(answered.read())))
    finally:
        connection.close()
    (status, length, got) = answers[1]
    assert int(length) == got > 0
    assert answers[0] == answers[2] == (status, length, 0)
