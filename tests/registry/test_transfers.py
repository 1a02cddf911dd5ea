"""Whichever claims name which as their senders, none of them waits for itself."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.submit import SubmitClaim
from tests.kit.fixtures.properties import examples
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, moved, policies, submission
from tests.kit.memory.world import World, claim_id_of

SENDERS = st.integers(min_value=1, max_value=6).flatmap(
    lambda claims: st.lists(
        st.one_of(st.none(), st.integers(min_value=0, max_value=claims - 1)), min_size=claims, max_size=claims
    )
)
"""For each of some claims which of them it names, itself and later ones among them."""


@settings(max_examples=examples(60))
@given(SENDERS, st.randoms(use_true_random=False))
def test_every_chain_of_transfers_ends(senders: list[int | None], order: object) -> None:
    world, like = World(policies()), body()
    enrol_sample(world, like["patient"]["id_no"])
    ids = [claim_id_of(KUNMING_HOSPITAL, f"T-{number}", 1) for number in range(len(senders))]
    for number, sender in enumerate(senders):
        stay = moved({**like, "claim_no": f"T-{number}"}, 15 * number)
        if sender is not None:
            stay["visit"]["transfer_from"] = ids[sender]
        world.system[SubmitClaim](hospital(), submission(stay))
    order.shuffle(world.workflows.waiting)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    world.run_all()
    for number in range(len(senders)):
        end = followed(world, senders, number)
        status = world.memory.claims[ids[number]].status
        if end is ClaimStatus.SETTLED:
            assert status is ClaimStatus.SETTLED
        else:
            assert end is ClaimStatus.REJECTED, "who waits, waits for a claim that its hospital has to correct"
            assert status in (ClaimStatus.DEFERRED, ClaimStatus.REJECTED)


def followed(world: World, senders: list[int | None], number: int) -> ClaimStatus | None:
    """The state of the first claim on the way from one to its senders that waits for nobody; None in a circle."""
    seen: set[int] = set()
    while number not in seen:
        seen.add(number)
        status = world.memory.claims[claim_id_of(KUNMING_HOSPITAL, f"T-{number}", 1)].status
        sender = senders[number]
        if status is not ClaimStatus.DEFERRED or sender is None:
            return status
        number = sender
    return None
