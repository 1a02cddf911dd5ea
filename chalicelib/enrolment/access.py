"""Enrolment access: the roles that record, cancel and transfer enrolments."""

from __future__ import annotations

from chalicelib.kernel.access import Action, Role, Scope

ENROLMENT_RECORD = Action("enrolments:record", {Role.AGENCY: Scope.AREA})
ENROLMENT_RECORD_UNINSURED = Action("enrolments:record-uninsured", {Role.AGENCY: Scope.ANY})
ENROLMENT_CANCEL = Action("enrolments:cancel", {Role.AGENCY: Scope.AREA})
ENROLMENT_READ = Action("enrolments:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
TRANSFER_REQUEST = Action("enrolment-transfers:request", {Role.AGENCY: Scope.AREA})
TRANSFER_DECIDE = Action("enrolment-transfers:decide", {Role.AGENCY: Scope.AREA}, another_person=True)
TRANSFER_READ = Action("enrolment-transfers:read", {Role.AGENCY: Scope.AREA, Role.AUDITOR: Scope.ANY})
