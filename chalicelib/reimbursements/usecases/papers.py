"""Addresses for the copies of documents: a desk uploads a copy, and readers of the case download it.

Copies name patients as the documents do: they are stored in a folder of their own and fetched by an address that is
valid for some minutes, and every fetch is noted in the access record.
"""

from __future__ import annotations

from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import AwaitedFile, Clock, FileStore, SignedAddress
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.reimbursements.access import REIMBURSEMENT_COMPLETE, REIMBURSEMENT_PAPERS
from chalicelib.reimbursements.domain.case import Paper, copy_key
from chalicelib.reimbursements.usecases.cases import Cases

FETCH_CALL = "GET /v1/reimbursements/{case_id}/documents/{kind}"


@dataclass(frozen=True, slots=True)
class PaperCopy:
    """The copy of a document that a desk is about to upload."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class PaperCopies:
    cases: Cases
    files: FileStore
    looking_up: LookingUp
    clock: Clock

    def bring(self, principal: Principal, case_id: ClaimId, copy: PaperCopy) -> SignedAddress:
        """Return the address for sending the copy. Raises `Conflict` once the case was forwarded."""
        case = self.cases.visible(principal, REIMBURSEMENT_COMPLETE, case_id)
        case.require_at_desk()
        file = AwaitedFile(copy_key(case_id, copy.sha256), copy.sha256, copy.size, copy.media_type)
        return self.files.address_to_bring(file, self.clock.now())

    def fetch(self, principal: Principal, case_id: ClaimId, kind: str) -> tuple[Paper, SignedAddress]:
        """Return a recorded document and its copy's address. Raises `NotFound` if none of the kind was recorded."""
        case = self.cases.visible(principal, REIMBURSEMENT_PAPERS, case_id)
        paper = existing(next((each for each in case.papers if each.kind.value == kind), None))
        self.looking_up.note(principal, case.person, FETCH_CALL, Purpose.RECORDS)
        return paper, self.files.address_to_fetch(copy_key(case_id, paper.sha256), self.clock.now())
