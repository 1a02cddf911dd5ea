"""What a determination says beside the payers' amounts: budgets, the method of payment, the personal account, records.

Nothing here moves what a payer bears. Source: N-03, Y-07, design.md section 4.
"""

from __future__ import annotations

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.deciding import wording_of_shares
from chalicelib.adjudication.domain.deciding.sharing import Shared
from chalicelib.adjudication.domain.deciding.trace import Trace
from chalicelib.adjudication.domain.determination import BudgetPart
from chalicelib.kernel.money import Fen, format_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.terms import RECORDS, TERMS
from chalicelib.law.domain.model import Provision, Slot
from chalicelib.law.domain.resolution import Resolver, name_document
from chalicelib.law.domain.values import Budget, BudgetKind, PaymentMethod, PersonalAccount

_PAYMENT_TERMS = {"by-item": "payment-by-item", "single-disease": "payment-single-disease"}


class BesideTheMoney:
    """States it step by step for one claim, once its shares are known."""

    def __init__(self, claim: Claim, resolver: Resolver, trace: Trace) -> None:
        self._claim = claim
        self._resolver = resolver
        self._trace = trace

    def budgets(self, shared: Shared) -> tuple[BudgetPart, ...]:
        """The budgets that the funds' part counts in. What a separate budget takes of a protected patient's bill is the
        protected part; costs after an excluded suspicion stay in the hospital's yearly total (N-03).
        """
        resolution = self._resolver.resolve(Slot.BUDGET_KIND)
        kind = BudgetKind.TOTAL_CONTROL if resolution.winner is None else Budget.read(resolution.winner.value).kind
        funds_fen = shared.shares.funds_fen
        inside_fen = shared.protected_funds_fen if kind is BudgetKind.SEPARATE else funds_fen
        outside_fen = funds_fen - inside_fen
        self._trace.add(
            "budget",
            wording_of_shares.budget(funds_fen, inside_fen, outside_fen, separate=kind is BudgetKind.SEPARATE),
            before=0,
            after=funds_fen,
            formula=f"{format_yuan(inside_fen)} + {format_yuan(outside_fen)}" if outside_fen else "",
            by=[resolution],
        )
        parts = [BudgetPart(kind.value, inside_fen)]
        if outside_fen:
            parts.append(BudgetPart(BudgetKind.TOTAL_CONTROL.value, outside_fen))
        return tuple(parts)

    def payment_method(self) -> str:
        """How insurance pays the hospital."""
        resolution = self._resolver.resolve(Slot.PAYMENT_METHOD)
        method = "ordinary" if resolution.winner is None else PaymentMethod.read(resolution.winner.value).method
        name = TERMS[_PAYMENT_TERMS.get(method, "payment-by-agreement")]
        self._trace.add(
            "payment-method",
            Text(
                f"医保与医院之间{name.zh}，不影响个人支付。",
                f"Insurance pays the hospital {name.en}; the patient's part does not depend on it.",
            ),
            before="",
            after=method,
            by=[resolution],
        )
        return method

    def personal_account(self, patient_fen: Fen) -> Fen:
        """What of the patient's part the personal account may pay (Y-07)."""
        resolution = self._resolver.resolve(Slot.PERSONAL_ACCOUNT)
        allowed = frozenset[str]().union(*(PersonalAccount.read(p.value).supplies for p in resolution.decided_by))
        supplies = {line.no: line.supply for line in self._claim.lines}
        goods_fen = sum(
            line.amount_fen
            for line in self._claim.lines
            if supplies[line.no if line.refunds is None else line.refunds] in allowed
        )
        payable_fen = min(goods_fen, patient_fen)
        if payable_fen:
            self._trace.add(
                "personal-account",
                Text(
                    f"个人支付 {format_yuan(patient_fen)} 元，其中防护用品 {format_yuan(goods_fen)} 元，"
                    f"个人账户可以支付 {format_yuan(payable_fen)} 元。",
                    f"Of the patient's {format_yuan(patient_fen)} yuan, protective goods cost {format_yuan(goods_fen)} "
                    f"yuan; the personal account may pay {format_yuan(payable_fen)} yuan.",
                ),
                before=patient_fen,
                after=payable_fen,
                formula=f"min({format_yuan(goods_fen)}, {format_yuan(patient_fen)})",
                by=[resolution],
            )
        return payable_fen

    def records(self) -> tuple[str, ...]:
        """The citations of what the notices ask to be kept or done."""
        owed = self._owed_records()
        if owed:
            names = [self._record_name(provision) for provision in owed]
            zh = "、".join(dict.fromkeys(name.zh for name in names))
            en = ", ".join(dict.fromkeys(name.en for name in names))
            self._trace.add(
                "records",
                Text(
                    f"按文件要求办理或留存：{zh}。不影响金额。",
                    f"The notices ask for these records and services: {en}. No amount depends on them.",
                ),
                before="",
                after=zh,
                citing=owed,
            )
        return tuple(provision.citation for provision in owed)

    def _owed_records(self) -> tuple[Provision, ...]:
        """The records owed on any day on which something was charged: a version of the treatment plan that changed
        during the stay is one of them, and so is the one before it.
        """
        facts = self._resolver.facts
        days = {line.on for line in self._claim.lines} or {facts.days.service}
        owed = {
            provision.citation
            for day in days
            for provision in self._resolver.resolve_line(Slot.RECORD, facts.on(day)).decided_by
            if not provision.pending
        }
        return tuple(each for each in self._resolver.bundle.by_slot[Slot.RECORD] if each.citation in owed)

    def _record_name(self, provision: Provision) -> Text:
        """What a provision asks to be kept; one that the glossary does not know is named by its document."""
        known = RECORDS.get(str(provision.value.get("what")))
        named = name_document(provision, self._resolver.bundle)
        return known or Text(named, named)
