"""Brings the streams of tables to their functions as Lambda does, where moto 5.2.5 calls them amid a write.

moto hands every record to the function before the record's transaction has gone through, even if the transaction then
fails, and keeps the writer waiting. Here a write only notes its records. A thread reads the committed records, batch by
batch and in order, and invokes the function. On a failure the thread tries again from the failed record, halving the
batch where the function does not name the record; after the mapping's maximum of tries the place goes to its queue.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.awslambda.models import EventSourceMapping, lambda_backends
from moto.core.utils import unix_time
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamRecord, StreamShard
from moto.dynamodb.responses import DynamoHandler
from moto.sqs.models import sqs_backends

from infra.local.replacing import replaced

_PAUSE_S = 1.0
"""The pause between two tries; Lambda's own pauses grow from a second."""
_TRIES_MAX = 20
"""The most tries here; Lambda tries for as long as the mapping says, which may be a day."""
_LOOK_S = 0.05
"""The time for which records are collected before delivery, like a mapping's batching window."""


class Streams:
    """The mappings of tables' streams to functions, of an account and region. `start` begins bringing records, from the
    first ever written; `drain` waits until all written records have been brought.
    """

    def __init__(self, account: str, region: str, time_scale: float) -> None:
        self._account = account
        self._region = region
        self._pause_s = _PAUSE_S * time_scale
        self._lock = threading.RLock()
        self._brought: dict[str, int] = {}
        self._written = threading.Event()
        self._ended = threading.Event()
        self._idle = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Apply the mend, and end the thread with the block."""
        call_action, streams = DynamoHandler.call_action, self

        def exclusive(self: DynamoHandler) -> Any:
            with streams._lock:
                return call_action(self)

        with ExitStack() as mends:
            mends.enter_context(replaced(DynamoHandler, call_action=exclusive))
            mends.enter_context(replaced(StreamShard, add=_noting(self._written, self._is_wanted)))
            try:
                yield
            finally:
                self._ended.set()
                self._written.set()
                if self._thread is not None:
                    self._thread.join()

    def start(self) -> None:
        """Begin bringing records; a second call does nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="streams")
            self._thread.start()

    def drain(self) -> None:
        """Wait until all records written so far have been brought, or given up on."""
        wanted = {mapping.uuid: len(self._records(mapping)) for mapping in self._mappings()}
        with self._idle:
            self._idle.wait_for(lambda: all(self._brought.get(each, 0) >= wanted[each] for each in wanted))

    def _run(self) -> None:
        self._written.set()
        while not self._ended.is_set():
            self._written.wait()
            self._ended.wait(_LOOK_S)
            self._written.clear()
            for mapping in self._mappings():
                self._bring(mapping)

    def _bring(self, mapping: EventSourceMapping) -> None:
        records = self._records(mapping)
        place = self._brought.get(mapping.uuid, 0)
        while place < len(records) and not self._ended.is_set():
            place += self._bring_batch(mapping, records[place : place + mapping.batch_size])
            with self._idle:
                self._brought[mapping.uuid] = place
                self._idle.notify_all()

    def _bring_batch(self, mapping: EventSourceMapping, batch: list[StreamRecord]) -> int:
        """Bring records until a record fails for good; return the number dealt with, including the given up."""
        tries = min(_TRIES_MAX, mapping.max_retry_attempts or _TRIES_MAX)
        done, size, left = 0, len(batch), tries
        while done < len(batch) and not self._ended.is_set():
            part = batch[done : done + size]
            taken = self._invoke(mapping, part)
            done += taken
            if taken == len(part):
                size, left = len(batch), tries
                continue
            left = tries if taken else left - 1
            if left == 0:
                self._give_up(mapping, batch[done])
                done, left = done + 1, tries
            size = max(1, size // 2) if not taken and mapping.bisect_on_error else size
            self._ended.wait(self._pause_s)
        return done

    def _invoke(self, mapping: EventSourceMapping, records: list[StreamRecord]) -> int:
        """Invoke the function; return the number of records, from the first on, that it has dealt with."""
        backend = lambda_backends[self._account][self._region]
        function: Any = backend.get_function(mapping.function_arn)
        event = {"Records": [self._event_of(record, mapping) for record in records]}
        payload, is_error, _ = function._invoke_lambda(json.dumps(event))
        if is_error:
            return 0
        failures = (json.loads(payload) or {}).get("batchItemFailures", [])
        if not failures or "ReportBatchItemFailures" not in (mapping.function_response_types or []):
            return len(records)
        numbers = [record.record["dynamodb"]["SequenceNumber"] for record in records]
        return min(numbers.index(failure["itemIdentifier"]) for failure in failures)

    def _event_of(self, record: StreamRecord, mapping: EventSourceMapping) -> dict[str, Any]:
        about = dict(record.record["dynamodb"])
        about["ApproximateCreationDateTime"] = unix_time(about["ApproximateCreationDateTime"])
        return {
            **record.record,
            "awsRegion": self._region,
            "dynamodb": about,
            "eventSourceARN": mapping.event_source_arn,
        }

    def _give_up(self, mapping: EventSourceMapping, record: StreamRecord) -> None:
        """Send the failure as Lambda does to the destination of failures: the place in the stream, not the record."""
        destination = (mapping.destination_config or {}).get("OnFailure", {}).get("Destination")
        if destination is None:
            return
        about = {
            "DDBStreamBatchInfo": {
                "startSequenceNumber": record.record["dynamodb"]["SequenceNumber"],
                "streamArn": mapping.event_source_arn,
                "batchSize": 1,
            }
        }
        sqs_backends[self._account][self._region].send_message(destination.rpartition(":")[2], json.dumps(about))

    def _is_wanted(self, table: str, kind: str, keys: dict[str, Any]) -> bool:
        """Tell whether some mapping of a table's stream takes such a record; other records are not kept here."""
        record = {"eventName": kind, "dynamodb": {"Keys": keys}}
        mine = [each for each in self._mappings() if each.event_source_arn.split("/")[1] == table]
        return any(
            not each.filter_criteria
            or any(_fits(json.loads(one["Pattern"]), record) for one in each.filter_criteria["Filters"])
            for each in mine
        )

    def _mappings(self) -> list[EventSourceMapping]:
        mappings = lambda_backends[self._account][self._region].list_event_source_mappings("", "")
        return [mapping for mapping in mappings if ":dynamodb:" in mapping.event_source_arn]

    def _records(self, mapping: EventSourceMapping) -> list[StreamRecord]:
        """Return the committed records: while the lock is held, no transaction is halfway."""
        name = mapping.event_source_arn.split("/")[1]
        with self._lock:
            shard = dynamodb_backends[self._account][self._region].get_table(name).stream_shard
            return [] if shard is None else list(shard.items)


def _fits(pattern: Any, value: Any) -> bool:
    """Tell whether a value fits a filter's pattern: a map by its members, else any of some values and prefixes."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_fits(each, value.get(name)) for name, each in pattern.items())
    return any(str(value).startswith(each["prefix"]) if isinstance(each, dict) else value == each for each in pattern)


def _noting(written: threading.Event, is_wanted: Callable[[str, str, dict[str, Any]], bool]) -> Any:
    def add(self: StreamShard, old: Any, new: Any) -> None:
        kind = (self.table.stream_specification or {})["StreamViewType"]
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        item = new or old
        keys = {attribute: item.attrs[attribute].to_json() for attribute in self.table.table_key_attrs}
        if not is_wanted(self.table.name, name, keys):
            return
        number = len(self.items) + self.starting_sequence_number
        self.items.append(StreamRecord(self.table, kind, name, old, new, number))
        written.set()

    return add
