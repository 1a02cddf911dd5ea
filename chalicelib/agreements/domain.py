"""Service agreements as they are asked for and confirmed, and the daily blacklist that ends some of them.

One person of the settling agency asks, another confirms; only then does a term count. What ends an agreement begins
after the day on which it is confirmed: nobody in bed is put out, and no claim that was settled is touched.

Source: D-10, D-16, 大连 2020-02-20 发布会; S-14, 鲁医保发〔2023〕1号 八.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.registry.domain.agreements import AgreementKind, AgreementTerm


class AgreementStatus(StrEnum):
    REQUESTED = "requested"
    RECORDED = "recorded"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AgreementRecord:
    """One term asked for. `citation` is the provision it rests on, `entry_id` the line of the blacklist that asked for
    a termination. `agency` settles with the institution. `answer` is why it was refused.
    """

    agreement_id: str
    institution: str
    agency: str
    kind: AgreementKind
    starts_on: date
    ends_on: date | None
    reason: str
    asked: Act
    citation: str | None = None
    entry_id: str | None = None
    status: AgreementStatus = AgreementStatus.REQUESTED
    decided: Act | None = None
    answer: str | None = None
    revision: int = 1

    @property
    def term(self) -> AgreementTerm:
        return AgreementTerm(self.kind, self.starts_on, self.ends_on, self.citation)

    def decide(self, act: Act, *, approve: bool, answer: str | None) -> AgreementRecord:
        """Confirmed or refused. Raises `Conflict` where it was decided otherwise, `Invalid` for a refusal without a
        reason and for a termination whose day has come.
        """
        wanted = AgreementStatus.RECORDED if approve else AgreementStatus.REFUSED
        if self.status is not AgreementStatus.REQUESTED:
            if self.status is not wanted:
                raise Conflict([_DECIDED.naming(status=self.status.value)])
            return self
        if not approve and not (answer or "").strip():
            raise Invalid([_REASON])
        return replace(self, status=wanted, decided=act, answer=answer, revision=self.revision + 1)


def agreement_id_of(institution: str, kind: AgreementKind, starts_on: date, ends_on: date | None, number: int) -> str:
    """The same term asked for again has the same id, until it was refused."""
    end = None if ends_on is None else ends_on.isoformat()
    digest = fingerprint([institution, kind.value, starts_on.isoformat(), end, number])
    return f"agr_{digest[:26]}"


def termination_findings(starts_on: date, today: date) -> tuple[Finding, ...]:
    """A termination begins after the day on which it is asked for and confirmed."""
    return (_termination_too_early(today),) if starts_on <= today else ()


class EntryStatus(StrEnum):
    """`listed` waits for somebody who verifies it; `cleared` was no institution of ours, or wrongly listed;
    `terminated` ended the institution's agreements.
    """

    LISTED = "listed"
    CLEARED = "cleared"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class BlacklistEntry:
    """One institution on one day's blacklist, as an agency uploaded it."""

    entry_id: str
    institution: str
    agency: str
    listed_on: date
    ground: str
    uploaded: Act
    citation: str
    status: EntryStatus = EntryStatus.LISTED
    verified: Act | None = None
    answer: str | None = None
    terminated_from: date | None = None
    revision: int = 1


def entry_id_of(institution: str, listed_on: date) -> str:
    """An institution stands once on a day's list, however often it is uploaded."""
    return f"blk_{fingerprint([institution, listed_on.isoformat()])[:26]}"


def verified(
    entry: BlacklistEntry, act: Act, today: date, *, starts_on: date | None, answer: str | None
) -> tuple[BlacklistEntry, AgreementRecord | None]:
    """The entry as verified, and the termination it brings where a day is stated; without one it is cleared.

    Raises `Conflict` where it was verified otherwise, `Invalid` for a day that has come or a clearing without a reason.
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
