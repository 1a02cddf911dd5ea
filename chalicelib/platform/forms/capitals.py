"""Amounts in the capital figures of Chinese bills and receipts, which cannot be altered by a stroke."""

from __future__ import annotations

from chalicelib.kernel.money import Fen

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT_FEN = 10 ** (4 * len(_GROUPS)) * 100


def in_capitals(amount_fen: Fen) -> str:
    """Write 16512.00 as 人民币壹万陆仟伍佰壹拾贰元整; a negative amount adds 负. Raises `ValueError` from 10^16."""
    if abs(amount_fen) >= _LIMIT_FEN:
        raise ValueError("an amount of sixteen digits has no capital figures here")
    yuan, rest = divmod(abs(amount_fen), 100)
    jiao, fen = divmod(rest, 10)
    sign = "负" if amount_fen < 0 else ""
    whole = _whole(yuan) + "元" if yuan or not rest else ""
    if not rest:
        return f"人民币{sign}{whole}整"
    small = (_DIGITS[jiao] + "角" if jiao else "零" if yuan else "") + (_DIGITS[fen] + "分" if fen else "整")
    return f"人民币{sign}{whole}{small}"


def _whole(yuan: int) -> str:
    """Write a number of yuan, group by group of four digits; a single 零 stands for any run of noughts inside."""
    if yuan == 0:
        return _DIGITS[0]
    said, skipped = "", False
    for group in range(len(_GROUPS) - 1, -1, -1):
        part = yuan // 10_000**group % 10_000
        if part == 0:
            skipped = bool(said)
            continue
        if said and (skipped or part < 1_000):
            said += _DIGITS[0]
        said += _group(part) + _GROUPS[group]
        skipped = False
    return said


def _group(part: int) -> str:
    said, nought = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            nought = bool(said)
            continue
        said += (_DIGITS[0] if nought else "") + _DIGITS[digit] + _PLACES[place]
        nought = False
    return said
