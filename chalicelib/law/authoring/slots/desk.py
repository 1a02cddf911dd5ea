"""Values an author may write for the slots that a service desk asks: the way, the end and the manner of a business."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.law.authoring.fields import Day, Strict, wrong
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.http.reading import Choice

Contactless = Literal["web", "app", "phone", "mail", "fax"]
Until = Literal["epidemic-lifted"]


class PostponementValue(Strict):
    """The end of a business's postponement, and the ways in which a person who cannot wait makes an appointment."""

    until: Until
    urgent_by: Annotated[list[Contactless], Field(min_length=1)]


class ServiceChannelsValue(Strict):
    """The ways in which business is done without coming to the counter; `services` is the number of them that a notice
    counts, where the notice names fewer.
    """

    channels: Annotated[list[Contactless], Field(min_length=1)]
    services: Annotated[int, Field(ge=1, le=1000)] | None = None


class HotlineValue(Strict):
    """The number of a hotline, the hours in which it answers, from the beginning of an hour to the beginning of
    another, and the subjects by which its consultations are counted. From 0 to 24 is round the clock.
    """

    number: Annotated[str, Field(pattern=r"^[0-9]{3,12}$")]
    from_hour: Annotated[int, Field(ge=0, le=23)]
    to_hour: Annotated[int, Field(ge=1, le=24)]
    subjects: Annotated[list[Choice[ConsultationSubject]], Field(min_length=1)]

    @model_validator(mode="after")
    def _an_hour_at_least(self) -> Self:
        if self.to_hour <= self.from_hour:
            raise wrong(
                "value",
                "to_hour 须晚于 from_hour。",
                "write a to_hour that is later than from_hour.",
            )
        return self


class ServiceHandlingValue(Strict):
    """The handling of a matter. A postponed matter waits until the epidemic is lifted or until a day; `papers_later`:
    the matter is taken in before all papers are there.
    """

    way: Literal["online", "at-once", "convenient", "postponed", "reassured", "green-channel"]
    papers_later: bool
    until: Until | None = None
    until_day: Day | None = None

    @model_validator(mode="after")
    def _an_end_where_it_waits(self) -> Self:
        ends = (self.until is not None) + (self.until_day is not None)
        if ends != (self.way == "postponed"):
            raise wrong(
                "value",
                "way 为 postponed 时须写 until 或 until_day 之一，其他时都不写。",
                "write one of until and until_day where way is postponed, and leave both out otherwise.",
            )
        return self
