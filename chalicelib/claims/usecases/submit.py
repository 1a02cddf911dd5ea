"""A hospital's claims: preview, submit, read, list.

Submitting is idempotent by (institution, claim number), as `versions.py` says. What the body alone shows wrong is
refused here; what registry and policy find wrong ends a submitted claim as rejected, and a preview at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.adjudication.domain.validation import check_body
from chalicelib.claims.access import CLAIM_PREVIEW, CLAIM_READ, CLAIM_SUBMIT
from chalicelib.claims.domain.history import FindsClearing, whole_history
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus, Notes
from chalicelib.claims.domain.submission import ClaimFilter, ClaimView, Incoming, Previewed, Submission, SubmitOutcome
from chalicelib.claims.ports import ClaimQuery, ClaimStore, Workflows
from chalicelib.claims.usecases.announce import Announcing, ClaimEvent
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import Decider
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.claims.usecases.versions import Received, Versions
from chalicelib.kernel.access import Principal, Resource, Role, require
from chalicelib.kernel.errors import Finding, Invalid, NotFound, VersionConflict
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.ports import Clock, Sleeper
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import start_of
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import NOBODY, Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.identity_documents import Document, read_document
from chalicelib.registry.domain.resources import own

PREVIEW_CALL, SUBMIT_CALL, READ_CALL = "POST /v1/claims/preview", "POST /v1/claims", "GET /v1/claims/{claim_id}"
BATCH_CALL, LIST_CALL = "POST /v1/claims/batch", "GET /v1/claims"

POLL_S = 0.2
"""How often a waiting submission looks whether its claim has come to its end."""


@dataclass(frozen=True, slots=True)
class PreviewClaim:
    """Decides a claim without recording anything."""

    persons: Identifying
    decider: Decider
    looking_up: LookingUp
    clock: Clock

    def __call__(self, principal: Principal, submission: Submission) -> Previewed:
        """The determination document, with every warning that submitting it would bring.

        Raises `Invalid` with all that is wrong: body, registry, policy and person.
        """
        require(principal, CLAIM_PREVIEW, Resource("claim", institution=submission.institution))
        wrong = _wrong_with_body(submission, self.clock)
        if wrong:
            # The arithmetic is made for valid lines; what registry and policy demand can be said without any.
            submission = replace(submission, lines=())
        document, _ = read_document(submission.patient.document, self.clock.today())
        claim = self.persons.claim_of(submission, document)
        examination = self.decider.examine(claim)
        if document is not None:
            met = examination.is_met
            self.looking_up.count(principal, claim.person, PREVIEW_CALL, Purpose.PREVIEW, matched=met)
        findings = (*wrong, *self.decider.findings_of_preview(claim, examination))
        determination = examination.assessment.document
        if findings or determination is None:
            raise Invalid(findings)
        warnings = (*submission.warnings, *examination.warnings)
        return Previewed(determination, warnings)


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    """Records a claim and starts its settlement."""

    persons: Identifying
    decider: Decider
    looking_up: LookingUp
    versions: Versions
    claims: ClaimStore
    documents: Documents
    announcing: Announcing
    workflows: Workflows
    read: ReadClaim
    clock: Clock
    sleep: Sleeper
    retrying: Retrying

    def __call__(
        self, principal: Principal, submission: Submission, wait_s: int = 0, *, call: str = SUBMIT_CALL
    ) -> SubmitOutcome:
        """Receive a claim, or find it received. With `wait_s` the answer waits up to so long for its end. `call` is
        the route it came by, for the access record.

        Another body replaces an open claim of the same number. Raises `Invalid` for what the body alone shows wrong,
        and `Conflict` where a claim of another body is settled under the number.
        """
        document = self.checked(principal, submission)
        return self.receive(principal, lambda: self.persons.incoming(submission, document), wait_s, call=call)

    def checked(self, principal: Principal, submission: Submission) -> Document:
        """The document of the patient. Raises `Invalid` for what the body alone shows wrong."""
        require(principal, CLAIM_SUBMIT, Resource("claim", institution=submission.institution))
        wrong = _wrong_with_body(submission, self.clock)
        document, _ = read_document(submission.patient.document, self.clock.today())
        if wrong or document is None:
            raise Invalid(wrong)
        return document

    def receive(
        self, principal: Principal, identified: Callable[[], Incoming], wait_s: int = 0, *, call: str
    ) -> SubmitOutcome:
        """Receive what was checked. `identified` says whose claim it is, and is asked again where that changes."""
        claim = identified().claim
        require(principal, CLAIM_SUBMIT, Resource("claim", institution=claim.institution))
        met = self.decider.recognises(claim)
        self.looking_up.count(principal, claim.person, call, Purpose.SUBMIT, matched=met)
        received = self.retrying.on_conflict(lambda: self._receive(identified(), principal.actor))
        record = received.record
        if received.withdrawn is not None:
            self.announcing.announce_or_leave(received.withdrawn, ClaimEvent.WITHDRAWN)
        if record.status is ClaimStatus.RECEIVED:
            # Also for a claim that stands already: an earlier try may have ended between recording and starting.
            self.workflows.start_settlement(record.claim_id, record.attempt)
        view = self.read.view(self._awaited(record, wait_s))
        return SubmitOutcome(replace(view, warnings=(*view.warnings, *received.remarks)), received.created)

    def _receive(self, incoming: Incoming, actor: str) -> Received:
        """Receive a claim as of whom its document names. Where that changes while the claim is written, it is received
        again, in the place of what was written: nobody would be enrolled any more as whom that was about. Where this
        is cut off, the hospital sends again what it got no answer to.
        """
        received = self.versions.receive(incoming, self.documents.put_claim(incoming.claim), actor)
        if not self.persons.is_still(incoming.claim.person):
            raise VersionConflict
        return received

    def _awaited(self, record: ClaimRecord, wait_s: int) -> ClaimRecord:
        deadline = self.clock.now() + timedelta(seconds=wait_s)
        while not _at_end(record) and self.clock.now() < deadline:
            self.sleep(POLL_S)
            record = self.claims.get(record.claim_id) or record
        return record


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """Shows one claim to those it concerns."""

    claims: ClaimStore
    documents: Documents
    find_clearing: FindsClearing
    looking_up: LookingUp

    def __call__(self, principal: Principal, claim_id: str) -> ClaimView:
        """The claim with its determination, its history and where it is cleared.

        Raises `NotFound` also for a foreign one.
        """
        record = self.claims.get(claim_id)
        require(principal, CLAIM_READ, own(principal, "claim") if record is None else resource_of(record))
        if record is None:
            raise NotFound
        self.looking_up.note(principal, record.person, READ_CALL, Purpose.RECORDS)
        history = whole_history(record, self.claims.history(claim_id))
        return replace(
            self.view(record),
            history=history,
            clearing=self.find_clearing(record),
            disputes=self.find_clearing.disputes(claim_id),
        )

    def view(self, record: ClaimRecord) -> ClaimView:
        settled = record.settlement
        determination = None if settled is None else self.documents.determination(settled.determination_hash)
        return ClaimView.of(record, self.documents.notes(record.notes_hash), determination)


@dataclass(frozen=True, slots=True)
class ListClaims:
    """Lists the claims a principal may see, newest first, without their determinations and findings."""

    claims: ClaimStore
    bundles: BundleStore
    looking_up: LookingUp

    def __call__(self, principal: Principal, wanted: ClaimFilter, page: PageRequest) -> Page[ClaimView]:
        """A page. Who asks for one person's claims stands in the access record, whether or not there are any."""
        require(principal, CLAIM_READ, own(principal, "claim"))
        if wanted.person is not None:
            self.looking_up.note(principal, wanted.person, LIST_CALL, Purpose.RECORDS)
        found = self.claims.find(self._query(principal, wanted), page)
        return Page(tuple(ClaimView.of(record, Notes(), None) for record in found.items), found.next)

    def _query(self, principal: Principal, wanted: ClaimFilter) -> ClaimQuery:
        query = ClaimQuery(
            claim_no=wanted.claim_no,
            status=wanted.status,
            reason=wanted.reason,
            flag=wanted.flag,
            person=wanted.person,
            treated_at=wanted.institution,
            received_from=None if wanted.from_on is None else start_of(wanted.from_on),
            received_before=None if wanted.to_on is None else start_of(wanted.to_on + timedelta(days=1)),
        )
        within = None if wanted.area is None else self._agencies(wanted.area)
        if principal.role is Role.HOSPITAL:
            return replace(query, institution=principal.subject, settled_by=within)
        if principal.role is Role.AUDITOR:
            everyone = (*self._agencies(None), None)
            return replace(query, agencies=everyone if within is None else within)
        return replace(query, area=principal.subject, settled_by=within)

    def _agencies(self, area: str | None) -> tuple[str, ...]:
        """The areas that settle with some institution, all of them or those inside an area."""
        registry = self.bundles.current().registry
        agencies = {institution.agency for institution in registry.institutions.values()}
        return tuple(sorted(code for code in agencies if area is None or area in registry.chain(code)))


def resource_of(record: ClaimRecord) -> Resource:
    """Whose a claim is."""
    return Resource("claim", institution=record.institution, areas=frozenset(record.areas), agency=record.agency)


def _wrong_with_body(submission: Submission, clock: Clock) -> tuple[Finding, ...]:
    return check_body(submission.to_claim(NOBODY), clock.today(), submission.patient.document)


def _at_end(record: ClaimRecord) -> bool:
    """Whether a waiting hospital need not wait longer: the advance is part of the answer of a settled claim."""
    if record.status is ClaimStatus.SETTLED:
        return record.settlement is not None and record.settlement.ordered
    return record.status is not ClaimStatus.RECEIVED
