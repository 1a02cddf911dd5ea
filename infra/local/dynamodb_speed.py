"""Lets a call to moto's DynamoDB take time by the items it touches, not by the size of its tables.

Bare moto 5.2.5 sorts the whole table for every query, lists the methods of a service anew for every call, and parses
conditions and updates for every item up to four times. Here a query is shown only the items that its key can name, and
the list and what was parsed are kept. The filter, order and pages of a query remain moto's own, as before.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeAlias

from moto.core import responses
from moto.core.utils import method_names_from_class
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.responses import DynamoHandler

from infra.local.dynamodb_values import cheap_values
from infra.local.replacing import replaced

Places: TypeAlias = dict[tuple[DynamoType, DynamoType | None], None]
"""Keys of items, in the order in which they came."""

_UPDATES: Any = vars(expressions)["UpdateExpressionParser"]
_TRAVERSER: Any = vars(ast_nodes)["DepthFirstTraverser"]
_PLAIN_KEYS = frozenset({"S", "N", "B"})


@contextmanager
def fast_dynamodb() -> Iterator[None]:
    """Apply the mends for the length of the block; queries must run one at a time."""
    with ExitStack() as mends:
        mends.enter_context(replaced(Table, query=_of_candidates(), put_item=_put_and_noted()))
        mends.enter_context(replaced(DynamoDBBackend, update_item=_updated_and_noted()))
        mends.enter_context(cheap_values())
        mends.enter_context(replaced(DynamoHandler, dynamodb_backend=property(_looked_up_once())))
        mends.enter_context(replaced(ConditionExpressionParser, parse=_parsed_once()))
        # A parsed update is copied before anything changes the copy.
        update = functools.lru_cache(maxsize=1024)(_UPDATES.make)
        mends.enter_context(replaced(_UPDATES, make=staticmethod(update)))
        mends.enter_context(replaced(_TRAVERSER, nodes_to_be_processed=_told_once()))
        mends.enter_context(replaced(responses, method_names_from_class=functools.cache(method_names_from_class)))
        yield


def _note(table: Table, item: Item | None) -> None:
    """Record under which values of its indexed attributes an item is found; needed after every change.

    Places are only ever added here, so that a transaction may be rolled back without notice: the next query detects and
    drops the values that an item no longer answers to.
    """
    if item is None:
        return
    for attribute, by_value in _indexes(table).items():
        value = item.attrs.get(attribute)
        if value is not None and value.type in _PLAIN_KEYS:
            by_value.setdefault(_plain(value), {})[item.hash_key, item.range_key] = None


def _of_candidates() -> Any:
    query = Table.query

    @functools.wraps(query)
    def query_candidates(self: Table, hash_key: DynamoType | None, *arguments: Any, **named: Any) -> Any:
        candidates = _candidates(self, hash_key, named)
        if candidates is None:
            return query(self, hash_key, *arguments, **named)
        with replaced(self, all_items=lambda: candidates):
            return query(self, hash_key, *arguments, **named)

    return query_candidates


def _candidates(table: Table, hash_key: DynamoType | None, named: dict[str, Any]) -> list[Item] | None:
    """Return every item that a query by this key can match, and few others; None when only a full scan will tell."""
    conditions = named.get("hash_key_conditions")
    if not conditions or hash_key is None or hash_key.type not in _PLAIN_KEYS:
        return None
    attribute, value = conditions[0]
    if attribute != table.hash_key_attr:
        return _found_by(table, attribute, value)
    row: Any = table.items.get(hash_key)
    if row is None:
        return []
    return [row] if table.range_key_attr is None else list(row.values())


def _found_by(table: Table, attribute: str, value: DynamoType) -> list[Item]:
    indexes = _indexes(table)
    if attribute not in indexes:
        indexes[attribute] = {}
        for item in table.all_items():
            _note(table, item)
    places = indexes[attribute].get(_plain(value), {})
    found: list[Item] = []
    for place in list(places):
        item = _standing_at(table, *place)
        held = None if item is None else item.attrs.get(attribute)
        if held is not None and held == value:
            found.append(item)
        else:
            del places[place]
    return found


def _standing_at(table: Table, hash_key: DynamoType, range_key: DynamoType | None) -> Any:
    row: Any = table.items.get(hash_key)
    return row if row is None or range_key is None else row.get(range_key)


def _indexes(table: Table) -> dict[str, dict[tuple[str, Any], Places]]:
    """Return the places of a table's items by attribute and value, for the attributes queried by; kept with it."""
    indexes: dict[str, dict[tuple[str, Any], Places]] = vars(table).setdefault("_places", {})
    return indexes


def _plain(value: DynamoType) -> tuple[str, Any]:
    return value.type, value.cast_value


def _put_and_noted() -> Any:
    put = Table.put_item

    @functools.wraps(put)
    def put_item(self: Table, *arguments: Any, **named: Any) -> Item:
        item = put(self, *arguments, **named)
        _note(self, item)
        return item

    return put_item


def _updated_and_noted() -> Any:
    update = DynamoDBBackend.update_item

    @functools.wraps(update)
    def update_item(self: DynamoDBBackend, table_name: str, key: dict[str, Any], *arguments: Any, **named: Any) -> Item:
        try:
            return update(self, table_name, key, *arguments, **named)
        finally:
            # An update that moto gives up halfway has changed the item all the same.
            table = self.tables.get(table_name)
            if table is not None and all(name in key for name in table.table_key_attrs):
                _note(table, self.get_item(table_name, key))

    return update_item


def _parsed_once() -> Any:
    """Return the parser of conditions with its results kept: a condition with its names and values is parsed up to four
    times for an item that is written, and the parsed condition is only evaluated.
    """
    parse: Any = ConditionExpressionParser.parse

    @functools.lru_cache(maxsize=4096)
    def parsed(expression: str, names: str, values: str) -> tuple[Any, list[str], list[str]]:
        parser = ConditionExpressionParser(expression, json.loads(names), json.loads(values))
        return parse(parser), parser.expr_attr_names_found, parser.expr_attr_values_found

    @functools.wraps(parse)
    def parse_once(self: ConditionExpressionParser) -> Any:
        expression, names, values = _asked(self)
        if expression is None:
            return parse(self)
        condition, names_found, values_found = parsed(expression, names, values)
        self.expr_attr_names_found += names_found
        self.expr_attr_values_found += values_found
        return condition

    return parse_once


def _told_once() -> Any:
    """Return the kinds of nodes that a traverser looks for, which it is asked about at every node; kept with it."""
    kinds = _TRAVERSER.nodes_to_be_processed

    @functools.wraps(kinds)
    def nodes_to_be_processed(self: Any) -> Any:
        held = vars(self)
        if "_kinds" not in held:
            held["_kinds"] = kinds(self)
        return held["_kinds"]

    return nodes_to_be_processed


def _asked(parser: ConditionExpressionParser) -> tuple[str | None, str, str]:
    """Return a condition with its names and values as texts; None where there is no condition, or one with bytes."""
    given = parser.expression_attribute_names, parser.expression_attribute_values
    try:
        names, values = map(json.dumps, given)
    except TypeError:
        return None, "", ""
    return parser.condition_expression or None, names, values


def _looked_up_once() -> Any:
    look_up: Any = vars(DynamoHandler)["dynamodb_backend"].fget

    def backend(self: DynamoHandler) -> Any:
        """Return the backend of a handler, which serves one call."""
        held = vars(self)
        if "_backend" not in held:
            held["_backend"] = look_up(self)
        return held["_backend"]

    return backend
