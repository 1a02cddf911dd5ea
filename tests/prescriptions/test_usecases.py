"""Prescriptions: quantities by kind and day, days made up for, and a single way to a single pharmacy, filled once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.words.uploads import LineOutcome
from chalicelib.prescriptions.domain import (
    Certificate,
    PaidBy,
    PrescribedItem,
    Prescription,
    PrescriptionId,
    PrescriptionKind,
    PrescriptionStatus,
)
from chalicelib.prescriptions.usecases.list_online import InternetList
from chalicelib.prescriptions.usecases.prescribe import PrescriptionRequest, Prescriptions
from chalicelib.registry.domain.model import Insurance
from tests.kit.memory.samples import AUDITOR, agency, enrolment, hospital, passport, stated
from tests.kit.memory.world import World

KUNMING, DALIAN, WEIHAI = map(InstitutionCode, ("H53010200001", "H21020200001", "H37100200001"))
PHARMACY = InstitutionCode("P53010200009")
PATIENT = passport(1)["id_no"]
PAGE = PageRequest(50)
CARD, CASH = Certificate.CARD, PaidBy.CASH


def at(world: World, day: date) -> World:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
    return world


@pytest.fixture(name="known")
def fixture_known(world: World) -> World:
    """The patient is insured in Kunming, and it is March 2020."""
    world.system[EnrolPerson](agency(AreaCode("530100")), enrolment(PATIENT))
    return at(world, date(2020, 3, 20))


def request(day: date, days: int, kind: PrescriptionKind = PrescriptionKind.CHRONIC, **changes: Any) -> Any:
    asked = PrescriptionRequest(
        prescription_no="RX-1",
        document=stated(PATIENT),
        name="示例",
        kind=kind,
        is_electronic=False,
        issued_on=day,
        days=days,
        items=(PrescribedItem("X1", "片剂", "30"),),
        missed_on=None,
        reason=None,
    )
    return replace(asked, **changes)


def codes(world: World, asked: Any, code: str = KUNMING) -> list[str]:
    """Return the refusal codes of a prescription; nothing for an issued prescription."""
    try:
        world.system[Prescriptions].issue(hospital(code), asked)
    except Invalid as refused:
        return [each.code for each in refused.findings]
    return []


def issued(world: World, day: date = date(2020, 3, 20), code: str = KUNMING, **changes: Any) -> Prescription:
    return world.system[Prescriptions].issue(hospital(code), request(day, 7, **changes))[0]


@pytest.mark.parametrize(
    ("code", "kind", "day", "most", "citation"),
    [
        (KUNMING, PrescriptionKind.ORDINARY, date(2020, 3, 2), 7, "ordinary.prescription-supply"),
        (KUNMING, PrescriptionKind.EMERGENCY, date(2020, 3, 2), 3, "ordinary.prescription-supply-emergency"),
        (KUNMING, PrescriptionKind.CHRONIC, date(2020, 1, 21), 7, "ordinary.prescription-supply"),
        (KUNMING, PrescriptionKind.CHRONIC, date(2020, 1, 22), 91, "nat-2020.5.1"),
        (KUNMING, PrescriptionKind.POOLED, date(2020, 3, 2), 7, "ordinary.prescription-supply"),
        (DALIAN, PrescriptionKind.POOLED, date(2020, 1, 26), 7, "ordinary.prescription-supply"),
        (DALIAN, PrescriptionKind.POOLED, date(2020, 1, 27), 91, "dl-2020.3.1"),
        (DALIAN, PrescriptionKind.HIGH_VALUE, date(2020, 2, 29), 90, "dl-2020.3.1"),
        (DALIAN, PrescriptionKind.ORDINARY, date(2020, 2, 29), 7, "ordinary.prescription-supply"),
    ],
)
def test_how_much_is_given_at_once_follows_kind_place_and_day(
    known: World, code: str, kind: PrescriptionKind, day: date, most: int, citation: str
) -> None:
    """N-09: chronic disease in the nation; D-08: three kinds in Dalian, up to three months of the calendar."""
    assert codes(known, request(day, most + 1, kind), code) == ["supply-over-limit"]
    kept, is_new = known.system[Prescriptions].issue(hospital(code), request(day, most, kind))
    assert (is_new, kept.citations, kept.issued_on) == (True, (citation,), day)


def test_only_what_was_missed_in_january_is_made_up_for_in_february_and_for_the_holiday(known: World) -> None:
    """Source: D-08."""
    missed = {"missed_on": date(2020, 1, 20), "reason": "holiday-extended"}
    for day, changes, code, expected in (
        (date(2020, 2, 1), missed, DALIAN, []),
        (date(2020, 3, 1), {**missed, "prescription_no": "B"}, DALIAN, ["make-up-not-provided"]),
        (date(2020, 2, 3), {**missed, "prescription_no": "B"}, KUNMING, ["make-up-not-provided"]),
        (date(2020, 2, 3), {**missed, "missed_on": date(2019, 12, 31)}, DALIAN, ["make-up-day"]),
        (date(2020, 2, 10), {**missed, "missed_on": date(2020, 2, 1)}, DALIAN, ["make-up-day"]),
        (date(2020, 2, 3), {**missed, "reason": None}, DALIAN, ["make-up-reason"]),
        (date(2020, 2, 3), {"reason": "holiday-extended"}, DALIAN, ["make-up-day-missing"]),
    ):
        assert codes(known, request(day, 7, **changes), code) == expected
    (kept,) = known.system[Prescriptions].find(hospital(DALIAN), None, None, PAGE).items
    assert kept.citations == ("dl-2020.3.1", "dl-2020.3.1-make-up")


def test_the_same_number_names_one_prescription(known: World) -> None:
    first = issued(known)
    assert known.system[Prescriptions].issue(hospital(), request(date(2020, 3, 20), 7)) == (first, False)
    with pytest.raises(Conflict):
        issued(known, name="示例", kind=PrescriptionKind.ORDINARY)


def test_an_unknown_number_another_name_and_the_uninsured_are_answered_alike(known: World) -> None:
    known.system[EnrolPerson](
        agency(AreaCode("530100")), enrolment(passport(2)["id_no"], insured_area=None, insurance=Insurance.NONE)
    )
    for changes in ({"name": "别人"}, {"document": stated("SAMPLE000009")}, {"document": stated("SAMPLE000002")}):
        assert codes(known, request(date(2020, 3, 20), 7, **changes)) == ["person-unknown"]


def test_a_day_to_come_and_a_pharmacy_are_no_prescriber(known: World) -> None:
    assert codes(known, request(date(2020, 3, 21), 7)) == ["date-in-future"]
    assert codes(known, request(date(2020, 3, 20), 7), PHARMACY) == ["not-a-prescriber"]


def test_a_prescription_travels_to_one_pharmacy_and_is_filled_once(known: World) -> None:
    """Source: N-10."""
    prescriptions, first = known.system[Prescriptions], issued(known)
    sent = prescriptions.send(hospital(), first.prescription_id, PHARMACY)
    assert (sent.status_on(date(2020, 3, 20)), sent.citations[-1]) == (PrescriptionStatus.SENT, "nat-2020.5.2")
    assert prescriptions.send(hospital(), first.prescription_id, PHARMACY) == sent
    with pytest.raises(NotFound):
        prescriptions.dispense(hospital(), first.prescription_id, date(2020, 3, 20), CARD, CASH)
    filled = prescriptions.dispense(hospital(PHARMACY), first.prescription_id, date(2020, 3, 20), CARD, CASH)
    assert filled.status_on(date(2030, 1, 1)) is PrescriptionStatus.DISPENSED
    again = prescriptions.dispense(hospital(PHARMACY), first.prescription_id, date(2020, 3, 20), CARD, CASH)
    assert again == filled
    with pytest.raises(Conflict):
        prescriptions.dispense(hospital(PHARMACY), first.prescription_id, date(2020, 3, 20), CARD, PaidBy.ACCOUNT)
    counts = prescriptions.counts(agency(AreaCode("530100")), None, date(2020, 3, 20))
    assert (counts.issued, counts.electronic, counts.sent, counts.dispensed) == (1, 0, 1, 1)
    assert prescriptions.counts(agency(AreaCode("530100")), None, date(2020, 3, 19)).issued == 0


def test_a_prescription_is_filled_within_its_days_and_not_after(known: World) -> None:
    prescriptions, first = known.system[Prescriptions], issued(known)
    at(known, date(2020, 4, 1))
    assert (
        prescriptions.read(hospital(), first.prescription_id).status_on(date(2020, 4, 1)) is PrescriptionStatus.EXPIRED
    )
    for day in (date(2020, 3, 19), date(2020, 3, 23)):
        with pytest.raises(Conflict):
            prescriptions.dispense(hospital(), first.prescription_id, day, CARD, CASH)
    with pytest.raises(Conflict):
        prescriptions.send(hospital(), first.prescription_id, PHARMACY)
    late = prescriptions.dispense(hospital(), first.prescription_id, date(2020, 3, 22), CARD, CASH)
    assert late.dispensed_on == date(2020, 3, 22), "reported late, filled in time"


def test_where_it_may_go_and_from_when(known: World) -> None:
    first = issued(known, date(2020, 1, 21))
    for pharmacy, code in (
        (PHARMACY, "circulation-not-provided"),
        (DALIAN, "pharmacy-unknown"),
        (InstitutionCode("P0"), "pharmacy-unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            known.system[Prescriptions].send(hospital(), first.prescription_id, pharmacy)
        assert [each.code for each in refused.value.findings] == [code]


def test_electronic_means_need_a_provision_of_the_day_and_place(known: World) -> None:
    """S-11 provides for them in Shandong from 8 January 2023."""
    at(known, date(2023, 2, 1))
    day = date(2023, 1, 8)
    assert codes(known, request(day, 7, PrescriptionKind.ORDINARY, is_electronic=True), KUNMING) == [
        "electronic-not-provided"
    ]
    early = request(date(2023, 1, 7), 7, PrescriptionKind.ORDINARY, is_electronic=True)
    assert codes(known, early, WEIHAI) == ["electronic-not-provided"]
    kept = issued(known, day, WEIHAI, kind=PrescriptionKind.ORDINARY, is_electronic=True)
    assert kept.citations[-1] == "sd-2023-1.5-flow"
    prescriptions, mobile = known.system[Prescriptions], (Certificate.ELECTRONIC, PaidBy.MOBILE)
    filled = prescriptions.dispense(hospital(WEIHAI), kept.prescription_id, day, *mobile)
    assert (filled.certificate, filled.paid_by) == mobile
    plain = issued(known, day, KUNMING, kind=PrescriptionKind.ORDINARY)
    for certificate, paid_by in ((Certificate.ELECTRONIC, CASH), (CARD, PaidBy.MOBILE)):
        with pytest.raises(Invalid):
            prescriptions.dispense(hospital(), plain.prescription_id, day, certificate, paid_by)
    with pytest.raises(Invalid):
        prescriptions.dispense(hospital(), plain.prescription_id, date(2023, 3, 1), CARD, CASH)
    assert prescriptions.counts(agency(AreaCode("371000")), None, day).electronic == 1


def test_prescriptions_are_seen_by_those_concerned(known: World) -> None:
    prescriptions, first = known.system[Prescriptions], issued(known)
    prescriptions.send(hospital(), first.prescription_id, PHARMACY)
    for reader in (hospital(), hospital(PHARMACY), agency(AreaCode("530100")), AUDITOR):
        assert prescriptions.read(reader, first.prescription_id).prescription_id == first.prescription_id
    for stranger in (hospital(DALIAN), agency(AreaCode("210200"))):
        with pytest.raises(NotFound):
            prescriptions.read(stranger, first.prescription_id)
    with pytest.raises(NotFound):
        prescriptions.read(hospital(), PrescriptionId("rx_none"))
    for sender, named in ((hospital(), "rx_none"), (hospital(DALIAN), first.prescription_id)):
        with pytest.raises(NotFound):
            prescriptions.send(sender, PrescriptionId(named), PHARMACY)
    with pytest.raises(NotFound):
        prescriptions.dispense(hospital(), PrescriptionId("rx_none"), date(2020, 3, 20), CARD, CASH)
    with pytest.raises(Forbidden):
        prescriptions.issue(agency(AreaCode("530100")), request(date(2020, 3, 20), 7))
    for lister in (hospital(), hospital(PHARMACY), agency(AreaCode("530100"))):
        assert len(prescriptions.find(lister, None, date(2020, 3, 20), PAGE).items) == 1
        assert prescriptions.find(lister, None, date(2020, 3, 19), PAGE).items == ()
    assert prescriptions.find(hospital(DALIAN), None, None, PAGE).items == ()
    with pytest.raises(NotFound):
        prescriptions.find(agency(AreaCode("210200")), AreaCode("530100"), None, PAGE)
    with pytest.raises(NotFound):
        prescriptions.counts(hospital(), AreaCode("210200"), date(2020, 3, 20))
    assert prescriptions.counts(hospital(), None, date(2020, 3, 20)).issued == 1


LIST = """institution,from,to
H37100200001,2023-01-10,2023-03-31
H37100200002,2023-01-10,
H53010200001,2023-01-10,
H37108200003,2023-01-07,
H37108200003,soon,
H37108200003,2023-02-01,2023-01-31
"""


def test_the_health_side_publishes_its_list_line_by_line_and_may_end_it_later(world: World) -> None:
    """Source: S-20, in force from 8 January 2023."""
    health = Principal("health", Role.HEALTH, "371000")
    kept, known, changed, refused = LineOutcome
    answers = world.system[InternetList].publish(health, LIST)
    assert [each.outcome for each in answers] == [kept, kept, refused, refused, refused, refused]
    assert [each.findings[0].code for each in answers if each.findings] == [
        "institution-unknown", "internet-list-not-provided", "date-format", "period-order",
    ]  # fmt: skip
    again = world.system[InternetList].publish(health, LIST.replace("2023-01-10,\n", "2023-01-10,2023-02-28\n", 1))
    assert [each.outcome for each in again[:2]] == [known, changed]
    shown = [(each.institution, each.ends_on) for each in world.system[InternetList].find(PAGE).items]
    assert shown == [("H37100200001", date(2023, 3, 31)), ("H37100200002", date(2023, 2, 28))]
    for stranger in (Principal("health", Role.HEALTH, "530000"), Principal("health", Role.HEALTH, "210200")):
        assert {each.outcome for each in world.system[InternetList].publish(stranger, LIST)[:2:]} == {refused}
    with pytest.raises(Forbidden):
        world.system[InternetList].publish(agency(AreaCode("371000")), LIST)
