"""Reimbursement of a visit by hand at the insured place, and the documents it needs.

Source: C-06, 涪医保发〔2020〕6号 三; C-14, 渝医保发〔2020〕3号 四（二）; Y-13, 云医保〔2020〕12号 四（二）.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider


def manual_rule(bundle: Bundle, insured_area: AreaCode, day: date, *, elsewhere: bool, filed: bool) -> Provision | None:
    """Find the provision of the insured place that reimburses a visit of the day by hand; None where none does.

    `elsewhere`: the visit was in another pooling area; `filed`: its treatment there was registered.
    """
    rule = decider(bundle, Slot.MANUAL_REIMBURSEMENT, insured_area, day)
    if rule is None:
        return None
    served = {"any": True, "elsewhere": elsewhere, "elsewhere-unfiled": elsewhere and not filed}
    return rule if served[rule.value["visits"]] else None
