"""Fund supervision: reviews of claims, suspicious matters, and joint inspections."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.supervision.ports import InspectionStore, MatterStore, NightStore, ReviewStore
from chalicelib.supervision.tables import (
    INSPECTIONS,
    MATTERS,
    NIGHT,
    REVIEWS,
    DynamoInspectionStore,
    DynamoMatterStore,
    DynamoNightStore,
    DynamoReviewStore,
)


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Store matters, reviews, the nightly review's progress and inspections in the state table."""
    kept = ports.give(MatterStore, DynamoMatterStore(cloud.state)).give(ReviewStore, DynamoReviewStore(cloud.state))
    kept = kept.give(NightStore, DynamoNightStore(cloud.state))
    return kept.give(InspectionStore, DynamoInspectionStore(cloud.state))


SUPERVISION = Capability(
    "supervision",
    connect,
    routes=("http.matters", "http.inspections"),
    steps=("tasks.SupervisionSteps",),
    records=(MATTERS, REVIEWS, INSPECTIONS, NIGHT),
)
