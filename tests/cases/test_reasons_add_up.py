"""Whoever reads the reasons can work every step out again from the figures that the sentence shows."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from chalicelib.kernel.money import apportion, format_yuan, parse_yuan, round_half_up
from tests.kit.worked_cases import WorkedCase, decide, shipped_bundle, worked_cases

CASES = [case for case in worked_cases() if "expect" in case.document]

_FIGURE = re.compile(r"\d+\.\d{2}(?!%)(?=\D|$)")
_RATIO = re.compile(r"\d+(?:\.\d+)?%|(?<![\d.-])\d+/\d+")
_TOKEN = re.compile(r"\d+(?:\.\d+)?%|\d+/\d+|\d+\.\d{2}|min|max|[()+−×÷,]")


class Formula:
    """Reads a step's formula: fen and exact ratios, each product half up to the fen, or the whole once."""

    def __init__(self, text: str, *, rounds_products: bool) -> None:
        self._tokens = _TOKEN.findall(text)
        assert "".join(self._tokens) == text.replace(" ", ""), text
        self._rounds_products = rounds_products

    def value(self) -> Fraction:
        found = self._sum()
        assert not self._tokens
        return found

    def _sum(self) -> Fraction:
        found = self._product()
        while self._tokens and self._tokens[0] in "+−":
            sign = 1 if self._tokens.pop(0) == "+" else -1
            found += sign * self._product()
        return found

    def _product(self) -> Fraction:
        found, is_product = self._factor(), False
        while self._tokens and self._tokens[0] in "×÷":
            is_product = True
            found = found * self._factor() if self._tokens.pop(0) == "×" else found / self._factor()
        return Fraction(round_half_up(found)) if is_product and self._rounds_products else found

    def _factor(self) -> Fraction:
        token = self._tokens.pop(0)
        if token in ("min", "max"):
            assert self._tokens.pop(0) == "("
            one = self._sum()
            assert self._tokens.pop(0) == ","
            other = self._sum()
            assert self._tokens.pop(0) == ")"
            return min(one, other) if token == "min" else max(one, other)
        if token.endswith("%"):
            return Fraction(token[:-1]) / 100
        return Fraction(token) if "/" in token else Fraction(parse_yuan(token))


def steps_of(case: WorkedCase) -> list[dict[str, Any]]:
    result = decide(case, shipped_bundle())
    assert result.document is not None
    return list(result.document["steps"])


def is_money(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_formula_comes_to_what_its_step_says(case: WorkedCase) -> None:
    for step in steps_of(case):
        if not step["formula"] or step["step"] == "fiscal-split":
            continue
        # The bands of critical illness are rounded once, together; every other product is rounded by itself.
        is_ratio = step["after"].endswith("%") or "/" in step["after"]
        rounds_products = step["step"] != "critical" and not is_ratio
        value = Formula(step["formula"], rounds_products=rounds_products).value()
        if is_ratio:
            assert value == Formula(step["after"], rounds_products=False).value(), step
        else:
            assert format_yuan(round_half_up(value)) == step["after"], step


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_sentence_holds_its_result_and_every_figure_of_its_formula_in_both_languages(case: WorkedCase) -> None:
    for step in steps_of(case):
        if not is_money(step["after"]) or (step["after"] == "0.00" and not step["formula"]):
            continue
        for language in ("zh", "en"):
            told = Counter(_FIGURE.findall(step["text"][language]) + _RATIO.findall(step["text"][language]))
            wanted = {*_FIGURE.findall(step["formula"]), *_RATIO.findall(step["formula"]), step["after"]}
            if step["step"] == "fiscal-split" and step["formula"] == "100%":
                wanted.discard("100%")
            assert wanted <= told.keys(), (step["step"], language, wanted - told.keys())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_both_languages_show_the_same_figures(case: WorkedCase) -> None:
    for step in steps_of(case):
        zh, en = ({*_FIGURE.findall(step["text"][name]), *_RATIO.findall(step["text"][name])} for name in ("zh", "en"))
        assert zh == en, step["text"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_parts_of_the_fiscal_split_follow_from_its_ratios(case: WorkedCase) -> None:
    for step in steps_of(case):
        if step["step"] == "fiscal-split" and step["formula"] != "100%":
            weights = [Formula(term, rounds_products=False).value() for term in step["formula"].split(" + ")]
            parts = [format_yuan(part) for part in apportion(parse_yuan(step["before"]), tuple(weights))]
            assert re.findall(r"（(\d+\.\d{2}) 元）", step["text"]["zh"]) == parts


def test_every_sentence_of_a_step_is_free_of_codes_that_only_a_programmer_reads() -> None:
    for case in CASES:
        for step in steps_of(case):
            assert "@" not in step["text"]["zh"]
            assert not re.search(r"[a-z]{2}-20\d\d-", step["text"]["zh"] + step["after"]), step
