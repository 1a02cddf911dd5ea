"""The lists of supply that a reader may ask for: a hospital's own list, an area's list for every other reader."""

from __future__ import annotations

from functools import partial

from chalicelib.kernel.access import Action, Principal
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.resources import Lists
from chalicelib.supply.ports import purchases_in, purchases_of, reports_of_item

KIND = "supply"


def lists_asked_for(
    bundle: Bundle, principal: Principal, action: Action, area: AreaCode | None, code: str | None = None
) -> tuple[str, ...]:
    """Return the lists asked for, by default the reader's own; an area's reports of the item `code` are a list of their
    own, a hospital's are not. Raises as `require` does for a foreign list.
    """
    in_area = purchases_in if code is None else partial(reports_of_item, code=code)
    return Lists(KIND, purchases_of, in_area).asked_for(principal, action, bundle.registry, area)
