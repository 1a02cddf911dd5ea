"""Beds of the epidemic: infectious-ward beds beyond the authorised number, and capacity held in reserve.

Filings need no approval. Infectious-ward beds are struck off on the day the epidemic is lifted, which policy names; so
the standing of a filing follows from the day asked about. Nothing here reads a store.

Source: D-06, 大连 2020-02-20 发布会 影响救治-3; X-08, 山西 2020-03-26 发布会 卫健.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode

BedFilingId = NewType("BedFilingId", str)


class BedKind(StrEnum):
    """The kind of beds. `infectious`: beds of the infectious ward. `reserve`: persons to take in, with backups."""

    INFECTIOUS = "infectious"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class BedFiling:
    """A filing of `count` beds, or persons in reserve, from a day on. `backups` are the reserve's institutions."""

    filing_id: BedFilingId
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    kind: BedKind
    count: int
    starts_on: date
    backups: tuple[str, ...]
    filed: Act
    citation: str
    revision: int = 1


def bed_filing_id_of(
    institution: InstitutionCode, kind: BedKind, count: int, starts_on: date, backups: tuple[str, ...]
) -> BedFilingId:
    """Return the id of a filing; the same filing again is the first one."""
    return BedFilingId(
        f"bed_{fingerprint([institution, kind.value, count, starts_on.isoformat(), sorted(backups)])[:26]}"
    )


@dataclass(frozen=True, slots=True)
class StandingBeds:
    """A filing on a day, standing unless struck off by then; the citations name the provisions."""

    filing: BedFiling
    struck_off_on: date | None
    citations: tuple[str, ...]

    def stands_on(self, day: date) -> bool:
        """Tell whether the beds count on a day."""
        begun = self.filing.starts_on <= day
        return begun and (self.struck_off_on is None or day < self.struck_off_on)


NOT_DESIGNATED = finding(
    "not-designated-for-treatment",
    "kind",
    "本机构不是医疗救治定点医院，不适用直接备案；请按常规办理床位。",
    "Only designated treatment hospitals file such beds directly; have the beds authorised as usual.",
)
BEDS_NOT_PROVIDED = finding(
    "beds-not-provided",
    "from",
    "起始日在本区划没有床位直接备案或备用床位的规定，请核对日期。",
    "No provision in force here on the first day has such beds filed directly or kept in reserve; check the day.",
)


def backup_findings(backups: tuple[str, ...], least: int, citation: str) -> tuple[Finding, ...]:
    """Find a reserve with too few institutions behind it."""
    if len(set(backups)) >= least:
        return ()
    return (
        finding(
            "backups-missing",
            "backups",
            f"备用床位须有至少 {least} 家备用医院，请补充。",
            f"Name at least {least} backup institutions for a reserve.",
            citation,
        ),
    )
