"""Plays a story once for every AWS call in it and each way of losing that call, and holds the ends to be the same.

A story is prepared undisturbed and then acted out. Losing a call of the act, on its way or with its answer, must not
show at its end: every item of every table, every document and every signal is as without the loss. So every statement
about the undisturbed end holds for all ends, the invariants and the auditor's replay first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from chalicelib.kernel.words.ids import ClaimId
from tests.kit.books import not_as_replayed, what_is_wrong
from tests.kit.memory.faults import When
from tests.kit.stage import Stage

Act = Callable[[], object]
"""Act that may be disturbed. Its answer must be the same whichever call was lost."""
End = Callable[[], None]
"""Check of an act's result; it may continue from there, undisturbed."""


@dataclass(frozen=True)
class Story:
    """`covers`: the calls ("POST /v1/claims") and tasks (`settlement_pay`) that the act acts out.

    A short act is a cheap one: each of its calls is lost, a write twice, and each time the whole act is played.
    """

    prepare: Callable[[Stage], tuple[Act, End]]
    covers: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.prepare.__name__


class Stories(list[Story]):
    """Collects the stories of a module."""

    def covering(self, *covers: str) -> Callable[[Callable[[Stage], tuple[Act, End]]], Story]:
        def told(prepare: Callable[[Stage], tuple[Act, End]]) -> Story:
            story = Story(prepare, covers)
            self.append(story)
            return story

        return told


_READS = re.compile(r"\w+:(Get|Query|Scan|BatchGet|TransactGet|Describe|List|Head)\w*")
"""The AWS calls that change nothing, lost with their answers alone."""
_WITHOUT_EFFECT = re.compile(rf"{_READS.pattern}|kms:(Verify|GenerateMac|GenerateDataKey)")
"""The AWS calls that leave nothing behind, whichever way they are lost. To sign and to open the vault are acts."""


def losses(calls: Sequence[str], story: str) -> list[tuple[int, When]]:
    """Choose the calls of a story to lose, by place, and the moment of each loss, as any run of the tests can afford:
    `a_few_losses`. The checks lose more: all calls under QUEBAO_LOSSES=all, the first of each kind after it took effect
    and the last of each before under QUEBAO_LOSSES=ends.
    """
    wanted = losses_wanted()
    if wanted == "all":
        return ways_of_losing(calls)
    if wanted != "ends":
        return a_few_losses(calls, story)
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for place, call in enumerate(calls):
        kind = "read" if _READS.fullmatch(call) else call
        first.setdefault(kind, place)
        last[kind] = place
    return [*((place, When.AFTER) for place in first.values()), *((place, When.BEFORE) for place in last.values())]


def losses_wanted() -> str:
    """Return the losses that a check asks for; nothing in any other run."""
    return os.environ.get("QUEBAO_LOSSES", "")


def a_few_losses(calls: Sequence[str], story: str) -> list[tuple[int, When]]:
    """Lose the first call of each kind with an effect after it took effect, and the last of several before. Lose one of
    the calls without effect, of another kind in each story: wherever such a call is lost, or a story's only effect
    before it took place, the process stops with as much done.
    """
    first: dict[str, int] = {}
    for place, call in enumerate(calls):
        first.setdefault(call, place)
    idle = sorted(call for call in first if _WITHOUT_EFFECT.fullmatch(call))
    effects = [place for place, call in enumerate(calls) if call not in idle]
    asked = [idle[crc32(story.encode()) % len(idle)]] if idle else []
    return [
        *((first[call], When.AFTER) for call in first if call not in idle or call in asked),
        *((place, When.BEFORE) for place in effects[1 if idle else 0 :][-1:]),
    ]


def ways_of_losing(calls: Sequence[str]) -> list[tuple[int, When]]:
    """Return every call with the moments at which it can be lost: a write before and after it took effect, a read with
    its answer alone, since a read has no effect.
    """
    return [
        (place, when)
        for place, call in enumerate(calls)
        for when in When
        if when is When.AFTER or not _READS.fullmatch(call)
    ]


def lose_every_call(stage: Stage, story: Story) -> str:
    """Play the story with each of its calls lost; return a line with the number of losses."""
    act, finish = story.prepare(stage)
    before = stage.keep()
    answered, end = _played(stage, act, None, When.BEFORE)
    whole = list(stage.fault.calls)
    assert missing(story.covers, stage.done) == [], "a story acts out what it covers"
    claims = [ClaimId(pk.removeprefix("CLAIM#")) for _, pk, sk in stage.items() if sk == "CLAIM"]
    stage.task("ledger_copy", Records=stage.stream)
    ports = stage.read_ports
    assert what_is_wrong(ports, stage.reading, claims) == []
    assert not_as_replayed(ports, claims) == []
    finish()
    lost = losses(whole, story.name)
    for number, when in lost:
        stage.put_back(before)
        try:
            answered_again, end_again = _played(stage, act, number, when)
            assert stage.fault.struck
            assert answered_again == answered
            assert differing(end, end_again) == {}
        except Exception as error:
            error.add_note(f"call {number}, {whole[number]}, lost {when.value}")
            raise
    return (
        f"{story.name.replace('_', ' ')}: {len(whole)} AWS calls, {len(lost)} of {len(ways_of_losing(whole))} ways of "
        "losing one, nothing lost or doubled"
    )


def _played(stage: Stage, act: Act, number: int | None, when: When) -> tuple[object, dict[Any, Any]]:
    stage.disturb()
    stage.fault.arm(number, when)
    answered = act()
    stage.calm_down()
    return answered, stage.end()


def differing(one: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    """Return the entries that differ between two ends, as (one, other)."""
    return {
        key: (one.get(key, "nothing"), other.get(key, "nothing"))
        for key in one.keys() | other.keys()
        if one.get(key, "nothing") != other.get(key, "nothing")
    }


def missing(covers: tuple[str, ...], done: set[str]) -> list[str]:
    """Return the calls that a story claims to cover and never made."""
    return [each for each in covers if not any(re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", each), one) for one in done)]
