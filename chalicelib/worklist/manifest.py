"""The work list: the tasks that wait for somebody."""

from __future__ import annotations

from chalicelib.claims.ports import EndsTasks
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.worklist.ports import TaskStore
from chalicelib.worklist.tables import TASKS, DynamoTaskStore
from chalicelib.worklist.usecases import Leaving


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Provide the ports of the work list: tasks lie in the state table."""
    return ports.give(TaskStore, DynamoTaskStore(cloud.state))


WORKLIST = Capability(
    "worklist",
    connect,
    records=(TASKS,),
    supplies={EndsTasks: lambda system: system[Leaving].taken_back},
)
