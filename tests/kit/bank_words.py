"""What the banks say of a run's payments, in any order: in parts, too much and back, come back and paid anew, under a
name that nobody knows, and each of it again or contradicted.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.kernel.money import Fen


@dataclass(frozen=True)
class Word:
    """One movement: of which payment, under which reference, how much."""

    payment: str
    reference: str
    amount_fen: Fen


def words_about(payments: Mapping[str, Fen], seed: str) -> tuple[Word, ...]:
    """What the bank says of some payments until each has arrived whole and nothing else has; the same seed says the
    same. A return may be heard of before the money that it returns.
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


def moved_by(words: Iterable[Word], parties: Mapping[str, tuple[str, str]]) -> Counter[str]:
    """What each area's cash comes to by these words; `parties` are who pays whom, by payment."""
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
