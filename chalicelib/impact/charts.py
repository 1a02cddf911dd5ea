"""Charts of a simulation as SVG: bars with their figures written on them, readable without colour and without a script.

Every chart is a document of its own with a title and a description, in Chinese and English, that a screen reader reads
out; the table beside the chart holds the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from chalicelib.adjudication.domain.parties import PartyChange
from chalicelib.impact.domain.effects import Simulation
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text

_WIDTH = 760
_LEFT = 190
_RIGHT = 130
_BAR = 14
_FIGURES = "font-variant-numeric:tabular-nums"
_BEFORE, _AFTER, _LESS, _MORE = "#8a8a8a", "#1f5fa8", "#1f5fa8", "#b3560f"

_PAYERS = {
    "basic": Text("基本医保", "basic"),
    "critical": Text("大病", "critical illness"),
    "assistance": Text("医疗救助", "assistance"),
    "fiscal": Text("财政", "fiscal"),
    "patient": Text("个人", "patient"),
}


def simulation_charts(simulation: Simulation) -> dict[str, str]:
    """Return charts by name: the payers' amounts before and after, and the increase or decrease per payer and area."""
    return {
        "payers": _before_and_after(simulation.by_payer),
        "differences": _differences([row for row in simulation.rows if row.difference_fen]),
    }


def _before_and_after(rows: Sequence[PartyChange]) -> str:
    top_fen = max((max(row.before_fen, row.after_fen) for row in rows), default=0) or 1
    room = _WIDTH - _LEFT - _RIGHT
    marks, y = [], 40
    for row in rows:
        marks.append(_label(row, y + _BAR))
        for amount_fen, colour, word in (
            (row.before_fen, _BEFORE, "原 before"),
            (row.after_fen, _AFTER, "新 after"),
        ):
            width = round(room * max(amount_fen, 0) / top_fen)
            marks.append(f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_BAR}" fill="{colour}"/>')
            marks.append(_figure(_LEFT + width + 6, y + _BAR - 3, f"{word} {format_yuan(amount_fen)}"))
            y += _BAR + 2
        y += 12
    described = "; ".join(f"{_name(row)}: {format_yuan(row.before_fen)} → {format_yuan(row.after_fen)}" for row in rows)
    title = Text("各方支付金额：原与新（元）", "What each payer pays, before and after (yuan)")
    return _document("payers", title, described, marks, y)


def _differences(rows: Sequence[PartyChange]) -> str:
    top_fen: Fen = max((abs(row.difference_fen) for row in rows), default=0) or 1
    half = (_WIDTH - _LEFT - _RIGHT) // 2
    middle = _LEFT + half
    marks, y = [], 40
    for row in rows:
        width = round((half - 100) * abs(row.difference_fen) / top_fen)
        is_more = row.difference_fen > 0
        x, colour, word = (middle, _MORE, "多付 more") if is_more else (middle - width, _LESS, "少付 less")
        marks.append(_label(row, y + _BAR - 2))
        marks.append(f'<rect x="{x}" y="{y}" width="{width}" height="{_BAR}" fill="{colour}"/>')
        at = middle + width + 6 if is_more else middle + 6
        marks.append(_figure(at, y + _BAR - 3, f"{word} {format_yuan(abs(row.difference_fen))}"))
        y += _BAR + 8
    marks.append(f'<line x1="{middle}" y1="34" x2="{middle}" y2="{y}" stroke="#444" stroke-width="1"/>')
    described = "; ".join(f"{_name(row)}: {format_yuan(row.difference_fen)}" for row in rows) or "没有变化 no change"
    title = Text("谁多付，谁少付（元）", "Who comes to pay more, and who less (yuan)")
    return _document("differences", title, described, marks, y)


def _name(row: PartyChange) -> str:
    payer = _PAYERS[row.payer]
    return f"{payer.zh} {payer.en}" + (f" {row.area}" if row.area else "")


def _label(row: PartyChange, y: int) -> str:
    return f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(_name(row))}</text>'


def _figure(x: int, y: int, text: str) -> str:
    return f'<text x="{x}" y="{y}" style="{_FIGURES}">{escape(text)}</text>'


def _document(name: str, title: Text, described: str, marks: Sequence[str], height: int) -> str:
    """Return a whole SVG document. Ids carry the chart's name: a page may hold several charts."""
    heading = f"{title.zh} {title.en}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="zh" viewBox="0 0 {_WIDTH} {height + 10}" '
        f'aria-labelledby="{name}-title {name}-description" font-family="sans-serif" font-size="12">'
        f'<title id="{name}-title">{escape(heading)}</title>'
        f'<desc id="{name}-description">{escape(described)}</desc>'
        f'<text x="8" y="20" font-size="14" font-weight="bold">{escape(heading)}</text>'
    )
    return head + "".join(marks) + "</svg>"
