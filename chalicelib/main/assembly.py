"""What a higher capability supplies to a lower one, which must not know it; everything else builds itself."""

from __future__ import annotations

from chalicelib.budgets.ports import BudgetStore
from chalicelib.claims.domain.history import FindsClearing
from chalicelib.clearing.ports import RecoverFromHospital
from chalicelib.clearing.usecases.find_clearing import FindClearing
from chalicelib.kernel.system import Ports, System
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.usecases.reverse import ReverseClaim


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
