"""Tables of claims: a row a line of a bill, in the columns of the template, read into the bodies of claims.

The rows of a claim have the same `claim_no`; a row without a number belongs to the claim above. Values of the whole
claim stand in the claim's first row, and its other rows leave them empty or repeat them. The body that comes of the
rows is checked like any claim's, so that a table can hold nothing that a claim cannot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.kernel.words.uploads import UploadedLine, read_upload
from chalicelib.platform.forms.lists import ListFile
from chalicelib.platform.forms.model import Column
from chalicelib.platform.http.docs.descriptions import words_of_value
from chalicelib.platform.http.fields import FileText, table_of
from chalicelib.platform.http.reading import WireModel

_WHOLE: Mapping[str, Text] = {
    "id_type": Text("证件类型", "Type of document"),
    "issued_by": Text("签发国", "Issuing country"),
    "id_no": Text("证件号码", "Number of document"),
    "name": Text("姓名", "Name"),
    "entry": Text("入境情况", "Entry"),
    "kind": Text("就诊类型", "Kind of visit"),
    "admitted": Text("入院或就诊日期", "Admitted, or day of visit"),
    "discharged": Text("出院日期", "Discharged"),
    "episode": Text("就诊流水号", "Episode"),
    "transfer_from": Text("转出医院申请编号", "Sending hospital's claim"),
    "main_code": Text("主要诊断编码", "Main diagnosis"),
    "other_codes": Text("其他诊断编码", "Other diagnoses"),
    "disease_code": Text("病种编码", "Disease code"),
    "suspected_on": Text("疑似日期", "Suspected on"),
    "confirmed_on": Text("确诊日期", "Confirmed on"),
    "excluded_on": Text("排除日期", "Excluded on"),
    "filing": Text("异地就医情况", "Filing of remote treatment"),
    "distinct_from": Text("另行结算的申请号", "Other bills that look alike"),
}
_OF_A_LINE: Mapping[str, Text] = {
    "line_no": Text("明细序号", "Line"),
    "item_code": Text("项目编码", "Item's code"),
    "item_name": Text("项目名称", "Item's name"),
    "date": Text("费用日期", "Day"),
    "quantity": Text("数量", "Quantity"),
    "price": Text("单价", "Price"),
    "amount": Text("金额", "Amount"),
    "refunds": Text("冲退明细序号", "Line refunded"),
}
TITLES: Mapping[str, Text] = {"claim_no": Text("申请号", "Number of the claim"), **_WHOLE, **_OF_A_LINE}
"""The columns of the template, in their order, with their titles."""

_REQUIRED = ("claim_no", "id_no", "name", "kind", "admitted", "main_code", "item_code", "quantity", "price", "amount")
_OPTIONAL = tuple(name for name in TITLES if name not in _REQUIRED)
_HEADINGS = {heading: name for name, title in TITLES.items() for heading in (title.zh, f"{title.zh} {name}")}

_WORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "kind": ("InpatientVisitBody.kind", ("inpatient", "outpatient", "emergency")),
    "entry": ("PatientBody.entry", ("none", "overseas-returnee")),
    "filing": ("RemoteBody.filing", ("emergency", "unfiled")),
    "id_type": (
        "PatientBody.id_type",
        (
            "identity-card",
            "passport",
            "hk-macao-permit",
            "taiwan-permit",
            "hk-macao-taiwan-residence",
            "foreign-permanent-residence",
        ),
    ),
}
_STATUSES = ("suspected", "confirmed", "excluded")
_YUAN = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_COUNT = re.compile(r"[0-9]{1,9}")
_SPLIT = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True, repr=False)
class TableClaim:
    """A claim of a table: its body, its lines in the file, and the contradictions between these."""

    body: Mapping[str, Any]
    lines: tuple[UploadedLine, ...]
    wrong: tuple[Finding, ...]


class ClaimTableBody(WireModel):
    """A table of claims, in the columns of the template."""

    file: FileText

    def to_claims(self, institution: InstitutionCode) -> list[TableClaim]:
        """Return the claims of the table in the order of their first lines, at most a thousand lines. Raises `Invalid`
        for a file that is no such table, and for a table without lines.
        """
        lines = read_upload(table_of(self.file), _REQUIRED, _OPTIONAL, _HEADINGS)
        if not lines:
            raise Invalid([_EMPTY])
        groups: dict[str, list[UploadedLine]] = {}
        number = ""
        for line in lines:
            number = line.cells["claim_no"] or number
            groups.setdefault(number, []).append(line)
        return [_claim(institution, number, tuple(found)) for number, found in groups.items()]


def _claim(institution: InstitutionCode, number: str, lines: tuple[UploadedLine, ...]) -> TableClaim:
    first = {name: _code(name, lines[0].cells[name]) for name in _WHOLE}
    wrong = [
        _contradicts(place, line.number, name)
        for place, line in enumerate(lines)
        for name in _WHOLE
        if line.cells[name] and _code(name, line.cells[name]) != first[name]
    ]
    body: dict[str, Any] = {
        "claim_no": number,
        "institution": institution,
        "patient": _given(first, "id_type", "issued_by", "id_no", "name", "entry"),
        "visit": _visit(first),
        "diagnosis": _diagnosis(first),
        "lines": [_line(place, line.cells, first) for place, line in enumerate(lines, start=1)],
    }
    if first["filing"]:
        body["remote"] = {"filing": first["filing"]}
    if first["distinct_from"]:
        body["distinct_from"] = _several(first["distinct_from"])
    return TableClaim(body, lines, tuple(wrong))


def _visit(cells: Mapping[str, str]) -> dict[str, Any]:
    visit = _given(cells, "kind", "episode", "transfer_from")
    if cells["kind"] == "inpatient":
        return {**visit, **_given(cells, "admitted", "discharged")}
    return {**visit, **({"date": cells["admitted"]} if cells["admitted"] else {})}


def _diagnosis(cells: Mapping[str, str]) -> dict[str, Any]:
    codes = [(cells["main_code"], "main"), *((code, "additional") for code in _several(cells["other_codes"]))]
    history = [{"status": each, "on": cells[f"{each}_on"]} for each in _STATUSES if cells[f"{each}_on"]]
    return {
        "history": sorted(history, key=lambda event: event["on"]),
        "codes": [{"code": code, "role": role} for code, role in codes if code],
        **_given(cells, "disease_code"),
    }


def _line(place: int, cells: Mapping[str, str], whole: Mapping[str, str]) -> dict[str, Any]:
    amount, number, refunds = cells["amount"], cells["line_no"], cells["refunds"]
    line: dict[str, Any] = {
        "no": int(number) if _COUNT.fullmatch(number) else number or place,
        "code": cells["item_code"],
        "name": cells["item_name"] or cells["item_code"],
        "date": cells["date"] or ("" if whole["kind"] == "inpatient" else whole["admitted"]),
        "quantity": cells["quantity"],
        "price": cells["price"],
        # A spreadsheet writes numbers without trailing zeros.
        "amount": f"{Decimal(amount):.2f}" if _YUAN.fullmatch(amount) else amount,
        "refunds": int(refunds) if _COUNT.fullmatch(refunds) else refunds,
    }
    return {name: value for name, value in line.items() if value != ""}


def _given(cells: Mapping[str, str], *names: str) -> dict[str, Any]:
    return {name: cells[name] for name in names if cells[name]}


def _several(cell: str) -> list[str]:
    return [each for each in _SPLIT.split(cell) if each]


def _code(name: str, cell: str) -> str:
    """Return the code of a cell that may hold the value's Chinese name."""
    return _codes().get(name, {}).get(cell, cell)


@cache
def _codes() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, (place, values) in _WORDS.items():
        words = {value: words_of_value(place, value) for value in values}
        found[name] = {said["zh"]: value for value, said in words.items() if said is not None}
    return found


def template() -> ListFile:
    """Return the empty table, with the titles that an upload may keep."""
    return ListFile("claims", tuple(Column(title.zh, english=name) for name, title in TITLES.items()), ())


_EMPTY = Finding(
    "upload-empty",
    "file",
    Text("表中没有数据，请填写后重新上传。", "The table has no rows: fill it in, then send it again."),
)


def _contradicts(place: int, row: int, name: str) -> Finding:
    return Finding(
        "row-contradicts",
        f"lines[{place}]",
        Text(
            f"第 {row} 行的“{TITLES[name].zh}”与本申请首行不一致，请改为一致或留空。",
            f"Row {row} has another {name} than the claim's first row: write the same value or leave it empty.",
        ),
    )
