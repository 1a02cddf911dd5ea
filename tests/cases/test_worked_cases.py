"""The worked cases through the domain: every figure and citation, reasons in both languages, receipts that repeat."""

from __future__ import annotations

import re

import pytest

from chalicelib.kernel.canonical import fingerprint
from tests.kit.worked_cases import WorkedCase, cited_rows, decide, differences, shipped_bundle, worked_cases

_AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")
CASES = [pytest.param(case, id=case.id) for case in worked_cases()]


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_comes_to_every_figure_it_states(case: WorkedCase) -> None:
    result = decide(case, shipped_bundle())
    assert [finding.code for finding in result.findings] == case.document.get("findings", [])
    if result.document is not None:
        assert differences(case.document["expect"], result.document) == []


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_cites_the_rows_it_rests_on(case: WorkedCase) -> None:
    document = decide(case, shipped_bundle()).document
    missing = set(case.document.get("cites", [])) - (cited_rows(document) if document else set())
    assert missing == set()


@pytest.mark.parametrize("case", CASES)
def test_a_worked_case_is_explained_in_chinese_and_english(case: WorkedCase) -> None:
    document = decide(case, shipped_bundle()).document
    for step in document["steps"] if document else []:
        assert step["text"]["zh"].strip().endswith("。"), step
        assert step["text"]["en"].strip().endswith("."), step


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_holds_the_figure_it_comes_to(case: WorkedCase) -> None:
    document = decide(case, shipped_bundle()).document
    for step in document["steps"] if document else []:
        if _AMOUNT.fullmatch(step["after"]):
            assert step["after"] in step["text"]["zh"], step
            assert step["after"] in step["text"]["en"], step


@pytest.mark.parametrize("case", CASES)
def test_a_provision_that_lost_is_explained_by_a_document_a_patient_can_look_up(case: WorkedCase) -> None:
    bundle = shipped_bundle()
    numbers = {notice.document_no for notice in bundle.notices.values()}
    document = decide(case, bundle).document
    for lost in (each for step in (document["steps"] if document else []) for each in step["lost"]):
        for text in lost["why"].values():
            assert any(number in text for number in numbers), lost
            assert not any(f"{notice}." in text for notice in bundle.notices), lost


@pytest.mark.parametrize("case", CASES)
def test_deciding_a_worked_case_again_gives_the_same_receipt(case: WorkedCase) -> None:
    first, second = decide(case, shipped_bundle()).document, decide(case, shipped_bundle()).document
    assert first == second
    if first is not None:
        unsigned = {key: value for key, value in first.items() if key != "receipt"}
        assert first["receipt"]["result"] == fingerprint(unsigned)
