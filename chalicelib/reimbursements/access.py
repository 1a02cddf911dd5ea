"""The actions of reimbursements by hand: accept, complete, audit, release and pay."""

from __future__ import annotations

from chalicelib.kernel.access import PARTIES, Action, Role, Scope

_DESKS = {Role.HOSPITAL: Scope.OWN, Role.TOWNSHIP: Scope.OWN, Role.AGENCY: Scope.AREA}

REIMBURSEMENT_ACCEPT = Action("reimbursements:accept", _DESKS)
REIMBURSEMENT_COMPLETE = Action("reimbursements:complete", _DESKS)
REIMBURSEMENT_PAPERS = Action("reimbursements:documents", {**_DESKS, Role.AUDITOR: Scope.ANY})
REIMBURSEMENT_AUDIT = Action("reimbursements:audit", {Role.AGENCY: Scope.AGENCY})
REIMBURSEMENT_DECIDE = Action("reimbursements:decide", {Role.AGENCY: Scope.AGENCY}, another_person=True)
REIMBURSEMENT_RECEIPT = Action("reimbursements:receipt", {Role.FINANCE: Scope.AGENCY}, another_person=True)
REIMBURSEMENT_READ = Action("reimbursements:read", {**_DESKS, **PARTIES, Role.AUDITOR: Scope.ANY})
