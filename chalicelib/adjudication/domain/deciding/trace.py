"""Collects the reasoning of a claim that is decided: steps in order, and what each rests on."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.adjudication.domain.determination import Grounds, Step
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text


class Trace:
    """Append-only record of one adjudication, told after it is decided: nothing in it influences a figure."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    def add(
        self, step: str, text: Text, grounds: Grounds, *, before: Fen | str, after: Fen | str, formula: str = ""
    ) -> None:
        """Record one step. Money is given in fen and shown in yuan."""
        self._steps.append(Step(step, _shown(before), _shown(after), formula, text, grounds))

    def put(self, step: Step) -> None:
        """Record a step that every claim of the cell shares."""
        self._steps.append(step)

    @property
    def illustrative(self) -> bool:
        """Whether any provision that decided something comes from a notice with illustrative figures."""
        return any(step.grounds.illustrative for step in self._steps)

    @property
    def interpretations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cited for step in self._steps for cited in step.grounds.interpretations))


def _shown(value: Fen | str) -> str:
    return value if isinstance(value, str) else format_yuan(value)


def less(amount_fen: Fen, parts_fen: Iterable[Fen]) -> str:
    """A subtraction as people write it, without what is zero; nothing where nothing is taken away."""
    parts = [part for part in parts_fen if part]
    return " − ".join([format_yuan(each) for each in (amount_fen, *parts)]) if parts else ""
