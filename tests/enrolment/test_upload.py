"""Enrolments come in a table: each line as if it had been sent alone, with its own answer."""

from __future__ import annotations

from base64 import b64encode

import pytest

from chalicelib.enrolment.schemas.bodies import EnrolmentsUploadBody
from chalicelib.enrolment.usecases.enrol import EnrolmentRecorded, EnrolPerson
from chalicelib.enrolment.usecases.read import ReadEnrolments
from chalicelib.enrolment.usecases.upload import ENROLMENT_LINES_MAX, EnrolMany
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, Unavailable
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome
from chalicelib.platform.http.answers import upload_list
from chalicelib.registry.domain.requests import EnrolmentRequest
from tests.kit import areas
from tests.kit.areas import DALIAN
from tests.kit.memory.samples import agency
from tests.kit.memory.world import World

KUNMING = agency(AreaCode("530100"))
HEADING = "id_type,issued_by,id_no,name,insured_area,insurance,employment,from"


def line(
    number: int, *, area: AreaCode = areas.KUNMING, insurance: str = "employee", employment: str = "active"
) -> str:
    return f"passport,USA,SAMPLE{number:06d},示例,{area},{insurance},{employment},2020-01-01"


def upload(world: World, *lines: str, encoding: str = "utf-8", who: Principal = KUNMING) -> tuple[LineAnswer, ...]:
    content = "\n".join((HEADING, *lines, "")).encode(encoding)
    return world.system[EnrolMany](who, EnrolmentsUploadBody(file=b64encode(content).decode()).to_lines())


def codes(answer: LineAnswer) -> list[str]:
    return [each.code for each in answer.findings]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_each_line_is_recorded_under_its_person_or_refused_with_its_reasons(world: World, encoding: str) -> None:
    first, elsewhere, wrong, last = upload(
        world, line(1), line(2, area=DALIAN), line(3, employment=""), line(4, insurance="gold"), encoding=encoding
    )
    assert (first.line, first.outcome) == (2, LineOutcome.KEPT)
    assert first.record_id is not None
    assert world.system[ReadEnrolments](KUNMING, PersonToken(first.record_id)).periods
    assert [each.outcome for each in (elsewhere, wrong, last)] == [LineOutcome.REFUSED] * 3
    assert codes(elsewhere) == ["not-found"]
    assert codes(wrong) == ["employment-missing"]
    assert [each.field for each in last.findings] == ["insurance"]
    assert "SAMPLE" not in repr([each.findings for each in (elsewhere, wrong, last)])


def test_the_same_table_again_records_nothing_twice(world: World) -> None:
    (first,), (again,) = upload(world, line(1)), upload(world, line(1))
    assert again == first
    assert first.record_id is not None
    assert len(world.system[ReadEnrolments](KUNMING, PersonToken(first.record_id)).periods) == 1


def test_a_person_whom_another_area_insures_is_refused_on_that_line_alone(world: World) -> None:
    upload(world, line(1, area=DALIAN), who=agency(DALIAN))
    taken, free = upload(world, line(1), line(2))
    assert (taken.outcome, codes(taken), free.outcome) == (LineOutcome.REFUSED, ["insured-elsewhere"], LineOutcome.KEPT)


def test_what_was_recorded_before_a_store_failed_stays_and_the_table_sent_again_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter([False, True])

    def failing(self: EnrolPerson, principal: Principal, request: EnrolmentRequest) -> EnrolmentRecorded:
        if next(calls):
            raise Unavailable
        return whole(self, principal, request)

    whole = EnrolPerson.__call__
    monkeypatch.setattr(EnrolPerson, "__call__", failing)
    with pytest.raises(Unavailable):
        upload(world, line(1), line(2))
    monkeypatch.undo()
    assert [each.outcome for each in upload(world, line(1), line(2))] == [LineOutcome.KEPT] * 2


def test_more_lines_than_a_call_can_record_and_foreign_columns_are_refused_as_a_whole(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        upload(world, *[line(number) for number in range(ENROLMENT_LINES_MAX + 1)])
    assert [each.code for each in refused.value.findings] == ["upload-too-long"]
    with pytest.raises(Invalid) as refused:
        EnrolmentsUploadBody(file=b64encode(b"number,name\n1,2\n").decode()).to_lines()
    assert [each.code for each in refused.value.findings] == ["upload-heading"]
    with pytest.raises(Invalid) as refused:
        EnrolmentsUploadBody(file="AAAAA").to_lines()
    assert [each.code for each in refused.value.findings] == ["file-not-base64"]


def test_only_agencies_record(world: World) -> None:
    with pytest.raises(Forbidden):
        upload(world, line(1), who=Principal("treasurer", Role.FINANCE, "530100"))


def test_the_answer_comes_as_a_table_with_what_is_wrong_in_both_languages(world: World) -> None:
    answers = upload(world, line(1), line(3, employment=""))
    rows = upload_list("answers", answers).as_csv().decode("utf-8-sig").splitlines()
    assert rows[0] == "行 line,结果 outcome,编号 record,错误,errors"
    assert rows[1].startswith("2,kept,prs_")
    assert rows[2].startswith("3,refused,,employment ")
