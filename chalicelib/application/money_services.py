"""The use cases of money by name, for the edge."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.advances import Advances
from chalicelib.application.auditing import Audit
from chalicelib.application.budgets import Budgets
from chalicelib.application.cases import CorrectStatus
from chalicelib.application.disbursement import Disbursement
from chalicelib.application.patient_advances import PatientAdvances
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
    reconcile: Reconcile
    correct_status: CorrectStatus
    tasks: TaskWork
    audit: Audit
    reports: Reports
