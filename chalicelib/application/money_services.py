"""The use cases of money by name, for the edge."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.advance_receipts import AdvanceReceipts
from chalicelib.application.advances import Advances
from chalicelib.application.auditing import Audit
from chalicelib.application.budgets import Budgets
from chalicelib.application.cases import CorrectStatus
from chalicelib.application.collective_receipts import CollectiveReceipts
from chalicelib.application.disbursement import Disbursement
from chalicelib.application.fiscal_payments import FiscalPayments
from chalicelib.application.patient_advances import PatientAdvances
from chalicelib.application.payment_receipts import PaymentReceipts
from chalicelib.application.reconciling import Reconcile
from chalicelib.application.releasing import ReleasePayment
from chalicelib.application.reports import Reports
from chalicelib.application.reversal import ReverseClaim
from chalicelib.application.task_work import TaskWork


@dataclass(frozen=True, slots=True)
class MoneyServices:
    reverse_claim: ReverseClaim
    release_payment: ReleasePayment
    advances: Advances
    patient_advances: PatientAdvances
    budgets: Budgets
    disbursement: Disbursement
    payment_receipts: PaymentReceipts
    advance_receipts: AdvanceReceipts
    collective_receipts: CollectiveReceipts
    fiscal_payments: FiscalPayments
    reconcile: Reconcile
    correct_status: CorrectStatus
    tasks: TaskWork
    audit: Audit
    reports: Reports
