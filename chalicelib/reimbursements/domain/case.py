"""A reimbursement by hand (手工报销): a bill that somebody paid himself, from the desk that accepts it to the payment.

accepted -> forwarded -> audited -> ordered -> paid; or refused by the insured place, or withdrawn by the desk before
anything is ordered; until then the desk may correct the bill, which is then forwarded and audited anew. The insured
place sends an accepted case back for what is missing; a payment that the bank could not make is ordered anew. The
insured place governs: its notice says for which visits, with which documents, and whether a protected patient is paid
in full. Nothing here reads a store.
Source: C-06, 涪医保发〔2020〕6号 三; C-14, 渝医保发〔2020〕3号 四（二）; Y-13, 云医保〔2020〕12号 四（二）.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from chalicelib.bank.domain import BankOutcome, OrderState
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.persons.acts import Act


class ReimbursementStatus(StrEnum):
    ACCEPTED = "accepted"
    FORWARDED = "forwarded"
    AUDITED = "audited"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Payee(StrEnum):
    """Who paid the bill and is paid back: the person, or the institution that advanced it."""

    PERSON = "person"
    INSTITUTION = "institution"


class PaperKind(StrEnum):
    INVOICE = "invoice"
    ITEMISED_LIST = "itemised-list"
    DIAGNOSIS = "diagnosis"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that the desk holds: which one, and the SHA-256 of the copy that it keeps."""

    kind: PaperKind
    sha256: str
    given: Act


@dataclass(frozen=True, slots=True)
class BillCorrection:
    """Who put a bill right, why, and what stood before: the bill by its hash, and who was to be paid back."""

    act: Act
    reason: str
    claim_hash: str
    payee: Payee


BUSINESSES: Mapping[ReimbursementStatus, str] = {
    ReimbursementStatus.FORWARDED: "reimbursement-audit",
    ReimbursementStatus.AUDITED: "reimbursement-settlement",
    ReimbursementStatus.ORDERED: "reimbursement-payment",
    ReimbursementStatus.FAILED: "reimbursement-payment",
}
"""The duty of whoever has the case, as policy files name it; of an accepted one `business` looks at what is missing."""

