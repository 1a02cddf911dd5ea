"""A national run settles with the nation's payments; then each province passes its net on, matched by its own bank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.clearing.domain.bank import HandDownStatus, Outcome, Payment, hand_down_id, instruction_id
from chalicelib.clearing.domain.run import RunStatus
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.schemas.documents import hand_down_document, run_document
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.clearing.usecases.read import ReadHandDown, ReadRun
from chalicelib.clearing.usecases.run import Clearing, StartRun, figures_of, run_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, NotFound
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.system import System
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import NATION
from tests.kit.clearing_builders import FUND, owing
from tests.kit.clearing_runs import close, hand_down_all, post
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World

YUNNAN, HUBEI, CHONGQING = AreaCode("530000"), AreaCode("420000"), AreaCode("500000")
KUNMING, QUJING, WUHAN, YICHANG = AreaCode("530100"), AreaCode("530300"), AreaCode("420100"), AreaCode("420500")
PERIOD = "2026-11"
CENTRE = Principal("centre", Role.CENTRE, NATION)


def of_province(province: AreaCode) -> Principal:
    return Principal("centre", Role.CENTRE, province)


@dataclass(frozen=True)
class Nation:
    """A national month, carried as far as its payments are ordered."""

    world: World
    clearing: System
    run_id: RunId

    @classmethod
    def over(cls, world: World, *claims: Transaction) -> Nation:
        for each in claims:
            post(world.ports, each)
        clearing = build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))
        nation = cls(world, clearing, clearing[StartRun](CENTRE, NATION, PERIOD))
        nation.to_instructions()
        return nation

    def to_instructions(self) -> None:
        clearing, run_id = self.clearing, self.run_id
        close(clearing, run_id)
        for area in clearing[Clearing].net(run_id):
            clearing[Parties].state(run_id, area, 1)
        clearing[Parties].publish(run_id, 1)
        for province in clearing[Parties].awaited(run_of(self.world.ports[RunStore], run_id)):
            clearing[Parties].confirm(agency(province), run_id, province)
        clearing[Parties].seal(run_id)
        for debtor in clearing[ClearingPayment].debtors(run_id):
            clearing[ClearingPayment].post(run_id, debtor)
        clearing[ClearingPayment].instruct(run_id)

    def pay_nationally(self) -> None:
        run = run_of(self.world.ports[RunStore], self.run_id)
        for each in figures_of(self.world.documents, run).instructions:
            name = instruction_id(self.run_id, each.number)
            self.clearing[ClearingPayment].receive(CENTRE, self.run_id, name, f"B-{each.number}", each.amount_fen)

    def receive(self, province: AreaCode, reference: str, amount_fen: int, number: int = 1, name: str = "") -> Outcome:
        named = name or instruction_id(hand_down_id(self.run_id, province), number)
        return self.clearing[ClearingPayment].receive_handed_down(
            of_province(province), self.run_id, province, named, reference, amount_fen
        )

    def payments(self, province: AreaCode) -> dict[tuple[str, str], Payment]:
        """Return the status of each of a province's payments, by payer and payee."""
        _, handed = self.clearing[ReadHandDown](of_province(province), self.run_id, province)
        rows = {row.instruction: row.payment for row in handed.rows}
        return {(each.payer, each.payee): rows[instruction_id(handed.name, each.number)] for each in handed.payments}

    def handed(self, province: AreaCode) -> HandDownStatus:
        """Return the hand-down status of a province."""
        return self.clearing[ReadHandDown](AUDITOR, self.run_id, province)[1].status

    def document(self) -> dict[str, Any]:
        """The run as the nation's centre reads it."""
        return run_document(self.clearing[ReadRun](CENTRE, self.run_id))

    def status(self) -> RunStatus:
        return run_of(self.world.ports[RunStore], self.run_id).status

    def balances(self) -> dict[str, int]:
        books = list(self.world.memory.ledger.values())
        balance = trial_balance(books)
        assert balance.balance_fen == 0
        assert unmatched_mirrors(books) == ()
        return {row.account: row.balance_fen for row in balance.accounts if row.balance_fen}


