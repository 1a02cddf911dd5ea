"""The reasoning of a decided claim: steps in order, and the grounds of each."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.adjudication.domain.determination import Grounds, Step
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text


class Trace:
    """An append-only record of a claim's adjudication, told after the decision: nothing here influences a figure."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    def add(
        self, step: str, text: Text, grounds: Grounds, *, before: Fen | str, after: Fen | str, formula: str = ""
    ) -> None:
        """Record a step. Money is given in fen and shown in yuan."""
        self._steps.append(Step(step, _shown(before), _shown(after), formula, text, grounds))

    def put(self, step: Step) -> None:
        """Record a step that every claim of the cell shares."""
        self._steps.append(step)

    @property
    def illustrative(self) -> bool:
        """Tell whether any deciding provision comes from a notice with illustrative figures."""
        return any(step.grounds.illustrative for step in self._steps)

    @property
    def interpretations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cited for step in self._steps for cited in step.grounds.interpretations))


def _shown(value: Fen | str) -> str:
    return value if isinstance(value, str) else format_yuan(value)


def less(amount_fen: Fen, parts_fen: Iterable[Fen]) -> str:
    """Write a subtraction as people write it, without zero parts; empty where nothing is taken away."""
    parts = [part for part in parts_fen if part]
    return " − ".join([format_yuan(each) for each in (amount_fen, *parts)]) if parts else ""
