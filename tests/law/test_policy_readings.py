"""Readings of the notices: quotations, days, kinds of items, facts of the catalogue."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from chalicelib.law.domain.model import Provision, Slot
from chalicelib.registry.domain.model import ItemClass
from tests.kit.worked_cases import ROOT, shipped_bundle

QUOTATION = re.compile("“([^”]*)”")
VERBATIM = {
    "国家医保局 2020-03 访谈": {
        "无论之前是否在医保目录中或是否有限定支付范围，均临时纳入医保基金支付范围",
    },
    "山西 2020-03-26 发布会": {"先救治", "减免", "疫情发生以来", "足额", "定点"},
    "大连 2020-02-20 发布会": {"全部临时纳入", "个人不需负担费用", "救治定点医院"},
    "鲁医保发〔2023〕1号": {
        "符合卫生健康部门制定的新型冠状病毒感染诊疗方案的住院医疗费用",
        "与新型冠状病毒感染救治有关的政策范围内门急诊费用",
        "不少于 1-2 个月",
    },
    "渝医保发〔2020〕3号": {"支付比例调减", "综合确定", "重新计费"},
    "云医保〔2020〕12号": {"支付比例调减", "确保保障对象门诊和住院救治费用报销90%"},
}
"""Every passage that stands in quotation marks, copied from the document it is attributed to."""

ARBIDOL, TOCILIZUMAB = "XJ05AXA001A001010100005", "XL04ACT001B001010100006"
INTERFERON, RIBAVIRIN, LIANHUA = "XL03ABG001A001010100001", "XJ05ABL001A001010100003", "ZA01AAL0001010100001"


def test_what_stands_in_quotation_marks_is_verbatim() -> None:
    """Whoever quotes more copies it here from the text."""
    bundle = shipped_bundle()
    for provision in bundle.provisions:
        texts = (provision.says, provision.interpretation, provision.why_not_executed)
        quoted = {each for text in texts if text for each in QUOTATION.findall(text.zh)}
        document = bundle.notices[provision.notice].document_no
        assert quoted <= VERBATIM.get(document, set()), provision.citation


def waivers() -> list[Provision]:
    return list(shipped_bundle().by_slot[Slot.REMOTE_CUT_WAIVER])


@pytest.mark.parametrize("waiver", waivers(), ids=lambda each: each.citation)
def test_every_waiver_says_how_the_deductible_is_read(waiver: Provision) -> None:
    """Only Dalian's text names it."""
    said = waiver.says.zh + (waiver.interpretation.zh if waiver.interpretation else "")
    assert "起付线" in said


@pytest.mark.parametrize(
    ("citation", "kinds"),
    [
        ("nat-2020.3.1", {"drug", "service"}),
        ("cq-2020-3.2.2", {"drug", "service"}),
        ("dl-2020.1.1", {"drug", "service"}),
        ("yn-2020-12.3.4", {"drug", "service"}),
        ("sx-2020.4", {"drug", "service", "preparation"}),
    ],
)
def test_class_a_is_for_what_the_text_names(citation: str, kinds: set[str]) -> None:
    assert shipped_bundle().by_citation[citation].when["item-kind"] == kinds


@pytest.mark.parametrize(
    ("citation", "begins"),
    [
        ("nat-2020.1.1", date(2020, 1, 22)),
        ("nat-2020.1.2", date(2020, 1, 27)),
        ("sx-2020.1", date(2020, 3, 26)),
        ("sx-2020.2", date(2020, 3, 26)),
        ("sx-2020.3", date(2020, 3, 26)),
        ("sx-2020.4", date(2020, 1, 22)),
        ("sx-2020.5", date(2020, 1, 22)),
        ("sx-2020.6", date(2020, 1, 22)),
        ("sx-2020.6-clinic", date(2020, 1, 22)),
        ("dl-2020.1.1", date(2020, 1, 27)),
        ("nat-2023-1.regime", date(2023, 1, 8)),
    ],
)
def test_a_rule_begins_on_the_day_it_is_read_to_begin(citation: str, begins: date) -> None:
    provision = shipped_bundle().by_citation[citation]
    assert provision.effective.from_on == begins
    assert provision.interpretation is not None


@pytest.mark.parametrize("notice", ["nat-2020", "sx-2020", "dl-2020"])
def test_every_rule_of_a_text_without_a_day_says_how_its_day_is_read(notice: str) -> None:
    """D-04 names its day itself; X-10 decides nothing."""
    named = {"dl-2020.2.1", "sx-2020.10"}
    for provision in shipped_bundle().provisions:
        if provision.notice == notice and provision.citation not in named:
            assert provision.interpretation is not None, provision.citation
            assert re.search("[0-9]+ 月 [0-9]+ 日", provision.interpretation.zh), provision.citation


@pytest.mark.parametrize(
    ("code", "day", "item_class", "in_plan"),
    [
        (LIANHUA, date(2020, 1, 26), ItemClass.A, False),
        (LIANHUA, date(2020, 1, 27), ItemClass.A, True),
        (INTERFERON, date(2022, 3, 13), ItemClass.B, True),
        (INTERFERON, date(2022, 3, 14), ItemClass.B, False),
        (RIBAVIRIN, date(2022, 3, 13), ItemClass.A, True),
        (RIBAVIRIN, date(2022, 3, 14), ItemClass.A, False),
        (ARBIDOL, date(2021, 2, 28), ItemClass.C, True),
        (ARBIDOL, date(2021, 3, 1), ItemClass.B, True),
        (ARBIDOL, date(2022, 3, 14), ItemClass.B, False),
        (TOCILIZUMAB, date(2021, 2, 28), ItemClass.C, True),
        (TOCILIZUMAB, date(2023, 1, 10), ItemClass.B, True),
        ("XJ05AEN001A001010100007", date(2022, 3, 13), ItemClass.C, False),
        ("XJ05AEN001A001010100007", date(2022, 3, 14), ItemClass.C, True),
    ],
)
def test_the_catalogue_follows_the_versions_of_the_plan_and_the_basic_catalogue(
    code: str, day: date, item_class: ItemClass, *, in_plan: bool
) -> None:
    item = shipped_bundle().registry.item(code, day)
    assert item is not None
    assert (item.item_class, item.in_plan_on(day)) == (item_class, in_plan)


@pytest.mark.parametrize(
    "notice", ["nat-2020-5", "nat-2020-01-27", "mof-2020-2", "nhc-2020-58", "nat-2023-1", "nhc-2022-7"]
)
def test_a_notice_nobody_could_read_says_how_sure_we_are_and_stands_in_the_open_questions(notice: str) -> None:
    found = shipped_bundle().notices[notice]
    assert (found.confidence, "per cent" in found.source) == ("reported", True)
    assert found.document_no in (ROOT / "docs" / "open-questions.md").read_text(encoding="utf-8")


def test_the_open_questions_name_provisions_that_exist() -> None:
    path: Path = ROOT / "docs" / "open-questions.md"
    bundle = shipped_bundle()
    cited = set(re.findall(r"`([a-z]+[a-z0-9-]*\.[a-z0-9.-]+)`", path.read_text(encoding="utf-8")))
    assert cited
    assert cited <= bundle.by_citation.keys()