@pytest.fixture(name="nation")
def fixture_nation(world: World) -> Nation:
    """Yunnan receives 500: Kunming 900 from Wuhan, Qujing owes 400 to Chongqing."""
    a, b = owing(ClaimId("clm_a"), (FUND, WUHAN, KUNMING, 900)), owing(ClaimId("clm_b"), (FUND, QUJING, CHONGQING, 400))
    return Nation.over(world, a, b)


def test_nothing_is_handed_down_before_the_nations_payments_have_arrived(nation: Nation) -> None:
    assert nation.payments(YUNNAN) == {(YUNNAN, KUNMING): Payment.UNPAID, (QUJING, YUNNAN): Payment.UNPAID}
    with pytest.raises(Conflict):
        nation.receive(YUNNAN, "H-1", 900)
    assert [name for name in nation.world.memory.ledger if name.startswith("hand-down:")] == []
    nation.pay_nationally()
    assert sorted(name for name in nation.world.memory.ledger if name.startswith("hand-down:")) == [
        f"hand-down:{nation.run_id}:{HUBEI}", f"hand-down:{nation.run_id}:{YUNNAN}",
    ]  # fmt: skip
    assert (nation.status(), nation.document()["hand_down"]) == (RunStatus.SETTLED, "instructed")


def test_a_national_run_settles_when_all_its_instructions_are_matched(nation: Nation) -> None:
    """A centre that reports a receipt for every instruction of the run needs to know nothing else."""
    run = nation.document()
    assert (run["status"], run["hand_down"]) == ("instructed", "waiting")
    for order in run["instructions"]:
        assert nation.status() is RunStatus.INSTRUCTED
        amount_fen = parse_yuan(order["amount"])
        nation.clearing[ClearingPayment].receive(
            CENTRE, nation.run_id, order["instruction"], order["instruction"], amount_fen
        )
    settled = nation.document()
    assert (settled["status"], settled["open"]) == ("settled", [])
    assert {row["instruction"]: row["state"] for row in settled["payments"]} == {
        order["instruction"]: "matched" for order in run["instructions"]
    }


def test_a_nation_that_owes_nothing_settles_at_once_and_still_hands_down(world: World) -> None:
    """Between the provinces it nets to nothing; between the areas of Hubei it does not."""
    a, b = owing(ClaimId("clm_a"), (FUND, WUHAN, KUNMING, 900)), owing(ClaimId("clm_b"), (FUND, KUNMING, YICHANG, 900))
    nation = Nation.over(world, a, b)
    document = nation.document()
    assert (document["status"], document["instructions"], document["hand_down"]) == ("settled", [], "instructed")
    assert nation.payments(HUBEI) == {(HUBEI, YICHANG): Payment.UNPAID, (WUHAN, HUBEI): Payment.UNPAID}
    hand_down_all(nation.clearing, nation.run_id)
    assert nation.document()["hand_down"] == "settled"
    assert not [account for account in nation.balances() if account.startswith(("hub/", "region/"))]


def test_what_is_handed_down_is_settled_with_the_last_payment_between_a_province_and_its_area(nation: Nation) -> None:
    nation.pay_nationally()
    under_way = nation.balances()
    assert (under_way[f"hub/{YUNNAN}"], under_way[f"bank/{YUNNAN}/in-transit"]) == (1_300, -900)
    assert nation.receive(YUNNAN, "H-1", 900, 1) is Outcome.EXACT
    assert nation.receive(YUNNAN, "H-2", 400, 2) is Outcome.EXACT
    assert (nation.handed(YUNNAN), nation.handed(HUBEI)) == (HandDownStatus.SETTLED, HandDownStatus.INSTRUCTED)
    document = nation.document()
    assert (document["hand_down"], document["open"]) == ("instructed", [])
    assert {row["instruction"]: (row["state"], row["received"]) for row in document["hand_downs"]} == {
        f"{nation.run_id}-{HUBEI}-1": ("unpaid", "0.00"),
        f"{nation.run_id}-{YUNNAN}-1": ("matched", "9.00"),
        f"{nation.run_id}-{YUNNAN}-2": ("matched", "4.00"),
    }
    assert nation.receive(HUBEI, "H-1", 900) is Outcome.EXACT
    assert nation.document()["hand_down"] == "settled"
    left = nation.balances()
    assert not [a for a in left if a.startswith(("region/", "hub/", "suspense/")) or a.endswith("/in-transit")]
    cash = {account: amount for account, amount in left.items() if account.endswith("/cash")}
    assert cash == {
        f"bank/{KUNMING}/cash": 900, f"bank/{QUJING}/cash": -400, f"bank/{WUHAN}/cash": -900,
        f"bank/{CHONGQING}/cash": 400,
    }  # fmt: skip


