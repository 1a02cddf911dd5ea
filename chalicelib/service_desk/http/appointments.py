"""Routes of appointments at the counter: book, list, cancel."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.kernel.access import Principal
from chalicelib.kernel.text import Text
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.operation import Operation, ResourceType, Success, Tag, listing
from chalicelib.platform.http.query import OWN_AREA_PARAMETER, day, path_value
from chalicelib.service_desk.access import DESK_HANDLE, DESK_READ
from chalicelib.service_desk.domain.kinds import AppointmentId, DeskMatterId
from chalicelib.service_desk.schemas.matters import (
    AppointmentBody,
    AppointmentCancellationBody,
    AppointmentDocument,
    AppointmentPage,
)
from chalicelib.service_desk.usecases.appoint import Appointments

_MATTER_ID = path_value("matter_id", Text("事项编号", "The matter's id"))
_APPOINTMENT_ID = path_value("appointment_id", Text("预约编号", "The appointment's id"))
_BOOKED = {200: Success(Text("预约", "The appointment"), AppointmentDocument)}

_ON = day("on", Text("日期", "The day"))
_APPOINTMENT = ResourceType(Tag.DESK, Text("预约", "The appointment"), AppointmentDocument, (_MATTER_ID,))

BOOK = _APPOINTMENT.changing(
    id="bookAppointment",
    summary=Text("预约办理", "Book an appointment"),
    detail=Text(
        "延期业务确有急需的，按规定的方式预约到窗口办理；一个窗口一个时段只有一个预约。",
        "Postponed business that is urgent is handled at a window, booked in the way the provision names. A "
        "window has a single appointment at a time.",
    ),
    action=DESK_HANDLE,
    body=AppointmentBody,
    body_example={
        "window": "3",
        "on": "2027-01-04",
        "at": "09:30",
        "channel": "phone",
        "reason": "the allowance is needed for an operation",
    },
)
APPOINTMENTS_OF = listing(
    id="listAppointments",
    tag=Tag.DESK,
    summary=Text("列出预约", "List appointments"),
    detail=Text("本区划的，按日期、时段和窗口。", "An area sees its own appointments, by day, time and window."),
    action=DESK_READ,
    page=AppointmentPage,
    filters=(_ON, OWN_AREA_PARAMETER),
    problems=(404,),
)
CANCEL = Operation(
    id="cancelAppointment",
    tag=Tag.DESK,
    summary=Text("取消预约", "Cancel an appointment"),
    detail=Text("取消后时段可另约，事项仍待办理。", "The time is free again; the matter stays open."),
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
    def book_appointment(call: Call, principal: Principal, matter_id: DeskMatterId) -> Response:
        request = call.sent(AppointmentBody).to_request()
        return answer(
            AppointmentDocument.from_record(call.use(Appointments).book(principal, matter_id, request), call.cite)
        )

    @endpoints.route("GET", "/v1/desk-appointments", APPOINTMENTS_OF)
    def list_appointments(call: Call, principal: Principal) -> Response:
        on, area = call.asked(_ON), call.asked(OWN_AREA_PARAMETER)
        find = partial(call.use(Appointments).find, principal, area, on)
        return call.listed(find, lambda each: AppointmentDocument.from_record(each, call.cite))

    @endpoints.route("POST", "/v1/desk-appointments/{appointment_id}/cancellation", CANCEL)
    def cancel_appointment(call: Call, principal: Principal, appointment_id: AppointmentId) -> Response:
        reason = call.sent(AppointmentCancellationBody).reason
        return answer(
            AppointmentDocument.from_record(call.use(Appointments).cancel(principal, appointment_id, reason), call.cite)
        )

    return endpoints.blueprint
