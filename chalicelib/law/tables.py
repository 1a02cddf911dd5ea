"""Policy sets that were handed in, in the state table: every time one was, and what another officer decided.

| pk | sk | what | gsi1 |
|---|---|---|---|
| KEPT#bundle | TIME#number | one time it was handed in | all of them, by instant |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.law.domain.publication import KeptBundle, KeptStatus
from chalicelib.law.ports import WriteKeptBundle
from chalicelib.platform.aws.acts import read_act, read_act_or_none
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table, to_item, without_nones

_ALL = "KEPT_BUNDLES"
_PREFIX = "TIME#"
_NEW = "attribute_not_exists(pk)"


class DynamoKeptBundles:
    def __init__(self, state: Table) -> None:
        self._state = state

    def latest(self, bundle: str) -> KeptBundle | None:
        reader = self._state.reader(BASE, Span(prefix=_PREFIX, newest_first=True), _read)
        found = read_page((_pk(bundle),), PageRequest(1), reader).items
        return found[0] if found else None

    def find(self, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        span = Span(equal=(("status", status.value),), newest_first=True)
        return read_page((_ALL,), page, self._state.reader(GSI1, span, _read))


def operations(part: WriteKeptBundle, table: str) -> list[dict[str, Any]]:
    """What the part becomes in the state table."""
    kept = part.kept
    sk = f"{_PREFIX}{kept.number:06d}"
    item = {
        "pk": _pk(kept.bundle),
        "sk": sk,
        "gsi1pk": _ALL,
        "gsi1sk": f"{kept.kept.at}#{kept.bundle}",
        **asdict(kept),
        "status": kept.status.value,
    }
    put: dict[str, Any] = {"TableName": table, "Item": to_item(without_nones(item)), "ConditionExpression": _NEW}
    if kept.revision > 1:
        put["ConditionExpression"] = "revision = :before"
        put["ExpressionAttributeValues"] = to_item({":before": kept.revision - 1})
    return [{"Put": put}]


def _pk(bundle: str) -> str:
    return f"KEPT#{bundle}"


def _read(item: Mapping[str, Any]) -> KeptBundle:
    known: dict[str, Any] = {name: item.get(name) for name in KeptBundle.__slots__}
    acts = {"kept": read_act(item["kept"]), "decided": read_act_or_none(item.get("decided"))}
    return KeptBundle(**{**known, **acts, "status": KeptStatus(item["status"])})
