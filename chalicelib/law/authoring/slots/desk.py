"""What an author may write as the value of the slots that a service desk asks: by which way, until when, and how."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from chalicelib.law.authoring.fields import Day, Strict, wrong

Contactless = Literal["web", "app", "phone", "mail", "fax"]
Until = Literal["epidemic-lifted"]


class PostponementValue(Strict):
    """Until when a business may wait, and by which ways whoever cannot wait makes an appointment."""

    until: Until
    urgent_by: Annotated[list[Contactless], Field(min_length=1)]


class ServiceChannelsValue(Strict):
    """By which ways business is done without coming to the counter; `services` is how many of them a notice counts,
    where it names fewer.
    """

    channels: Annotated[list[Contactless], Field(min_length=1)]
    services: Annotated[int, Field(ge=1, le=1000)] | None = None


class ServiceHandlingValue(Strict):
    """How a matter is handled. What is postponed waits until the epidemic is lifted or until a day; `papers_later`: it
    is taken in before all papers are there.
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
