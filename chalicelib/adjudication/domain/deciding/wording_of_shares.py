"""The sentences for the steps from the funds' payments to every payer's part, as in `wording_of_funds.py`."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.adjudication.domain.claim import CaseStatus, LaterDiagnosis
from chalicelib.adjudication.domain.deciding.rates import Rate
from chalicelib.adjudication.domain.deciding.wording_of_funds import listed
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.terms import TERMS
from chalicelib.law.domain.values import FilledBy

FINANCE = TERMS["public-finance"]
_FILLED_BY = {
    FilledBy.BASIC: TERMS["basic-insurance"],
    FilledBy.EMPLOYEE_FUND: TERMS["provincial-employee-fund"],
    FilledBy.ENROLMENT_PENDING: TERMS["enrolment-pending"],
}


def fund_names(insurance: str) -> tuple[Text, Text, Text]:
    """Return the names of the three funds in the order of payment; employees' second layer differs from residents'."""
    second = TERMS["large-sum-cover" if insurance == "employee" else "critical-illness-insurance"]
    return TERMS["basic-insurance"], second, TERMS["medical-assistance"]


def mask(covered_fen: Fen, rest_fen: Fen, what: Text, until: str | None) -> Text:
    """Tell the costs that the special protection covers, and those outside."""
    total = format_yuan(covered_fen + rest_fen)
    zh = f"专项保障覆盖{what.zh} {format_yuan(covered_fen)} 元"
    en = f"The special protection covers {what.en}, {format_yuan(covered_fen)} yuan"
    if until is not None:
        zh += f"（{until} 疑似排除之后发生的费用除外）"
        en += f", without costs that arose after the suspicion was excluded on {until}"
    if rest_fen:
        zh += f"；医疗费用总额 {total} 元中，其余 {format_yuan(rest_fen)} 元不在覆盖范围"
        en += f"; of the bill of {total} yuan, {format_yuan(rest_fen)} yuan are outside it"
    return Text(f"{zh}。", f"{en}.")


def funds_on_mask(paid_fen: Fen, mask_scope_fen: Fen, in_scope_fen: Fen, on_mask_fen: Fen) -> Text:
    """Tell the funds' payment on the covered costs, in proportion to the in-scope amount."""
    return Text(
        f"前面各步基金共支付 {format_yuan(paid_fen)} 元，按覆盖费用占政策范围内费用的比例"
        f"（{format_yuan(mask_scope_fen)} 元 ÷ {format_yuan(in_scope_fen)} 元），"
        f"其中 {format_yuan(on_mask_fen)} 元用于覆盖费用。",
        f"By the steps before, the funds pay {format_yuan(paid_fen)} yuan. In proportion to the in-scope costs that "
        f"are covered ({format_yuan(mask_scope_fen)} of {format_yuan(in_scope_fen)} yuan), {format_yuan(on_mask_fen)} "
        "yuan of these are for covered costs.",
    )


@dataclass(frozen=True, slots=True)
class Filling:
    """The names of the funds in this claim, and the fund that adds the missing amount."""

    funds: tuple[Text, Text, Text]
    filled_by: FilledBy | None


def combined_share(
    covered_fen: Fen, share: Rate, target_fen: Fen, before: Sequence[Fen], after: Sequence[Fen], by: Filling
) -> Text:
    """Tell the step that brings the three funds, in order of payment, to their common share of the covered costs."""
    names = by.funds
    zh = (
        f"{'、'.join(name.zh for name in names)}合计支付覆盖费用 {format_yuan(covered_fen)} 元的 {share.shown}，"
        f"即 {format_yuan(target_fen)} 元；前面各步合计 {format_yuan(sum(before))} 元，"
    )
    en = (
        f"{_capital(names[0].en)}, {names[1].en} and {names[2].en} together pay {share.shown} of the covered "
        f"{format_yuan(covered_fen)} yuan, which is {format_yuan(target_fen)} yuan. The steps before come to "
        f"{format_yuan(sum(before))} yuan, "
    )
    moved = _moved(target_fen - sum(before), before, after, by)
    return Text(f"{zh}{moved.zh}。", f"{en}{moved.en}.")


def _moved(missing_fen: Fen, before: Sequence[Fen], after: Sequence[Fen], by: Filling) -> Text:
    """Tell the fund that adds the missing amount, or the funds that are cut, the last payer first."""
    if missing_fen > 0:
        who, amount = _FILLED_BY[by.filled_by or FilledBy.BASIC], format_yuan(missing_fen)
        return Text(f"由{who.zh}补足 {amount} 元", f"so {who.en} adds {amount} yuan")
    cuts = [
        (name, format_yuan(old - new))
        for name, old, new in reversed(list(zip(by.funds, before, after, strict=True)))
        if old != new
    ]
    if not cuts:
        return Text("与应付金额一致", "so nothing changes")
    return Text(
        "依次核减：" + "、".join(f"{name.zh} {amount} 元" for name, amount in cuts),
        "so " + listed([f"{name.en} pays {amount} yuan less" for name, amount in cuts]),
    )


