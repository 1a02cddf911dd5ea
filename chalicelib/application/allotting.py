"""Keeps what an agency approves out of one fixed sum for all its hospitals within that sum.

What an application could have been given when it was made may be gone when it is decided. So it is measured again then,
and two who decide at the same moment are put one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.application.commits import Part, WriteAllotment
from chalicelib.application.ports import AdvanceStore, HospitalStore
from chalicelib.domain.advances import Advance, AdvanceFund, AdvanceStatus, Basis, Measure, Quota, Spending, quota_of
from chalicelib.domain.errors import VersionConflict
from chalicelib.domain.money import Fen
from chalicelib.domain.registry import Registry


@dataclass(frozen=True, slots=True)
class Allotting:
    advances: AdvanceStore
    hospitals: HospitalStore

    def outstanding_fen(self, agency: str, registry: Registry) -> Fen:
        """The special advances that an agency's hospitals together hold or have under way."""
        return sum(
            money.special.ready_fen + money.special.instructed_fen
            for institution in registry.institutions.values()
            if institution.agency == agency
            for money in (self.hospitals.money(institution.code),)
        )

    def allot(self, advance: Advance, measure: Measure | None, registry: Registry) -> tuple[Quota, tuple[Part, ...]]:
        """The quota an approval stands on, and what is written with it; the application's own but for a fixed sum.

        Raises `VersionConflict` where an advance that was approved before is instructed just now. Source: D-04.
        """
        if advance.fund is not AdvanceFund.SPECIAL or measure is None or measure.basis is not Basis.FIXED:
            return advance.quota, ()
        allotment = self.advances.allotment(advance.agency)
        approved = self._not_instructed(allotment.approved)
        outstanding_fen = self.outstanding_fen(advance.agency, registry)
        if self._not_instructed(allotment.approved) != approved:
            raise VersionConflict
        taken_fen = outstanding_fen + sum(each.approved_fen for each in approved)
        quota = quota_of(measure, advance.amount_fen, Spending(outstanding_fen=taken_fen))
        known = (*(each.advance_id for each in approved), advance.advance_id)
        return quota, (WriteAllotment(replace(allotment, version=allotment.version + 1, approved=known)),)

    def _not_instructed(self, advance_ids: Sequence[str]) -> list[Advance]:
        found = (self.advances.get(advance_id) for advance_id in advance_ids)
        return [each for each in found if each is not None and each.status is AdvanceStatus.APPROVED]
