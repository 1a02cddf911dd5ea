"""Operations: looking after the running system."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.operations.machine import AwsMachinery
from chalicelib.operations.ports import Machinery
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.aws.executions import STANDARD
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Provide the port of operations: everything is deployed under the name of the bus."""
    config = cloud.config
    machines = {
        "settlement": config.settlement_machine,
        "prepayment": config.prepayment_machine,
        "clearing": config.clearing_machine,
        "clearing-national": config.national_clearing_machine,
        "recalculation": config.recalculation_machine,
        "simulation": config.simulation_machine,
        "batch": config.batch_machine,
        "audit": config.audit_machine,
    }
    silent = frozenset() if config.settlement_type == STANDARD else frozenset({"settlement"})
    prefix = f"{config.event_bus.rpartition('/')[2]}-"
    return ports.give(Machinery, AwsMachinery(cloud.client, prefix, machines, silent))


OPERATIONS = Capability("operations", connect, routes=("http",))
