"""Draws growth as a picture: both axes logarithmic, a line for each way of doing the work. Plain SVG, no library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log10
from xml.sax.saxutils import escape

from bench.timing import Row

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 760, 420, 70, 40, 230, 50
_COLOURS = ("#0b6e4f", "#c1440e", "#1d4e89", "#7a4ea3", "#8a6d00", "#555555")


Place = Callable[[float, float], tuple[float, float]]


def growth_svg(title: str, rows: Sequence[Row]) -> str:
    """Draw microseconds by size, for every row's name."""
    series: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        series.setdefault(row.name, []).append((row.size, row.median_s * 1e6))
    sizes = sorted({size for points in series.values() for size, _ in points})
    times = [took for points in series.values() for _, took in points]
    low, high = 10 ** int(log10(min(times))), 10 ** (int(log10(max(times))) + 1)

    def at(size: float, took: float) -> tuple[float, float]:
        across = (log10(size) - log10(sizes[0])) / max(1e-9, log10(sizes[-1]) - log10(sizes[0]))
        up = (log10(took) - log10(low)) / (log10(high) - log10(low))
        return _LEFT + across * (_WIDTH - _LEFT - _RIGHT), _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="#ffffff"/>'
            f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>'
        ),
        *_axes(sizes, low, high, at),
        *_lines(series, at),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes(sizes: Sequence[int], low: float, high: float, at: Place) -> list[str]:
    found = []
    for size in sizes:
        x, y = at(size, low)
        found.append(f'<text x="{x:.0f}" y="{y + 18:.0f}" text-anchor="middle">{size:,}</text>')
    mark = low
    while mark <= high:
        x, y = at(sizes[0], mark)
        end, _ = at(sizes[-1], mark)
        found.append(f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{end:.0f}" y2="{y:.0f}" stroke="#dddddd"/>')
        found.append(f'<text x="{x - 8:.0f}" y="{y + 4:.0f}" text-anchor="end">{mark:,.0f} us</text>')
        mark *= 10
    return found


def _lines(series: Mapping[str, Sequence[tuple[int, float]]], at: Place) -> list[str]:
    found = []
    for number, (name, points) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [at(*point) for point in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        label = name.partition(": ")[2] or name
        found.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        found.append(
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{_TOP + 20 + 20 * number}" fill="{colour}">{escape(label)}</text>'
        )
    return found
