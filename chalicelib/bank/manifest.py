"""The bank: the register of its movements."""

from __future__ import annotations

from chalicelib.bank.ports import BankMovements
from chalicelib.bank.tables import MOVEMENTS, DynamoBankMovements
from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the register's store: movements lie in the state table under hashed references."""
    return ports.give(BankMovements, DynamoBankMovements(cloud.state))


BANK = Capability("bank", connect, records=(MOVEMENTS,))
