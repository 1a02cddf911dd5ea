"""Coding duties. Institutions owe changes to their information systems: a disease added and its code mapped, interfaces
changed, connected and tested. A bureau owes the policy settings of its own system.

Policy names who owes a duty (`coding-duty`), the deadline (`clock`) and the supervisor (`coding-supervision`). An
institution reports with evidence. In a supervised duty another person of the bureau confirms the report, sends it back,
or reminds. Nothing here reads a store.
Source: C-02, 涪医保发〔2020〕6号 二; C-23, 渝医保发〔2020〕3号 四（三）, 工作要求（三）; S-19, 鲁医保发〔2023〕1号 八.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from typing import NewType

from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock, WorkingDays, start_clock
from chalicelib.kernel.errors import Conflict, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.time import civil_date_of, start_of
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import clock_rule, decider
from chalicelib.registry.domain.model import AreaLevel, Institution, Registry

CodingDutyId = NewType("CodingDutyId", str)

REMINDERS_MAX = 50


class CodingItem(StrEnum):
    """The kinds of coding work, as policy files name them (`business`)."""

    DISEASE_MAPPING = "disease-mapping"
    POLICY_SETTINGS = "policy-settings"
    INTERFACE_CHANGE = "interface-change"
    SYSTEM_DOCKING = "system-docking"
    INTERFACE_TEST = "interface-test"


class CodingStatus(StrEnum):
    """Status of a duty. `reported` waits for the supervising bureau; an unsupervised duty is done once reported."""

    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Reminder:
    reminded: Act
    text: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A report that its bureau sent back unconfirmed."""

    decided: Act
    because: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CodingDuty:
    """A duty that an institution owes, or a bureau (`institution` is None). `code` is the code of the disease to map,
    where the item is about a disease. `bureau` supervises the duty where `supervision` says so.
    """

    duty_id: CodingDutyId
    item: CodingItem
    code: str | None
    institution: InstitutionCode | None
    bureau: AreaCode
    areas: tuple[AreaCode, ...]
    clock: LegalClock
    citation: str
    supervision: str | None
    status: CodingStatus = CodingStatus.OPEN
    reported: Act | None = None
    evidence: str | None = None
    confirmed: Act | None = None
    sent_back: tuple[SentBack, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    revision: int = 1

    @property
    def owner(self) -> Role:
        """Return the party that has to act on the duty now."""
        waits_for_institution = self.status is CodingStatus.OPEN and self.institution is not None
        return Role.HOSPITAL if waits_for_institution else Role.AGENCY

    def reported_by(self, act: Act, evidence: str) -> CodingDuty:
        """Return the duty as reported done by the party that owes the duty; the same report again changes nothing.

        Raises `Conflict` where another report stands.
        """
        if self.status is not CodingStatus.OPEN:
            ours = self.reported is not None and is_same_person(self.reported.actor, act.actor)
            if ours and self.evidence == evidence:
                return self
            raise Conflict([_REPORTED.naming(status=self.status.value)])
        status = CodingStatus.DONE if self.supervision is None else CodingStatus.REPORTED
        return replace(
            self,
            status=status,
            reported=act,
            evidence=evidence,
            clock=self.clock.stop(act.at),
            revision=self.revision + 1,
        )

    def confirmed_by(self, act: Act) -> CodingDuty:
        """Return the duty as confirmed; repeating changes nothing. Raises `Conflict` where no report waits."""
        if self.confirmed is not None:
            return self
        if self.status is not CodingStatus.REPORTED:
            raise Conflict([_NOT_REPORTED.naming(status=self.status.value)])
        return replace(self, status=CodingStatus.DONE, confirmed=act, revision=self.revision + 1)

    def returned_by(self, act: Act, reason: str | None) -> CodingDuty:
        """Return the duty with its report sent back for a reason, so that the clock runs on; repeating changes nothing.

        Raises `Conflict` where no report waits, `Invalid` for a missing reason.
        """
        because = (reason or "").strip()
        if not because:
            raise Invalid([_REASON])
        if self.status is CodingStatus.OPEN and self.sent_back and self.sent_back[-1].because == because:
            return self
        if self.status is not CodingStatus.REPORTED or self.evidence is None:
            raise Conflict([_NOT_REPORTED.naming(status=self.status.value)])
        return replace(
            self,
            status=CodingStatus.OPEN,
            reported=None,
            evidence=None,
            sent_back=(*self.sent_back, SentBack(act, because, self.evidence)),
            clock=replace(self.clock, stopped=None),
            revision=self.revision + 1,
        )

    def reminded_by(self, act: Act, text: str) -> CodingDuty:
        """Return the duty with another reminder; the same words by the same person on the same day count once.

        Raises `Conflict` for a duty no longer open and for a duty reminded of too often.
        """
        if self.status is not CodingStatus.OPEN:
            raise Conflict([_NOT_OPEN.naming(status=self.status.value)])
        today = civil_date_of(act.at)
        for each in self.reminders:
            said = each.reminded
            if each.text == text and is_same_person(said.actor, act.actor) and civil_date_of(said.at) == today:
                return self
        if len(self.reminders) >= REMINDERS_MAX:
            raise Conflict([_REMINDED_OFTEN.naming(status=self.status.value)])
        return replace(self, reminders=(*self.reminders, Reminder(act, text)), revision=self.revision + 1)


def coding_duty_id_of(item: CodingItem, code: str | None, owed_by: str, citation: str) -> CodingDutyId:
    """Return the id of a duty, from the party that owes it (an institution or an area) and the work. A code is mapped
    once, whichever notice asks; work without a code is owed anew under each provision.
    """
    return CodingDutyId(f"cod_{fingerprint([item.value, code or citation, owed_by])[:26]}")


def duties_asked(
    bundle: Bundle, on: date, working_days: WorkingDays, area: AreaCode | None = None
) -> Iterator[CodingDuty]:
    """Return every duty that policy asks on a day, as opened; of a bureau, or of all.

    Each kind of duty takes a pass over the institutions (for a bureau, those located in or settling with it). Policy is
    asked once for each place.
    """
    asking, chain = _Asking(bundle, on, working_days), bundle.registry.chain
    for item in CodingItem:
        meant = bundle.registry.institutions_at(lambda place: area in (None, place.agency, *chain(place.area)))
        for _, each in meant:
            yield from (duty for duty in asking.of_institution(item, each) if area in (None, duty.bureau))
        for office in sorted(bundle.registry.agencies):
            yield from (duty for duty in asking.of_office(item, office) if area in (None, duty.bureau))


class _Asking:
    """The policy decisions for each place on a day, each asked once."""

    def __init__(self, bundle: Bundle, on: date, working_days: WorkingDays) -> None:
        self._bundle, self._on, self._working_days = bundle, on, working_days
        self._decided = cache(partial(decider, bundle))
        self._clocks: dict[tuple[str, CodingItem], LegalClock] = {}

    def of_institution(self, item: CodingItem, institution: Institution) -> Iterator[CodingDuty]:
        duty = self._decided(Slot.CODING_DUTY, institution.area, self._on, item.value)
        if duty is not None and duty.value["by"] == "institution" and _is_asked(institution, duty):
            yield from self._opened(item, duty, institution.area, institution.agency, institution.code)

    def of_office(self, item: CodingItem, office: AreaCode) -> Iterator[CodingDuty]:
        duty = self._decided(Slot.CODING_DUTY, office, self._on, item.value)
        if duty is not None and duty.value["by"] == "agency":
            yield from self._opened(item, duty, office, office, None)

    def _opened(
        self, item: CodingItem, duty: Provision, place: AreaCode, agency: AreaCode, code: InstitutionCode | None
    ) -> Iterator[CodingDuty]:
        registry = self._bundle.registry
        watch = self._decided(Slot.CODING_SUPERVISION, place, self._on, item.value)
        bureau = agency if watch is None else _bureau(registry, place, agency, watch.value["by"])
        for mapped in duty.value.get("codes") or [None]:
            yield CodingDuty(
                duty_id=coding_duty_id_of(item, mapped, code or place, duty.citation),
                item=item,
                code=mapped,
                institution=code,
                bureau=bureau,
                areas=tuple(sorted({bureau, agency, registry.pooling_area(place)})),
                clock=self._clock(item, place, duty.effective.from_on or self._on),
                citation=duty.citation,
                supervision=None if watch is None else watch.citation,
            )

    def _clock(self, item: CodingItem, place: AreaCode, starts_on: date) -> LegalClock:
        if (place, item) not in self._clocks:
            since = datetime.fromisoformat(start_of(starts_on))
            rule = clock_rule(self._bundle, item.value, place, self._on)
            self._clocks[place, item] = start_clock(rule, since, self._working_days)
        return self._clocks[place, item]


def _is_asked(institution: Institution, duty: Provision) -> bool:
    return institution.treatment_designated or not duty.value["designated"]


def _bureau(registry: Registry, place: AreaCode, agency: AreaCode, by: str) -> AreaCode:
    """Return the district an institution stands in, or the agency that settles with the institution."""
    if by == "agency":
        return agency
    return next((each for each in registry.chain(place) if registry.areas[each].level is AreaLevel.COUNTY), agency)


_REASON = finding("reason-required", "reason", "请填写退回原因。", "Say why the report is sent back.")
_REPORTED = finding(
    "coding-reported",
    "",
    "该事项已经报告完成；如须更改，请经办机构先退回。",
    "The duty was reported already; have its bureau send it back before it is reported otherwise.",
)
_NOT_REPORTED = finding(
    "coding-not-reported",
    "decision",
    "该事项没有待确认的完成报告，请先查询。",
    "No report of the duty waits for a decision. Read the duty first.",
)
_NOT_OPEN = finding(
    "coding-not-open",
    "",
    "该事项已报告完成，请勿再催办。",
    "Check the report instead of reminding: the duty is reported already.",
)
_REMINDED_OFTEN = finding(
    "coding-reminded-often",
    "",
    f"该事项已催办 {REMINDERS_MAX} 次，请改用问题报告或约谈。",
    f"Reminders of this duty were sent {REMINDERS_MAX} times; report it as an issue instead, or call "
    "the institution in for a talk.",
)
