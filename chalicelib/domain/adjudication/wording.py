"""How the steps about money are told to a patient: one sentence each, with the figures it turns on and no empty ones.

Nothing is computed here. Figures come in fen and are told in yuan; both languages say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chalicelib.domain.adjudication.trace import percent
from chalicelib.domain.money import Fen, format_yuan, round_half_up
from chalicelib.domain.texts import Text
from chalicelib.domain.values import FilledBy

_FUNDS = (
    ("基本医保", "basic insurance"),
    ("大病（大额）保险", "critical-illness insurance"),
    ("医疗救助", "assistance"),
)
_FINANCE = ("财政补助", "public finance")
_FILLED_BY = {
    FilledBy.BASIC: ("基本医保", "basic insurance"),
    FilledBy.EMPLOYEE_FUND: ("省本级职工统筹基金", "the province's employee fund"),
    FilledBy.ENROLMENT_PENDING: ("就医地先行挂账", "the treatment place, on account until the person is enrolled,"),
}


def in_scope(total_fen: Fen, in_scope_fen: Fen, of_plan_fen: Fen, left_out: Sequence[Fen]) -> Text:
    """What of the bill insurance can count. `left_out`: first self-pay, excluded, over the limit."""
    names = (
        ("先行自付", "of first self-pay"),
        ("全自费", "of items insurance never pays"),
        ("超限价", "above price ceilings"),
    )
    rest = [(name, format_yuan(amount)) for name, amount in zip(names, left_out, strict=True) if amount]
    zh = f"总费用 {format_yuan(total_fen)} 元中，医保可支付范围内的是 {format_yuan(in_scope_fen)} 元"
    en = f"Of the bill of {format_yuan(total_fen)} yuan, insurance can count {format_yuan(in_scope_fen)} yuan"
    if of_plan_fen:
        zh += f"（其中诊疗方案内 {format_yuan(of_plan_fen)} 元）"
        en += f" ({format_yuan(of_plan_fen)} of them for items of the treatment plan)"
    if rest:
        zh += "；其余为" + "、".join(f"{name[0]} {amount} 元" for name, amount in rest)
        en += "; the rest is " + _listed([f"{amount} yuan {name[1]}" for name, amount in rest])
    return Text(f"{zh}。", f"{en}.")


def away_from_home(ratio: Fraction, factor: Fraction, deductible_fen: Fen, times: Fraction, *, waived: bool) -> Text:
    """What treatment elsewhere does to ratio and deductible, or would."""
    whole, reduced = percent(ratio), percent(ratio * factor)
    if factor == 1 and times == 1:
        return Text(
            f"异地就医已备案：支付比例 {whole} 和起付线都不变。",
            f"Treatment away from home was filed: the ratio of {whole} and the deductible stay as they are.",
        )
    if waived:
        return Text(
            f"异地就医平时支付比例会由 {whole} 降为 {reduced}，这次免于降低，仍为 {whole}，起付线也不提高。",
            f"Treatment away from home ordinarily lowers the ratio of {whole} to {reduced}; this time it stays {whole} "
            "and the deductible is not raised.",
        )
    zh = f"异地就医：支付比例由 {whole} 按 {percent(factor)} 折算为 {reduced}"
    en = f"Treatment away from home: of the ratio of {whole} only {percent(factor)} count, which makes {reduced}"
    if times == 1:
        return Text(f"{zh}，起付线不变。", f"{en}; the deductible stays as it is.")
    raised = format_yuan(round_half_up(deductible_fen * times))
    return Text(
        f"{zh}，起付线由 {format_yuan(deductible_fen)} 元提高为 {raised} 元。",
        f"{en}; the deductible rises from {format_yuan(deductible_fen)} to {raised} yuan.",
    )


def basic_of_stay(above_fen: Fen, ratio: Fraction, wanted_fen: Fen, left_fen: Fen) -> Text:
    """What basic insurance pays above the deductible, within what is left of the year's cap."""
    zh = f"起付线以上的 {format_yuan(above_fen)} 元，基本医保按 {percent(ratio)}"
    en = f"Of the {format_yuan(above_fen)} yuan above the deductible, basic insurance"
    return Text(
        zh + _within_zh(wanted_fen, left_fen, "年度封顶额"), f"{en} {_within_en(ratio, wanted_fen, left_fen, 'cap')}"
    )


def assistance(burden_fen: Fen, ratio: Fraction, wanted_fen: Fen, left_fen: Fen) -> Text:
    """What assistance pays of the burden that is left, within what is left of the year's limit."""
    zh = f"保险支付后余下的 {format_yuan(burden_fen)} 元，医疗救助按 {percent(ratio)}"
    en = f"Of the {format_yuan(burden_fen)} yuan that insurance left, medical assistance"
    return Text(
        zh + _within_zh(wanted_fen, left_fen, "年度救助限额"),
        f"{en} {_within_en(ratio, wanted_fen, left_fen, 'limit of assistance')}",
    )


