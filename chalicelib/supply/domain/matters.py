"""Matters of supply: an abnormal figure is investigated, passed on where it is confirmed, and closed by another person.

open -> investigated -> (passed-on) -> closed. A confirmed figure is closed only after the level above was told. A
matter keeps the figures by which it was found, even if the report is corrected later. Nothing here reads a store.

Source: C-19, 渝医保发〔2020〕3号 工作要求（四）.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.services.vocabulary import SupplyMeasure
from chalicelib.registry.domain.model import Registry
from chalicelib.supply.domain.measures import Abnormality, SupplyReportId, SupplyWatch, UsualRange

SupplyMatterId = NewType("SupplyMatterId", str)

SUPPLY_INVESTIGATION = "supply-investigation"
"""The policy name of the clock for investigating an abnormal figure."""


class SupplyMatterStatus(StrEnum):
    OPEN = "open"
    INVESTIGATED = "investigated"
    PASSED_ON = "passed-on"
    CLOSED = "closed"


class SupplyVerdict(StrEnum):
    """`explained`: the figure has a good reason or was a slip. `abnormal`: the figure is confirmed as abnormal."""

    EXPLAINED = "explained"
    ABNORMAL = "abnormal"


@dataclass(frozen=True, slots=True)
class SupplyMatter:
    """An abnormal figure of a report, with the usual range and the outcome. `told` is the area that the matter is
    passed on to.
    """

    matter_id: SupplyMatterId
    report_id: SupplyReportId
    institution: InstitutionCode
    agency: AreaCode
    area: AreaCode
    code: str
    on: date
    measure: SupplyMeasure
    figure: int
    usual: UsualRange
    found_at: Instant
    clock: LegalClock
    citation: str
    told: AreaCode
    status: SupplyMatterStatus = SupplyMatterStatus.OPEN
    investigated: Act | None = None
    verdict: SupplyVerdict | None = None
    findings: str | None = None
    passed_on: Act | None = None
    reason: str | None = None
    closed: Act | None = None
    because: str | None = None
    revision: int = 1

    @property
    def areas(self) -> frozenset[AreaCode]:
        """The areas that may see the matter, including the area told once the matter was passed on."""
        return frozenset({self.agency, self.area, *(() if self.passed_on is None else (self.told,))})

    @property
    def acted(self) -> tuple[str, ...]:
        """The actors of the matter's earlier steps."""
        return tuple(each.actor for each in (self.investigated, self.passed_on) if each is not None)

    def investigated_by(self, act: Act, verdict: SupplyVerdict, findings: str) -> SupplyMatter:
        """Record the findings; the same findings change nothing. Raises `Conflict` for other findings."""
        if self.investigated is not None:
            if (self.verdict, self.findings) == (verdict, findings):
                return self
            raise Conflict([_INVESTIGATED.naming(status=self.status.value)])
        return replace(
            self,
            status=SupplyMatterStatus.INVESTIGATED,
            investigated=act,
            verdict=verdict,
            findings=findings,
            revision=self.revision + 1,
        )

    def passed_on_by(self, act: Act, reason: str) -> SupplyMatter:
        """Record the report to the level above; a repeated report changes nothing.

        Raises `Conflict` before the investigation and once the matter is closed.
        """
        if self.passed_on is not None:
            return self
        if self.investigated is None:
            raise Conflict([_NOT_INVESTIGATED.naming(status=self.status.value)])
        if self.closed is not None:
            raise Conflict([_CLOSED.naming(status=self.status.value)])
        return replace(
            self, status=SupplyMatterStatus.PASSED_ON, passed_on=act, reason=reason, revision=self.revision + 1
        )

    def closed_by(self, act: Act, because: str) -> SupplyMatter:
        """Close the matter and stop its clock; the same reason again changes nothing.

        Raises `Conflict` before the matter is investigated, for a confirmed figure that was not passed on, and for
        another reason.
        """
        if self.closed is not None:
            if self.because == because:
                return self
            raise Conflict([_CLOSED.naming(status=self.status.value)])
        if self.investigated is None:
            raise Conflict([_NOT_INVESTIGATED.naming(status=self.status.value)])
        if self.verdict is SupplyVerdict.ABNORMAL and self.passed_on is None:
            raise Conflict([_NOT_PASSED_ON.naming(status=self.status.value)])
        return replace(
            self,
            status=SupplyMatterStatus.CLOSED,
            closed=act,
            because=because,
            clock=self.clock.stop(act.at),
            revision=self.revision + 1,
        )


def supply_matter_id_of(report_id: SupplyReportId, measure: SupplyMeasure, figure: int) -> SupplyMatterId:
    """Derive the matter's id, so that the same figure of a report is always the same matter."""
    return SupplyMatterId(f"sma_{fingerprint([report_id, measure.value, figure])[:26]}")


def supply_matter_of(
    found: Abnormality, watch: SupplyWatch, registry: Registry, clock: LegalClock, at: Instant
) -> SupplyMatter:
    """Open a matter for an abnormality that the watch found."""
    report = found.report
    city = watch.provision.value["report_to"] == "city"
    return SupplyMatter(
        matter_id=supply_matter_id_of(report.report_id, found.measure, found.figure),
        report_id=report.report_id,
        institution=report.institution,
        agency=report.agency,
        area=report.area,
        code=report.code,
        on=report.on,
        measure=found.measure,
        figure=found.figure,
        usual=found.usual,
        found_at=at,
        clock=clock,
        citation=watch.provision.citation,
        told=registry.pooling_area(report.area) if city else registry.province(report.area),
    )


_INVESTIGATED = finding(
    "matter-investigated",
    "",
    "该事项已有调查结果，请先查询。",
    "The matter was investigated already. Read what was found first.",
)
_NOT_INVESTIGATED = finding(
    "matter-not-investigated", "", "该事项尚未调查，请先登记调查结果。", "Record what the investigation found first."
)
_NOT_PASSED_ON = finding(
    "matter-not-passed-on",
    "",
    "该异常已经查实，请先上报再办结。",
    "Report the matter to the level above first: it was found abnormal.",
)
_CLOSED = finding(
    "matter-closed", "", "该事项已办结，请先查询。", "The matter was closed otherwise. Read its outcome first."
)
