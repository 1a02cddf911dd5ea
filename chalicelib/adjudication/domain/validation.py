"""The checks of a claim's body alone, reported all at once.

A named function per check, composed in `_CHECKS`; every code and its text stand in `_TEXTS`, those of the patient's
document in `identity_checks.py`. Nothing here knows the registry, the catalogue or a policy: an unknown institution or
a code that no notice allows is for later. No finding holds a value of the claim, so none can hold a number of a person.
All checks together are linear in the lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from chalicelib.adjudication.domain.claim import LINES_MAX, YEARS_MAX, Claim, DiagnosisCode, DiagnosisRole, Line
from chalicelib.adjudication.domain.identity_checks import check_serials, check_texts
from chalicelib.kernel.errors import Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import FEN_MAX, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.registry.domain.identity_documents import StatedDocument, check_document

_CLAIM_NO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_INSTITUTION = re.compile(r"[HP][0-9]{11}")
_DIFFERENCES_MAX_FEN = 100
"""The most that the differences of a claim's lines may sum to, in absolute values."""
_SERIAL_BEFORE_ADMISSION = timedelta(days=31)
"""The reach of serials before admission: a number may stem from the booking, or from an earlier visit soon before."""

_TEXTS = {
    "claim-no": Text(
        "结算申请号须为1至64位，以字母或数字开头，只用字母、数字和 . _ / -。",
        "Begin the claim number with a letter or digit and use 1 to 64 letters, digits and . _ / -.",
    ),
    "institution-code": Text(
        "机构编码须为H或P加11位数字，请核对。", "Correct the institution code: H or P and eleven digits."
    ),
    "dates-out-of-order": Text(
        "出院日期早于入院日期，请更正。", "Correct the dates: the discharge is before the admission."
    ),
    "stay-too-long": Text(
        f"住院跨越超过{YEARS_MAX}个年度，请核对日期或分段申报。",
        f"Check the dates, or bill the stay in parts: it touches more than {YEARS_MAX} calendar years.",
    ),
    "date-in-future": Text(
        "日期在今天之后，请更正，或待该日之后再申报。", "Correct the date, or submit later: it is in the future."
    ),
    "line-outside-stay": Text(
        "明细日期不在就诊期间内，请更正日期或移至对应的就诊。",
        "Correct the date, or bill the line with the visit it belongs to: it lies outside this one.",
    ),
    "no-lines": Text("没有费用明细，请至少填写一条。", "Add the items of the bill: a claim has at least one line."),
    "too-many-lines": Text(
        f"费用明细超过{LINES_MAX}条，请拆分为多次申报；其余内容尚未检查。",
        f"Split the bill: a claim has at most {LINES_MAX} lines. Nothing else of it was checked.",
    ),
    "line-no-twice": Text(
        "明细序号重复，请为每条明细使用不同序号。", "Give each line a number of its own: this one is used before."
    ),
    "quantity-zero": Text("数量为零，请更正或删除该明细。", "Correct the quantity or leave the line out: it is zero."),
    "price-negative": Text(
        "单价为负，退费请用负数量和正单价表示。", "Write a refund with a negative quantity and a positive price."
    ),
    "amount-sign": Text(
        "金额与数量的正负号不一致，请更正。", "Correct the amount: its sign differs from that of the quantity."
    ),
    "amount-differs": Text(
        "金额与数量乘以单价之差超过一分，请核对三者。",
        "Check quantity, price and amount: the amount is more than one fen off their product, rounded half up.",
    ),
    "amount-differs-unpriced": Text(
        "单价为零，金额须为零，请更正。", "Correct the amount: at a price of zero it can only be zero."
    ),
    "amount-differs-in-sum": Text(
        "本次申报各明细金额与数量乘以单价之差合计超过1.00元，请按乘积四舍五入到分填写金额。",
        "Bill the products rounded half up: the differences of this claim's lines come to more than 1.00 yuan.",
    ),
    "figure-too-large": Text("数值超过上限（一百亿元），请核对。", "Correct the figure: it is over ten billion yuan."),
    "refund-names-no-line": Text(
        "负数量的明细须用退费序号指明所退明细。", "Name the refunded line in `refunds`: the quantity is negative."
    ),
    "refund-positive": Text(
        "退费明细的数量须为负，否则请去掉退费序号。", "Make the quantity negative, or leave `refunds` out."
    ),
    "refund-line-unknown": Text(
        "所退明细序号不在本次申报中，请更正。", "Correct `refunds`: this claim has no line of that number."
    ),
    "refund-of-refund": Text(
        "不能对退费明细再退费，请指明原收费明细。", "Name the line that was charged: a refund is not refunded."
    ),
    "refund-other-item": Text(
        "退费明细与所退明细的项目编码不同，请更正。", "Use the item code of the line that is refunded: it differs."
    ),
    "refund-exceeds-quantity": Text(
        "累计退费数量超过原明细数量，请更正。", "Reduce the quantity: the refunds together exceed the line's."
    ),
    "refund-exceeds-amount": Text(
        "累计退费金额超过原明细金额，请更正。", "Reduce the amount: the refunds together exceed the line's."
    ),
    "main-diagnosis-missing": Text("缺少主要诊断，请指明一个。", "Mark one diagnosis as the main one: there is none."),
    "main-diagnosis-twice": Text(
        "主要诊断多于一个，请只保留一个。", "Keep one main diagnosis and mark the others as additional."
    ),
    "diagnosis-code-twice": Text(
        "诊断编码重复，请删除重复项。", "Leave this diagnosis out: its code is listed before."
    ),
}
"""Every finding code of a body but those of `identity_checks`, with the remedy."""


