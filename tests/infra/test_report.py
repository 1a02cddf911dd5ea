"""The report of `make run`: every amount whole at any width, in either language, with errors first."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from chalicelib.kernel.money import parse_yuan
from infra.local import sample
from infra.local.report import Happened, Report
from infra.local.words import Language, language_of, words_for

CITED = {"notice": "yn-2020-12", "document_no": "云医保〔2020〕12号", "article": "三（五）", "source": ["Y-09"]}


def view_of(case: dict[str, Any]) -> dict[str, Any]:
    """Build the API's answer for a worked claim with the result worked out by hand."""
    expect = case["expect"]
    step = {"step": "fiscal", "after": expect["shares"]["fiscal"], "formula": "1 − 1", "decided_by": [CITED]}
    return {
        "claim_no": case["claim"]["claim_no"],
        "status": "settled",
        "determination": {
            "total": expect["total"],
            "shares": expect["shares"],
            "cross_region": expect.get("cross_region"),
            "illustrative": True,
            "steps": [{**step, "text": {"zh": "财政补助。", "en": "Public finance pays."}}],
        },
    }


def happened(**changed: Any) -> Happened:
    cases = sample.worked_claims()
    known: dict[str, Any] = {
        "cases": cases,
        "views": [view_of(case) for case in cases],
        "advance": {"institution": "H53010200001", "approved": "100000.00"},
        "elsewhere": {"insured_area": "532900", "centre": "530000", "agency": "420100", "granted": "20000.00"},
        "clearing": {
            "status": "settled",
            "period": "2026-11",
            "totals": {"to_pay": "1234567.89", "confirmed": "1234567.89"},
            "instructions": [{"from": "420000", "to": "530000", "amount": "1234567.89"}],
            "hand_downs": [{"from": "420100", "to": "420000", "province": "420000", "amount": "1.00"}],
        },
        "balance": {
            "accounts": [
                {"account": "fund/530100/employee/basic", "balance": "100.00"},
                {"account": "fund/530100/resident/basic", "balance": "11.11"},
                {"account": "bank/530100/cash", "balance": "-111.11"},
            ],
            "balance": "0.00",
        },
    }
    return Happened(**{**known, **changed})


def printed(found: Happened, *, width: int = 118, language: Language = Language.EN) -> str:
    out = io.StringIO()
    report = Report(Console(file=out, width=width, highlight=False), words_for(language, sample.persons()))
    report.outcome(found, 12.3, shown="YN-0001")
    report.explanation(*found.claim("YN-0001"))
    return out.getvalue()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [80, 100, 110, 118, 200])
def test_no_amount_is_cut_at_any_width(width: int, language: Language) -> None:
    text = printed(happened(), width=width, language=language)
    for case in sample.worked_claims():
        for amount in (case["expect"]["total"], *case["expect"]["shares"].values()):
            assert amount == "0.00" or f"{parse_yuan(amount) / 100:,.2f}" in text
    assert "1,234,567.89" in text
    assert not re.search(r"\d…", text)


def test_the_result_comes_first_and_adds_up() -> None:
    text = printed(happened())
    assert text.lstrip().startswith("Result")
    assert "11 claims of 357,020.00 yuan: funds 309,125.10, public finance 39,840.68, patients 8,054.22" in text
    assert "0 fen off the figures" in text


def test_a_claim_that_comes_out_otherwise_than_by_hand_is_counted_in_the_result() -> None:
    found = happened()
    first = found.views[0]["determination"]
    first["shares"] = {**first["shares"], "patient": f"{(parse_yuan(first['shares']['patient']) + 7) / 100:.2f}"}
    assert "7 fen off" in printed(found)


def test_a_claim_without_a_determination_shows_its_status() -> None:
    found = happened()
    views = [{"claim_no": found.views[0]["claim_no"], "status": "deferred", "reason": "enrolment-missing"}]
    text = printed(happened(views=[*views, *found.views[1:]]))
    assert "deferred" in text
    assert "enrolment-missing" in text


def test_the_books_are_shown_by_family_with_their_sum() -> None:
    text = printed(happened())
    assert re.search(r"funds' expense\s+111\.11", text)
    assert re.search(r"bank\s+-111\.11", text)


def test_areas_and_patients_are_named_in_words_and_no_person_is() -> None:
    zh, en = (printed(happened(), language=each) for each in (Language.ZH, Language.EN))
    assert "武汉市上解湖北省 1.00 元。" in zh
    assert "Wuhan pays up to Hubei: 1.00 yuan." in en
    assert "昆明职工，确诊" in zh
    assert "Kunming employee, confirmed" in en
    for person in sample.persons():
        assert person["name"] not in zh + en
        assert person["id_no"] not in zh + en


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Language.EN),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, Language.ZH),
        ({"LC_ALL": "", "LANG": "zh_TW"}, Language.ZH),
    ],
)
def test_the_language_is_that_of_the_locale(environment: dict[str, str], language: Language) -> None:
    assert language_of(environment) is language
