"""Bank reports about a run's payments, in any order: in parts, overpaid and returned, returned and paid anew, under an
unknown name, and each report repeated or contradicted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from chalicelib.clearing.domain.bank import HandDownStatus, Outcome, Receipt, hand_down_id, hand_downs, instruction_id
from chalicelib.clearing.domain.netting import Instruction, hand_down
from chalicelib.clearing.domain.run import Figures, Run
from chalicelib.clearing.ports import RunStore
from chalicelib.clearing.usecases.pay import ClearingPayment
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode
from tests.kit.scheduler import Scheduler, insist

AGAIN = 0.2
"""Chance that a bank report is repeated and contradicted."""


@dataclass(frozen=True)
class Word:
    """A reported movement: the payment, the bank reference and the amount."""

    payment: str
    reference: str
    amount_fen: Fen


def words_about(payments: Mapping[str, Fen], seed: str) -> tuple[Word, ...]:
    """Draw bank reports until each payment has arrived whole and nothing else has; equal seeds give equal reports.
    A return may be reported before the money that it returns.
    """
    chance = random.Random(f"{seed}:{sorted(payments)}")
    found: list[Word] = []
    for name, due_fen in sorted(payments.items()):
        amounts = _amounts(due_fen, chance)
        found += [Word(name, f"B-{name}-{number}", fen) for number, fen in enumerate(amounts)]
    if payments and chance.random() < 0.3:
        stray = f"stray-{seed}-{min(payments)}"
        found += [Word(stray, f"{stray}-1", 70), Word(stray, f"{stray}-2", -70)]
    chance.shuffle(found)
    return tuple(found)


@dataclass(frozen=True)
class Banks:
    """The banks of a tier's runs, and their reports under a scheduler. `figures` are those of a sealed run."""

    seed: int
    scheduler: Scheduler
    payment: ClearingPayment
    figures: Callable[[Run], Figures]
    seen: Counter[str]

    def tell(self, run: Run) -> None:
        """Send all reports on a run's payments and on the payments handed down after it; in peace in that order."""
        centre = Principal("centre", Role.CENTRE, run.window.tier)
        said = [(partial(self.payment.receive, centre, run.run_id), word) for word in self.words(run)]
        for province, words in self.handed_words(run).items():
            of_province = Principal("centre", Role.CENTRE, province)
            receive = partial(self.payment.receive_handed_down, of_province, run.run_id, province)
            said += [(receive, word) for word in words]
        if not self.scheduler.calm:
            self.scheduler.chance.shuffle(said)
        for receive, word in said:
            self._hear(receive, word)

    def words(self, run: Run) -> tuple[Word, ...]:
        """Return the bank reports about a run's own payments."""
        return words_about(due_of(run.run_id, self.figures(run).instructions), f"{self.seed}-{run.run_id}")

    def handed_words(self, run: Run) -> dict[AreaCode, tuple[Word, ...]]:
        """Return the reports of each province's bank about the payments that the province hands down."""
        found = {}
        for province, payments in self._handed(run).items():
            name = hand_down_id(run.run_id, province)
            found[province] = words_about(due_of(name, payments), f"{self.seed}-{name}")
        return found

    def cash(self, run: Run) -> Counter[str]:
        """Return the total cash movement of every area according to the bank reports about a run."""
        found = _moved_by(self.words(run), _parties(run.run_id, self.figures(run).instructions))
        handed = self._handed(run)
        for province, words in self.handed_words(run).items():
            found.update(_moved_by(words, _parties(hand_down_id(run.run_id, province), handed[province])))
        return found

    def check(self, run: Run, runs: RunStore) -> None:
        """Every word was heard once, and nothing is left to be handed down."""
        assert Counter(map(_heard, runs.receipts(run.run_id))) == Counter(self.words(run))
        found = runs.handed_receipts(run.run_id)
        for province, words in self.handed_words(run).items():
            assert Counter(map(_heard, found.get(province, ()))) == Counter(words)
        handed = hand_downs(run.run_id, self.figures(run).allocations, found, ordered=run.handed_down)
        assert {each.status for each in handed} <= {HandDownStatus.SETTLED}

    def _handed(self, run: Run) -> dict[AreaCode, tuple[Instruction, ...]]:
        allocations = self.figures(run).allocations
        return {each: hand_down(allocations, each) for each in sorted({each.province for each in allocations})}

    def _hear(self, receive: Callable[[str, str, Fen], Outcome], word: Word) -> None:
        """Receive one bank report; repeat some reports at once, and contradict some, which must be refused."""
        heard = insist(partial(receive, word.payment, word.reference, word.amount_fen), refused=True)
        if heard is None:
            # Too early: nothing is ordered yet, or the nation's payments have not all arrived first.
            assert not self.scheduler.calm
            self.seen["words too early"] += 1
            return
        self.seen["words heard"] += 1
        if self.scheduler.chance.random() < AGAIN:
            again = insist(partial(receive, word.payment, word.reference, word.amount_fen))
            assert again is Outcome.DUPLICATE
            otherwise = insist(partial(receive, word.payment, word.reference, word.amount_fen + 1), refused=True)
            assert otherwise is None
            self.seen["words again and contradicted"] += 1


def due_of(name: str, payments: Iterable[Instruction]) -> dict[str, Fen]:
    """Return the amount due of each payment, by payment id."""
    return {instruction_id(name, each.number): each.amount_fen for each in payments}


def _parties(name: str, payments: Iterable[Instruction]) -> dict[str, tuple[str, str]]:
    return {instruction_id(name, each.number): (each.payer, each.payee) for each in payments}


def _heard(receipt: Receipt) -> Word:
    return Word(receipt.instruction, receipt.bank_reference, receipt.amount_fen)


def _moved_by(words: Iterable[Word], parties: Mapping[str, tuple[str, str]]) -> Counter[str]:
    """Return the cash movement of each area by some reports; a report about an unknown payment moves no cash."""
    cash: Counter[str] = Counter()
    for word in words:
        if word.payment in parties:
            payer, payee = parties[word.payment]
            cash[payer] -= word.amount_fen
            cash[payee] += word.amount_fen
    return cash


def _amounts(due_fen: Fen, chance: random.Random) -> tuple[Fen, ...]:
    part_fen = chance.randrange(due_fen) if due_fen > 1 else 0
    beyond_fen = 1 + chance.randrange(50)
    plans: list[tuple[Fen, ...]] = [
        (due_fen,),
        (part_fen, due_fen - part_fen) if part_fen else (due_fen,),
        (due_fen + beyond_fen, -beyond_fen),
        (due_fen, beyond_fen, -beyond_fen),
        (due_fen, -due_fen, due_fen),
    ]
    return chance.choice(plans)