OVER = frozenset({ReimbursementStatus.PAID, ReimbursementStatus.REFUSED, ReimbursementStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Payment:
    """What was decided and what the bank said of it. `determination_hash` names the decision, `number` counts the
    orders, `beyond` the payments made though nothing was due any more, `said` the reports that were heard.
    """

    amount_fen: Fen
    fiscal_fen: Fen
    determination_hash: str
    ordered_at: str
    number: int = 0
    beyond: int = 0
    said: tuple[str, ...] = ()
    bank_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """One case. `claim_hash` names the bill as it is decided, `invoice_no` is the number on it, `person` a keyed token;
    `desk` is the institution or township office that accepted it, None where an agency did; `payer` the pooling area
    whose fund and finance pay, `required` the documents that `citation` asks for, `reason` why it was sent back,
    refused or withdrawn.
    """

    case_id: str
    person: str
    institution: str
    invoice_no: str
    claim_hash: str
    payee: Payee
    visit: str
    admitted_on: date
    discharged_on: date
    total_fen: Fen
    insured_area: str
    payer: str
    required: tuple[str, ...]
    citation: str
    accepted: Act
    desk: str | None
    clock: LegalClock
    papers: tuple[Paper, ...] = ()
    asked: tuple[str, ...] = ()
    forwarded: Act | None = None
    audited: Act | None = None
    decided: Act | None = None
    ended: Act | None = None
    reason: str | None = None
    payment: Payment | None = None
    corrections: tuple[BillCorrection, ...] = ()
    status: ReimbursementStatus = ReimbursementStatus.ACCEPTED
    revision: int = 1

    @property
    def invoice(self) -> tuple[str, str, str]:
        """What names the bill, whatever stands on it: whose it is, who wrote it and its number."""
        return self.person, self.institution, self.invoice_no

    @property
    def missing(self) -> tuple[str, ...]:
        """The documents that are asked for and not there, the latest word counting."""
        given = {paper.kind.value for paper in self.papers}
        return tuple(kind for kind in self.required if kind in self.asked or kind not in given)

    @property
    def business(self) -> str | None:
        """The duty that runs now; None once it is over."""
        if self.status is ReimbursementStatus.ACCEPTED:
            return "reimbursement-completion" if self.missing else "reimbursement-forwarding"
        return BUSINESSES.get(self.status)

    @property
    def owner(self) -> Role:
        """The party that has to act on the case now."""
        if self.status is ReimbursementStatus.ACCEPTED:
            return self.accepted.role
        return Role.FINANCE if self.status is ReimbursementStatus.ORDERED else Role.AGENCY

    @property
    def handled(self) -> tuple[str, ...]:
        """Who accepted, corrected, forwarded or audited it: none of them releases the payment."""
        corrected = (each.act for each in self.corrections)
        return tuple(act.actor for act in (self.accepted, *corrected, self.forwarded, self.audited) if act is not None)

    @property
    def areas(self) -> frozenset[str]:
        """The areas that may see it."""
        desk = () if self.desk is not None else (self.accepted.subject,)
        return frozenset({self.insured_area, self.payer, *desk})

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def order_state(self) -> OrderState:
        """How its payment stands before a report of the bank."""
        match self.status:
            case ReimbursementStatus.ORDERED:
                return OrderState.OPEN
            case ReimbursementStatus.PAID:
                return OrderState.PAID
        return OrderState.ENDED

    def with_papers(self, papers: Sequence[Paper]) -> Reimbursement:
        """The case with documents; another copy of a kind takes the place of the one before, the same changes nothing.

        Raises `Conflict` once it was forwarded.
        """
        known = {(paper.kind, paper.sha256) for paper in self.papers}
        asked = tuple(kind for kind in self.asked if kind not in {paper.kind.value for paper in papers})
        if asked == self.asked and all((paper.kind, paper.sha256) in known for paper in papers):
            return self
        self._only_in(ReimbursementStatus.ACCEPTED)
        new = {paper.kind: paper for paper in papers}
        kept = tuple(paper for paper in self.papers if paper.kind not in new)
        return self._moved(papers=(*kept, *new.values()), asked=asked)

    def require_at_desk(self) -> None:
        """Raises `Conflict` unless its documents are still to be brought."""
        self._only_in(ReimbursementStatus.ACCEPTED)

    def forward(self, act: Act) -> Reimbursement:
        """The case before the insured place. Raises `Invalid` while documents are missing."""
        if self.status is ReimbursementStatus.FORWARDED:
            return self
        self._only_in(ReimbursementStatus.ACCEPTED)
        if self.missing:
            raise Invalid([_missing(kind, self.citation) for kind in self.missing])
        return self._moved(status=ReimbursementStatus.FORWARDED, forwarded=act, reason=None)

    def audit(self, act: Act) -> Reimbursement:
        """The insured place found it in order."""
        if self.status is ReimbursementStatus.AUDITED:
            return self
        self._only_in(ReimbursementStatus.FORWARDED)
        return self._moved(status=ReimbursementStatus.AUDITED, audited=act)

    def send_back(self, kinds: Sequence[str], reason: str) -> Reimbursement:
        """The insured place asks for documents. Raises `Invalid` where it names none that are asked for at all."""
        if (self.status, self.asked, self.reason) == (ReimbursementStatus.ACCEPTED, tuple(kinds), reason):
            return self
        self._only_in(ReimbursementStatus.FORWARDED)
        if not kinds or set(kinds) - set(self.required):
            raise Invalid([_KINDS])
        _require_reason(reason)
        return self._moved(status=ReimbursementStatus.ACCEPTED, asked=tuple(kinds), reason=reason)

    def refuse(self, act: Act, reason: str) -> Reimbursement:
        """The insured place refuses it, at the audit or when it is decided."""
        if (self.status, self.reason) == (ReimbursementStatus.REFUSED, reason):
            return self
        self._only_in(ReimbursementStatus.FORWARDED, ReimbursementStatus.AUDITED)
        _require_reason(reason)
        return self._moved(status=ReimbursementStatus.REFUSED, ended=act, reason=reason)

    def correct(self, act: Act, reason: str, drafted: Reimbursement) -> Reimbursement:
        """It with another bill or payee, back at its desk; what already stands so changes nothing.

        Raises `Conflict` once it was decided or given up.
        """
        if (self.claim_hash, self.payee) == (drafted.claim_hash, drafted.payee):
            return self
        self._only_in(ReimbursementStatus.ACCEPTED, ReimbursementStatus.FORWARDED, ReimbursementStatus.AUDITED)
        return self._moved(
            claim_hash=drafted.claim_hash,
            payee=drafted.payee,
            visit=drafted.visit,
            admitted_on=drafted.admitted_on,
            discharged_on=drafted.discharged_on,
            total_fen=drafted.total_fen,
            insured_area=drafted.insured_area,
            payer=drafted.payer,
            required=drafted.required,
            citation=drafted.citation,
            forwarded=None,
            audited=None,
            corrections=(*self.corrections, BillCorrection(act, reason, self.claim_hash, self.payee)),
            status=ReimbursementStatus.ACCEPTED,
        )

    def withdraw(self, act: Act, reason: str) -> Reimbursement:
        """The person takes it back before anything is ordered."""
        if (self.status, self.reason) == (ReimbursementStatus.WITHDRAWN, reason):
            return self
        self._only_in(ReimbursementStatus.ACCEPTED, ReimbursementStatus.FORWARDED, ReimbursementStatus.AUDITED)
        return self._moved(status=ReimbursementStatus.WITHDRAWN, ended=act, reason=reason)

    def require_audited(self) -> None:
        """Raises `Conflict` unless it is to be decided now."""
        self._only_in(ReimbursementStatus.AUDITED)

    def order(self, act: Act, payment: Payment) -> Reimbursement:
        """It is decided and its payment released."""
        self._only_in(ReimbursementStatus.AUDITED)
        return self._moved(status=ReimbursementStatus.ORDERED, decided=act, payment=payment)

    def order_again(self) -> Reimbursement:
        """What the bank could not pay is ordered anew."""
        if self.payment is None:
            raise Conflict([_status(self.status)])
        self._only_in(ReimbursementStatus.FAILED)
        return self._moved(
            status=ReimbursementStatus.ORDERED, payment=replace(self.payment, number=self.payment.number + 1)
        )

    def heard(self, payment: Payment, status: ReimbursementStatus) -> Reimbursement:
        """The case after a word of the bank."""
        return self._moved(payment=payment, status=status)

    def timed(self, clock: LegalClock) -> Reimbursement:
        """It with the clock of its next step."""
        return replace(self, clock=clock)

    def _only_in(self, *statuses: ReimbursementStatus) -> None:
        if self.status not in statuses:
            raise Conflict([_status(self.status)])

    def _moved(self, **changes: object) -> Reimbursement:
        return replace(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]  # fields of its own


def case_id_of(person: str, institution: str, invoice_no: str, number: int) -> str:
    """An invoice of a person has one case after the other: a new one only once the one before was given up."""
    return f"rmb_{fingerprint([person, institution, invoice_no, number])[:26]}"


def copy_key(case_id: str, sha256: str) -> str:
    """Where the copy of a document lies: by its content, so that another content never takes its place."""
    return f"papers/{case_id}/{sha256}"


def report_key(movement_id: str, outcome: BankOutcome) -> str:
    """How a report of the bank is remembered."""
    return f"{movement_id}:{outcome.value}"


def not_uploaded(kind: PaperKind) -> Finding:
    """No copy of a document lies where it was to be sent."""
    return finding(
        "document-not-uploaded",
        "documents",
        f"未找到材料 {kind.value} 的电子件，请先取得上传地址并上传，再登记。",
        f"Send the copy of {kind.value} first, to the address that uploads give out; none lies there.",
    )


def other_content(kind: PaperKind) -> Finding:
    """The copy that lies there is another file than the one that was said."""
    return finding(
        "document-other-content",
        "documents",
        f"材料 {kind.value} 的电子件与所报哈希不符，请核对文件后重新上传。",
        f"Check the file of {kind.value} and send it again: what lies there has another hash.",
    )


def _missing(kind: str, citation: str) -> Finding:
    return finding(
        "document-missing",
        "documents",
        f"尚缺材料 {kind}，请补齐后再报送。",
        f"The document {kind} is missing: add it, then forward the case.",
        citation,
    )


_KINDS = finding(
    "documents-asked",
    "documents",
    "退回补件须写明所需材料，且只能是规定的材料；请更正。",
    "Name the documents that are missing, out of those that the provision asks for.",
)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid([_REASON_REQUIRED])


_REASON_REQUIRED = finding("reason-required", "reason", "请填写该步骤的原因。", "Give the reason for this step.")


def _status(status: ReimbursementStatus) -> Finding:
    return finding(
        "reimbursement-status",
        "status",
        f"手工报销状态为 {status.value}，此操作不在该状态下进行，请先查询。",
        f"The case is {status.value}; this step cannot be taken in that state. Read the case first.",
    ).naming(status=status.value)
