"""Tables of a test's own beside those the template declares, so that what it leaves there is nobody else's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from chalicelib.runtime.config import Config, from_environment
from infra.local.template import load_template

_DECLARED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@contextmanager
def own_tables(dynamodb: Any) -> Iterator[Config]:
    """The configuration with a ledger and a state table that exist for the length of the block."""
    resources, suffix = load_template()["Resources"], uuid.uuid4().hex[:8]
    names = {"LedgerTable": f"ledger-{suffix}", "StateTable": f"state-{suffix}"}
    for logical, name in names.items():
        wanted = resources[logical]["Properties"]
        dynamodb.create_table(TableName=name, **{key: wanted[key] for key in _DECLARED if key in wanted})
    try:
        yield replace(from_environment(), ledger_table=names["LedgerTable"], state_table=names["StateTable"])
    finally:
        for name in names.values():
            dynamodb.delete_table(TableName=name)
