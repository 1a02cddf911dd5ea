"""Prescriptions: the supply allowed at once, the days that may be made up for, and the way to a pharmacy.

A prescription is issued, sent to a pharmacy, then dispensed once. A prescription not filled within its days has
expired; that follows from the day asked about. Nothing here reads a store.

Source: N-09, N-10, 国家医保局 2020-03 访谈 问5; D-08, 大连 2020-02-20 发布会 经办-1; S-11, S-20,
鲁医保发〔2023〕1号 五.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken
from chalicelib.law.domain.model import Provision
from chalicelib.law.domain.services.epidemic import months_after

PrescriptionId = NewType("PrescriptionId", str)
ListingId = NewType("ListingId", str)


class PrescriptionKind(StrEnum):
    """The kind of prescription: for an ordinary or emergency outpatient, a chronic disease, drugs of high value, or the
    ordinary outpatient pooling. The names are the businesses that policy is asked about.
    """

    ORDINARY = "ordinary"
    EMERGENCY = "emergency"
    CHRONIC = "chronic"
    HIGH_VALUE = "high-value"
    POOLED = "pooled"

    @property
    def business(self) -> str:
        return f"{self.value}-prescription"


class PrescriptionStatus(StrEnum):
    ISSUED = "issued"
    SENT = "sent"
    DISPENSED = "dispensed"
    EXPIRED = "expired"


class Certificate(StrEnum):
    """The document that identified the person when the medicine was handed over."""

    ELECTRONIC = "electronic-certificate"
    CARD = "social-security-card"
    DOCUMENT = "identity-document"


class PaidBy(StrEnum):
    """The means by which the person's own part was paid."""

    MOBILE = "mobile-payment"
    ACCOUNT = "personal-account"
    CASH = "cash"


@dataclass(frozen=True, slots=True)
class PrescribedItem:
    code: str
    name: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Prescription:
    """A prescription. `person` is the keyed token. `days` is the supply, `valid_until` the last day to fill the
    prescription, `missed_on` the day being made up for. `citations` are the provisions that allow the prescription.
    """

    prescription_id: PrescriptionId
    prescription_no: str
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    person: PersonToken
    kind: PrescriptionKind
    is_electronic: bool
    issued_on: date
    days: int
    valid_until: date
    items: tuple[PrescribedItem, ...]
    issued: Act
    content: str
    citations: tuple[str, ...]
    missed_on: date | None = None
    pharmacy: InstitutionCode | None = None
    sent: Act | None = None
    sent_on: date | None = None
    dispensed: Act | None = None
    dispensed_on: date | None = None
    certificate: Certificate | None = None
    paid_by: PaidBy | None = None
    revision: int = 1

    def status_on(self, day: date) -> PrescriptionStatus:
        """Return the prescription's status on a day."""
        if self.dispensed is not None:
            return PrescriptionStatus.DISPENSED
        if day > self.valid_until:
            return PrescriptionStatus.EXPIRED
        return PrescriptionStatus.ISSUED if self.pharmacy is None else PrescriptionStatus.SENT

    def sent_to(self, pharmacy: InstitutionCode, act: Act, day: date, citation: str) -> Prescription:
        """Return the prescription as sent to a pharmacy. Raises `Conflict` if sent to another, dispensed or expired."""
        if self.pharmacy == pharmacy:
            return self
        if self.pharmacy is not None or self.status_on(day) is not PrescriptionStatus.ISSUED:
            raise Conflict([_not_open(self.status_on(day))])
        return self._moved(
            pharmacy=pharmacy, sent=act, sent_on=day, citations=tuple(dict.fromkeys((*self.citations, citation)))
        )

    def filled(self, act: Act, day: date, certificate: Certificate, paid_by: PaidBy) -> Prescription:
        """Return the prescription as dispensed; the same subject's repeated dispensing returns the first. Raises
        `Conflict` for a different dispensing, and for a prescription that had expired on the day.
        """
        if self.dispensed is not None:
            said = (self.dispensed.subject, self.dispensed_on, self.certificate, self.paid_by)
            if said == (act.subject, day, certificate, paid_by):
                return self
            raise Conflict([_not_open(PrescriptionStatus.DISPENSED)])
        if self.status_on(day) is PrescriptionStatus.EXPIRED or day < self.issued_on:
            raise Conflict([_not_open(PrescriptionStatus.EXPIRED)])
        return self._moved(dispensed=act, dispensed_on=day, certificate=certificate, paid_by=paid_by)

    def _moved(self, **changes: Any) -> Prescription:
        return replace(self, revision=self.revision + 1, **changes)


