"""The vocabulary of the desk: kinds of matters, channels, urgency, and ways of handling.

The kinds are those that the notices name; the names are those of the business that policy is asked about. Source: D-09,
D-12, 大连 2020-02-20 发布会 经办-2、经办-5; S-16, 鲁医保发〔2023〕1号 八.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

DeskMatterId = NewType("DeskMatterId", str)
AppointmentId = NewType("AppointmentId", str)


class DeskMatterKind(StrEnum):
    """The seven services that D-09 names and one for the seven it does not, the five kinds of D-12, and any other."""

    RELOCATION_FILING = "relocation-filing"
    INSTITUTION_SETTLEMENT = "institution-settlement"
    INSTITUTION_RECORDS = "institution-records"
    COVER_TRANSFER = "cover-transfer"
    RESIDENT_REGISTRATION = "resident-registration"
    DECEASED_ACCOUNT = "deceased-account"
    CIVIL_SERVANT_BENEFIT = "civil-servant-benefit"
    OTHER_CONTACTLESS = "other-contactless"
    REMOTE_REIMBURSEMENT = "remote-reimbursement"
    MATERNITY_BENEFIT = "maternity-benefit"
    FAMILY_PLANNING_BENEFIT = "family-planning-benefit"
    ACCOUNT_WITHDRAWAL = "account-withdrawal"
    PENSION_REPORTING = "pension-reporting"
    OTHER = "other-business"

    @property
    def business(self) -> str:
        """The business that policy is asked about; a reimbursement by hand begins with `reimbursement-completion`."""
        return "reimbursement-completion" if self is DeskMatterKind.REMOTE_REIMBURSEMENT else self.value


class Channel(StrEnum):
    WEB = "web"
    APP = "app"
    PHONE = "phone"
    MAIL = "mail"
    FAX = "fax"
    COUNTER = "counter"


class Urgency(StrEnum):
    """The urgency of a matter: the five kinds of S-16."""

    ROUTINE = "routine"
    URGENT = "urgent"
    SPECIAL = "special"
    DEFERRABLE = "deferrable"
    WORRY = "worry"

    @property
    def business(self) -> str:
        return f"desk-{self.value}"


class Way(StrEnum):
    """The way of handling a matter; `ordinary` if no notice provides for the matter."""

    ORDINARY = "ordinary"
    ONLINE = "online"
    AT_ONCE = "at-once"
    CONVENIENT = "convenient"
    POSTPONED = "postponed"
    REASSURED = "reassured"
    GREEN_CHANNEL = "green-channel"
    APPOINTMENT = "appointment"
