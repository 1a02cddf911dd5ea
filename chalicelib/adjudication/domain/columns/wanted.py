"""The figures of a claim that a caller of the columns may leave out: no payer's part depends on them.

Every payer's part is worked out and proven in any case, with the operands on the way. A figure of this module that no
caller wants is not worked out, and stands as None in the records.
"""

from __future__ import annotations

PARTS = frozenset({"first_self_pay_fen", "excluded_fen", "over_limit_fen"})
"""The parts of the lines beside the in-scope amount; a claim has all three of them or none."""

OF_PLAN, SPANS, PROTECTED, SPLIT, REFUND = "of_plan_fen", "spans", "protected_funds_fen", "split", "refund_fen"

PAYERS = frozenset[str]()
"""The payers' parts alone."""

EVERY = PARTS | {OF_PLAN, SPANS, PROTECTED, SPLIT, REFUND}
"""Every figure, as the reasons tell them."""
