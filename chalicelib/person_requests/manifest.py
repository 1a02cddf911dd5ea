"""Person requests: data kept of a person is read, corrected, erased."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.person_requests.desk import LambdaPersonDesk
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.person_requests.tables import REQUESTS, DynamoPersonRequestStore
from chalicelib.person_requests.usecases import PersonDesk, VaultKeeper
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.registry.vault import KmsPersonVault


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the store of requests and the desk, whose function alone opens the vault and is invoked by the API."""
    desk = LambdaPersonDesk(cloud.client("lambda"), cloud.config.person_function)
    return (
        ports.give(PersonRequestStore, DynamoPersonRequestStore(cloud.state))
        .give(PersonDesk, desk)
        .give(VaultKeeper, ports[KmsPersonVault])
    )


PERSON_REQUESTS = Capability(
    "person_requests", connect, routes=("http",), steps=("tasks.PersonRequestSteps",), records=(REQUESTS,)
)
