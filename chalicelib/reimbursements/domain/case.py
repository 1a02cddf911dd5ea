"""Reimbursements by hand (手工报销): bills that a person paid himself, from the desk that accepts them to the payment.

accepted -> forwarded -> audited -> ordered -> paid; or refused by the insured place, or withdrawn by the desk before
the payment is ordered; until then the desk may correct the bill, which is then forwarded and audited anew. The insured
place sends an accepted case back for missing documents; a payment that the bank could not make is ordered anew. The
insured place governs: its notice sets the visits, the documents, and whether a protected patient is paid in full.
Nothing here reads a store. Source: C-06, 涪医保发〔2020〕6号 三; C-14, 渝医保发〔2020〕3号 四（二）; Y-13,
云医保〔2020〕12号 四（二）.
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
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode, MovementId, PersonToken
from chalicelib.law.domain.services.vocabulary import PaperKind


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
    """The payee, the party that paid the bill: the person, or the institution that advanced the money."""

    PERSON = "person"
    INSTITUTION = "institution"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that the desk holds: its kind, and the SHA-256 of the copy kept."""

    kind: PaperKind
    sha256: str
    given: Act


@dataclass(frozen=True, slots=True)
class BillCorrection:
    """The correction of a bill: its act and reason, and the earlier state, the bill by its hash and the payee."""

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
"""The duty of the party that has the case, by its policy name; `business` decides the duty of an accepted case."""

