"""The service desk: matters, appointments, hotline, reviews of dialysis, reports, and the daily task of resumption."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.service_desk.ports import (
    AppointmentStore,
    ConsultationStore,
    DeskCountStore,
    DeskMatterStore,
    DialysisStore,
    HotlineCountStore,
    RestStore,
)
from chalicelib.service_desk.tables.dialysis import DIALYSIS_REVIEWS, DynamoDialysisStore
from chalicelib.service_desk.tables.hotline import (
    CONSULTATIONS,
    HOTLINE_COUNTS,
    DynamoConsultationStore,
    DynamoHotlineCountStore,
)
from chalicelib.service_desk.tables.matters import (
    APPOINTMENTS,
    DESK_COUNTS,
    DESK_MATTERS,
    HELD_PLACES,
    RESTS,
    DynamoAppointmentStore,
    DynamoDeskCountStore,
    DynamoDeskMatterStore,
    DynamoRestStore,
)


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store all records of the desk in the state table."""
    return (
        ports.give(DeskMatterStore, DynamoDeskMatterStore(cloud.state))
        .give(AppointmentStore, DynamoAppointmentStore(cloud.state))
        .give(DeskCountStore, DynamoDeskCountStore(cloud.state))
        .give(ConsultationStore, DynamoConsultationStore(cloud.state))
        .give(HotlineCountStore, DynamoHotlineCountStore(cloud.state))
        .give(DialysisStore, DynamoDialysisStore(cloud.state))
        .give(RestStore, DynamoRestStore(cloud.state))
    )


SERVICE_DESK = Capability(
    "service_desk",
    connect,
    routes=("http.matters", "http.appointments", "http.hotline", "http.dialysis", "http.reports"),
    steps=("tasks.DeskSteps",),
    records=(
        DESK_MATTERS,
        APPOINTMENTS,
        HELD_PLACES,
        DESK_COUNTS,
        RESTS,
        CONSULTATIONS,
        HOTLINE_COUNTS,
        DIALYSIS_REVIEWS,
    ),
)
