"""Prepares forms for callers who may read the content."""

from __future__ import annotations

from datetime import date

from chalicelib.advances.usecases.advance import Advances
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.documents import Bodies
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.clearing.usecases.read import ReadStatement
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Conflict, Finding, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AdvanceId, AreaCode, ClaimId, InstitutionCode, RunId
from chalicelib.law.ports import BundleStore
from chalicelib.payments.usecases.read import Disbursement
from chalicelib.platform.forms.model import PrintedForm
from chalicelib.printing.forms.clearing import clearing_form
from chalicelib.printing.forms.manual import manual_form
from chalicelib.printing.forms.money import advance_notice, payment_notice
from chalicelib.printing.forms.names import Names
from chalicelib.printing.forms.requisitions import requisition_form
from chalicelib.printing.forms.settlement import settlement_form
from chalicelib.reimbursements.usecases.cases import Bills, Cases
from chalicelib.requisitions.domain import RequisitionId
from chalicelib.requisitions.usecases import Requisitions


@dataclass(frozen=True, slots=True)
class PrepareForms:
    """The printed forms, for callers who may read the underlying record, by the same checks."""

    read_claim: ReadClaim
    claims: ClaimStore
    bodies: Bodies
    advances: Advances
    disbursement: Disbursement
    cases: Cases
    bills: Bills
    requisitions: Requisitions
    statements: ReadStatement
    bundles: BundleStore
    clock: Clock

    def settlement(self, principal: Principal, claim_id: ClaimId) -> PrintedForm:
        """Build the statement of a settled claim. Raises `Conflict` for an undecided or reversed claim."""
        view = self.read_claim(principal, claim_id)
        record = existing(self.claims.get(claim_id))
        if view.determination is None or view.status.value != "settled":
            raise Conflict([_not_settled(view.status.value)])
        return settlement_form(self.bodies.submitted(record), view, view.determination, self._names())

    def advance(self, principal: Principal, advance_id: AdvanceId) -> PrintedForm:
        """Build the notice of an advance."""
        advance = self.advances.read(principal, advance_id)
        return advance_notice(advance, self._article(advance.quota.citation), self._names())

    def payment(self, principal: Principal, code: InstitutionCode, from_on: date, to_on: date) -> PrintedForm:
        """Build the notice of a hospital's payment for some days, both inclusive."""
        advice = self.disbursement.remittance(principal, code, from_on, to_on)
        return payment_notice(advice, from_on, to_on, self.clock.today(), self._names())

    def clearing(self, principal: Principal, run_id: RunId, area: AreaCode) -> PrintedForm:
        """Build the statement of an area in a run of clearing."""
        document = self.statements.whole(principal, run_id, area)
        return clearing_form(document, self.clock.today(), self._names())

    def reimbursement(self, principal: Principal, case_id: ClaimId) -> PrintedForm:
        """Build the form for settlement by hand of a bill that somebody paid."""
        case = self.cases.read(principal, case_id)
        return manual_form(case, self.bills.of(case), self._names())

    def requisition(self, principal: Principal, requisition_id: RequisitionId) -> PrintedForm:
        """Build the form by which a district asks for funds, in the requisition's present state."""
        requisition = self.requisitions.read(principal, requisition_id)
        return requisition_form(requisition, self._article(requisition.citation), self._names())

    def _article(self, citation: str | None) -> str:
        """Return a provision by its name in print; a dash where the law in force has no provision of that name."""
        bundle = self.bundles.current()
        provision = None if citation is None else bundle.by_citation.get(citation)
        return "—" if provision is None else f"{bundle.notices[provision.notice].document_no} {provision.article}"

    def _names(self) -> Names:
        return Names(self.bundles.current().registry)


def _not_settled(status: str) -> Finding:
    return Finding(
        "claim-not-settled",
        "claim_id",
        Text(
            f"该申请状态为 {status}，没有可打印的结算结果，请待结算完成后再打印。",
            f"The claim is {status} and has no settlement to print. Wait until the claim is settled, then ask again.",
        ),
    ).naming(status=status)