OVER = frozenset({ReimbursementStatus.PAID, ReimbursementStatus.REFUSED, ReimbursementStatus.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Payment:
    """The amount decided and the bank's reports on its payment. `determination_hash` names the decision, `number`
    counts the orders, `beyond` the payments made though none was due any more, `said` the reports received.
    """

    amount_fen: Fen
    fiscal_fen: Fen
    determination_hash: str
    ordered_at: Instant
    number: int = 0
    beyond: int = 0
    said: tuple[str, ...] = ()
    bank_reference: str | None = None

    @property
    def orders(self) -> int:
        return self.number + 1

    @property
    def overpaid_fen(self) -> Fen:
        return self.amount_fen * self.beyond


@dataclass(frozen=True, slots=True)
class Reimbursement:
    """A case. `claim_hash` names the bill as decided, `invoice_no` is the number on it, `person` a keyed token; `desk`
    is the institution or township office that accepted the case, None for an agency; `payer` the pooling area whose
    fund and finance pay, `required` the documents that `citation` asks for, `reason` the reason for sending the case
    back, refusing or withdrawing it.
    """

    case_id: ClaimId
    person: PersonToken
    institution: InstitutionCode
    invoice_no: str
    claim_hash: str
    payee: Payee
    visit: str
    admitted_on: date
    discharged_on: date
    total_fen: Fen
    insured_area: AreaCode
    payer: AreaCode
    required: tuple[str, ...]
    citation: str
    accepted: Act
    desk: InstitutionCode | None
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
        """The identity of the bill, whatever its content: the person, the institution and the invoice number."""
        return self.person, self.institution, self.invoice_no

    @property
    def missing(self) -> tuple[str, ...]:
        """The required documents that are missing, or that the latest request asks for again."""
        given = {paper.kind.value for paper in self.papers}
        return tuple(kind for kind in self.required if kind in self.asked or kind not in given)

    @property
    def business(self) -> str | None:
        """The duty that runs now; None once the case is over."""
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
        """The actors who accepted, corrected, forwarded or audited the case: none of them releases the payment."""
        corrected = (each.act for each in self.corrections)
        return tuple(act.actor for act in (self.accepted, *corrected, self.forwarded, self.audited) if act is not None)

    @property
    def areas(self) -> frozenset[AreaCode]:
        """The areas that may see the case."""
        desk = () if self.desk is not None else (self.accepted.subject,)
        return frozenset({self.insured_area, self.payer, *desk})

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def order_state(self) -> OrderState:
        """The state of the payment order before a report of the bank."""
        match self.status:
            case ReimbursementStatus.ORDERED:
                return OrderState.OPEN
            case ReimbursementStatus.PAID:
                return OrderState.PAID
        return OrderState.ENDED

    def with_papers(self, papers: Sequence[Paper]) -> Reimbursement:
        """Add documents to the case; another copy of a kind replaces the earlier copy, the same copies change nothing.

        Raises `Conflict` once the case was forwarded.
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
        """Raise `Conflict` unless the documents are still to be brought."""
        self._only_in(ReimbursementStatus.ACCEPTED)

    def forward(self, act: Act) -> Reimbursement:
        """Forward the case to the insured place. Raises `Invalid` while documents are missing."""
        if self.status is ReimbursementStatus.FORWARDED:
            return self
        self._only_in(ReimbursementStatus.ACCEPTED)
        if self.missing:
            raise Invalid([_missing(kind, self.citation) for kind in self.missing])
        return self._moved(status=ReimbursementStatus.FORWARDED, forwarded=act, reason=None)

    def audit(self, act: Act) -> Reimbursement:
        """Record that the insured place found the case in order."""
        if self.status is ReimbursementStatus.AUDITED:
            return self
        self._only_in(ReimbursementStatus.FORWARDED)
        return self._moved(status=ReimbursementStatus.AUDITED, audited=act)

    def send_back(self, kinds: Sequence[str], reason: str) -> Reimbursement:
        """Ask for documents as the insured place. Raises `Invalid` for no documents and for documents not required."""
        if (self.status, self.asked, self.reason) == (ReimbursementStatus.ACCEPTED, tuple(kinds), reason):
            return self
        self._only_in(ReimbursementStatus.FORWARDED)
        if not kinds or set(kinds) - set(self.required):
            raise Invalid([_KINDS])
        _require_reason(reason)
        return self._moved(status=ReimbursementStatus.ACCEPTED, asked=tuple(kinds), reason=reason)

    def refuse(self, act: Act, reason: str) -> Reimbursement:
        """Refuse the case as the insured place, at the audit or at the decision."""
        if (self.status, self.reason) == (ReimbursementStatus.REFUSED, reason):
            return self
        self._only_in(ReimbursementStatus.FORWARDED, ReimbursementStatus.AUDITED)
        _require_reason(reason)
        return self._moved(status=ReimbursementStatus.REFUSED, ended=act, reason=reason)

    def correct(self, act: Act, reason: str, drafted: Reimbursement) -> Reimbursement:
        """Replace the bill or the payee and return the case to its desk; an unchanged bill and payee change nothing.

        Raises `Conflict` once the case was decided or given up.
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
        """Take the case back for the person before the payment is ordered."""
        if (self.status, self.reason) == (ReimbursementStatus.WITHDRAWN, reason):
            return self
        self._only_in(ReimbursementStatus.ACCEPTED, ReimbursementStatus.FORWARDED, ReimbursementStatus.AUDITED)
        return self._moved(status=ReimbursementStatus.WITHDRAWN, ended=act, reason=reason)

    def require_audited(self) -> None:
        """Raise `Conflict` unless the case is to be decided now."""
        self._only_in(ReimbursementStatus.AUDITED)

    def order(self, act: Act, payment: Payment) -> Reimbursement:
        """Record the decision and release the payment."""
        self._only_in(ReimbursementStatus.AUDITED)
        return self._moved(status=ReimbursementStatus.ORDERED, decided=act, payment=payment)

    def order_again(self) -> Reimbursement:
        """Order the payment anew after the bank failed to make it."""
        if self.payment is None:
            raise Conflict([_status(self.status)])
        self._only_in(ReimbursementStatus.FAILED)
        return self._moved(
            status=ReimbursementStatus.ORDERED, payment=replace(self.payment, number=self.payment.number + 1)
        )

    def heard(self, payment: Payment, status: ReimbursementStatus) -> Reimbursement:
        """Record a report of the bank."""
        return self._moved(payment=payment, status=status)

    def timed(self, clock: LegalClock) -> Reimbursement:
        """Set the clock of the next step."""
        return replace(self, clock=clock)

    def _only_in(self, *statuses: ReimbursementStatus) -> None:
        if self.status not in statuses:
            raise Conflict([_status(self.status)])

    def _moved(self, **changes: object) -> Reimbursement:
        return replace(self, revision=self.revision + 1, **changes)  # type: ignore[arg-type]  # fields of its own


def case_id_of(person: PersonToken, institution: InstitutionCode, invoice_no: str, number: int) -> ClaimId:
    """Derive the case's id: an invoice of a person has a new case only once the earlier case was given up."""
    return ClaimId(f"rmb_{fingerprint([person, institution, invoice_no, number])[:26]}")


def copy_key(case_id: ClaimId, sha256: str) -> str:
    """Name the key of a document's copy by its content, so that other content never replaces the copy."""
    return f"papers/{case_id}/{sha256}"


def report_key(movement_id: MovementId, outcome: BankOutcome) -> str:
    """Name the key under which a report of the bank is remembered."""
    return f"{movement_id}:{outcome.value}"


def not_uploaded(kind: PaperKind) -> Finding:
    """Report that no copy of a document is at its upload address."""
    return finding(
        "document-not-uploaded",
        "documents",
        f"未找到材料 {kind.value} 的电子件，请先取得上传地址并上传，再登记。",
        f"Send the copy of {kind.value} first, to the address that uploads give out; none lies there.",
    )


def other_content(kind: PaperKind) -> Finding:
    """Report that the copy uploaded is another file than the file announced."""
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