def large_sum(beyond_fen: Fen, ratio: Fraction, wanted_fen: Fen, left_fen: Fen) -> Text:
    """What the employees' layer pays beyond the pool's cap, within its own."""
    zh = f"有 {format_yuan(beyond_fen)} 元超出基本医保的年度封顶，大额医疗保险按 {percent(ratio)}"
    en = f"Of the {format_yuan(beyond_fen)} yuan beyond the year's cap of basic insurance, large-sum insurance"
    return Text(
        zh + _within_zh(wanted_fen, left_fen, "大额年度限额"),
        f"{en} {_within_en(ratio, wanted_fen, left_fen, 'cap of that layer')}",
    )


def _within_zh(wanted_fen: Fen, left_fen: Fen, limit: str) -> str:
    wanted, left = format_yuan(wanted_fen), format_yuan(left_fen)
    if wanted_fen > left_fen:
        return f" 应付 {wanted} 元，但{limit}只剩 {left} 元，支付 {left} 元。"
    return f" 支付 {wanted} 元（{limit}还剩 {left} 元，没有超过）。"


def _within_en(ratio: Fraction, wanted_fen: Fen, left_fen: Fen, limit: str) -> str:
    if wanted_fen > left_fen:
        return (
            f"would pay {percent(ratio)}, {format_yuan(wanted_fen)} yuan, but only {format_yuan(left_fen)} yuan of the "
            f"year's {limit} are left, so it pays {format_yuan(left_fen)} yuan."
        )
    return (
        f"pays {percent(ratio)}, {format_yuan(wanted_fen)} yuan, within the {format_yuan(left_fen)} yuan left of the "
        f"year's {limit}."
    )


def outpatient(special: tuple[Fen, Fraction, Fen] | None, ordinary: tuple[Fen, Fraction, Fen], left_fen: Fen) -> Text:
    """A visit. `special`: plan cost, its ratio, what is paid; `ordinary`: other cost, ratio, what it would come to."""
    zh, en = [], []
    if special is not None:
        cost_fen, ratio, paid_fen = special
        cost, paid = format_yuan(cost_fen), format_yuan(paid_fen)
        zh.append(f"诊疗方案内的 {cost} 元按 {percent(ratio)} 支付 {paid} 元，不设封顶")
        en.append(
            f"of {cost} yuan for items of the treatment plan it pays {percent(ratio)}, {paid} yuan, without a cap"
        )
    cost_fen, ratio, wanted_fen = ordinary
    if cost_fen or special is None:
        which_zh, which_en = ("其余", "the other ") if special else ("可支付范围内的", "")
        zh.append(
            f"{which_zh} {format_yuan(cost_fen)} 元按 {percent(ratio)}"
            + _within_zh(wanted_fen, left_fen, "年度限额").removesuffix("。")
        )
        en.append(
            f"of {which_en}{format_yuan(cost_fen)} yuan it "
            + _within_en(ratio, wanted_fen, left_fen, "limit").removesuffix(".")
        )
    both_fen = (special[2] if special else 0) + min(wanted_fen, left_fen)
    together = len(zh) > 1
    return Text(
        f"门急诊不设起付线，由基本医保支付：{'；'.join(zh)}{f'；共 {format_yuan(both_fen)} 元' if together else ''}。",
        f"An outpatient visit has no deductible for basic insurance: {'; '.join(en)}"
        f"{f'; together {format_yuan(both_fen)} yuan' if together else ''}.",
    )


def critical_illness(accumulated_fen: Fen, threshold_fen: Fen, before_fen: Fen, paid_fen: Fen) -> Text:
    """What the residents' layer pays by the year's burden. `before_fen`: what it paid this year already."""
    zh = (
        f"今年可支付范围内由个人负担的累计达 {format_yuan(accumulated_fen)} 元，超过 {format_yuan(threshold_fen)} "
        "元的部分由大病保险分段支付"
    )
    en = (
        f"The patient's part of what insurance can count comes to {format_yuan(accumulated_fen)} yuan this year; above "
        f"{format_yuan(threshold_fen)} yuan critical-illness insurance pays by bands"
    )
    if before_fen:
        zh += f"，减去今年已付的 {format_yuan(before_fen)} 元"
        en += f", less the {format_yuan(before_fen)} yuan it has paid this year"
    return Text(f"{zh}，这次支付 {format_yuan(paid_fen)} 元。", f"{en}: {format_yuan(paid_fen)} yuan this time.")


