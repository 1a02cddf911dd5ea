"""Readings of AWS failures: a failure worth a retry is `Unavailable`; a failure of our own stays visible."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.claims.ports import CloseWaiting
from chalicelib.kernel.errors import Unavailable, VersionConflict
from chalicelib.kernel.ports import Announcement
from chalicelib.kernel.words.ids import ClaimId, EventId
from chalicelib.main.writes import DynamoCommits
from chalicelib.platform.aws.clients import ATTEMPTS, client_config, reaching_aws
from chalicelib.platform.aws.events import EventBridgeEvents
from chalicelib.platform.aws.executions import ExpressSettlements, StandardSettlements
from chalicelib.platform.aws.table import Table, from_item, to_attribute, to_item


def refusal(code: str, status: int = 400, **answer: Any) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **answer},
        "Operation",
    )


class Client:
    """Gives every call the same answer, or refuses it."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self._answer = answer
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, _: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append(request)
            if isinstance(self._answer, Exception):
                raise self._answer
            return self._answer

        return call


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://example.invalid"),
        ReadTimeoutError(endpoint_url="https://example.invalid"),
        refusal("ThrottlingException"),
        refusal("ProvisionedThroughputExceededException"),
        refusal("InternalServerError", 500),
        refusal("ServiceUnavailable", 503),
    ],
    ids=str,
)
def test_a_service_that_does_not_answer_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable):
        reaching_aws(Client(error).anything)()


@pytest.mark.parametrize("code", ["AccessDenied", "ValidationException", "ResourceNotFoundException"])
def test_a_fault_of_ours_is_not_disguised(code: str) -> None:
    with pytest.raises(ClientError):
        reaching_aws(Client(refusal(code)).anything)()


def test_every_client_tries_a_few_times_and_gives_up_soon() -> None:
    config: Any = client_config()
    assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}
    assert config.connect_timeout + config.read_timeout < 15


def committing(*reasons: str) -> None:
    cancelled = refusal("TransactionCanceledException", CancellationReasons=[{"Code": reason} for reason in reasons])
    DynamoCommits(Client(cancelled), "ledger", "state", "access").commit([CloseWaiting("queue", ClaimId("clm_a"))])


@pytest.mark.parametrize("reason", ["ConditionalCheckFailed", "TransactionConflict"])
def test_a_transaction_that_others_were_first_to_is_a_version_conflict(reason: str) -> None:
    with pytest.raises(VersionConflict):
        committing("None", reason)


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_transaction_that_was_throttled_is_unavailable(reason: str) -> None:
    with pytest.raises(Unavailable):
        committing("None", reason)


def test_a_transaction_that_can_never_be_written_is_not_tried_again() -> None:
    with pytest.raises(ClientError):
        committing("ValidationError", "None")


def test_an_express_execution_has_no_name_and_is_told_the_id_only() -> None:
    client, waiting = Client({}), Client({"status": "FAILED"})
    settlements = ExpressSettlements(client, waiting, "arn:machine")
    settlements.start_settlement(ClaimId("clm_a"), 2)
    settlements.run_settlement(ClaimId("clm_a"), 2, 20)
    assert client.asked == waiting.asked == [{"stateMachineArn": "arn:machine", "input": '{"claim_id": "clm_a"}'}]


def test_a_claim_whose_wait_ended_first_is_left_to_its_execution() -> None:
    client, waiting = Client({}), Client(ReadTimeoutError(endpoint_url="sync-states"))
    ExpressSettlements(client, waiting, "arn:machine").run_settlement(ClaimId("clm_a"), 1, 20)
    assert client.asked == []


def test_a_claim_that_nobody_can_wait_for_is_started_all_the_same() -> None:
    client, waiting = Client({}), Client(refusal("StateMachineTypeNotSupported"))
    ExpressSettlements(client, waiting, "arn:machine").run_settlement(ClaimId("clm_a"), 1, 20)
    assert len(client.asked) == 1


