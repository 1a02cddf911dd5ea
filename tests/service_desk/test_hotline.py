"""Hotline calls: counted by subject and by the hour in China at which they came, without anything of the caller."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from chalicelib.kernel.errors import Conflict, Invalid, NotFound
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.authoring.findings import PolicyFileError
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.services.vocabulary import ConsultationSubject
from chalicelib.platform.forms.page import printed_page
from chalicelib.service_desk.domain.hotline import Consultation, ConsultationId
from chalicelib.service_desk.schemas.hotline import consultation_file
from chalicelib.service_desk.schemas.reports import hotline_count_file
from chalicelib.service_desk.usecases.hotline import ConsultationRequest, Consultations
from tests.kit.memory.samples import AUDITOR, agency
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_rule
from tests.kit.service_behaviours import dalian_answers_at_night_and_counts_by_subject_and_hour, office
from tests.kit.worked_cases import shipped_bundle

DALIAN, KUNMING = agency(AreaCode("210200")), agency(AreaCode("530100"))
EPIDEMIC, BUSINESS = ConsultationSubject.EPIDEMIC, ConsultationSubject.BUSINESS
NIGHT = datetime(2020, 2, 9, 19, 20, tzinfo=UTC)
"""03:20 in China on 10 February."""
DAY = date(2020, 2, 10)


def call(
    no: str = "RX-1", subject: ConsultationSubject = EPIDEMIC, came: datetime | None = NIGHT
) -> ConsultationRequest:
    return ConsultationRequest(no, subject, came)


def day_hotline(files_from: str = "8", to: str = "17", subjects: str = "[policy-and-business]") -> Mapping[str, bytes]:
    value = f'{{number: "12393", from_hour: {files_from}, to_hour: {to}, subjects: {subjects}}}'
    return with_rule(AreaCode("530100"), "hotline", value)


@pytest.fixture(name="hotline")
def fixture_hotline(world: World) -> Consultations:
    world.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    return world.system[Consultations]


@pytest.mark.shows("D-13")
def test_dalian_answers_at_night() -> None:
    dalian_answers_at_night_and_counts_by_subject_and_hour(shipped_bundle())


@pytest.mark.shows("D-13")
def test_calls_are_counted_by_subject_and_hour_once_each(hotline: Consultations) -> None:
    first = hotline.record(DALIAN, call())
    assert (first.on, first.hour, first.citation) == (DAY, 3, "dl-2020.3.6")
    assert hotline.record(DALIAN, call()) == first
    hotline.record(DALIAN, call("RX-2", BUSINESS, None))
    hotline.record(DALIAN, call("RX-3", BUSINESS, None))
    report = hotline.report(DALIAN, None, DAY, DAY)
    assert [(each.hour, each.subject, each.standing) for each in report.counts] == [(3, EPIDEMIC, 1), (12, BUSINESS, 2)]
    assert (report.total, report.by_subject) == (3, ((EPIDEMIC, 1), (BUSINESS, 2)))
    hours = {hour: dict(found) for hour, found in report.by_hour}
    assert (len(hours), hours[3], hours[4]) == (24, {EPIDEMIC: 1, BUSINESS: 0}, {EPIDEMIC: 0, BUSINESS: 0})
    assert hotline.report(DALIAN, None, date(2020, 2, 9), date(2020, 2, 9)).total == 0


def test_a_number_names_one_call(hotline: Consultations) -> None:
    hotline.record(DALIAN, call())
    with pytest.raises(Conflict) as refused:
        hotline.record(DALIAN, call(subject=BUSINESS))
    assert [each.code for each in refused.value.findings] == ["consultation-no-taken"]


def test_what_is_taken_back_leaves_its_own_hour_and_stays_on_record(world: World, hotline: Consultations) -> None:
    made = hotline.record(DALIAN, call())
    world.clock.move_to(datetime(2020, 2, 12, 4, tzinfo=UTC))
    back = hotline.take_back(DALIAN, made.consultation_id, "recorded twice")
    assert hotline.take_back(DALIAN, made.consultation_id, "again") == back
    report = hotline.report(DALIAN, None, DAY, date(2020, 2, 12))
    assert (report.total, report.withdrawn, report.of(EPIDEMIC, 3)) == (0, 1, 0)
    assert listed(hotline) == [back]
    assert hotline.record(DALIAN, call()) == back, "the same word again changes nothing"
    for consultation_id in (made.consultation_id, "con_none"):
        with pytest.raises(NotFound):
            hotline.take_back(KUNMING, ConsultationId(consultation_id), "not theirs")


def listed(
    hotline: Consultations, on: date | None = None, subject: ConsultationSubject | None = None
) -> list[Consultation]:
    return list(hotline.find(DALIAN, None, on, subject, PageRequest(50)).items)


def test_calls_are_listed_newest_first_by_day_and_subject(hotline: Consultations) -> None:
    old = hotline.record(DALIAN, call("RX-0", came=datetime(2020, 2, 9, 1, tzinfo=UTC)))
    night, noon = hotline.record(DALIAN, call()), hotline.record(DALIAN, call("RX-2", BUSINESS, None))
    assert listed(hotline) == [noon, night, old]
    assert listed(hotline, DAY) == [noon, night]
    assert listed(hotline, DAY, EPIDEMIC) == [night]
    page = hotline.find(AUDITOR, AreaCode("210200"), None, None, PageRequest(2))
    assert page.items == (noon, night)
    assert hotline.find(AUDITOR, AreaCode("210200"), None, None, PageRequest(2, page.next)).items == (old,)
    with pytest.raises(NotFound):
        hotline.find(KUNMING, AreaCode("210200"), None, None, PageRequest(50))


def test_a_call_is_neither_to_come_nor_of_a_place_without_a_hotline(hotline: Consultations) -> None:
    for principal, came, code in (
        (DALIAN, datetime(2020, 2, 10, 5, tzinfo=UTC), "came-later"),
        (DALIAN, datetime(2020, 1, 20, 5, tzinfo=UTC), "hotline-not-provided"),
        (KUNMING, NIGHT, "hotline-not-provided"),
    ):
        with pytest.raises(Invalid) as refused:
            hotline.record(principal, call(came=came))
        assert [each.code for each in refused.value.findings] == [code]


def test_a_hotline_of_office_hours_counts_what_its_provision_names_and_when_it_answers() -> None:
    compiled = compile_files(day_hotline())
    consultations = office(open_file(compiled), date(2020, 2, 20)).system[Consultations]
    with pytest.raises(Invalid) as refused:
        consultations.record(KUNMING, call(came=datetime(2020, 2, 19, 9, 0, tzinfo=UTC)))
    assert [each.code for each in refused.value.findings] == ["hotline-closed", "subject-not-counted"]
    opening = datetime(2020, 2, 20, 0, 0, tzinfo=UTC)
    assert consultations.record(KUNMING, call("RX-2", BUSINESS, opening)).hour == 8


@pytest.mark.parametrize(("from_hour", "to_hour", "subjects"), [("8", "8", "[epidemic]"), ("0", "24", "[]")])
def test_a_hotline_answers_for_an_hour_at_least_and_counts_something(
    from_hour: str, to_hour: str, subjects: str
) -> None:
    with pytest.raises(PolicyFileError):
        compile_files(day_hotline(from_hour, to_hour, subjects))


def test_the_counts_and_the_calls_go_out_as_files_and_the_counts_as_a_page(hotline: Consultations) -> None:
    hotline.record(DALIAN, call())
    report = hotline.report(DALIAN, None, DAY, DAY)
    assert hotline_count_file(report.counts).as_csv().decode("utf-8-sig").splitlines()[1:] == [
        "'210200,2020-02-10,3,epidemic,1,0"
    ]
    sheet = load_workbook(io.BytesIO(consultation_file(listed(hotline)).as_workbook())).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:3] == ["RX-1", "210200", "epidemic"]
    page = printed_page(hotline.printed(DALIAN, None, DAY, DAY)).decode()
    for said in ("单位：人次", "83709222（0:00-24:00）", "疫情相关咨询", "03:00", "经办-6"):
        assert said in page
