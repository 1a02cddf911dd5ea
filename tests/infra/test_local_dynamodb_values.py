"""The values of moto's DynamoDB come to the same whether infra/local/dynamodb_values.py handles them or moto does."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.dynamodb import responses
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models.dynamo_type import DynamoType, Item

from infra.local.dynamodb_values import cheap_values
from infra.local.replacing import replaced

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4)
PLAIN = st.one_of(
    st.builds(lambda value: {"S": value}, NAMES),
    st.builds(lambda value: {"N": str(value)}, st.integers()),
    st.builds(lambda value: {"BOOL": value}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda value: {"B": value}, st.binary(max_size=4)),
    st.builds(lambda values: {"SS": values}, st.lists(NAMES, min_size=1, max_size=3, unique=True)),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.builds(lambda values: {"L": values}, st.lists(inner, max_size=3)),
        st.builds(lambda values: {"M": values}, st.dictionaries(NAMES, inner, max_size=3)),
    ),
    max_leaves=6,
)
OF_TYPE = ("__eq__", "__deepcopy__", "size", "to_regular_json")


@contextmanager
def as_moto_has_them() -> Iterator[None]:
    """Values without the mends, even while a stack of this process has them applied."""
    cast = property(inspect.unwrap(vars(DynamoType)["cast_value"].fget))
    own = {name: inspect.unwrap(getattr(DynamoType, name)) for name in OF_TYPE}
    with (
        replaced(DynamoType, **own, cast_value=cast),
        replaced(Item, __init__=inspect.unwrap(Item.__init__)),
        replaced(responses, dynamo_to_dict=inspect.unwrap(vars(responses)["dynamo_to_dict"])),
    ):
        yield


def seen(attributes: dict[str, Any], other: dict[str, Any]) -> Any:
    """Everything that the database asks of the values of an item."""
    item = Item(DynamoType({"S": "key"}), None, attributes)
    copied, fellow = copy.deepcopy(item), DynamoType(other)
    each = [DynamoType(value) for value in attributes.values()]
    assert all(copied.attrs[name] is not value for name, value in item.attrs.items())
    return (
        [(value.size(), value.cast_value, value.to_regular_json()) for value in each],
        [(value == fellow, value != fellow, value == DynamoType(value)) for value in each],
        [item.size(), copied.size(), copied.to_json(), item == copied],
        vars(responses)["dynamo_to_dict"]({"Items": [item.attrs, copied.attrs], "Count": 2, "None": None}),
    )


@given(st.dictionaries(NAMES, VALUES, max_size=4), VALUES)
def test_an_items_values_come_to_what_they_come_to_in_moto(attributes: dict[str, Any], other: dict[str, Any]) -> None:
    with as_moto_has_them():
        wanted = seen(attributes, other)
    with cheap_values():
        assert seen(attributes, other) == wanted


@pytest.mark.parametrize("length", [404_990, 404_999])
def test_an_item_too_large_is_refused_at_the_same_byte(length: int) -> None:
    attributes = {"name": {"S": "a" * (length - 8)}, "more": {"N": "123"}}

    def refused() -> bool:
        try:
            Item(DynamoType({"S": "key"}), None, attributes)
        except ItemSizeTooLarge:
            return True
        return False

    with as_moto_has_them():
        wanted = refused()
    with cheap_values():
        assert refused() == wanted == (length > 404_997)
