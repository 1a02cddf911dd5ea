"""An act is on the trail before it is done, and its end after it; no act is done that could not be put there."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Conflict, Forbidden, Unavailable
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import RequestId
from chalicelib.trail.domain import Attempt, Outcome, TrailEntry
from chalicelib.trail.ports import TrailStore
from chalicelib.trail.usecases import FollowActs, ReadTrail
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World

ROUTE = ("POST /v1/advances/{advance_id}/decision", Text("审批预拨", "Decide an advance"))
CLERK = agency(KUNMING)


@dataclass
class Faltering:
    """A trail that refuses a kind of record."""

    trail: TrailStore
    refused: type[object]
    kept: list[object] = field(default_factory=list)

    def keep(self, record: Attempt | Outcome) -> None:
        if isinstance(record, self.refused):
            raise Unavailable
        self.trail.keep(record)


def entries(world: World) -> tuple[TrailEntry, ...]:
    return world.system[ReadTrail](AUDITOR, None, PageRequest(50)).items


def follow(world: World, act: object, name: str = "r-1", principal: Principal = CLERK) -> object:
    return world.system[FollowActs](RequestId(name), principal, ROUTE, {"advance_id": "adv_1"}, act)  # type: ignore[arg-type]


def test_an_attempt_stands_before_the_act_and_its_outcome_after(world: World) -> None:
    seen: list[tuple[TrailEntry, ...]] = []

    def act() -> str:
        seen.append(entries(world))
        return "answer"

    assert follow(world, act) == "answer"
    ((during,),) = seen
    assert during.outcome is None
    (after,) = entries(world)
    assert after.attempt == during.attempt
    assert (after.attempt.by.actor, after.attempt.by.subject) == (CLERK.actor, KUNMING)
    assert after.outcome is not None
    assert (after.outcome.outcome, after.outcome.about) == ("done", (("advance_id", "adv_1"),))


@pytest.mark.parametrize(
    ("error", "code"),
    [(Conflict(), "conflict"), (Forbidden(), "forbidden"), (ZeroDivisionError(), "internal")],
    ids=str,
)
def test_a_refused_act_is_on_the_trail_with_its_code_and_names_nothing(
    world: World, error: Exception, code: str
) -> None:
    def refuse() -> object:
        raise error

    with pytest.raises(type(error)):
        follow(world, refuse)
    (entry,) = entries(world)
    assert entry.outcome is not None
    assert (entry.outcome.outcome, entry.outcome.about) == (code, ())


def test_what_cannot_be_put_on_the_trail_is_not_done(world: World) -> None:
    done: list[str] = []
    broken = Faltering(world.ports[TrailStore], Attempt)
    with pytest.raises(Unavailable):
        FollowActs(broken, world.ports[Clock])(RequestId("r-1"), CLERK, ROUTE, {}, lambda: done.append("x"))  # type: ignore[arg-type]
    assert (done, entries(world)) == ([], ())


def test_an_act_stands_where_only_its_outcome_could_not_be_kept(world: World) -> None:
    broken = Faltering(world.ports[TrailStore], Outcome)
    assert FollowActs(broken, world.ports[Clock])(RequestId("r-1"), CLERK, ROUTE, {}, lambda: "done") == "done"  # type: ignore[arg-type]
    (entry,) = entries(world)
    assert entry.outcome is None


def test_the_auditor_alone_reads_the_trail(world: World) -> None:
    with pytest.raises(Forbidden):
        world.system[ReadTrail](CLERK, None, PageRequest(5))
