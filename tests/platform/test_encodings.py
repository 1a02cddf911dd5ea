"""Encodings of a body, as hospitals really send them, over every route of the document that takes a body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.kit.desk import Answered, Caller, claim_body
from tests.kit.documented import Call, bodies
from tests.kit.over_all import over_all

CHINESE = "重症监护"
"""A word whose bytes differ between encodings; it stands under a field that no route knows."""


def send(caller: Caller, call: Call, raw: bytes, media: str = "application/json") -> Answered:
    headers = {"Content-Type": media}
    return caller.call(call.method, call.concrete, raw, role=call.role, subject=call.subject, headers=headers)


def written(call: Call) -> str:
    """A body that is refused, or warned of, for one field only, so that nothing is done twice."""
    return json.dumps({**call.example, "zzz9": CHINESE}, ensure_ascii=False)


def told(got: Answered) -> tuple[int, Any]:
    """Return the parts of an answer that are the same at each call."""
    return got.status, got.findings if got.status >= 400 else sorted(got.json)


@over_all("call", bodies(), ids=str)
def test_a_byte_order_mark_and_a_declared_chinese_encoding_are_read_like_plain_utf_8(
    caller: Caller, call: Call
) -> None:
    plain = told(send(caller, call, written(call).encode()))
    assert told(send(caller, call, b"\xef\xbb\xbf" + written(call).encode())) == plain
    for charset in ("gb18030", "GBK", '"GB2312"', "utf-8", "UTF8"):
        encoding = "utf-8" if charset.lower().startswith("utf") else "gb18030"
        for mark in ("", "\ufeff"):
            got = send(caller, call, f"{mark}{written(call)}".encode(encoding), f"application/json; charset={charset}")
            assert told(got) == plain, (charset, mark)


@over_all("call", bodies(), ids=str)
def test_another_encoding_is_refused_in_words_that_say_which_is_read(caller: Caller, call: Call) -> None:
    for charset in (
        "big5",
        '"Big5-HKSCS"',
        "utf-16",
        "utf-16le",
        "utf-7",
        "iso-8859-1",
        "hz-gb-2312",
        "shift_jis",
        "x",
    ):
        got = send(caller, call, written(call).encode(), f"application/json; charset={charset}")
        assert (got.status, got.json["code"]) == (415, "charset")
        assert all("UTF-8" in got.json["errors"][0]["message"][language] for language in ("zh", "en"))


@over_all("call", bodies(), ids=str)
def test_bytes_of_an_encoding_that_was_not_declared_are_told_to_be_declared(caller: Caller, call: Call) -> None:
    got = send(caller, call, written(call).encode("gb18030"))
    assert (got.status, got.findings) == (400, {("charset-undeclared", "")})
    assert "UTF-8" in got.json["errors"][0]["message"]["zh"]


@over_all("call", bodies(), ids=str)
def test_a_body_that_is_no_json_by_its_own_word_is_refused(caller: Caller, call: Call) -> None:
    for media in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        got = send(caller, call, written(call).encode(), media)
        assert got.status == 415, media
        assert got.json["errors"][0]["message"]["en"]


@pytest.mark.parametrize("path", ["/v1/claims/preview", "/v1/claims", "/v1/claims/batch"])
@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("1234", "1.00", "1234.00"), ("3", "0.333333", "1.00"), ("0.5", "2.000000", "1.00")],
)
def test_prices_of_six_decimals_and_quantities_of_four_digits_are_read(
    caller: Caller, path: str, quantity: str, price: str, amount: str
) -> None:
    """Drugs are priced to six decimals, and consumables are counted in thousands."""
    claim = claim_body()
    claim["lines"][0] |= {"quantity": quantity, "price": price, "amount": amount}
    got = caller.call("POST", path, {"claims": [claim]} if path.endswith("batch") else claim)
    assert got.status in {200, 202}
    assert [each.get("errors") for each in got.json.get("items", [])] in ([], [None], [[]])
