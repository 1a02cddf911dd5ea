"""Removal of an institution from the registry: its amounts stay in the books, and the audit still covers them."""

from __future__ import annotations

from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.audit.usecases.audit import Audit
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.ledger.domain.accounts import AdvanceFund
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, enrol_sample, hospital, put_in_force, submission
from tests.kit.memory.world import World
from tests.kit.policy_sets import shipped_files

INSTITUTIONS = "registry/institutions.csv"


def remove_from_registry(world: World, code: str) -> None:
    files = shipped_files()
    rows = files[INSTITUTIONS].decode().splitlines(keepends=True)
    left = "".join(row for row in rows if not row.startswith(code))
    put_in_force(world.system, {**files, INSTITUTIONS: left.encode()})
    assert code not in world.bundles.current().registry.institutions


def settle_with_advance(world: World) -> None:
    """Settle a claim that takes a part of a special advance; the rest of the advance stays with the hospital."""
    enrol_sample(world, body()["patient"]["id_no"])
    advances, head = world.system[Advances], Principal("head", Role.AGENCY, "530100")
    finance = Principal("treasurer", Role.FINANCE, "530100")
    asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, 2_000_000, "treatment")
    advances.decide(head, asked.advance_id, approve=True)
    advances.instruct(asked.advance_id)
    world.system[AdvanceReceipts].receive(finance, asked.advance_id, "BANK-1", paid=True)
    world.system[SubmitClaim](hospital(), submission())
    assert world.run_all() == ["Settled"]


def test_the_audit_holds_the_books_of_an_institution_that_left_the_registry(world: World) -> None:
    settle_with_advance(world)
    before = world.system[Audit].run_or_raise()
    remove_from_registry(world, KUNMING_HOSPITAL)
    assert world.system[Audit].run_or_raise().replay == before.replay


def test_what_differs_of_an_institution_that_left_the_registry_is_named(world: World) -> None:
    settle_with_advance(world)
    remove_from_registry(world, KUNMING_HOSPITAL)
    world.memory.money.ready.clear()
    (difference,) = world.system[Audit].run().differences
    assert (difference.what, difference.where) == (
        "advance-balance",
        f"hospital/{KUNMING_HOSPITAL}/advance-special",
    )
    assert (difference.journal_fen, difference.state_fen) == (300_000, 0)
