"""Claims as the parties that they concern read them; each reading stands in the patient's access records."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.access import CLAIM_READ
from chalicelib.claims.domain.alternatives import Alternatives, alternatives_of
from chalicelib.claims.domain.history import FindsClearing, whole_history
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.domain.submission import ClaimView
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.documents import Bodies, Documents
from chalicelib.kernel.access import Principal, Resource
from chalicelib.kernel.errors import Conflict, Finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.resources import permitted

READ_CALL = "GET /v1/claims/{claim_id}"
ALTERNATIVES_CALL = "GET /v1/claims/{claim_id}/alternatives"
SUBMITTED_CALL = "GET /v1/claims/{claim_id}/submitted"


_NOT_SETTLED = Finding(
    "not-settled",
    "claim_id",
    Text(
        "该申请尚未结算或已冲销，请待其结算后再查询。",
        "The claim does not stand as settled; ask again once it is settled.",
    ),
)


@dataclass(frozen=True, slots=True)
class ReadableClaims:
    """The claims that a caller may read."""

    claims: ClaimStore
    looking_up: LookingUp

    def find(self, principal: Principal, claim_id: ClaimId, call: str) -> ClaimRecord:
        """Return a claim, and note that the call looked at its patient. Raises `NotFound` also for a foreign claim."""
        record = permitted(principal, CLAIM_READ, "claim", self.claims.get(claim_id), resource_of)
        self.looking_up.note(principal, record.person, call, Purpose.RECORDS)
        return record


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """The reading of one claim by a party that the claim concerns."""

    readable: ReadableClaims
    claims: ClaimStore
    documents: Documents
    find_clearing: FindsClearing

    def __call__(self, principal: Principal, claim_id: ClaimId) -> ClaimView:
        """Return the claim with its determination, its history and its clearing.

        Raises `NotFound` also for a foreign claim.
        """
        record = self.readable.find(principal, claim_id, READ_CALL)
        history = whole_history(record, self.claims.history(claim_id))
        return replace(
            self.view(record),
            history=history,
            clearing=self.find_clearing(record),
            disputes=self.find_clearing.disputes(claim_id),
        )

    def view(self, record: ClaimRecord) -> ClaimView:
        settled = record.settlement
        determination = None if settled is None else self.documents.determination(settled)
        return ClaimView.of(record, self.documents.notes(record.notes_hash), determination)


@dataclass(frozen=True, slots=True)
class ReadSubmitted:
    readable: ReadableClaims
    bodies: Bodies

    def __call__(self, principal: Principal, claim_id: ClaimId) -> Claim:
        """Return the claim as its hospital sent it. Raises `NotFound` also for a foreign claim."""
        return self.bodies.of(self.readable.find(principal, claim_id, SUBMITTED_CALL))


@dataclass(frozen=True, slots=True)
class ReadAlternatives:
    readable: ReadableClaims
    documents: Documents
    bundles: BundleStore

    def __call__(self, principal: Principal, claim_id: ClaimId) -> Alternatives:
        """Decide a settled claim again by its own bundle, with one of the decision's facts changed at a time.

        Raises `NotFound` also for a foreign claim, `Conflict` for a claim that is not settled.
        """
        record = self.readable.find(principal, claim_id, ALTERNATIVES_CALL)
        settled = record.settlement
        if settled is None or record.status is not ClaimStatus.SETTLED:
            raise Conflict([_NOT_SETTLED.naming(status=record.status.value)])
        claim, known = self.documents.decided(settled.decided_hash)
        return alternatives_of(claim, known, self.bundles.load(settled.bundle_hash))


def resource_of(record: ClaimRecord) -> Resource:
    """Return a claim as the resource of an access check: its institution, areas and agency."""
    return Resource("claim", institution=record.institution, areas=frozenset(record.areas), agency=record.agency)
