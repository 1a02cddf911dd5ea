"""Reads the facts that would change the patient's part of a settled claim, from the basis of its decision and nothing
later.
"""

from __future__ import annotations

from chalicelib.claims.access import CLAIM_READ
from chalicelib.claims.domain.alternatives import Alternatives, alternatives_of
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.submit import resource_of
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.resources import permitted

ALTERNATIVES_CALL = "GET /v1/claims/{claim_id}/alternatives"

_NOT_SETTLED = Finding(
    "not-settled",
    "claim_id",
    Text(
        "该申请尚未结算或已冲销，请待其结算后再查询。",
        "The claim does not stand as settled; ask again once it is settled.",
    ),
)


@dataclass(frozen=True, slots=True)
class ReadAlternatives:
    claims: ClaimStore
    documents: Documents
    bundles: BundleStore
    looking_up: LookingUp

    def __call__(self, principal: Principal, claim_id: ClaimId) -> Alternatives:
        """Decide a settled claim again by its own bundle, with one of the decision's facts changed at a time.

        Raises `NotFound` also for a foreign claim, `Conflict` for a claim that is not settled.
        """
        record = permitted(principal, CLAIM_READ, "claim", self.claims.get(claim_id), resource_of)
        self.looking_up.note(principal, record.person, ALTERNATIVES_CALL, Purpose.RECORDS)
        settled = record.settlement
        if settled is None or record.status is not ClaimStatus.SETTLED:
            raise Conflict([_NOT_SETTLED.naming(status=record.status.value)])
        claim, known = self.documents.decided(settled.decided_hash)
        return alternatives_of(claim, known, self.bundles.load(settled.bundle_hash))