def combined_share(
    covered_fen: Fen, share: Fraction, target_fen: Fen, before: Sequence[Fen], after: Sequence[Fen], by: FilledBy | None
) -> Text:
    """How the three funds, in the order of payment, are brought to their common share of the covered costs."""
    zh = (
        f"基本医保、大病保险和医疗救助合计应支付覆盖费用 {format_yuan(covered_fen)} 元的 {percent(share)}，即 "
        f"{format_yuan(target_fen)} 元；按前面各步为 {format_yuan(sum(before))} 元，"
    )
    en = (
        f"Basic insurance, critical-illness insurance and assistance together are to pay {percent(share)} of the "
        f"covered {format_yuan(covered_fen)} yuan, which is {format_yuan(target_fen)} yuan; by the steps before it was "
        f"{format_yuan(sum(before))} yuan, "
    )
    moved_zh, moved_en = _moved(target_fen - sum(before), before, after, by)
    return Text(f"{zh}{moved_zh}。", f"{en}{moved_en}.")


def _moved(missing_fen: Fen, before: Sequence[Fen], after: Sequence[Fen], by: FilledBy | None) -> tuple[str, str]:
    """Who adds, or from whom it is cut, the last payer first."""
    if missing_fen > 0:
        who_zh, who_en = _FILLED_BY[by or FilledBy.BASIC]
        amount = format_yuan(missing_fen)
        return f"由{who_zh}补足 {amount} 元", f"so {who_en} adds {amount} yuan"
    cuts = [
        (name, format_yuan(old - new))
        for name, old, new in reversed(list(zip(_FUNDS, before, after, strict=True)))
        if old != new
    ]
    if not cuts:
        return "正好相符", "so nothing changes"
    return (
        "从" + "、".join(f"{name[0]}减 {amount} 元" for name, amount in cuts),
        "so " + _listed([f"{name[1]} pays {amount} yuan less" for name, amount in cuts]),
    )


def budget(funds_fen: Fen, inside_fen: Fen, outside_fen: Fen, *, separate: bool) -> Text:
    """Which budget the funds' part counts in. `outside_fen` is for costs after an excluded suspicion."""
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
    """What finance pays of the covered costs."""
    return Text(
        f"专项保障覆盖的 {format_yuan(covered_fen)} 元中，基金支付 {format_yuan(funds_fen)} 元，余下的 "
        f"{format_yuan(fiscal_fen)} 元由财政补助，不由个人负担。",
        f"Of the covered {format_yuan(covered_fen)} yuan the funds pay {format_yuan(funds_fen)}; the remaining "
        f"{format_yuan(fiscal_fen)} yuan are paid by public finance, not by the patient.",
    )


def patient(total_fen: Fen, funds: Sequence[Fen], fiscal_fen: Fen, patient_fen: Fen) -> Text:
    """What is left for the patient after everybody who pays something."""
    payers = zip((*_FUNDS, _FINANCE), (*funds, fiscal_fen), strict=True)
    paid = [(name, format_yuan(amount)) for name, amount in payers if amount]
    if not paid:
        return Text(
            f"总费用 {format_yuan(total_fen)} 元没有基金或财政支付，个人支付 {format_yuan(patient_fen)} 元。",
            f"No fund and no public finance pays anything of the bill of {format_yuan(total_fen)} yuan; the patient "
            f"pays {format_yuan(patient_fen)} yuan.",
        )
    return Text(
        f"总费用 {format_yuan(total_fen)} 元，减去"
        + "、".join(f"{name[0]} {amount} 元" for name, amount in paid)
        + f"，个人支付 {format_yuan(patient_fen)} 元。",
        f"Of the bill of {format_yuan(total_fen)} yuan "
        + _listed([f"{name[1]} pays {amount}" for name, amount in paid])
        + f"; the patient pays {format_yuan(patient_fen)} yuan.",
    )


def fiscal_split(fiscal_fen: Fen, parts: Sequence[tuple[str, str, Fen]]) -> Text:
    """Which areas bear the fiscal part: name in Chinese, in English, and how much."""
    if len(parts) == 1:
        ((zh, en, _),) = parts
        return Text(
            f"财政补助的 {format_yuan(fiscal_fen)} 元由{zh}承担。",
            f"The {format_yuan(fiscal_fen)} yuan of public finance are borne by {en}.",
        )
    return Text(
        f"财政补助的 {format_yuan(fiscal_fen)} 元由"
        + "、".join(f"{zh}承担 {format_yuan(amount)} 元" for zh, _, amount in parts)
        + "。",
        f"The {format_yuan(fiscal_fen)} yuan of public finance are borne by "
        + _listed([f"{en} ({format_yuan(amount)} yuan)" for _, en, amount in parts])
        + ".",
    )


def _listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
