"""Service agreements as requested and confirmed, and the daily blacklist that ends some of them.

A person of the settling agency requests a term and another confirms; only then does the term count. A termination
begins after the day of its confirmation: no patient in bed is discharged, and no settled claim is touched.

Source: D-10, D-16, 大连 2020-02-20 发布会; S-14, 鲁医保发〔2023〕1号 八.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.registry.domain.agreements import AgreementKind, AgreementTerm

AgreementId = NewType("AgreementId", str)
BlacklistEntryId = NewType("BlacklistEntryId", str)


class AgreementStatus(StrEnum):
    REQUESTED = "requested"
    RECORDED = "recorded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """A requested term of an agreement. `citation` is the provision behind the term, `entry_id` the blacklist line that
    requested a termination. `agency` settles with the institution. `answer` is the reason of a refusal.
    """

    agreement_id: AgreementId
    institution: InstitutionCode
    agency: AreaCode
    kind: AgreementKind
    starts_on: date
    ends_on: date | None
    reason: str
    asked: Act
    citation: str | None = None
    entry_id: BlacklistEntryId | None = None
    status: AgreementStatus = AgreementStatus.REQUESTED
    decided: Act | None = None
    answer: str | None = None
    revision: int = 1

    @property
    def term(self) -> AgreementTerm:
        return AgreementTerm(self.kind, self.starts_on, self.ends_on, self.citation)

    def decide(self, act: Act, *, approve: bool, answer: str | None) -> AgreementRecord:
        """Return the term as confirmed or refused. Raises `Conflict` where the term was decided otherwise, `Invalid`
        for a refusal without a reason and for a termination whose day has come.
        """
        wanted = AgreementStatus.RECORDED if approve else AgreementStatus.REFUSED
        if self.status is not AgreementStatus.REQUESTED:
            if self.status is not wanted:
                raise Conflict([_DECIDED.naming(status=self.status.value)])
            return self
        if not approve and not (answer or "").strip():
            raise Invalid([_REASON])
        return replace(self, status=wanted, decided=act, answer=answer, revision=self.revision + 1)


def agreement_id_of(
    institution: InstitutionCode, kind: AgreementKind, starts_on: date, ends_on: date | None, number: int
) -> AgreementId:
    """Return the id of a term; the same term requested again has the same id, until refused."""
    end = None if ends_on is None else ends_on.isoformat()
    digest = fingerprint([institution, kind.value, starts_on.isoformat(), end, number])
    return AgreementId(f"agr_{digest[:26]}")


def termination_findings(starts_on: date, today: date) -> tuple[Finding, ...]:
    """Find a termination that does not begin after the day of its request and confirmation."""
    return (_termination_too_early(today),) if starts_on <= today else ()


class EntryStatus(StrEnum):
    """Status of a blacklist entry: `listed` waits for verification; `cleared` was no institution of ours, or wrongly
    listed; `terminated` ended the institution's agreements.
    """

    LISTED = "listed"
    CLEARED = "cleared"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class BlacklistEntry:
    """An institution on a day's blacklist, as an agency uploaded the list."""

    entry_id: BlacklistEntryId
    institution: InstitutionCode
    agency: AreaCode
    listed_on: date
    ground: str
    uploaded: Act
    citation: str
    status: EntryStatus = EntryStatus.LISTED
    verified: Act | None = None
    answer: str | None = None
    terminated_from: date | None = None
    revision: int = 1


def entry_id_of(institution: InstitutionCode, listed_on: date) -> BlacklistEntryId:
    """Return the id of an entry; an institution stands once on a day's list, however often the list is uploaded."""
    return BlacklistEntryId(f"blk_{fingerprint([institution, listed_on.isoformat()])[:26]}")


def verified(
    entry: BlacklistEntry, act: Act, today: date, *, starts_on: date | None, answer: str | None
) -> tuple[BlacklistEntry, AgreementRecord | None]:
    """Return the entry as verified, with the termination where a day is stated; without a day the entry is cleared.

    Raises `Conflict` where the entry was verified otherwise, `Invalid` for a day that has come or a missing reason.
    """
    status = EntryStatus.CLEARED if starts_on is None else EntryStatus.TERMINATED
    if entry.status is not EntryStatus.LISTED:
        if (entry.status, entry.terminated_from) != (status, starts_on):
            raise Conflict([_DECIDED.naming(status=entry.status.value)])
        return entry, None
    if starts_on is None:
        if not (answer or "").strip():
            raise Invalid([_REASON])
    elif wrong := termination_findings(starts_on, today):
        raise Invalid(wrong)
    moved = replace(
        entry, status=status, verified=act, answer=answer, terminated_from=starts_on, revision=entry.revision + 1
    )
    if starts_on is None:
        return moved, None
    ended = AgreementRecord(
        agreement_id=agreement_id_of(entry.institution, AgreementKind.TERMINATION, starts_on, None, 0),
        institution=entry.institution,
        agency=entry.agency,
        kind=AgreementKind.TERMINATION,
        starts_on=starts_on,
        ends_on=None,
        reason=entry.ground,
        asked=entry.uploaded,
        citation=entry.citation,
        entry_id=entry.entry_id,
        status=AgreementStatus.RECORDED,
        decided=act,
    )
    return moved, ended


_DECIDED = finding(
    "agreement-decided",
    "decision",
    "该协议事项已作出另一决定，请先查询该决定。",
    "This matter of the agreement was decided otherwise. Read that decision first.",
)
_REASON = finding("reason-required", "reason", "请填写该决定的原因。", "Give the reason for the decision.")


def _termination_too_early(today: date) -> Finding:
    first = (today + timedelta(days=1)).isoformat()
    return finding(
        "termination-too-early",
        "from",
        f"解除协议不得早于 {first}：解除日前入院的患者按原协议结算，已结算的不受影响。",
        f"Give {first} or a later day: patients admitted before the termination are settled under the agreement, "
        "and what is settled already stays.",
    )
