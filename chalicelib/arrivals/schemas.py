"""Wire models of arrivals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from chalicelib.arrivals.domain.counts import CityCounts
from chalicelib.arrivals.domain.model import Arrival, ArrivalStatus, StepKind, StepOutcome, WatchRules
from chalicelib.arrivals.usecases import ArrivalRequest, StepRequest
from chalicelib.platform.http.answers import (
    ActDocument,
    Answer,
    Area,
    Citation,
    ClockDocument,
    Person,
    ShownInstant,
    act_document,
    clock_document,
)
from chalicelib.platform.http.fields import (
    AreaCodeText,
    DateText,
    InstantText,
    InstitutionCodeText,
    Label,
    PersonName,
    Reason,
)
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import Choice, WireModel
from chalicelib.registry.schemas.identity import DocumentBody


class ArrivalBody(DocumentBody):
    """A person who entered from abroad. Document and name are kept in the vault alone."""

    name: PersonName = Field(repr=False)
    area: AreaCodeText
    entered_on: DateText
    port: Label

    def to_request(self) -> ArrivalRequest:
        """Build the registration for the use case."""
        return ArrivalRequest(self.to_document(), self.name, self.area, self.entered_on, self.port)


class ArrivalStepBody(WireModel):
    """A step. `place` is the destination (handover, isolation), `institution` the institution of a referral, `outcome`
    the result of a test or an assessment, `age` asked of an assessment and not kept, `reason` the reason for taking an
    entry back.
    """

    step: Choice[StepKind]
    at: InstantText
    place: Label | None = None
    institution: InstitutionCodeText | None = None
    outcome: Choice[StepOutcome] | None = None
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    reason: Reason | None = None

    def to_request(self) -> StepRequest:
        """Build the step for the use case."""
        return StepRequest(self.step, self.at, self.place, self.institution, self.outcome, self.reason, self.age)


class ArrivalStepDocument(Answer):
    """A step; a field that its kind lacks is null."""

    step: Annotated[StepKind, Field(validation_alias="kind")]
    at: ShownInstant
    place: str | None
    outcome: StepOutcome | None
    reason: str | None
    recorded: Annotated[ActDocument, Field(validation_alias="act")]


class ArrivalDocument(Answer):
    """An arrival as it stands. `end_test_from` is the first day of the end test and of release, null before isolation
    began; `first_test` the clock from then.
    """

    arrival_id: str
    person: Person
    area: Area
    city: Area
    entered_on: date
    port: str
    status: ArrivalStatus
    end_test_from: date | None
    first_test: ClockDocument | None
    registered: ActDocument
    steps: list[ArrivalStepDocument]
    citation: Citation


class ArrivalPage(Answer):
    items: list[ArrivalDocument]
    next: str | None


class CityArrivalsDocument(Answer):
    """A city's arrivals at the end of the day."""

    city: Area
    tracked: int
    observed: int
    at_points: int
    at_home: int
    referred: int
    released: int
    first_test_late: int


class ArrivalCountsDocument(Answer):
    on: date
    cities: list[CityArrivalsDocument]


def arrival_document(arrival: Arrival, rules: WatchRules, now: datetime, cite: Cite) -> dict[str, Any]:
    """Write the document of an arrival."""
    ends_on, clock = arrival.ends_on(rules), arrival.first_test
    return {
        "arrival_id": arrival.arrival_id,
        "person": arrival.person,
        "area": arrival.area,
        "city": arrival.city,
        "entered_on": arrival.entered_on.isoformat(),
        "port": arrival.port,
        "status": arrival.status.value,
        "end_test_from": None if ends_on is None else ends_on.isoformat(),
        "first_test": None if clock is None else clock_document(clock, now, cite),
        "registered": act_document(arrival.registered),
        "steps": [ArrivalStepDocument.from_record(each) for each in arrival.steps],
        "citation": cite(arrival.citation),
    }


def arrival_counts_document(on: date, counts: tuple[CityCounts, ...]) -> dict[str, Any]:
    """Write a day's report."""
    return {"on": on.isoformat(), "cities": [CityArrivalsDocument.from_record(each) for each in counts]}
