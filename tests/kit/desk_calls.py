"""Good and bad calls of the service desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.service_desk.domain.appointments import appointment_id_of
from chalicelib.service_desk.domain.dialysis import dialysis_review_id_of
from chalicelib.service_desk.domain.hotline import consultation_id_of
from chalicelib.service_desk.domain.kinds import DeskMatterId
from chalicelib.service_desk.domain.matters import desk_matter_id_of
from tests.kit.areas import DALIAN
from tests.kit.memory.samples import agency, enrolment, passport
from tests.kit.memory.world import World
from tests.kit.registry_calls import Call

_DALIAN = {"role": "agency", "subject": "210200"}


def desk_calls(world: World) -> Iterator[Call]:
    """A matter of Dalian from its record to its end, with an appointment."""
    before = world.clock.now()
    world.clock.move_to(datetime(2020, 2, 10, 4, tzinfo=UTC))
    matters, one = "/v1/desk-matters", "/v1/desk-matters/{matter_id}"
    filed = {
        "matter_no": "JB-1",
        "kind": "account-withdrawal",
        "urgency": "urgent",
        "channel": "phone",
        "subject": "draws the account",
        "of_patient": False,
    }
    matter_id = desk_matter_id_of(DALIAN, "210200", "JB-1")
    path, none = f"{matters}/{matter_id}", f"{matters}/mat_none"
    for changed in ({}, {"subject": "another"}):
        yield ("POST", matters), {"body": {**filed, **changed}, **_DALIAN}
    for wrong in ({"channel": "fax"}, {"person": f"prs_{'0' * 32}"}):
        yield ("POST", matters), {"body": {**filed, "matter_no": "JB-2", **wrong}, **_DALIAN}
    yield ("POST", matters), {"body": {}, **_DALIAN}
    yield ("GET", matters, f"{matters}?status=open&kind=account-withdrawal"), _DALIAN
    for area in ("210200", "110000"):
        yield ("GET", matters, f"{matters}?area={area}"), _DALIAN
    yield ("GET", matters, f"{matters}?status=gone"), _DALIAN
    yield ("GET", one, path), _DALIAN
    yield ("GET", one, none), _DALIAN
    over = f"{one}/handover"
    sent = {"area": "210200", "reason": "its own"}
    for elsewhere in (sent, {**sent, "area": "530100"}):
        yield ("POST", over, f"{path}/handover"), {"body": elsewhere, **_DALIAN}
    yield ("POST", over, f"{path}/handover"), {"body": {}, **_DALIAN}
    yield ("POST", over, f"{none}/handover"), {"body": sent, **_DALIAN}
    booking, place = f"{one}/appointment", {"window": "3", "on": "2020-02-12", "at": "09:30", "channel": "phone"}
    asked = {**place, "reason": "an operation"}
    answered, said = f"{one}/answer", {"answer": "drawn"}
    yield ("POST", answered, f"{path}/answer"), {"body": said, **_DALIAN}
    yield ("POST", booking, f"{path}/appointment"), {"body": {**asked, "channel": "mail"}, **_DALIAN}
    yield ("POST", booking, f"{path}/appointment"), {"body": asked, **_DALIAN}
    yield ("POST", booking, f"{path}/appointment"), {"body": {**asked, "at": "10:00"}, **_DALIAN}
    yield ("POST", booking, f"{path}/appointment"), {"body": {}, **_DALIAN}
    yield ("POST", booking, f"{none}/appointment"), {"body": asked, **_DALIAN}
    yield from _appointment_calls(matter_id)
    yield ("POST", booking, f"{path}/appointment"), {"body": {**asked, "at": "10:00"}, **_DALIAN}
    for answer in (said, {}):
        yield ("POST", answered, f"{path}/answer"), {"body": answer, **_DALIAN}
    yield ("POST", answered, f"{path}/answer"), {"body": {"answer": "示例 530102190001010019"}, **_DALIAN}
    yield ("POST", answered, f"{none}/answer"), {"body": said, **_DALIAN}
    yield ("POST", over, f"{path}/handover"), {"body": {**sent, "area": "210000"}, **_DALIAN}
    back, why = f"{one}/withdrawal", {"reason": "recorded twice"}
    for reason in (why, {}):
        yield ("POST", back, f"{path}/withdrawal"), {"body": reason, **_DALIAN}
    yield ("POST", back, f"{path}/withdrawal"), {"body": {"reason": "示例 530102190001010019"}, **_DALIAN}
    yield ("POST", back, f"{none}/withdrawal"), {"body": why, **_DALIAN}
    yield ("POST", matters), {"body": {**filed, "matter_no": "JB-3", "urgency": "routine"}, **_DALIAN}
    last = f"{matters}/{desk_matter_id_of(DALIAN, '210200', 'JB-3')}"
    yield ("POST", back, f"{last}/withdrawal"), {"body": why, **_DALIAN}
    yield from _service_calls(world)
    world.clock.move_to(before)


def _service_calls(world: World) -> Iterator[Call]:
    yield from _hotline_calls()
    yield from _dialysis_calls(world)
    for report in ("/v1/reports/desk", "/v1/reports/hotline"):
        yield from _report_calls(report)


def _appointment_calls(matter_id: str) -> Iterator[Call]:
    appointments, cancelling = "/v1/desk-appointments", "/v1/desk-appointments/{appointment_id}/cancellation"
    first = f"{appointments}/{appointment_id_of(DeskMatterId(matter_id), 1)}/cancellation"
    yield ("GET", appointments, f"{appointments}?on=2020-02-12"), _DALIAN
    yield ("GET", appointments, f"{appointments}?on=monday"), _DALIAN
    yield ("GET", appointments, f"{appointments}?area=110000"), _DALIAN
    yield ("POST", cancelling, first), {"body": {"reason": "another time"}, **_DALIAN}
    yield ("POST", cancelling, first), {"body": {}, **_DALIAN}
    yield ("POST", cancelling, first), {"body": {"reason": "示例 530102190001010019"}, **_DALIAN}
    yield ("POST", cancelling, f"{appointments}/apt_none/cancellation"), {"body": {"reason": "gone"}, **_DALIAN}


def _hotline_calls() -> Iterator[Call]:
    calls, back = "/v1/hotline-consultations", "/v1/hotline-consultations/{consultation_id}/withdrawal"
    asked = {"consultation_no": "RX-1", "subject": "epidemic", "came_at": "2020-02-09T19:20:00Z"}
    for changed in ({}, {"subject": "policy-and-business"}):
        yield ("POST", calls), {"body": {**asked, **changed}, **_DALIAN}
    yield ("POST", calls), {"body": {}, **_DALIAN}
    yield ("POST", calls), {"body": {**asked, "consultation_no": "RX-2", "came_at": "2020-02-11T19:20:00Z"}, **_DALIAN}
    for wanted in ("on=2020-02-10&subject=epidemic", "format=csv", "on=monday", "area=110000"):
        yield ("GET", calls, f"{calls}?{wanted}"), _DALIAN
    path, why = f"{calls}/{consultation_id_of(DALIAN, 'RX-1')}/withdrawal", {"reason": "recorded twice"}
    for said in (why, {}, {"reason": "示例 530102190001010019"}):
        yield ("POST", back, path), {"body": said, **_DALIAN}
    yield ("POST", back, f"{calls}/con_none/withdrawal"), {"body": why, **_DALIAN}


def _dialysis_calls(world: World) -> Iterator[Call]:
    """A review that passes and is audited once the epidemic is lifted, and two of that day, decided and taken back."""
    reviews, one = "/v1/dialysis-reviews", "/v1/dialysis-reviews/{review_id}"
    here, theirs = {"role": "hospital", "subject": "H21020200002"}, world.clock.now()
    enrolled = enrolment(passport(83)["id_no"], insured_area=DALIAN)
    person = world.system[EnrolPerson](agency(DALIAN), enrolled).person
    asked = {"review_no": "TX-1", "person": person, "from": "2020-02-01", "to": "2020-02-09"}
    for changed in ({}, {"to": "2020-02-08"}, {"review_no": "TX-9", "to": "2020-01-01"}, {"person": f"prs_{'0' * 32}"}):
        yield ("POST", reviews), {"body": {**asked, **changed}, **here}
    yield ("POST", reviews), {"body": {}, **here}
    for wanted in ("status=passed", "format=csv", "status=gone", "area=110000"):
        yield ("GET", reviews, f"{reviews}?{wanted}"), _DALIAN
    ids = {no: dialysis_review_id_of(InstitutionCode("H21020200002"), no) for no in ("TX-1", "TX-2", "TX-3")}
    path, none, personal = f"{reviews}/{ids['TX-1']}", f"{reviews}/dia_none", {"reason": "示例 530102190001010019"}
    yield ("GET", one, path), _DALIAN
    yield ("GET", one, none), _DALIAN
    audit, found = f"{one}/audit", {"outcome": "upheld", "reason": "as recorded"}
    yield ("POST", audit, f"{path}/audit"), {"body": found, **_DALIAN}
    world.clock.move_to(datetime(2023, 1, 8, 4, tzinfo=UTC))
    unknown = {**found, "outcome": "wrong", "claims": ["clm_abcdefghijklmnopqrstuvwxyz"]}
    for said in (unknown, found, {}, {**found, **personal}):
        yield ("POST", audit, f"{path}/audit"), {"body": said, **_DALIAN}
    yield ("POST", audit, f"{none}/audit"), {"body": found, **_DALIAN}
    for no in ("TX-2", "TX-3"):
        yield ("POST", reviews), {"body": {**asked, "review_no": no}, **here}
    decision, back = f"{one}/decision", f"{one}/withdrawal"
    second, third = f"{reviews}/{ids['TX-2']}", f"{reviews}/{ids['TX-3']}"
    for decided in ({"decision": "approve"}, {"decision": "refuse"}, {}, {"decision": "approve", **personal}):
        yield ("POST", decision, f"{second}/decision"), {"body": decided, **_DALIAN}
    yield ("POST", decision, f"{none}/decision"), {"body": {"decision": "approve"}, **_DALIAN}
    for place, why in (
        (third, {"reason": "asked twice"}),
        (third, {}),
        (third, personal),
        (second, {"reason": "late"}),
    ):
        yield ("POST", back, f"{place}/withdrawal"), {"body": why, **here}
    yield ("POST", back, f"{none}/withdrawal"), {"body": {"reason": "gone"}, **here}
    world.clock.move_to(theirs)


def _report_calls(report: str) -> Iterator[Call]:
    days = "from=2020-02-10&to=2020-02-19"
    for form in ("json", "csv", "html"):
        yield ("GET", report, f"{report}?{days}&format={form}"), _DALIAN
    for wrong in (
        f"{days}&area=110000",
        "from=2020-02-10",
        "from=2020-02-10&to=2020-02-09",
        "from=2020-01-01&to=2021-01-01",
    ):
        yield ("GET", report, f"{report}?{wrong}"), _DALIAN
