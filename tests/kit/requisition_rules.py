"""Acts of districts, the city's finance and both banks on requisitions of funds, as rules of the money sequences."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.system import System
from chalicelib.requisitions.domain import RequisitionId, RequisitionKind, RequisitionPurpose
from chalicelib.requisitions.usecases import BankWord, RequisitionRequest, Requisitions
from tests.kit.memory.world import FakeClock

DISTRICT = Principal("bureau", Role.AGENCY, "500102")
TELLER = Principal("teller", Role.FINANCE, "500102")
HEAD = Principal("head", Role.FINANCE, "500000")
CASHIER = Principal("cashier", Role.FINANCE, "500000")
_IN_FORCE = datetime(2020, 2, 18, 4, tzinfo=UTC)
_WORDS = st.tuples(
    st.sampled_from([RequisitionKind.BASIC, RequisitionKind.BASIC, *RequisitionKind]),
    st.sampled_from([f"BANK-{number}" for number in range(1, 5)]),
    st.sampled_from([100, 40_000, 100_000]),
    st.sampled_from([False, False, True]),
)
Word = tuple[bool, tuple[RequisitionKind, str, int, bool]]
"""Bank report: whether the payer's bank speaks, and the reported content."""
_ORDER = st.lists(st.tuples(st.booleans(), _WORDS), min_size=1, max_size=4)


def funds_asked(
    number: str = "YK-1", purpose: RequisitionPurpose = RequisitionPurpose.SETTLEMENT
) -> RequisitionRequest:
    """A thousand yuan of the basic fund and as much of the fiscal part."""
    lines = ((RequisitionKind.BASIC, 100_000), (RequisitionKind.FISCAL, 100_000))
    return RequisitionRequest(number, purpose, date(2020, 2, 20), "two weeks of settlements", lines)


class RequisitionRules:
    """Rules for a machine that has these; the notice is in force in the days to which the clock is set for them."""

    system: System
    clock: FakeClock
    requisitions: list[RequisitionId]
    counted: Any

    def cut_off(self) -> contextlib.AbstractContextManager[None]:
        raise NotImplementedError

    @rule(
        number=st.sampled_from(["YK-1", "YK-2"]),
        purpose=st.sampled_from([RequisitionPurpose.SETTLEMENT, *RequisitionPurpose]),
        full=st.booleans(),
        words=_ORDER,
    )
    def ask_for_funds(self, *, number: str, purpose: RequisitionPurpose, full: bool, words: list[Word]) -> None:
        """A district asks, perhaps again or differently; the city approves all or the half; the banks speak."""
        before, amount_fen = self.clock.now(), 100_000 if full else 50_000
        self.clock.move_to(_IN_FORCE)
        with self.cut_off():
            asked = self.system[Requisitions].ask(DISTRICT, funds_asked(number, purpose))
            if asked.requisition_id not in self.requisitions:
                self.requisitions.append(asked.requisition_id)
            amounts = {each.kind: amount_fen for each in asked.lines}
            self.system[Requisitions].approve(HEAD, asked.requisition_id, amounts, None if full else "half now")
        self.clock.move_to(before)
        if self.requisitions:
            self.speak(self.requisitions[-1], words)

    @precondition(lambda self: self.requisitions)
    @rule(data=st.data(), words=_ORDER)
    def banks_speak_of_funds(self, data: st.DataObject, words: list[Word]) -> None:
        """Of any requisition, long after it was approved."""
        self.speak(data.draw(st.sampled_from(self.requisitions)), words)

    @precondition(lambda self: self.requisitions)
    @rule(data=st.data(), words=_ORDER)
    def take_funds_back(self, data: st.DataObject, words: list[Word]) -> None:
        """A district takes any of them back, paid or not; the banks speak of it afterwards."""
        requisition_id = data.draw(st.sampled_from(self.requisitions))
        with self.cut_off():
            self.system[Requisitions].withdraw(DISTRICT, requisition_id, "settled from the balance")
            self.counted.saw("requisitions taken back")
        self.speak(requisition_id, words)

    def speak(self, requisition_id: RequisitionId, words: list[Word]) -> None:
        """Either bank, in any order: in parts, beyond, back, again, under a reference of another movement."""
        for is_payer, word in words:
            with self.cut_off():
                if is_payer:
                    self.system[Requisitions].pay(CASHIER, requisition_id, BankWord(*word))
                else:
                    self.system[Requisitions].receive(TELLER, requisition_id, BankWord(*word))
                self.counted.saw("words about requisitions")
