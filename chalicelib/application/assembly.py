"""What a higher capability supplies to a lower one, which must not know it; everything else builds itself."""

from __future__ import annotations

from chalicelib.application.claim_clearing import FindClearing
from chalicelib.application.claim_history import FindsClearing
from chalicelib.application.clearing_ports import RecoverFromHospital
from chalicelib.application.ports import BudgetStore, HospitalStore
from chalicelib.application.reversal import ReverseClaim
from chalicelib.application.system import Ports, System


def build_system(ports: Ports) -> System:
    """The use cases over these ports, for the product and for tests alike."""
    return System(
        ports,
        {
            RecoverFromHospital: lambda system: system[ReverseClaim].recover,
            FindsClearing: lambda system: system[FindClearing],
            BudgetStore: lambda system: system[HospitalStore],
        },
    )
