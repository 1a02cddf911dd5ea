"""Two charts of a clearing run as SVG: the flows between the parties (a Sankey diagram), and each party's net position.

The charts are plain SVG without scripts or styles of their own, so that a page with a strict content policy may hold
them. Colours distinguish debtors from creditors, also for the colour-blind; every band carries its figures as a title.
An area is labelled with its code and its names in the registry; an area that the registry does not have, with its code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from chalicelib.clearing.domain.netting import Net
from chalicelib.clearing.domain.run import Figures
from chalicelib.clearing.domain.windows import Position
from chalicelib.clearing.forms import KINDS
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode

_WIDTH, _HEIGHT, _MARGIN, _BAR, _GAP = 1120, 540, 280, 14, 8
_PAYS, _RECEIVES, _INK, _PAPER = "#b35806", "#2166ac", "#1a1a1a", "#ffffff"
_FLOWS_MAX = 60
"""The largest number of bands that a reader can follow; the smallest flows beyond are drawn as a single band."""

OTHERS = AreaCode("…")


Names = Mapping[str, Text]
"""The names of areas, by their codes."""


def flows(figures: Figures, names: Names) -> str:
    """Draw a Sankey diagram of the cleared sums: debtors left, creditors right, bands as wide as the money."""
    found = _largest([position for position in figures.cleared if position.amount_fen > 0])
    total_fen = sum(amount_fen for _, _, amount_fen in found)
    left, right = _sides(found)
    scale = _scale(total_fen, max(len(left), len(right)))
    starts, ends = _tops(left, scale), _tops(right, scale)
    parts = [_title(f"清算资金流向 Flow between areas · {format_yuan(total_fen)} 元")]
    for debtor, creditor, amount_fen in found:
        height = amount_fen * scale
        band = _band(_MARGIN + _BAR, starts[debtor], _WIDTH - _MARGIN - _BAR, ends[creditor], height)
        label = f"{_called(debtor, names)} → {_called(creditor, names)} {format_yuan(amount_fen)}"
        parts.append(f'<path d="{band}" fill="{_PAYS}" fill-opacity="0.35"><title>{label}</title></path>')
        starts[debtor] += height
        ends[creditor] += height
    parts += _bars(left, names, scale, _MARGIN, _PAYS, anchor="end")
    parts += _bars(right, names, scale, _WIDTH - _MARGIN - _BAR, _RECEIVES, anchor="start")
    return _document(parts, _HEIGHT)


def net_positions(figures: Figures, names: Names) -> str:
    """Draw a bar for every party: to the right the sum received, to the left the sum paid."""
    nets = sorted((each for each in figures.nets if each.net_fen), key=lambda each: (-each.net_fen, each.party))
    largest_fen = max((abs(each.net_fen) for each in nets), default=1)
    height = max(120, 70 + 22 * len(nets))
    parts = [_title("净额 Net positions（元）")]
    middle, reach = _WIDTH / 2, _WIDTH / 2 - _MARGIN - 20
    for row, each in enumerate(nets):
        parts += _net_row(each, names, 50 + 22 * row, middle, reach * abs(each.net_fen) / largest_fen)
    parts.append(f'<line x1="{middle}" y1="44" x2="{middle}" y2="{height - 16}" stroke="{_INK}"/>')
    return _document(parts, height)


def _net_row(each: Net, names: Names, top: int, middle: float, width: float) -> list[str]:
    receives = each.net_fen > 0
    start, colour = (middle, _RECEIVES) if receives else (middle - width, _PAYS)
    figure, anchor = (middle + width + 6, "start") if receives else (middle - width - 6, "end")
    name, place = (middle - 6, "end") if receives else (middle + 6, "start")
    return [
        f'<rect x="{start:.1f}" y="{top}" width="{width:.1f}" height="16" fill="{colour}"/>',
        _text(figure, top + 12, anchor, format_yuan(each.net_fen)),
        _text(name, top + 12, place, f"{_called(each.party, names)} · {KINDS[each.kind]}"),
    ]


def _called(area: AreaCode, names: Names) -> str:
    """Return an area's name as a reader knows the area, with its code."""
    name = names.get(area)
    return area if name is None else escape(f"{name.zh} {name.en} {area}")


def _largest(positions: Sequence[Position]) -> list[tuple[AreaCode, AreaCode, Fen]]:
    """Return the largest flows, funds and subsidies of a pair together, with the rest merged into a single flow."""
    pairs: dict[tuple[AreaCode, AreaCode], Fen] = {}
    for position in positions:
        pair = (position.debtor, position.creditor)
        pairs[pair] = pairs.get(pair, 0) + position.amount_fen
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    kept = [(debtor, creditor, amount_fen) for (debtor, creditor), amount_fen in ordered[:_FLOWS_MAX]]
    rest_fen = sum(amount_fen for _, amount_fen in ordered[_FLOWS_MAX:])
    return [*kept, (OTHERS, OTHERS, rest_fen)] if rest_fen else kept


def _sides(found: Iterable[tuple[AreaCode, AreaCode, Fen]]) -> tuple[dict[AreaCode, Fen], dict[AreaCode, Fen]]:
    left: dict[AreaCode, Fen] = {}
    right: dict[AreaCode, Fen] = {}
    for debtor, creditor, amount_fen in found:
        left[debtor] = left.get(debtor, 0) + amount_fen
        right[creditor] = right.get(creditor, 0) + amount_fen
    return left, right


def _scale(total_fen: Fen, nodes: int) -> float:
    """Return the pixels per fen that make the fuller side fit."""
    return max(1.0, _HEIGHT - 80 - _GAP * nodes) / max(1, total_fen)


def _tops(side: dict[AreaCode, Fen], scale: float) -> dict[AreaCode, float]:
    tops, top = {}, 56.0
    for name, amount_fen in side.items():
        tops[name] = top
        top += amount_fen * scale + _GAP
    return tops


def _bars(side: dict[AreaCode, Fen], names: Names, scale: float, left: int, colour: str, anchor: str) -> list[str]:
    parts = []
    for name, top in _tops(side, scale).items():
        height = side[name] * scale
        parts.append(f'<rect x="{left}" y="{top:.1f}" width="{_BAR}" height="{max(1.0, height):.1f}" fill="{colour}"/>')
        edge = left - 6 if anchor == "end" else left + _BAR + 6
        parts.append(_text(edge, top + height / 2 + 4, anchor, f"{_called(name, names)} {format_yuan(side[name])}"))
    return parts


def _band(left: float, top: float, right: float, bottom: float, height: float) -> str:
    """Draw a ribbon from one bar to another."""
    bend = (left + right) / 2
    return (
        f"M{left:.1f},{top:.1f} C{bend:.1f},{top:.1f} {bend:.1f},{bottom:.1f} {right:.1f},{bottom:.1f} "
        f"L{right:.1f},{bottom + height:.1f} "
        f"C{bend:.1f},{bottom + height:.1f} {bend:.1f},{top + height:.1f} {left:.1f},{top + height:.1f} Z"
    )


def _title(text: str) -> str:
    return f'<text x="24" y="30" font-size="18" fill="{_INK}">{text}</text>'


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}" fill="{_INK}">{text}</text>'


def _document(parts: Sequence[str], height: int) -> str:
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'font-family="system-ui, sans-serif"><rect width="{_WIDTH}" height="{height}" fill="{_PAPER}"/>'
    )
    return opening + "".join(parts) + "</svg>"
