"""Simulations in the state table, and the machine that carries them. What they found lies in S3, by hash.

| pk | sk | what |
|---|---|---|
| SIMULATION#id | RUN | how far it is |
| SIMULATION#id | SHARD#round#agency | how far the claims of one agency are |
| SIMULATION#id | PAGE#round#agency#number | where a page with effects is |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import singledispatch
from typing import Any

from chalicelib.impact.domain.simulation import SimulationPage, SimulationRun, SimulationShard, SimulationStatus
from chalicelib.impact.ports import AddSimulationPage, WriteSimulation, WriteSimulationShard
from chalicelib.kernel.pages import read_all
from chalicelib.kernel.writes import Part
from chalicelib.platform.aws.executions import start_once
from chalicelib.platform.aws.table import BASE, Span, Table, to_item, without_nones

RUN = "RUN"
_NEW = "attribute_not_exists(pk)"


def simulation_pk(simulation_id: str) -> str:
    """Where everything of a simulation lies."""
    return f"SIMULATION#{simulation_id}"


def _shard_sk(round_number: int, agency: str) -> str:
    return f"SHARD#{round_number:06}#{agency}"


def _page_sk(round_number: int, place: str) -> str:
    return f"PAGE#{round_number:06}#{place}"


class DynamoSimulationStore:
    def __init__(self, state: Table) -> None:
        self._state = state

    def get(self, simulation_id: str) -> SimulationRun | None:
        item = self._state.get(simulation_pk(simulation_id), RUN)
        if item is None:
            return None
        known: dict[str, Any] = {name: item.get(name) for name in SimulationRun.__slots__}
        return SimulationRun(**{**known, "status": SimulationStatus(item["status"])})

    def shard(self, simulation_id: str, round_number: int, agency: str) -> SimulationShard | None:
        item = self._state.get(simulation_pk(simulation_id), _shard_sk(round_number, agency))
        return None if item is None else _read_shard(item)

    def shards(self, simulation_id: str, round_number: int) -> tuple[SimulationShard, ...]:
        reader = self._state.reader(BASE, Span(prefix=_shard_sk(round_number, "")), _read_shard)
        return tuple(read_all(simulation_pk(simulation_id), reader))

    def pages(self, simulation_id: str, round_number: int, first: str) -> Iterator[SimulationPage]:
        stretch = Span(lowest=_page_sk(round_number, first), highest=_page_sk(round_number, "~"))
        return read_all(simulation_pk(simulation_id), self._state.reader(BASE, stretch, _read_page))


class StepFunctionsSimulation:
    """`client` is a boto3 Step Functions client, `machine` the machine's ARN."""

    def __init__(self, client: Any, machine: str) -> None:
        self._client = client
        self._machine = machine

    def start(self, simulation_id: str, attempt: int) -> bool:
        return start_once(self._client, self._machine, f"{simulation_id}-{attempt}", {"simulation_id": simulation_id})


@singledispatch
def operations(part: Part, table: str) -> list[dict[str, Any]]:
    """What a part becomes in the state table."""
    raise TypeError(f"{type(part).__name__} has no translation to {table}")


@operations.register
def _(part: WriteSimulation, table: str) -> list[dict[str, Any]]:
    return [_put(table, RUN, {**asdict(part.run), "status": part.run.status.value})]


@operations.register
def _(part: WriteSimulationShard, table: str) -> list[dict[str, Any]]:
    shard = part.shard
    return [_put(table, _shard_sk(shard.round, shard.agency), asdict(shard))]


@operations.register
def _(part: AddSimulationPage, table: str) -> list[dict[str, Any]]:
    page = part.page
    return [_put(table, _page_sk(page.round, page.place), {**asdict(page), "revision": 1})]


def _put(table: str, sk: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Put what is new at revision 1, or stands at the revision before."""
    item = without_nones({"pk": simulation_pk(values["simulation_id"]), "sk": sk, **values})
    put: dict[str, Any] = {"TableName": table, "Item": to_item(item), "ConditionExpression": _NEW}
    if values["revision"] > 1:
        put["ConditionExpression"] = "revision = :before"
        put["ExpressionAttributeValues"] = to_item({":before": values["revision"] - 1})
    return {"Put": put}


def _read_shard(item: Mapping[str, Any]) -> SimulationShard:
    known: dict[str, Any] = {name: item.get(name) for name in SimulationShard.__slots__}
    return SimulationShard(**known)


def _read_page(item: Mapping[str, Any]) -> SimulationPage:
    known: dict[str, Any] = {name: item[name] for name in SimulationPage.__slots__}
    return SimulationPage(**known)
