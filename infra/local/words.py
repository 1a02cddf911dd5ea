"""The words of the report: a single language, chosen by the locale, with the names of areas, institutions and steps."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from chalicelib.main.commands.spoken import is_chinese

_REGISTRY = Path(__file__).parents[2] / "policies" / "registry"


class Language(StrEnum):
    """The two languages of the product."""

    ZH = "zh"
    EN = "en"


PAYERS: Mapping[str, Mapping[Language, str]] = {
    "basic": {Language.ZH: "基本医保", Language.EN: "basic"},
    "critical": {Language.ZH: "大病大额", Language.EN: "critical"},
    "assistance": {Language.ZH: "医疗救助", Language.EN: "assistance"},
    "fiscal": {Language.ZH: "财政", Language.EN: "fiscal"},
    "patient": {Language.ZH: "个人", Language.EN: "patient"},
}

STEPS: Mapping[str, Mapping[Language, str]] = {
    "in-scope": {Language.ZH: "政策范围内费用", Language.EN: "in scope"},
    "deductible": {Language.ZH: "扣除起付标准", Language.EN: "less the deductible"},
    "basic": {Language.ZH: "基本医保", Language.EN: "basic insurance"},
    "critical": {Language.ZH: "大病（大额）", Language.EN: "critical illness"},
    "assistance": {Language.ZH: "医疗救助", Language.EN: "assistance"},
    "mask": {Language.ZH: "专项保障覆盖", Language.EN: "specially protected"},
    "combined-share": {Language.ZH: "基金合计支付", Language.EN: "the funds together"},
    "fiscal": {Language.ZH: "财政补助", Language.EN: "public finance"},
    "patient": {Language.ZH: "个人支付", Language.EN: "the patient"},
    "central-refund": {Language.ZH: "中央财政补助", Language.EN: "the centre refunds"},
}
"""The steps that carry an amount, in the order in which they are decided."""

FAMILIES: Mapping[str, Mapping[Language, str]] = {
    "bank": {Language.ZH: "银行", Language.EN: "bank"},
    "fund": {Language.ZH: "基金支出", Language.EN: "funds' expense"},
    "fiscal": {Language.ZH: "应收财政", Language.EN: "due from finance"},
    "hospital": {Language.ZH: "医疗机构", Language.EN: "hospitals"},
    "region": {Language.ZH: "地区间往来", Language.EN: "between areas"},
    "hub": {Language.ZH: "清算", Language.EN: "clearing"},
    "subsidy": {Language.ZH: "财政层级间补助", Language.EN: "subsidies between levels"},
    "enrolment-pending": {Language.ZH: "待参保确认", Language.EN: "enrolment pending"},
    "suspense": {Language.ZH: "待处理", Language.EN: "suspense"},
    "person": {Language.ZH: "应付个人", Language.EN: "due to persons"},
}

_INSURED: Mapping[tuple[str, str], Mapping[Language, str]] = {
    ("employee", "active"): {Language.ZH: "职工", Language.EN: "employee"},
    ("employee", "retired"): {Language.ZH: "退休职工", Language.EN: "retired employee"},
    ("resident", ""): {Language.ZH: "居民", Language.EN: "resident"},
    ("none", ""): {Language.ZH: "未参保", Language.EN: "uninsured"},
}

_STATUS: Mapping[str, Mapping[Language, str]] = {
    "confirmed": {Language.ZH: "确诊", Language.EN: "confirmed"},
    "suspected": {Language.ZH: "疑似", Language.EN: "suspected"},
    "excluded": {Language.ZH: "排除", Language.EN: "ruled out"},
    "none": {Language.ZH: "", Language.EN: ""},
}


def language_of(environment: Mapping[str, str]) -> Language:
    """Return the language of a locale."""
    return Language.ZH if is_chinese(environment) else Language.EN


@dataclass(frozen=True, slots=True)
class Words:
    """Names in a language; an entry without a name is shown by its code."""

    language: Language
    areas: Mapping[str, Mapping[str, str]]
    institutions: Mapping[str, Mapping[str, str]]
    persons: Mapping[str, Mapping[str, str]]

    def say(self, zh: str, en: str) -> str:
        """Return the text, of two, in the report's language."""
        return zh if self.language is Language.ZH else en

    def area(self, code: str) -> str:
        """Return an area's name."""
        row = self.areas.get(code)
        return code if row is None else row[f"name_{self.language.value}"]

    def institution(self, code: str) -> str:
        """Return an institution's name; the registry has only the Chinese name."""
        row = self.institutions.get(code)
        return code if row is None else row["name_zh"]

    def patient(self, claim: Mapping[str, Any]) -> str:
        """Describe a claim's patient without a name: where and how insured, with which status."""
        row = self.persons.get(claim["patient"]["id_no"])
        status = _gravest(claim)
        if row is None:
            insured = self.say("未登记人员", "not enrolled")
        else:
            kind = _INSURED[row["insurance"], row["employment"]][self.language]
            place = self.area(row["insured_area"]).removesuffix("市") if row["insured_area"] else ""
            insured = self.say(f"{place}{kind}", f"{place} {kind}".strip())
        said = _STATUS[status][self.language]
        return insured + (self.say("，", ", ") + said if said else "")


def words_for(language: Language, persons: list[dict[str, str]]) -> Words:
    """Build words with the names of the registry that ships with the policies, for some sample persons."""
    return Words(
        language,
        {row["code"]: row for row in _rows("areas.csv")},
        {row["code"]: row for row in _rows("institutions.csv")},
        {row["id_no"]: row for row in persons},
    )


def _gravest(claim: Mapping[str, Any]) -> str:
    seen = {row["status"] for row in claim["diagnosis"].get("history", ())}
    return next((each for each in ("confirmed", "suspected", "excluded") if each in seen), "none")


def _rows(name: str) -> list[dict[str, str]]:
    with (_REGISTRY / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))