def test_what_is_handed_down_is_matched_in_parts_over_twice_and_under_no_name(nation: Nation) -> None:
    nation.pay_nationally()
    assert nation.receive(YUNNAN, "H-1", 300) is Outcome.PARTIAL
    assert nation.payments(YUNNAN)[YUNNAN, KUNMING] is Payment.UNDER
    assert nation.receive(YUNNAN, "H-1", 300) is Outcome.DUPLICATE
    with pytest.raises(Conflict):
        nation.receive(YUNNAN, "H-1", 301)
    assert nation.receive(YUNNAN, "H-2", 650) is Outcome.OVER
    assert nation.balances()[f"suspense/{KUNMING}"] == -50
    assert nation.receive(YUNNAN, "H-3", 70, name="salary") is Outcome.UNKNOWN
    nation.receive(YUNNAN, "H-4", 400, 2)
    nation.receive(HUBEI, "H-1", 900)
    document = hand_down_document(*nation.clearing[ReadHandDown](AUDITOR, nation.run_id, YUNNAN))
    assert document["status"] == "instructed"
    assert {row["state"] for row in document["open"]} == {"over", "unknown"}
    assert nation.receive(YUNNAN, "H-5", -70, name="salary") is Outcome.UNKNOWN
    assert nation.handed(YUNNAN) is HandDownStatus.INSTRUCTED
    assert nation.receive(YUNNAN, "H-6", -50) is Outcome.EXACT
    assert nation.handed(YUNNAN) is HandDownStatus.SETTLED
    assert nation.receive(YUNNAN, "H-6", -50) is Outcome.DUPLICATE
    assert nation.receive(YUNNAN, "H-7", 1) is Outcome.OVER
    assert nation.receive(YUNNAN, "H-8", -1) is Outcome.EXACT
    assert not [account for account in nation.balances() if account.startswith(("hub/", "suspense/"))]


def test_the_same_reference_at_two_provinces_banks_is_two_receipts(nation: Nation) -> None:
    nation.pay_nationally()
    hand_down_all(nation.clearing, nation.run_id)
    assert nation.document()["hand_down"] == "settled"
    handed = nation.world.ports[RunStore].handed_receipts(nation.run_id)
    assert {province: [each.bank_reference for each in found] for province, found in handed.items()} == {
        HUBEI: ["H-1"], YUNNAN: ["H-1", "H-2"],
    }  # fmt: skip


def test_a_province_sees_and_records_its_own_hand_down_and_an_area_its_own_payments(nation: Nation) -> None:
    nation.pay_nationally()
    read, record = nation.clearing[ReadHandDown], nation.clearing[ClearingPayment].receive_handed_down
    _, own = read(agency(QUJING), nation.run_id, YUNNAN)
    assert [(each.payer, each.payee) for each in own.payments] == [(QUJING, YUNNAN)]
    assert len(read(agency(YUNNAN), nation.run_id, YUNNAN)[1].payments) == 2
    document = run_document(nation.clearing[ReadRun](agency(QUJING), nation.run_id))
    assert [(row["instruction"], row["from"], row["state"]) for row in document["hand_downs"]] == [
        (f"{nation.run_id}-{YUNNAN}-2", QUJING, "unpaid")
    ]
    assert (document["payments"], document["open"]) == ([], [])
    for stranger in (of_province(HUBEI), CENTRE, agency(WUHAN)):
        with pytest.raises(NotFound):
            read(stranger, nation.run_id, YUNNAN)
    with pytest.raises(NotFound):
        record(of_province(HUBEI), nation.run_id, YUNNAN, "x", "H-9", 1)
    with pytest.raises(NotFound):
        record(of_province(CHONGQING), nation.run_id, CHONGQING, "x", "H-9", 1)
    with pytest.raises(Forbidden):
        record(agency(YUNNAN), nation.run_id, YUNNAN, "x", "H-9", 1)
