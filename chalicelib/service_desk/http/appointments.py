"""Routes of appointments at the counter: book, list, cancel."""

from __future__ import annotations

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.fields import parse
from chalicelib.platform.http.operation import OWN_AREA_PARAMETER, PAGE_PARAMETERS, Operation, Parameter, Success, Tag
from chalicelib.platform.http.query import page_document
from chalicelib.service_desk.access import DESK_HANDLE, DESK_READ
from chalicelib.service_desk.schemas.matters import (
    AppointmentBody,
    AppointmentCancellationBody,
    AppointmentDocument,
    AppointmentPage,
    appointment_document,
)
from chalicelib.service_desk.usecases.appoint import Appointments

_MATTER_ID = Parameter("matter_id", "path", Text("事项编号", "The matter's id"), {"type": "string"}, required=True)
_APPOINTMENT_ID = Parameter(
    "appointment_id", "path", Text("预约编号", "The appointment's id"), {"type": "string"}, required=True
)
_BOOKED = {200: Success(Text("预约", "The appointment"), AppointmentDocument)}

BOOK = Operation(
    id="bookAppointment",
    tag=Tag.DESK,
    summary=Text("预约办理", "Book an appointment"),
    detail=Text(
        "延期业务确有急需的，按规定的方式预约到窗口办理；一个窗口一个时段只有一个预约。",
        "For postponed business that cannot wait, by the way the provision names. A window has one appointment at a "
        "time.",
    ),
    action=DESK_HANDLE,
    parameters=(_MATTER_ID,),
    body=AppointmentBody,
    body_example={
        "window": "3",
        "on": "2027-01-04",
        "at": "09:30",
        "channel": "phone",
        "reason": "the allowance is needed for an operation",
    },
    answers=_BOOKED,
    problems=(400, 404, 409, 422),
)
APPOINTMENTS_OF = Operation(
    id="listAppointments",
    tag=Tag.DESK,
    summary=Text("列出预约", "List appointments"),
    detail=Text("本区划的，按日期、时段和窗口。", "An area's, by day, time and window."),
    action=DESK_READ,
    parameters=(
        Parameter("on", "query", Text("日期", "The day"), {"type": "string", "format": "date"}),
        OWN_AREA_PARAMETER,
        *PAGE_PARAMETERS,
    ),
    answers={200: Success(Text("一页", "A page"), AppointmentPage)},
    problems=(400, 404),
)
CANCEL = Operation(
    id="cancelAppointment",
    tag=Tag.DESK,
    summary=Text("取消预约", "Cancel an appointment"),
    detail=Text("取消后时段可另约，事项仍待办理。", "Its place is free again; the matter still waits."),
    action=DESK_HANDLE,
    parameters=(_APPOINTMENT_ID,),
    body=AppointmentCancellationBody,
    body_example={"reason": "the person asked for another day"},
    answers=_BOOKED,
    problems=(400, 404, 422),
)


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of appointments."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/desk-matters/{matter_id}/appointment", BOOK)
    def book_appointment(call: Call, principal: Principal, matter_id: str) -> Response:
        request = parse(AppointmentBody, call.body).value.to_request()
        return answer(appointment_document(call.use(Appointments).book(principal, matter_id, request), call.cite))

    @endpoints.route("GET", "/v1/desk-appointments", APPOINTMENTS_OF)
    def list_appointments(call: Call, principal: Principal) -> Response:
        query = call.query
        on, area, page = query.date("on"), query.area(), query.page()
        query.check()
        found = call.use(Appointments).find(principal, area, on, page)
        return answer(page_document(found, lambda each: appointment_document(each, call.cite)))

    @endpoints.route("POST", "/v1/desk-appointments/{appointment_id}/cancellation", CANCEL)
    def cancel_appointment(call: Call, principal: Principal, appointment_id: str) -> Response:
        reason = parse(AppointmentCancellationBody, call.body).value.reason
        return answer(appointment_document(call.use(Appointments).cancel(principal, appointment_id, reason), call.cite))

    return endpoints.blueprint
