"""The sentences for the steps up to the funds' ordinary payments, a sentence per step.

A sentence holds every figure needed to work the step out again.

Nothing is computed here. Figures come in fen and are told in yuan; both languages hold the same figures. The words are
the glossary's (`kernel/words/terms.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chalicelib.adjudication.domain.deciding.rates import Rate
from chalicelib.adjudication.domain.deciding.terms import Cut
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, format_yuan, round_half_up
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.terms import TERMS


def in_scope(total_fen: Fen, in_scope_fen: Fen, of_plan_fen: Fen, left_out: Sequence[Fen]) -> Text:
    """Tell the in-scope part of the bill. `left_out`: first self-pay, excluded, over the limit."""
    names = (TERMS["first-self-pay"], TERMS["excluded"], TERMS["over-limit"])
    rest = [(name, format_yuan(amount)) for name, amount in zip(names, left_out, strict=True) if amount]
    zh = f"医疗费用总额 {format_yuan(total_fen)} 元，其中政策范围内费用 {format_yuan(in_scope_fen)} 元"
    en = f"Of the bill of {format_yuan(total_fen)} yuan, {format_yuan(in_scope_fen)} yuan are in scope"
    if of_plan_fen:
        zh += f"（含诊疗方案内 {format_yuan(of_plan_fen)} 元）"
        en += f", {format_yuan(of_plan_fen)} of them for items of the treatment plan"
    if rest:
        zh += "；" + "，".join(f"{name.zh} {amount} 元" for name, amount in rest)
        en += "; " + listed([f"{amount} yuan are {name.en}" for name, amount in rest])
    return Text(f"{zh}。", f"{en}.")


def remote_cut(cut: Cut) -> Text:
    """Tell the effect of treatment elsewhere on ratio and deductible, waived or not."""
    whole, reduced, factor, times = cut.plain.shown, cut.reduced.shown, cut.factor, cut.times
    if factor.num == factor.den and times.num == times.den:
        return Text(
            f"已办理异地就医备案，支付比例仍为 {whole}，起付标准不变。",
            f"The remote treatment is filed: the ratio stays {whole} and the deductible is not raised.",
        )
    if cut.waived:
        return Text(
            f"不执行异地就医支付比例调减规定，仍按 {whole} 支付，起付标准不提高。",
            f"The remote cut is waived: the ratio stays {whole} and the deductible is not raised.",
        )
    zh = f"异地就医，支付比例 {whole} 按 {factor.shown} 执行，为 {reduced}"
    en = f"For remote treatment the {whole} ratio is multiplied by {factor.shown}, giving {reduced}"
    if times.num == times.den:
        return Text(f"{zh}；起付标准不变。", f"{en}; the deductible is not raised.")
    base, raised = format_yuan(cut.deductible_fen), format_yuan(times.of(cut.deductible_fen))
    return Text(
        f"{zh}；起付标准 {base} 元按 {times.shown} 执行，为 {raised} 元。",
        f"{en}; the deductible of {base} yuan is multiplied by {times.shown}, giving {raised} yuan.",
    )


def deductible(in_scope_fen: Fen, standard_fen: Fen, used_fen: Fen) -> Text:
    """Tell the deductible of a stay, at most its in-scope costs."""
    left = format_yuan(in_scope_fen - used_fen)
    if used_fen < standard_fen:
        return Text(
            f"政策范围内费用 {format_yuan(in_scope_fen)} 元未超过起付标准 {format_yuan(standard_fen)} 元，"
            f"统筹基金应付部分为 {left} 元。",
            f"The in-scope costs of {format_yuan(in_scope_fen)} yuan do not pass the deductible of "
            f"{format_yuan(standard_fen)} yuan; {left} yuan are above it.",
        )
    return Text(
        f"政策范围内费用 {format_yuan(in_scope_fen)} 元，扣除起付标准 {format_yuan(standard_fen)} 元后为 {left} 元。",
        f"The in-scope costs of {format_yuan(in_scope_fen)} yuan less the deductible of {format_yuan(standard_fen)} "
        f"yuan are {left} yuan.",
    )


@dataclass(frozen=True, slots=True)
class WithinLimit:
    """A share of a cost within a limit: `cost_fen` x `rate` is `wanted_fen`, and `left_fen` of the limit is left."""

    cost_fen: Fen
    rate: Rate
    wanted_fen: Fen
    left_fen: Fen

    @property
    def paid_fen(self) -> Fen:
        return min(self.wanted_fen, self.left_fen)


def basic_of_stay(part: WithinLimit) -> Text:
    """Tell the payment of basic insurance above the deductible, within the rest of the year's cap."""
    return Text(
        f"起付标准以上的 {format_yuan(part.cost_fen)} 元，基本医保{_limited_zh(part, '统筹基金年度最高支付限额')}。",
        f"Of the {format_yuan(part.cost_fen)} yuan above the deductible, basic insurance "
        f"{_limited_en(part, 'the cap of the pool')}.",
    )


