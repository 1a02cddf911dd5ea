"""Collects the reasoning while a claim is decided: steps in order, and every provision that had a say."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from chalicelib.adjudication.domain.determination import Lost, Step
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text
from chalicelib.law.domain.model import Bundle, Provision
from chalicelib.law.domain.resolution import Resolution


class Trace:
    """Append-only record of one adjudication; nothing in it influences a figure."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._steps: list[Step] = []
        self._used: dict[str, Provision] = {}

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps)

    def use(self, provisions: Iterable[Provision]) -> None:
        """Note provisions that decided something outside a step (a line's grants)."""
        for provision in provisions:
            self._used.setdefault(provision.citation, provision)

    def add(
        self,
        step: str,
        text: Text,
        *,
        before: Fen | str,
        after: Fen | str,
        formula: str = "",
        by: Iterable[Resolution] = (),
        citing: Iterable[Provision] = (),
    ) -> None:
        """Record one step. Money is given in fen and shown in yuan; `by` are the resolutions that decided it."""
        resolutions = tuple(by)
        decided = [provision for resolution in resolutions for provision in resolution.decided_by]
        decided += citing
        self.use(decided)
        lost = tuple(Lost(entry.provision.citation, entry.text(self._bundle)) for r in resolutions for entry in r.lost)
        citations = tuple(dict.fromkeys(provision.citation for provision in decided))
        self._steps.append(Step(step, _shown(before), _shown(after), formula, text, citations, lost))

    @property
    def illustrative(self) -> bool:
        """Whether any provision that decided something comes from a notice with illustrative figures."""
        return any(self._bundle.notices[p.notice].confidence == "illustrative" for p in self._used.values())

    @property
    def interpretations(self) -> tuple[str, ...]:
        return tuple(citation for citation, provision in self._used.items() if provision.interpretation is not None)


def _shown(value: Fen | str) -> str:
    return value if isinstance(value, str) else format_yuan(value)


def less(amount_fen: Fen, parts_fen: Iterable[Fen]) -> str:
    """A subtraction as people write it, without what is zero; nothing where nothing is taken away."""
    parts = [part for part in parts_fen if part]
    return " − ".join(format_yuan(each) for each in (amount_fen, *parts)) if parts else ""


def percent(ratio: Fraction) -> str:
    """A ratio as people read it: 9/10 as `90%`, 7/30 as `7/30`."""
    hundredfold = ratio * 100
    if hundredfold.denominator == 1:
        return f"{hundredfold.numerator}%"
    thousandfold = ratio * 10000
    if thousandfold.denominator == 1:
        return f"{thousandfold.numerator // 100}.{thousandfold.numerator % 100:02d}%".replace("0%", "%")
    return f"{ratio.numerator}/{ratio.denominator}"
