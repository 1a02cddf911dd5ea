"""Facts of one claim that policy conditions can ask about: a value for each dimension, the two places, the days.

A fact is a distinction the notices make and nothing more; amounts are not facts. Source: design.md section 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import BUSINESS, Anchor
from chalicelib.registry.domain.model import NATION, CatalogueItem, Registry


@dataclass(frozen=True, slots=True)
class Days:
    """The days an effective interval may be anchored to. Outpatients: the first three are the service date."""

    admission: date
    service: date
    discharge: date
    settlement: date

    def at(self, anchor: Anchor) -> date:
        match anchor:
            case Anchor.ADMISSION:
                return self.admission
            case Anchor.SERVICE:
                return self.service
            case Anchor.DISCHARGE:
                return self.discharge
            case Anchor.SETTLEMENT:
                return self.settlement


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a claim. `values` maps dimensions to values; the chains run from the narrowest area up to the
    nation. `illness_days` are the days of a later claim whose diagnosis covers this visit, where the visit's own days
    do not protect the patient yet.
    """

    values: Mapping[str, str]
    treatment_chain: tuple[AreaCode, ...]
    insured_chain: tuple[AreaCode, ...]
    days: Days
    illness_days: Days | None = None

    def days_of(self, *, of_illness: bool) -> Days:
        """Return the days on which a provision is asked: a provision that speaks of the illness is asked on the days of
        the claim that brought the diagnosis, where that diagnosis reached back to this visit (N-08).
        """
        return self.illness_days if of_illness and self.illness_days is not None else self.days

    def with_values(self, **values: str) -> Facts:
        """Return the same facts with some dimensions set; underscores in names stand for hyphens."""
        return replace(
            self, values={**self.values, **{name.replace("_", "-"): value for name, value in values.items()}}
        )

    def of_line(self, item: CatalogueItem, day: date) -> Facts:
        """Return the facts as a line sees them: its item's kind, class and place in the treatment plan, its own day."""
        plan = "in" if item.in_plan_on(day) else "left" if item.left_plan_before(day) else "never"
        known = self.with_values(item_kind=item.kind.value, item_class=item.item_class.value, plan=plan)
        return known.on(day)

    def on(self, day: date) -> Facts:
        """Return the same facts on the day of one line."""
        return replace(self, days=replace(self.days, service=day))


def facts_of_place(registry: Registry, place: AreaCode, day: date, business: str | None = None) -> Facts:
    """Return the known facts of a place (a tier of clearing, an agency's area): its own chain, one day for every
    anchor, and the business asked about; nothing of a claim. A place that the registry does not know stands under the
    nation alone.
    """
    chain = registry.chain(place) or (NATION,)
    values = {} if business is None else {BUSINESS: business}
    return Facts(values, chain, chain, Days(day, day, day, day))