def assistance(part: WithinLimit, *, insured: bool) -> Text:
    """Tell the payment of assistance for the remaining in-scope costs, within the rest of the year's limit."""
    if insured:
        zh, en = "基本医保和大病保险支付后的政策范围内费用", "in-scope costs that insurance leaves"
    else:
        zh, en = "该患者未参保，政策范围内费用", "in-scope costs of this uninsured patient"
    return Text(
        f"{zh} {format_yuan(part.cost_fen)} 元，医疗救助{_limited_zh(part, '年度救助限额')}。",
        f"Of the {format_yuan(part.cost_fen)} yuan of {en}, medical assistance "
        f"{_limited_en(part, 'the limit of assistance')}.",
    )


def large_sum(part: WithinLimit) -> Text:
    """Tell the payment of the employees' second layer beyond the pool's cap, within the layer's own cap."""
    return Text(
        f"超过统筹基金年度最高支付限额的政策范围内费用 {format_yuan(part.cost_fen)} 元，"
        f"{TERMS['large-sum-cover'].zh}{_limited_zh(part, '年度最高补助限额')}。",
        f"Of the {format_yuan(part.cost_fen)} yuan of in-scope costs beyond the cap of the pool, large-sum cover "
        f"{_limited_en(part, 'its own cap')}.",
    )


def _limited_zh(part: WithinLimit, limit: str) -> str:
    wanted, left = format_yuan(part.wanted_fen), format_yuan(part.left_fen)
    if part.wanted_fen > part.left_fen:
        return f"按 {part.rate.shown} 应付 {wanted} 元，超过{limit}余额 {left} 元，支付 {left} 元"
    return f"按 {part.rate.shown} 支付 {wanted} 元（未超过{limit}，余额 {left} 元）"


def _limited_en(part: WithinLimit, limit: str) -> str:
    wanted, left = format_yuan(part.wanted_fen), format_yuan(part.left_fen)
    if part.wanted_fen > part.left_fen:
        return (
            f"would pay {part.rate.shown}, {wanted} yuan; only {left} yuan are left of {limit}, so it pays {left} yuan"
        )
    return f"pays {part.rate.shown}, {wanted} yuan, within the {left} yuan that are left of {limit}"


def outpatient(special: tuple[Fen, Rate, Fen] | None, ordinary: WithinLimit) -> Text:
    """Tell the payment for a visit. `special`: plan cost, ratio, payment; `ordinary`: the other in-scope costs."""
    zh, en = [], []
    if special is not None:
        cost, paid = format_yuan(special[0]), format_yuan(special[2])
        zh.append(f"诊疗方案内费用 {cost} 元按 {special[1].shown} 支付 {paid} 元，不设年度限额")
        en.append(
            f"{special[1].shown} of the {cost} yuan for items of the treatment plan, {paid} yuan, without a limit"
        )
    if ordinary.cost_fen or special is None:
        cost = format_yuan(ordinary.cost_fen)
        zh.append(f"{'其余' if special else ''}政策范围内费用 {cost} 元{_limited_zh(ordinary, '门诊年度支付限额')}")
        en.append(_visit_en(ordinary, other=special is not None))
    total = format_yuan((special[2] if special else 0) + ordinary.paid_fen)
    together = len(zh) > 1
    return Text(
        f"门急诊不设起付标准，基本医保支付：{'；'.join(zh)}{f'；合计 {total} 元' if together else ''}。",
        f"An outpatient visit has no deductible. Basic insurance pays {'; and '.join(en)}"
        f"{f'; {total} yuan in all' if together else ''}.",
    )


