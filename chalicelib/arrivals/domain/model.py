"""Arrivals from abroad: carried from the port under handover, isolated, tested twice, released.

registered -> handed over, leg by leg -> isolated at a point, or at home after assessment -> first test by its clock ->
the days of isolation -> negative end test -> released. A person with symptoms is referred to a designated institution
and isolated again afterwards. Steps are only added; the status follows from the steps. The register, not the hospital's
word, decides whether a bill is that of a person returned from abroad. Nothing here reads a store.

Source: X-07, X-09, 山西 2020-03-26 发布会 卫健; X-02, 山西 2020-03-26 发布会 医保.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.clocks import LegalClock
from chalicelib.kernel.errors import Conflict, Finding, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.time import Instant, civil_date_of, start_of
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.domain.model import Provision

ArrivalId = NewType("ArrivalId", str)


class StepKind(StrEnum):
    """`handover`: carried on and taken over by the next place. `isolation`: the isolation point is entered.
    `assessment`: whether isolation at home suits a person too young or too old for a point. `test`: a nucleic acid test
    with its result. `referral`: taken to a designated institution. `release`: the watch is over. `withdrawal`: the
    entry was a mistake.
    """

    HANDOVER = "handover"
    ISOLATION = "isolation"
    ASSESSMENT = "assessment"
    TEST = "test"
    REFERRAL = "referral"
    RELEASE = "release"
    WITHDRAWAL = "withdrawal"


class ArrivalStatus(StrEnum):
    REGISTERED = "registered"
    ISOLATED = "isolated"
    AT_HOME = "at-home"
    REFERRED = "referred"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


class StepOutcome(StrEnum):
    """The outcome of a test or of an assessment."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    SUITABLE = "suitable"
    UNSUITABLE = "unsuitable"


@dataclass(frozen=True, slots=True)
class WatchRules:
    """The requirements of a notice, with the provision."""

    isolation_days: int
    home_age_max: int
    home_age_min: int
    citation: str

    @classmethod
    def of(cls, provision: Provision) -> WatchRules:
        value = provision.value
        ages = int(value["home_age_max"]), int(value["home_age_min"])
        return cls(int(value["isolation_days"]), *ages, provision.citation)

    def may_be_at_home(self, age: int) -> bool:
        """Tell whether a person is too young or too old for an isolation point; both age limits are inclusive."""
        return age <= self.home_age_max or age >= self.home_age_min


@dataclass(frozen=True, slots=True)
class ArrivalStep:
    """A step of the watch. `at` is the instant of the step, `act` its recorder; `place` the destination or the
    institution's code of a referral, `outcome` a test's or an assessment's. No age is kept.
    """

    kind: StepKind
    at: Instant
    act: Act
    place: str | None = None
    outcome: StepOutcome | None = None
    reason: str | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """The content of the step, without its recorder."""
        return (self.kind, self.at, self.place, self.outcome, self.reason)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An arrival. `person` is the keyed token, `name_key` the keyed hash of the name. `area` watches, `city` is the
    pooling area in which `area` lies. `first_test` is the clock from entering the point, None before that. `citation`
    is the provision under which the arrival is kept.
    """

    arrival_id: ArrivalId
    person: PersonToken
    name_key: str
    area: AreaCode
    city: AreaCode
    areas: tuple[AreaCode, ...]
    entered_on: date
    port: str
    registered: Act
    citation: str
    steps: tuple[ArrivalStep, ...] = ()
    first_test: LegalClock | None = None
    revision: int = 1

    def of_kind(self, *kinds: StepKind) -> tuple[ArrivalStep, ...]:
        return tuple(each for each in self.steps if each.kind in kinds)

    @property
    def status(self) -> ArrivalStatus:
        """The status after all steps."""
        return _status(self.steps)

    def status_on(self, day: date) -> ArrivalStatus:
        """Return the status at the end of a day."""
        return _status(tuple(each for each in self.steps if civil_date_of(each.at) <= day))

    @property
    def isolated_on(self) -> date | None:
        """The day on which isolation began, at a point or at home."""
        return next((civil_date_of(each.at) for each in self.steps if _isolates(each)), None)

    def ends_on(self, rules: WatchRules) -> date | None:
        """Return the first day of the end test and of release: the provision's days after isolation began."""
        began = self.isolated_on
        return None if began is None else began + timedelta(days=rules.isolation_days)

    def counts_on(self, day: date) -> bool:
        """Tell whether a visit that begins on the day is that of a person returned from abroad."""
        released = next((civil_date_of(each.at) for each in self.of_kind(StepKind.RELEASE)), None)
        gone = self.status is ArrivalStatus.WITHDRAWN
        return not gone and self.entered_on <= day and (released is None or day <= released)

    def with_step(self, step: ArrivalStep, clock: LegalClock | None) -> Arrival:
        """Add a step. `clock` is the first test's, started by entering the point and stopped by the first test."""
        return replace(self, steps=(*self.steps, step), first_test=clock, revision=self.revision + 1)


