"""The register of movements: every use case that hears the bank consults it first and adds its own movement to it."""

from __future__ import annotations

from chalicelib.bank.domain import Movement, weigh
from chalicelib.bank.ports import BankMovements
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.model import Registry


@dataclass(frozen=True, slots=True)
class Register:
    movements: BankMovements

    def new(self, said: Movement) -> Movement | None:
        """Return the movement to keep with the booking; None where it was reported before. Raises `Conflict` where the
        reference names another movement.
        """
        return weigh(self.movements.get(said.movement_id), said)


def offices(registry: Registry, principal: Principal, area: AreaCode | None) -> tuple[AreaCode, ...]:
    """Return the offices whose orders a list shows: the caller's own; for the auditor all, or that of one area."""
    known = registry.agencies
    wanted = {area} if principal.role is Role.AUDITOR and area is not None else known
    mine = known if principal.role is Role.AUDITOR else {principal.area}
    return tuple(sorted(known & wanted & mine)) or (principal.area,)


def require_reference(bank_reference: str) -> None:
    """Require a bank reference. Raises `Invalid` for a blank reference."""
    if not bank_reference.strip():
        raise Invalid([_REFERENCE_REQUIRED])


_REFERENCE_REQUIRED = finding(
    "reference-required", "bank_reference", "请填写银行流水号。", "Give the bank's reference of the movement."
)
