"""Forms as pages to be printed on A4, with the same content as their workbooks. Nothing in a page runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from html import escape

from chalicelib.kernel.money import group_yuan
from chalicelib.platform.forms.capitals import in_capitals
from chalicelib.platform.forms.model import (
    CODES_NOTE,
    CODES_TITLE,
    ILLUSTRATIVE,
    SEAL,
    Column,
    ColumnKind,
    Grid,
    PrintedForm,
    Value,
)

STYLE = """
@page { size: A4 portrait; margin: 18mm 15mm;
  @bottom-center { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; font-size: 9pt } }
@page wide { size: A4 landscape }
body { font: 11pt/1.5 "仿宋", FangSong, STFangsong, "Noto Serif CJK SC", serif; color: #000; background: #fff;
  margin: 0 auto; max-width: 180mm }
body.wide { page: wide; max-width: 267mm }
@media screen { body { padding: 8mm } }
@media print { body { padding: 0 0.3mm } }
h1 small { display: block; font: 11pt serif }
h1 { font: bold 20pt "方正小标宋简体", "Noto Serif CJK SC", SimSun, serif; text-align: center; margin: 0 0 6mm }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0 8mm; margin: 0 }
dl div { display: flex }
dt::after { content: "：" }
dd { margin: 0; overflow-wrap: anywhere }
.unit { text-align: right; margin: 0 }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm }
caption { text-align: left; font-weight: bold; padding: 2mm 0 1mm }
th, td { border: 0.4pt solid #555; padding: 1mm 1.5mm; overflow-wrap: anywhere }
th { background: #efefef; overflow-wrap: normal }
table.many { font-size: 9pt }
table.many th small { font-size: 7pt }
thead { display: table-header-group }
tr, .end, table.short { break-inside: avoid }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
th small { font-weight: normal }
.total td { font-weight: bold }
.closing td { border: none; padding: 3mm 0 0 }
.signatures { display: flex; gap: 12mm; margin-top: 8mm }
.seal { text-align: right; margin-top: 6mm }
.codes { break-before: page; font-size: 9pt }
.codes td { font-family: ui-monospace, monospace }
"""


_MANY = 10
"""From so many columns on, a table is set smaller."""
_SHORT = 6
"""A table of so many rows at most stands on a single page."""
_LAST = 2
"""So many rows of a table stand on a page with its total, and those of the last table with the signatures too: a page
that is signed and sealed shows figures.
"""


def printed_page(form: PrintedForm) -> bytes:
    """Render the whole page of a form."""
    body = "\n".join(_body(form))
    wide = ' class="wide"' if form.landscape else ""
    head = f'<meta charset="utf-8"><title>{escape(form.title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="zh-CN"><head>{head}</head>\n<body{wide}>\n{body}\n</body></html>\n'.encode()


def _body(form: PrintedForm) -> Iterator[str]:
    yield f"<h1>{escape(form.title)}{_small(form.english)}</h1>"
    yield f"<p>编制单位：{escape(form.unit)}</p>"
    yield "<dl>"
    for label, text in form.facts:
        yield f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>"
    yield "</dl>"
    if form.measure:
        yield f'<p class="unit">{escape(form.measure)}</p>'
    for grid in form.grids[:-1]:
        yield from _table(grid)
    yield from _table(form.grids[-1], _closing(form))
    yield f'<section class="codes"><p>{CODES_NOTE}</p><table><caption>{CODES_TITLE}</caption><tbody>'
    yield from (f"<tr><th>{escape(label)}</th><td>{escape(code)}</td></tr>" for label, code in form.codes)
    yield "</tbody></table></section>"


def _closing(form: PrintedForm) -> Iterator[str]:
    """Render the sum in words, the notes, and the places for signatures and seal."""
    if form.capitals_fen is not None:
        yield f"<p><strong>{escape(form.capitals_label)}：{in_capitals(form.capitals_fen)}</strong></p>"
    for note in (*form.notes, *((ILLUSTRATIVE,) if form.illustrative else ())):
        yield f"<p>{escape(note)}</p>"
    yield '<div class="signatures">'
    yield from (f"<span>{escape(each)}：＿＿＿＿＿</span>" for each in form.signatures)
    yield "</div>"
    day = form.issued_on
    yield f'<p class="seal">{escape(form.unit)}{SEAL}　{day.year} 年 {day.month} 月 {day.day} 日</p>'


def _table(grid: Grid, closing: Iterable[str] = ()) -> Iterator[str]:
    """Render a grid; `closing` follows its last rows on their page."""
    kinds = [
        *(["many"] if len(grid.columns) >= _MANY else []),
        *(["short"] if len(grid.rows) <= _SHORT else []),
    ]
    yield f'<table class="{" ".join(kinds)}">' if kinds else "<table>"
    if grid.heading:
        yield f"<caption>{escape(grid.heading)}</caption>"
    yield f"<thead><tr>{''.join(_heading(each) for each in grid.columns)}</tr></thead><tbody>"
    yield from (_row(grid, row) for row in grid.rows[:-_LAST])
    yield '</tbody><tbody class="end">'
    yield from (_row(grid, row) for row in grid.rows[-_LAST:])
    if grid.total is not None:
        yield _row(grid, grid.total, "total")
    closed = "\n".join(closing)
    if closed:
        yield f'<tr class="closing"><td colspan="{len(grid.columns)}">{closed}</td></tr>'
    yield "</tbody></table>"


def _heading(column: Column) -> str:
    return f"<th>{escape(column.heading)}{'<br>' if column.english else ''}{_small(column.english)}</th>"


def _small(english: str) -> str:
    return f'<small lang="en">{escape(english)}</small>' if english else ""


def _row(grid: Grid, row: Sequence[Value], kind: str = "") -> str:
    cells = "".join(_cell(column.kind, value) for column, value in zip(grid.columns, row, strict=True))
    return f'<tr class="{kind}">{cells}</tr>' if kind else f"<tr>{cells}</tr>"


def _price(price: Decimal) -> str:
    decimals = max(2, -int(price.as_tuple().exponent))
    return f"{price:,.{decimals}f}"


def _cell(kind: ColumnKind, value: Value) -> str:
    if kind is ColumnKind.MONEY and isinstance(value, int):
        return f'<td class="number">{group_yuan(value)}</td>'
    if kind is ColumnKind.COUNT and isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    if kind is ColumnKind.SHARE and isinstance(value, str) and value:
        return f'<td class="number">{Decimal(value):.2%}</td>'
    if kind is ColumnKind.PRICE and isinstance(value, str) and value:
        return f'<td class="number">{_price(Decimal(value))}</td>'
    if kind is ColumnKind.DECIMAL:
        return f'<td class="number">{escape(str(value or ""))}</td>'
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    return f"<td>{escape(text)}</td>"