@dataclass(frozen=True, slots=True)
class _Body:
    claim: Claim
    today: date
    patient: StatedDocument
    numbers: tuple[str, ...] = field(repr=False)


def check_body(claim: Claim, today: date, patient: StatedDocument) -> tuple[Finding, ...]:
    """Find everything wrong in the body alone, `()` for a good one; fields are paths in the request body.

    `today` is the civil date in Asia/Shanghai. Too many lines are one finding, and nothing else is looked at.
    """
    if len(claim.lines) > LINES_MAX:
        return (_finding("too-many-lines", "lines"),)
    body = _Body(claim, today, patient, patient.numbers())
    return tuple(finding for check in _CHECKS for finding in check(body))


def check_codes(codes: tuple[DiagnosisCode, ...]) -> tuple[Finding, ...]:
    """Find the faults of a claim's diagnosis codes by themselves; fields are paths in a claim's body."""
    return (*_one_main(codes), *_unique(codes))


def _finding(code: str, path: str, text: str | None = None) -> Finding:
    """Build a finding with its code's text, or with another of the code's texts."""
    return Finding(code, path, _TEXTS[text or code])


def _lines(body: _Body) -> Iterator[tuple[str, Line]]:
    return ((f"lines[{index}]", line) for index, line in enumerate(body.claim.lines))


def _claim_no_is_printable(body: _Body) -> Iterator[Finding]:
    if not _CLAIM_NO.fullmatch(body.claim.claim_no):
        yield _finding("claim-no", "claim_no")


def _institution_code_has_its_shape(body: _Body) -> Iterator[Finding]:
    if not _INSTITUTION.fullmatch(body.claim.institution):
        yield _finding("institution-code", "institution")


def _the_patient_has_a_good_document(body: _Body) -> Iterator[Finding]:
    yield from check_document(body.patient, body.today, "patient.")


def _no_identity_number_stands_in_a_text(body: _Body) -> Iterator[Finding]:
    """Check the texts, which are stored beside the token: an identity number in a text would undo the vault."""
    serials_from = body.claim.visit.admitted_on - _SERIAL_BEFORE_ADMISSION
    yield from check_serials(_serials(body), body.numbers, serials_from, body.today)
    yield from check_texts(_texts(body), body.numbers)


def _serials(body: _Body) -> Iterator[tuple[str, str]]:
    """Yield the numbers made up by the hospital, none of which holds a fact of the patient."""
    yield "claim_no", body.claim.claim_no
    if body.claim.visit.episode:
        yield "visit.episode", body.claim.visit.episode


def _texts(body: _Body) -> Iterator[tuple[str, str]]:
    claim = body.claim
    single = (
        ("institution", claim.institution),
        ("visit.transfer_from", claim.visit.transfer_from),
        ("diagnosis.disease_code", claim.diagnosis.disease_code),
    )
    yield from ((path, text) for path, text in single if text)
    for index, diagnosis in enumerate(claim.diagnosis.codes):
        yield f"diagnosis.codes[{index}].code", diagnosis.code
    for path, line in _lines(body):
        yield f"{path}.code", line.code
        yield f"{path}.name", line.name
        if line.supply:
            yield f"{path}.supply", line.supply