def budget(funds_fen: Fen, inside_fen: Fen, outside_fen: Fen, *, separate: bool) -> Text:
    """Tell the budget in which the funds' part counts. `outside_fen` is for costs after an excluded suspicion."""
    if not separate:
        return Text(
            f"基金支付的 {format_yuan(funds_fen)} 元纳入医院年度总额控制。",
            f"The funds' {format_yuan(funds_fen)} yuan count towards the hospital's total-control quota of the year.",
        )
    if not outside_fen:
        return Text(
            f"基金支付的 {format_yuan(funds_fen)} 元单列预算，不纳入医院年度总额控制。",
            f"The funds' {format_yuan(funds_fen)} yuan count in a separate budget, outside the hospital's "
            "total-control quota of the year.",
        )
    return Text(
        f"基金支付的 {format_yuan(funds_fen)} 元中，保障对象的专项救治费用 {format_yuan(inside_fen)} 元单列预算，"
        f"不纳入医院年度总额控制；疑似排除后的费用 {format_yuan(outside_fen)} 元纳入年度总额控制。",
        f"Of the funds' {format_yuan(funds_fen)} yuan, {format_yuan(inside_fen)} yuan for the protected treatment "
        f"count in a separate budget; {format_yuan(outside_fen)} yuan for treatment after the suspicion was excluded "
        "count towards the hospital's total-control quota of the year.",
    )


def fiscal(covered_fen: Fen, funds_fen: Fen, fiscal_fen: Fen) -> Text:
    """Tell the payment of finance for the covered costs."""
    return Text(
        f"专项保障覆盖的费用 {format_yuan(covered_fen)} 元，基金支付 {format_yuan(funds_fen)} 元，其余 "
        f"{format_yuan(fiscal_fen)} 元由财政补助，个人不负担。",
        f"Of the covered {format_yuan(covered_fen)} yuan the funds pay {format_yuan(funds_fen)} yuan; public finance "
        f"pays the remaining {format_yuan(fiscal_fen)} yuan and the patient none of them.",
    )


def patient(total_fen: Fen, paid: Sequence[tuple[Text, Fen]], patient_fen: Fen) -> Text:
    """Tell the patient's part, left by all other payers. `paid`: the payers and their amounts."""
    found = [(name, format_yuan(amount)) for name, amount in paid if amount]
    if not found:
        return Text(
            f"医疗费用总额 {format_yuan(total_fen)} 元，基金和财政均不支付，个人支付 {format_yuan(patient_fen)} 元。",
            f"No fund and no public finance pays anything of the bill of {format_yuan(total_fen)} yuan; the patient "
            f"pays {format_yuan(patient_fen)} yuan.",
        )
    return Text(
        f"医疗费用总额 {format_yuan(total_fen)} 元，"
        + "，".join(f"{name.zh}支付 {amount} 元" for name, amount in found)
        + f"，个人支付 {format_yuan(patient_fen)} 元。",
        f"Of the bill of {format_yuan(total_fen)} yuan "
        + listed([f"{name.en} pays {amount} yuan" for name, amount in found])
        + f"; the patient pays {format_yuan(patient_fen)} yuan.",
    )


def fiscal_split(fiscal_fen: Fen, parts: Sequence[tuple[Text, Rate, Fen]]) -> Text:
    """Tell the areas that bear the fiscal part: name, share and amount."""
    if len(parts) == 1:
        ((name, _, _),) = parts
        return Text(
            f"财政补助 {format_yuan(fiscal_fen)} 元由{name.zh}财政承担。",
            f"The finance of {name.en} bears the fiscal {format_yuan(fiscal_fen)} yuan.",
        )
    return Text(
        f"财政补助 {format_yuan(fiscal_fen)} 元由"
        + "、".join(f"{name.zh}财政承担 {share.shown}（{format_yuan(amount)} 元）" for name, share, amount in parts)
        + "。",
        f"The fiscal {format_yuan(fiscal_fen)} yuan are borne by "
        + listed([f"{name.en} ({share.shown}, {format_yuan(amount)} yuan)" for name, share, amount in parts])
        + ".",
    )


def central_refund(fiscal_fen: Fen, share: Rate, refund_fen: Fen) -> Text:
    """Tell the later grant of the central government towards the fiscal part."""
    return Text(
        f"中央财政按实际发生的财政补助 {format_yuan(fiscal_fen)} 元的 {share.shown} 对地方予以补助，计 "
        f"{format_yuan(refund_fen)} 元，不影响个人支付。",
        f"The central government grants {share.shown} of the fiscal {format_yuan(fiscal_fen)} yuan to the locality, "
        f"{format_yuan(refund_fen)} yuan; the patient's part does not depend on it.",
    )


def cross_region(insured: Text, treating: Text, funds_fen: Fen) -> Text:
    """Tell the area whose agency pays the hospital first, and the area that owes the amount back."""
    return Text(
        f"患者在{insured.zh}参保、在{treating.zh}就医：基金应付的 {format_yuan(funds_fen)} 元"
        "由就医地医保经办机构先行垫付，再与参保地清算。",
        f"The patient is insured in {insured.en} and treated in {treating.en}: the agency of {treating.en} pays the "
        f"funds' {format_yuan(funds_fen)} yuan to the hospital first, and {insured.en} owes them to {treating.en}.",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reached_back(later: LaterDiagnosis) -> Text:
    """Tell the reason for the cover of a visit without a diagnosis of its own (N-08)."""
    zh, en = {CaseStatus.CONFIRMED: ("确诊", "confirmed")}.get(later.status, ("列为疑似", "suspected"))
    return Text(
        f"本次就诊与 {later.on} {zh}的是同一病情（疾病过程编号相同），此前的费用一并纳入保障；"
        "诊断编码仍按本次就诊填写。",
        f"This visit is of the same illness (the same episode) that was {en} on {later.on}, and its costs are covered "
        "with it; its diagnosis codes stay its own.",
    )
