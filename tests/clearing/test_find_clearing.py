"""A claim shows every window that its debts went through, whatever moved the debts."""

from __future__ import annotations

import pytest

from chalicelib.claims.domain.history import RulingOutcome, Verdict
from chalicelib.claims.schemas.claims import claim_document
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.kernel.words.citations import CitedProvision
from tests.kit.memory.samples import AUDITOR
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim


@pytest.fixture(name="claim")
def fixture_claim(world: World) -> RemoteClaim:
    return RemoteClaim(world)


def windows(claim: RemoteClaim) -> list[tuple[str, int, str]]:
    """Return the movements of the claim's debts between funds, with the number and the status of their windows."""
    clearing = claim_document(claim.world.system[ReadClaim](AUDITOR, claim.claim_id), CitedProvision.named)["clearing"]
    found = clearing["windows"]
    assert {**found[0], "windows": found} == {**clearing, **{name: found[0][name] for name in ("transaction_id", "at")}}
    assert [each["at"] for each in found] == sorted(each["at"] for each in found)
    assert {each["run_id"] is None for each in found if each["status"] != "open"} <= {False}
    between_funds = [each for each in found if each["window"]["tier"] == claim.tier]
    return [(each["transaction_id"].split(":")[0], each["window"]["number"], each["status"]) for each in between_funds]


def test_a_correction_and_a_reversal_show_the_windows_they_fell_into(claim: RemoteClaim) -> None:
    claim.settle(confirmed=False)
    assert windows(claim) == [("settle", 1, "open")]
    claim.clear()
    claim.confirm_patient()
    assert windows(claim) == [("settle", 1, "settled"), ("correct", 2, "open")]
    claim.clear()
    claim.reverse()
    assert windows(claim) == [("settle", 1, "settled"), ("correct", 2, "settled"), ("reverse", 3, "open")]
    claim.clear()
    assert [status for *_, status in windows(claim)] == ["settled"] * 3


def test_what_treasuries_owe_each_other_shows_the_window_of_its_province_beside(claim: RemoteClaim) -> None:
    claim.settle()
    clearing = claim_document(claim.world.system[ReadClaim](AUDITOR, claim.claim_id), CitedProvision.named)["clearing"]
    assert [each["window"]["tier"] for each in clearing["windows"]] == ["000000", "530000"]
    claim.clear()
    clearing = claim_document(claim.world.system[ReadClaim](AUDITOR, claim.claim_id), CitedProvision.named)["clearing"]
    assert [each["status"] for each in clearing["windows"]] == ["settled", "open"]


def test_a_correction_in_the_same_window_stands_beside_the_settlement(claim: RemoteClaim) -> None:
    claim.settle(confirmed=False)
    claim.confirm_patient()
    assert windows(claim) == [("settle", 1, "open"), ("correct", 1, "open")]


@pytest.mark.parametrize(
    ("verdict", "amount_fen", "moved"),
    [
        (Verdict.OWED, None, ["resolve"]),
        (Verdict.REDUCED, 1_000_000, ["resolve", "rule"]),
        (Verdict.NOT_OWED, None, ["resolve", "rule"]),
    ],
)
def test_what_a_ruling_leaves_owed_and_what_is_presented_anew_show_their_windows(
    claim: RemoteClaim, verdict: Verdict, amount_fen: int | None, moved: list[str]
) -> None:
    claim.settle()
    claim.ask()
    dispute = claim.rule(claim.dispute(), verdict, amount_fen)
    claim.finish(claim.runs[0])
    assert windows(claim) == [("settle", 1, "settled"), *((name, 2, "open") for name in moved)]
    if verdict is Verdict.OWED:
        return
    claim.clear()
    claim.dispose(dispute, RulingOutcome.PRESENTED)
    cleared = [("settle", 1, "settled"), *((name, 2, "settled") for name in moved)]
    assert windows(claim) == [*cleared, ("present", 3, "open")]
