"""The charts of a clearing run: well-formed, named as people name areas, and the figures those of the run."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from chalicelib.clearing.charts import OTHERS, Names, flows, net_positions
from chalicelib.clearing.domain.run import Figures
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.model import NATION
from tests.kit.areas import DALI, KUNMING, YUNNAN
from tests.kit.clearing_builders import SUBSIDY, lines_in, month, nation, position

NAMES = {
    "530000": Text("云南省", "Yunnan"),
    "530100": Text("昆明市", "Kunming"),
    "532900": Text("大理 <&> 州", "Dali"),
}
MATRIX = (
    position(DALI, KUNMING, 12_345),
    position(YUNNAN, KUNMING, 700, SUBSIDY),
    position(AreaCode("530300"), KUNMING, 5),
)

Chart = Callable[[Figures, Names], str]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.text]


@pytest.mark.parametrize("chart", [flows, net_positions])
def test_areas_stand_with_their_names_in_both_languages_beside_their_codes(chart: Chart) -> None:
    shown = "\n".join(texts(chart(Figures.of(MATRIX, MATRIX, YUNNAN), NAMES)))
    for called in ("昆明市 Kunming 530100", "大理 <&> 州 Dali 532900", "云南省 Yunnan 530000"):
        assert called in shown
    assert "\n530300 " in shown


def test_bands_and_nets_carry_the_figures_of_the_run() -> None:
    figures = Figures.of(MATRIX, MATRIX, YUNNAN)
    assert "大理 <&> 州 Dali 532900 → 昆明市 Kunming 530100 123.45" in texts(flows(figures, NAMES))
    shown = texts(net_positions(figures, NAMES))
    assert {"123.50", "-123.45", "7.00", "-7.00"} <= set(shown)
    assert "昆明市 Kunming 530100 · 补助 subsidy" in shown


def test_a_nations_flows_show_the_largest_and_sum_up_the_rest() -> None:
    lines = lines_in(NATION, month(500, nation(), 1))
    matrix = tuple(line.position for line in lines)
    shown = texts(flows(Figures.of(matrix, matrix, NATION), {}))
    assert sum("→" in text for text in shown) == 61
    assert any(text.startswith(f"{OTHERS} → {OTHERS}") for text in shown)


@pytest.mark.parametrize("chart", [flows, net_positions])
def test_a_run_without_obligations_is_drawn_too(chart: Chart) -> None:
    assert texts(chart(Figures.of((), (), YUNNAN), NAMES))
