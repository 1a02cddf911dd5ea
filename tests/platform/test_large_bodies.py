"""Bodies as large as any may be, and made to cost: what is done for one follows its bytes, not what they mean.

No clock is looked at. Counted is how often a function of Python is entered: what is written in C reads some 4,500,000
bytes in a fraction of a second, and a function entered once for each value of a body does not.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

import pytest

from chalicelib.kernel.errors import TooLarge
from tests.kit.desk import Answered, Caller, Desk, claim_body
from tests.kit.documented import Call, bodies
from tests.kit.over_all import over_all

EVERYTHING = os.environ.get("QUEBAO_BODIES") == "all"
SIZE = 600_000
MOST_ENTERED = 200_000
"""Less than a call for each value of the bodies here, of which a list of ones has 300,000."""


def times(unit: bytes, joint: bytes = b",", size: int = SIZE) -> bytes:
    return joint.join([unit] * (size // (len(unit) + len(joint))))


def numbered(unit: str) -> bytes:
    return ",".join(unit % number for number in range(SIZE // (len(unit) + 4))).encode()


NASTY: Mapping[str, bytes] = {
    "lists in lists": b"[" * (SIZE // 2) + b"]" * (SIZE // 2),
    "lists without end": b"[" * SIZE,
    "objects in objects": b'{"a":' * (SIZE // 6) + b"1" + b"}" * (SIZE // 6),
    "a list of numbers": b"[" + times(b"1") + b"]",
    "a list of lists": b"[" + times(b"[1]") + b"]",
    "a list of objects": b"[" + times(b'{"a":1}') + b"]",
    "a list of texts": b"[" + numbered('"t%d"') + b"]",
    "a long text": b'"' + b"a" * SIZE + b'"',
    "a text of digits": b'"' + b"1" * SIZE + b'"',
    "a text of numbers of persons": b'"' + times(b"530102190001010019", b" ") + b'"',
    "a text of wide digits": ('"' + "１" * (SIZE // 3) + '"').encode(),
    "a text of escapes": b'"' + b"\\u4e00" * (SIZE // 6) + b'"',
    "a text of surrogates": b'"' + b"\\ud800" * (SIZE // 6) + b'"',
    "a number of many digits": b"1" * SIZE,
    "a fraction of many digits": b"0." + b"1" * SIZE,
    "an exponent of many digits": b"1e" + b"9" * SIZE,
    "many names": b"{" + numbered('"k%d":1') + b"}",
    "one name many times": b"{" + times(b'"a":1') + b"}",
    "a long name": b'{"' + b"k" * SIZE + b'":1}',
    "nothing but blanks": b" " * SIZE,
    "zeros": b"\x00" * SIZE,
}
PART = 1 if EVERYTHING else 10
EVERYWHERE = b"[" + times(b"1", size=SIZE // PART) + b"]"
"""Body that costs most where each value is looked at: every route is tried with it, and two routes with all bodies. It
has a tenth of the size, except in .ci/run (QUEBAO_BODIES=all).
"""


def entered(act: Callable[[], Answered]) -> tuple[Answered, int]:
    """Return the answer to a call, and the number of functions entered for it."""
    count = 0

    def note(_frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal count
        count += 1

    before = sys.gettrace()
    sys.settrace(note)
    try:
        answered = act()
    finally:
        sys.settrace(before)
    return answered, count


def names(call: Call) -> Iterator[str]:
    """The fields that hold the bulk: all where QUEBAO_BODIES=all says so, as the checks do, else the first of each kind
    of value (a text, an object, a list), since a field of the same kind is read by the same functions.
    """
    kinds: set[type] = set()
    for name, value in call.example.items():
        if type(value) not in kinds or EVERYTHING:
            yield name
        kinds.add(type(value))


def places(call: Call, nasty: bytes, fields: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the bodies with a value in the place of the whole body, of some fields, and of an unknown field."""
    yield "the whole", nasty
    for name in (*fields, "unknown_here"):
        rest = {each: value for each, value in call.example.items() if each != name}
        joint = b"," if rest else b""
        yield name, json.dumps(rest).encode()[:-1] + joint + json.dumps(name).encode() + b":" + nasty + b"}"


def is_bounded(caller: Caller, call: Call, body: bytes, part: int = 1) -> bool:
    assert len(body) > SIZE // part // 2
    answered, count = entered(
        lambda: caller.call(call.method, call.concrete, body, role=call.role, subject=call.subject)
    )
    assert answered.status < 500, answered
    return count < MOST_ENTERED // part


@pytest.fixture(name="caller")
def fixture_caller() -> Caller:
    return Caller(Desk())


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("path", ["/v1/claims", "/v1/enrolments"])
def test_what_a_body_costs_is_bounded_wherever_in_it_the_bulk_is(caller: Caller, path: str, nasty: str) -> None:
    call = next(each for each in bodies() if each.path == path)
    for where, body in places(call, NASTY[nasty], names(call)):
        assert is_bounded(caller, call, body), where


@over_all("call", bodies(), ids=str)
def test_what_a_body_costs_is_bounded_on_every_route(caller: Caller, call: Call) -> None:
    widest = sorted(call.example, key=lambda name: len(json.dumps(call.example[name])))[-1:]
    for where, body in places(call, EVERYWHERE, widest):
        if where in {"the whole", *widest}:
            assert is_bounded(caller, call, body, PART), where


def test_the_count_tells_one_call_for_each_value() -> None:
    """A bound that nothing could exceed would hold for everything."""

    def walk() -> Answered:
        answered = Caller(Desk()).call("POST", "/v1/claims/preview", claim_body())
        list(map(lambda value: value, json.loads(NASTY["a list of numbers"])))  # noqa: C417 a call for each is meant
        return answered

    _, count = entered(walk)
    assert count > MOST_ENTERED


def test_a_body_over_the_limit_is_not_read_at_all(caller: Caller) -> None:
    answered, count = entered(lambda: caller.call("POST", "/v1/claims", b"[" * 4_500_001))
    assert (answered.status, answered.json["code"]) == (413, TooLarge.code)
    assert count < 5_000
