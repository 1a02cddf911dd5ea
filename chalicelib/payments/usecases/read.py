"""Reading payments for finance: an office's orders, a hospital's orders, and the hospitals' advice about them.

Districts requisition and finance disburses; the time of each step stands on the orders and in the journal (C-12).
"""

from __future__ import annotations

from datetime import date, timedelta

from chalicelib.bank.usecases import offices
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.time import start_of
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.ports import BundleStore
from chalicelib.payments.access import PAYMENT_LIST, PAYMENT_READ
from chalicelib.registry.domain.resources import of_institution, own, permitted
from chalicelib.settlement.domain.order import PaymentOrder, PaymentStatus
from chalicelib.settlement.domain.squaring import Remittance
from chalicelib.settlement.ports import HospitalStore


@dataclass(frozen=True, slots=True)
class Disbursement:
    hospitals: HospitalStore
    bundles: BundleStore

    def find(
        self, principal: Principal, status: PaymentStatus | None, area: AreaCode | None, page: PageRequest
    ) -> Page[PaymentOrder]:
        """List the payment orders of an office by state, so that the receiver of a bank report finds its orders; for
        the auditor, the orders of one office or of all.
        """
        require(principal, PAYMENT_LIST, own(principal, "payment"))
        agencies = offices(self.bundles.current().registry, principal, area)
        return self.hospitals.orders_of(agencies, tuple(PaymentStatus) if status is None else (status,), page)

    def orders(self, principal: Principal, code: InstitutionCode, page: PageRequest) -> Page[PaymentOrder]:
        """List a hospital's payment orders."""
        self._require_reader(principal, code)
        return self.hospitals.payment_orders(code, page)

    def remittance(self, principal: Principal, code: InstitutionCode, from_on: date, to_on: date) -> Remittance:
        """Return the remittance advice of some days, both inside."""
        self._require_reader(principal, code)
        lines = self.hospitals.remittances(code, start_of(from_on), start_of(to_on + timedelta(days=1)))
        return Remittance(code, lines)

    def _require_reader(self, principal: Principal, code: InstitutionCode) -> None:
        institution = self.bundles.current().registry.institutions.get(code)
        permitted(principal, PAYMENT_READ, "payment", institution, lambda each: of_institution(each, "payment"))