def _dates_are_in_order(body: _Body) -> Iterator[Finding]:
    visit = body.claim.visit
    if visit.discharged_on < visit.admitted_on:
        yield _finding("dates-out-of-order", "visit.discharged")
    elif visit.discharged_on.year - visit.admitted_on.year >= YEARS_MAX:
        yield _finding("stay-too-long", "visit.admitted")


def _dates_are_not_in_the_future(body: _Body) -> Iterator[Finding]:
    for path, day in _dates(body):
        if day > body.today:
            yield _finding("date-in-future", path)


def _dates(body: _Body) -> Iterator[tuple[str, date]]:
    visit = body.claim.visit
    if visit.is_inpatient:
        yield "visit.admitted", visit.admitted_on
        yield "visit.discharged", visit.discharged_on
    else:
        yield "visit.date", visit.discharged_on
    for index, event in enumerate(body.claim.diagnosis.history):
        yield f"diagnosis.history[{index}].on", event.on
    for path, line in _lines(body):
        yield f"{path}.date", line.on


def _lines_lie_in_the_stay(body: _Body) -> Iterator[Finding]:
    """Allow a refund's date on any day of the stay, also before the refunded line's date."""
    visit = body.claim.visit
    if visit.discharged_on < visit.admitted_on:
        return
    for path, line in _lines(body):
        if not visit.admitted_on <= line.on <= visit.discharged_on:
            yield _finding("line-outside-stay", f"{path}.date")


def _there_are_lines(body: _Body) -> Iterator[Finding]:
    if not body.claim.lines:
        yield _finding("no-lines", "lines")


def _line_numbers_are_unique(body: _Body) -> Iterator[Finding]:
    seen: set[int] = set()
    for path, line in _lines(body):
        if line.no in seen:
            yield _finding("line-no-twice", f"{path}.no")
        seen.add(line.no)


def _quantities_are_not_zero(body: _Body) -> Iterator[Finding]:
    for path, line in _lines(body):
        if line.quantity == 0:
            yield _finding("quantity-zero", f"{path}.quantity")


def _prices_are_not_negative(body: _Body) -> Iterator[Finding]:
    for path, line in _lines(body):
        if line.price < 0:
            yield _finding("price-negative", f"{path}.price")


def _figures_are_within_bounds(body: _Body) -> Iterator[Finding]:
    for path, line in _lines(body):
        for name, figure in (
            ("quantity", line.quantity),
            ("price", line.price * 100),
            ("amount", Decimal(line.amount_fen)),
        ):
            if abs(figure) > FEN_MAX:
                yield _finding("figure-too-large", f"{path}.{name}")
    if abs(body.claim.total_fen) > FEN_MAX:
        yield _finding("figure-too-large", "lines")


def _signs_agree(body: _Body) -> Iterator[Finding]:
    for path, line in _lines(body):
        if not _sign_agrees(line):
            yield _finding("amount-sign", f"{path}.amount")


def _sign_agrees(line: Line) -> bool:
    """Tell whether the signs agree; zero has either sign, since a small quantity at a small price rounds to zero."""
    return line.amount_fen * line.quantity >= 0


def _amounts_are_quantity_times_price(body: _Body) -> Iterator[Finding]:
    """Check amounts within one fen, since hospitals round in different places: never at a price of zero, and at most
    one yuan in a claim, so that nobody bills differences. A wrong sign or price is reported once, elsewhere.
    """
    differences_fen = 0
    for path, line in _lines(body):
        if line.price < 0 or not _sign_agrees(line):
            continue
        exact = Fraction(line.quantity) * Fraction(line.price) * 100
        off_fen = abs(line.amount_fen - round_half_up(exact))
        if off_fen > 1:
            yield _finding("amount-differs", f"{path}.amount")
        elif off_fen and line.price == 0:
            yield _finding("amount-differs", f"{path}.amount", "amount-differs-unpriced")
        elif off_fen:
            differences_fen += off_fen
            if differences_fen > _DIFFERENCES_MAX_FEN:
                yield _finding("amount-differs", f"{path}.amount", "amount-differs-in-sum")