def arrival_id_of(area: AreaCode, person: PersonToken, entered_on: date) -> ArrivalId:
    """Derive the arrival's id: a person's entry on a day is registered once in an area."""
    return ArrivalId(f"arr_{fingerprint([area, person, entered_on.isoformat()])[:26]}")


_STANDS_AS = {
    StepKind.ISOLATION: ArrivalStatus.ISOLATED,
    StepKind.REFERRAL: ArrivalStatus.REFERRED,
    StepKind.RELEASE: ArrivalStatus.RELEASED,
    StepKind.WITHDRAWAL: ArrivalStatus.WITHDRAWN,
}


def _isolates(step: ArrivalStep) -> bool:
    return step.kind is StepKind.ISOLATION or step.outcome is StepOutcome.SUITABLE


def _status(steps: tuple[ArrivalStep, ...]) -> ArrivalStatus:
    status = ArrivalStatus.REGISTERED
    for each in steps:
        status = ArrivalStatus.AT_HOME if each.outcome is StepOutcome.SUITABLE else _STANDS_AS.get(each.kind, status)
    return status


def check_step(arrival: Arrival, step: ArrivalStep, rules: WatchRules, transfer: str | None) -> tuple[Finding, ...]:
    """Find the obstacles to a step. `transfer` is the provision on handover and referral, None without such a
    provision. Raises `Conflict` once the watch is over.
    """
    if arrival.status in (ArrivalStatus.RELEASED, ArrivalStatus.WITHDRAWN):
        raise Conflict([_OVER.naming(status=arrival.status.value)])
    last = arrival.steps[-1].at if arrival.steps else start_of(arrival.entered_on)
    if step.at < last:
        return (_BEFORE_LAST,)
    match step.kind:
        case StepKind.ISOLATION:
            return _entering(arrival, step, transfer)
        case StepKind.REFERRAL if transfer is None:
            return (_REFERRAL_NOT_PROVIDED,)
        case StepKind.TEST if arrival.isolated_on is None:
            return (_NOT_ISOLATED,)
        case StepKind.RELEASE:
            return _releasing(arrival, step, rules)
    return ()


STEP_FIELDS = ("place", "institution", "outcome", "age", "reason")
_NEEDS: dict[StepKind, frozenset[str]] = {
    StepKind.HANDOVER: frozenset({"place"}),
    StepKind.ISOLATION: frozenset({"place"}),
    StepKind.ASSESSMENT: frozenset({"age", "outcome"}),
    StepKind.TEST: frozenset({"outcome"}),
    StepKind.REFERRAL: frozenset({"institution"}),
    StepKind.RELEASE: frozenset(),
    StepKind.WITHDRAWAL: frozenset({"reason"}),
}
_OUTCOMES = {
    StepKind.TEST: (StepOutcome.NEGATIVE, StepOutcome.POSITIVE),
    StepKind.ASSESSMENT: (StepOutcome.SUITABLE, StepOutcome.UNSUITABLE),
}


def parts_findings(kind: StepKind, said: set[str], outcome: StepOutcome | None) -> tuple[Finding, ...]:
    """Find missing and surplus fields of a step of a kind, and an outcome that belongs to another kind."""
    found = [_FIELD_MISSING[name] for name in STEP_FIELDS if name in _NEEDS[kind] - said]
    found += [_FIELD_UNEXPECTED[name] for name in STEP_FIELDS if name in said - _NEEDS[kind]]
    if outcome is not None and outcome not in _OUTCOMES.get(kind, (outcome,)):
        found.append(_OUTCOME)
    return tuple(found)