def _visit_en(part: WithinLimit, *, other: bool) -> str:
    wanted, left = format_yuan(part.wanted_fen), format_yuan(part.left_fen)
    cost = f"{part.rate.shown} of the {format_yuan(part.cost_fen)} yuan of {'other ' if other else ''}in-scope costs"
    if part.wanted_fen > part.left_fen:
        return f"{cost}, {wanted} yuan, but no more than the {left} yuan left of the yearly limit"
    return f"{cost}, {wanted} yuan, within the {left} yuan left of the yearly limit"


@dataclass(frozen=True, slots=True)
class BandedYear:
    """The residents' second layer over a year: the burden, the threshold, the bands, the earlier and the due payments.

    `bands` holds the cost in each band and its ratio; `paid_fen` is this claim's part.
    """

    year: int
    accumulated_fen: Fen
    threshold_fen: Fen
    bands: tuple[tuple[Fen, Rate], ...]
    cap_fen: Fen
    paid_before_fen: Fen
    burden_fen: Fen
    paid_fen: Fen

    @property
    def due_fen(self) -> Fen:
        return round_half_up(sum((cost * rate.exact for cost, rate in self.bands), Fraction(0)))

    @property
    def formula(self) -> str:
        """Return the arithmetic, without a limit that does not bind."""
        terms = " + ".join(f"{format_yuan(cost)} × {rate.shown}" for cost, rate in self.bands)
        if self.due_fen > self.cap_fen:
            terms = f"min({terms}, {format_yuan(self.cap_fen)})"
        if self.paid_before_fen:
            terms = f"{terms} − {format_yuan(self.paid_before_fen)}"
        left_fen = min(self.due_fen, self.cap_fen) - self.paid_before_fen
        if left_fen < 0:
            terms = f"max({terms}, 0.00)"
        return f"min({terms}, {format_yuan(self.burden_fen)})" if left_fen > self.burden_fen else terms


def critical_illness(year: BandedYear) -> Text:
    """Tell the payment of the residents' layer by the year's burden."""
    zh = (
        f"{year.year} 年度政策范围内个人负担累计 {format_yuan(year.accumulated_fen)} 元，超过起付标准 "
        f"{format_yuan(year.threshold_fen)} 元的部分，大病保险分段支付："
        + "，".join(f"{format_yuan(cost)} 元按 {rate.shown}" for cost, rate in year.bands)
        + f"，合计 {format_yuan(year.due_fen)} 元"
    )
    en = (
        f"In {year.year} the patient's in-scope burden comes to {format_yuan(year.accumulated_fen)} yuan. Above "
        f"{format_yuan(year.threshold_fen)} yuan critical-illness insurance pays by bands: "
        + listed([f"{rate.shown} of {format_yuan(cost)} yuan" for cost, rate in year.bands])
        + f", together {format_yuan(year.due_fen)} yuan"
    )
    if year.due_fen > year.cap_fen:
        zh += f"，以年度最高支付限额 {format_yuan(year.cap_fen)} 元为限"
        en += f", at most {format_yuan(year.cap_fen)} yuan a year"
    if year.paid_before_fen:
        zh += f"，扣除本年度已支付的 {format_yuan(year.paid_before_fen)} 元"
        en += f", less the {format_yuan(year.paid_before_fen)} yuan paid earlier in the year"
    if min(year.due_fen, year.cap_fen) - year.paid_before_fen > year.burden_fen:
        zh += f"，以本次个人负担 {format_yuan(year.burden_fen)} 元为限"
        en += f", at most this claim's burden of {format_yuan(year.burden_fen)} yuan"
    return Text(
        f"{zh}；本次支付 {format_yuan(year.paid_fen)} 元。", f"{en}; this claim gets {format_yuan(year.paid_fen)} yuan."
    )


def listed(items: Sequence[str]) -> str:
    """Join items as `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