def test_a_standard_execution_is_named_by_claim_and_attempt_and_told_the_id_only() -> None:
    client = Client({})
    settlements = StandardSettlements(client, "arn:machine")
    settlements.start_settlement(ClaimId("clm_a"), 1)
    settlements.start_settlement(ClaimId("clm_a"), 2)
    assert [asked["name"] for asked in client.asked] == ["clm_a", "clm_a-2"]
    assert {asked["input"] for asked in client.asked} == {'{"claim_id": "clm_a"}'}


def test_a_standard_execution_that_ended_is_not_started_again() -> None:
    client = Client(refusal("ExecutionAlreadyExists"))
    StandardSettlements(client, "arn:machine").start_settlement(ClaimId("clm_a"), 1)
    assert len(client.asked) == 1


def test_an_execution_started_by_an_alias_is_asked_after_under_the_name_of_its_machine() -> None:
    client = Client({"status": "SUCCEEDED"})
    StandardSettlements(client, "arn:aws:states:r:1:stateMachine:m:live").run_settlement(ClaimId("clm_a"), 1, 1)
    assert [asked.get("stateMachineArn") or asked["executionArn"] for asked in client.asked] == [
        "arn:aws:states:r:1:stateMachine:m:live",
        "arn:aws:states:r:1:execution:m:clm_a",
    ]


def test_whoever_waits_for_a_standard_execution_looks_until_it_has_ended_or_the_time_is_over() -> None:
    slept: list[float] = []
    client = Client({"status": "RUNNING"})
    StandardSettlements(client, "arn:aws:states:r:1:stateMachine:m", slept.append).run_settlement(
        ClaimId("clm_a"), 2, 1
    )
    assert sum(slept) == pytest.approx(1)
    assert client.asked[-1] == {"executionArn": "arn:aws:states:r:1:execution:m:clm_a-2"}
    ended = Client({"status": "SUCCEEDED"})
    StandardSettlements(ended, "arn:machine", slept.append).run_settlement(ClaimId("clm_a"), 1, 20)
    assert len(ended.asked) == 2


def test_an_event_the_bus_did_not_take_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        EventBridgeEvents(Client({"FailedEntryCount": 1}), "bus").tell(
            Announcement(EventId("evt_a"), "claim.settled", {"claim_id": "clm_a"})
        )


class Leaving:
    """A DynamoDB that writes so many items of each batch and leaves out the rest."""

    def __init__(self, written: int) -> None:
        self._written = written
        self.batches: list[list[str]] = []

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 (the name at AWS)
        ((table, asked),) = RequestItems.items()
        self.batches.append([each["PutRequest"]["Item"]["pk"]["S"] for each in asked])
        left = asked[self._written :]
        return {"UnprocessedItems": {table: left} if left else {}}


def rows(count: int) -> list[dict[str, str]]:
    return [{"pk": f"{number:02d}", "sk": "row"} for number in range(count)]


def test_items_that_the_service_leaves_out_of_a_batch_are_written_again_and_no_others() -> None:
    client = Leaving(2)
    Table(client, "state").put_many(rows(5))
    assert client.batches == [["00", "01", "02", "03", "04"], ["02", "03", "04"], ["04"]]


def test_items_that_are_left_out_again_and_again_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        Table(Leaving(0), "state").put_many(rows(1))


def test_no_batch_is_larger_than_the_service_takes() -> None:
    client = Leaving(25)
    Table(client, "state").put_many(rows(60))
    assert [len(batch) for batch in client.batches] == [25, 25, 10]


def test_an_item_is_read_back_as_it_was_written() -> None:
    values = {
        "text": "文",
        "number": 10**18,
        "yes": True,
        "none": None,
        "list": [1, "a", [False]],
        "map": {"a": {"b": 0}},
    }
    assert from_item(to_item(values)) == values


def test_a_table_takes_no_float() -> None:
    with pytest.raises(TypeError):
        to_attribute({"amount": 1.5})
