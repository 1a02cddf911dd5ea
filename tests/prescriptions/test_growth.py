"""Requests for a hospital's prescriptions of a day as those of other days grow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.time import Instant
from chalicelib.main.capabilities import build_system
from chalicelib.prescriptions.domain import PrescriptionId
from chalicelib.prescriptions.ports import PrescriptionStore
from chalicelib.prescriptions.tables import DynamoPrescriptionStore
from chalicelib.prescriptions.usecases.prescribe import Prescriptions
from tests.kit.areas import KUNMING
from tests.kit.growth import Asked, CountedTable, assert_as_written, counted_world, is_flat
from tests.kit.memory.samples import agency, enrolment, hospital
from tests.prescriptions.test_usecases import PAGE, PATIENT, at, issued

EARLIER = (60, 120, 240)
DAY = date(2020, 3, 20)


def cost(earlier: int) -> Asked:
    """Count the requests of a day's list behind so many prescriptions of later days."""
    world, counting = counted_world()
    world.system[EnrolPerson](agency(KUNMING), enrolment(PATIENT))
    at(world, DAY)
    kept = issued(world, DAY)
    for number in range(1, earlier + 1):
        other = replace(kept, prescription_id=PrescriptionId(f"rx_{number}"), issued_on=DAY + timedelta(days=number))
        world.memory.tables.keep(replace(other, issued=replace(kept.issued, at=Instant(f"2021-{number:04d}"))))
    store = DynamoPrescriptionStore(CountedTable(counting, world.memory.tables.state))
    listing = build_system(world.ports.give(PrescriptionStore, store))[Prescriptions]
    assert listing.find(hospital(), None, DAY, PAGE).items == (kept,)
    return counting.during(lambda: listing.find(hospital(), None, DAY, PAGE))


def test_a_days_prescriptions_ask_the_same_however_many_other_days_have(tell: Callable[[str], None]) -> None:
    asked = [cost(size) for size in EARLIER]
    tell(f"a day's prescriptions behind {EARLIER} of other days: {asked}")
    assert is_flat(asked)
    assert_as_written("a hospital's prescriptions of a day, so many on other days", [each.requests for each in asked])