@dataclass(frozen=True, slots=True)
class Supply:
    """The supply that may be prescribed at once and the days a prescription stays valid, with the provision."""

    days_max: int | None
    months_max: int | None
    valid_days: int
    citation: str

    @classmethod
    def of(cls, provision: Provision) -> Supply:
        value = provision.value
        return cls(value.get("days_max"), value.get("months_max"), int(value["valid_days"]), provision.citation)

    def most_on(self, issued_on: date) -> int:
        """Return the most days that a prescription of a day may serve; months are those of the calendar."""
        if self.months_max is not None:
            return (months_after(issued_on, self.months_max) - issued_on).days
        return self.days_max or 0

    def valid_until(self, issued_on: date) -> date:
        return issued_on + timedelta(days=self.valid_days - 1)


def supply_findings(supply: Supply, issued_on: date, days: int) -> tuple[Finding, ...]:
    """Find a supply of more days than the provision allows at once."""
    most = supply.most_on(issued_on)
    if days <= most:
        return ()
    return (
        finding(
            "supply-over-limit",
            "days",
            f"处方用量超过一次可开的 {most} 天，请减少用量。",
            f"Reduce the supply: a prescription of this kind and day serves {most} days at most.",
            supply.citation,
        ),
    )


@dataclass(frozen=True, slots=True)
class MakeUp:
    """The days whose prescriptions may be made up for, the accepted reason, and the provision."""

    missed_from: date
    missed_to: date
    reason: str
    citation: str

    @classmethod
    def of(cls, provision: Provision) -> MakeUp:
        value = provision.value
        first, last = (date.fromisoformat(value[name]) for name in ("missed_from", "missed_to"))
        return cls(first, last, value["reason"], provision.citation)


def make_up_findings(rule: MakeUp | None, missed_on: date | None, reason: str | None) -> tuple[Finding, ...]:
    """Find errors in making up for a day; return none where no day is made up for."""
    if missed_on is None:
        return () if reason is None else (_REASON_ALONE,)
    if rule is None:
        return (_NO_MAKE_UP,)
    found = []
    if not rule.missed_from <= missed_on <= rule.missed_to:
        found.append(_missed_then(rule))
    if reason != rule.reason:
        found.append(_reason(rule))
    return tuple(found)


def prescription_id_of(institution: InstitutionCode, prescription_no: str) -> PrescriptionId:
    """Return the id of the one prescription that a hospital's number names."""
    return PrescriptionId(f"rx_{fingerprint([institution, prescription_no])[:26]}")


@dataclass(frozen=True, slots=True)
class InternetInstitution:
    """An institution that the health side lists as seeing patients online, in a span of days."""

    listing_id: ListingId
    institution: InstitutionCode
    publisher: str
    starts_on: date
    ends_on: date | None
    published: Act
    citation: str
    revision: int = 1

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def listing_id_of(institution: InstitutionCode, starts_on: date) -> ListingId:
    """Return the listing's id, from institution and first day only: the end may be corrected later."""
    return ListingId(f"inl_{fingerprint([institution, starts_on.isoformat()])[:26]}")


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """Counts of an area's prescriptions on a day: issued, electronic, sent to pharmacies, dispensed."""

    on: date
    area: AreaCode
    issued: int
    electronic: int
    sent: int
    dispensed: int


_REASON_ALONE = finding(
    "make-up-day-missing",
    "missed_on",
    "补开处方须填写原应开具的日期。",
    "Give the day on which the prescription should have been issued.",
)
_NO_MAKE_UP = finding(
    "make-up-not-provided",
    "missed_on",
    "开具日在本区划没有补开处方的规定，请删去补开日期，按当日开具。",
    "No provision of this place and day lets a prescription be made up; leave the day out and issue it as of today.",
)


def _missed_then(rule: MakeUp) -> Finding:
    first, last = rule.missed_from.isoformat(), rule.missed_to.isoformat()
    return finding(
        "make-up-day",
        "missed_on",
        f"只能补开 {first} 至 {last} 未开的处方，请更正日期。",
        f"Correct the day: only prescriptions missed from {first} to {last} can be issued afterwards.",
        rule.citation,
    )


def _reason(rule: MakeUp) -> Finding:
    return finding(
        "make-up-reason",
        "make_up_reason",
        f"补开的原因须为 {rule.reason}，请核对。",
        f"Give the reason {rule.reason}: a prescription is issued afterwards for no other.",
        rule.citation,
    )


def _not_open(status: PrescriptionStatus) -> Finding:
    return finding(
        "prescription-status",
        "status",
        f"处方状态为 {status.value}，不能再流转或调配，请先查询。",
        f"The prescription is {status.value} and can be neither passed on nor filled. Read it first.",
    ).naming(status=status.value)