def home_findings(rules: WatchRules, age: int) -> tuple[Finding, ...]:
    """Find the error of an assessment of a person whose age allows an isolation point."""
    if rules.may_be_at_home(age):
        return ()
    return (
        finding(
            "home-isolation-age",
            "age",
            f"只有 {rules.home_age_max} 岁及以下和 {rules.home_age_min} 岁及以上的可经评估居家隔离，请安排集中隔离。",
            f"Take them to an isolation point: only those of {rules.home_age_max} and under or {rules.home_age_min} "
            "and over are isolated at home after assessment.",
            rules.citation,
        ),
    )


def _entering(arrival: Arrival, step: ArrivalStep, transfer: str | None) -> tuple[Finding, ...]:
    """Check that the point is entered by handover from the port: the last leg ends at the point. A person who returns
    from a designated institution was taken there under handover already.
    """
    legs = arrival.of_kind(StepKind.HANDOVER)
    if transfer is None or arrival.of_kind(StepKind.REFERRAL) or (legs and legs[-1].place == step.place):
        return ()
    return (
        finding(
            "transfer-open",
            "place",
            "该人员还没有交接到该隔离点的记录，请先登记全程交接。",
            "Record the handover first: no leg of the way ends at this isolation point.",
            transfer,
        ),
    )


def _releasing(arrival: Arrival, step: ArrivalStep, rules: WatchRules) -> tuple[Finding, ...]:
    ends_on, on = arrival.ends_on(rules), civil_date_of(step.at)
    if arrival.status not in (ArrivalStatus.ISOLATED, ArrivalStatus.AT_HOME) or ends_on is None:
        return (_NOT_ISOLATED,)
    if on < ends_on:
        day = ends_on.isoformat()
        zh, en = f"隔离观察未满 {rules.isolation_days} 天，最早 {day} 解除。", f"Wait until {day}"
        text = f"{en}: the {rules.isolation_days} days of isolation are not over."
        return (finding("watch-not-over", "at", zh, text, rules.citation),)
    tests = arrival.of_kind(StepKind.TEST)
    last = tests[-1] if tests else None
    if len(tests) < 2 or last is None or civil_date_of(last.at) < ends_on:
        zh = f"须有首次检测和期满（{ends_on.isoformat()} 起）再次检测两次结果，请先补登检测。"
        en = f"Record both tests first: the first one, and the end test from {ends_on.isoformat()} on."
        return (finding("end-test-missing", "step", zh, en, rules.citation),)
    if last.outcome is not StepOutcome.NEGATIVE:
        zh, en = "期满检测不是阴性，不得解除，请转诊定点医疗机构。", "Refer them: the end test is not negative."
        return (finding("end-test-positive", "step", zh, en, rules.citation),)
    return ()


_FIELD_MISSING = {
    name: finding(
        "step-field-missing", name, "该类步骤须填写此项，请补填。", "Give this field: a step of this kind requires it."
    )
    for name in STEP_FIELDS
}
_FIELD_UNEXPECTED = {
    name: finding(
        "step-field-unexpected",
        name,
        "该步骤没有此项，请删去。",
        "Leave this field out: a step of this kind does not have it.",
    )
    for name in STEP_FIELDS
}
_OUTCOME = finding(
    "step-outcome",
    "outcome",
    "检测结果须为 negative（阴性）或 positive（阳性），评估结论须为 suitable（适宜）或 unsuitable（不适宜），请更正。",
    "Correct the outcome: a test is negative or positive, an assessment suitable or unsuitable.",
)
_OVER = finding(
    "arrival-over",
    "step",
    "该入境登记已解除隔离或已撤回，不能再登记步骤；如再次入境，请另行登记。",
    "This entry was released or taken back, and no further step is recorded on it; make another entry if the "
    "person arrived again.",
)
_BEFORE_LAST = finding(
    "step-order",
    "at",
    "时间早于上一步骤或入境日，请核对。",
    "Check the time: it is before the previous step, or before the day of entry.",
)
_NOT_ISOLATED = finding(
    "not-isolated",
    "step",
    "该人员目前不在隔离观察中，请先登记进入隔离点或居家隔离。",
    "Record the isolation first: this person is not isolated.",
)
_REFERRAL_NOT_PROVIDED = finding(
    "referral-not-provided",
    "step",
    "该日在本区划没有转诊定点医疗机构的规定，请核对日期。",
    "Check the day: no provision in force there on that day has people referred to designated institutions.",
)
