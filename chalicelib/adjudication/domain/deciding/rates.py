"""A ratio of the law as two integers, with its spelling for readers."""

from __future__ import annotations

from fractions import Fraction

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, portion


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio `num`/`den` in lowest terms; `shown` is 9/10 as `90%`, 7/30 as `7/30`."""

    num: int
    den: int
    shown: str

    @classmethod
    def read(cls, ratio: Fraction) -> Rate:
        return cls(ratio.numerator, ratio.denominator, _percent(ratio))

    def of(self, amount_fen: Fen) -> Fen:
        """Return the ratio's part of an amount, half up to the fen."""
        return portion(amount_fen, self.num, self.den)

    @property
    def exact(self) -> Fraction:
        return Fraction(self.num, self.den)


def _percent(ratio: Fraction) -> str:
    hundredfold = ratio * 100
    if hundredfold.denominator == 1:
        return f"{hundredfold.numerator}%"
    thousandfold = ratio * 10000
    if thousandfold.denominator == 1:
        return f"{thousandfold.numerator // 100}.{thousandfold.numerator % 100:02d}%".replace("0%", "%")
    return f"{ratio.numerator}/{ratio.denominator}"