def _refunds_are_negative_and_name_their_line(body: _Body) -> Iterator[Finding]:
    for path, line in _lines(body):
        if line.quantity < 0 and line.refunds is None:
            yield _finding("refund-names-no-line", f"{path}.refunds")
        if line.quantity > 0 and line.refunds is not None:
            yield _finding("refund-positive", f"{path}.quantity")


def _refunds_fit_the_line_they_name(body: _Body) -> Iterator[Finding]:
    charged = _first_by_number(body.claim.lines)
    for path, line in _lines(body):
        if line.refunds is None:
            continue
        target = charged.get(line.refunds)
        if target is None:
            yield _finding("refund-line-unknown", f"{path}.refunds")
        elif _is_refund(target):
            yield _finding("refund-of-refund", f"{path}.refunds")
        elif target.code != line.code:
            yield _finding("refund-other-item", f"{path}.code")


def _refunds_do_not_exceed_the_line(body: _Body) -> Iterator[Finding]:
    """Check the sum of all refunds of a line; the refund that goes beyond the line, and each after it, is named."""
    charged = _first_by_number(body.claim.lines)
    quantities: dict[int, Decimal] = defaultdict(Decimal)
    amounts_fen: dict[int, int] = defaultdict(int)
    for path, line in _lines(body):
        target = None if line.refunds is None else charged.get(line.refunds)
        if target is None or _is_refund(target) or line.quantity >= 0:
            continue
        quantities[target.no] -= line.quantity
        amounts_fen[target.no] -= line.amount_fen
        if quantities[target.no] > target.quantity:
            yield _finding("refund-exceeds-quantity", f"{path}.quantity")
        if amounts_fen[target.no] > target.amount_fen:
            yield _finding("refund-exceeds-amount", f"{path}.amount")


def _first_by_number(lines: Iterable[Line]) -> dict[int, Line]:
    """Return lines by number; of lines with the same number, which is a finding of its own, the first counts."""
    by_number: dict[int, Line] = {}
    for line in lines:
        by_number.setdefault(line.no, line)
    return by_number


def _is_refund(line: Line) -> bool:
    return line.quantity < 0 or line.refunds is not None


def _one_diagnosis_is_the_main_one(body: _Body) -> Iterator[Finding]:
    yield from _one_main(body.claim.diagnosis.codes)


def _one_main(codes: tuple[DiagnosisCode, ...]) -> Iterator[Finding]:
    mains = [index for index, diagnosis in enumerate(codes) if diagnosis.role is DiagnosisRole.MAIN]
    if not mains:
        yield _finding("main-diagnosis-missing", "diagnosis.codes")
    for index in mains[1:]:
        yield _finding("main-diagnosis-twice", f"diagnosis.codes[{index}].role")


def _diagnosis_codes_are_unique(body: _Body) -> Iterator[Finding]:
    yield from _unique(body.claim.diagnosis.codes)


def _unique(codes: tuple[DiagnosisCode, ...]) -> Iterator[Finding]:
    """Find repeated codes; `z03.800X001` and `Z03.800x001` are the same code."""
    seen: set[str] = set()
    for index, diagnosis in enumerate(codes):
        code = diagnosis.code.upper()
        if code in seen:
            yield _finding("diagnosis-code-twice", f"diagnosis.codes[{index}].code")
        seen.add(code)


_CHECKS: tuple[Callable[[_Body], Iterator[Finding]], ...] = (
    _claim_no_is_printable,
    _institution_code_has_its_shape,
    _the_patient_has_a_good_document,
    _no_identity_number_stands_in_a_text,
    _dates_are_in_order,
    _dates_are_not_in_the_future,
    _there_are_lines,
    _lines_lie_in_the_stay,
    _line_numbers_are_unique,
    _quantities_are_not_zero,
    _prices_are_not_negative,
    _figures_are_within_bounds,
    _signs_agree,
    _amounts_are_quantity_times_price,
    _refunds_are_negative_and_name_their_line,
    _refunds_fit_the_line_they_name,
    _refunds_do_not_exceed_the_line,
    _one_diagnosis_is_the_main_one,
    _diagnosis_codes_are_unique,
)
