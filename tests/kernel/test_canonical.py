"""Canonical encoding: a value has one sequence of bytes and one hash."""

from __future__ import annotations

import pytest

from chalicelib.kernel.canonical import canonical_json, fingerprint, sha256_hex


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert canonical_json({"b": [1, None, True], "a": {"d": "x", "c": -1}}) == (
        b'{"a":{"c":-1,"d":"x"},"b":[1,null,true]}'
    )


def test_chinese_is_written_as_itself_in_utf_8() -> None:
    assert canonical_json({"zh": "确保"}) == '{"zh":"确保"}'.encode()


def test_the_order_of_keys_does_not_change_the_hash() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_a_tuple_is_a_list() -> None:
    assert fingerprint((1, 2)) == fingerprint([1, 2])


def test_the_hash_is_the_known_one() -> None:
    """A receipt is compared years later, so the algorithm may never change unseen."""
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("document", [1.0, {"a": 0.5}, [[1, float("nan")]], {"a": [{"b": 2.0}]}, (1.5,)])
def test_a_float_is_refused_wherever_it_stands(document: object) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical_json(document)


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="keys"):
        canonical_json({"a": {1: "x"}})
