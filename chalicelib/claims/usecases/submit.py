"""Claims of a hospital: preview, submit, read, list.

Submitting is idempotent by (institution, claim number), as `versions.py` says. Errors that the body alone shows are
refused here; errors found by registry and policy end a submitted claim as rejected, and a preview at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chalicelib.adjudication.domain.validation import check_body
from chalicelib.claims.access import CLAIM_PREVIEW, CLAIM_SUBMIT
from chalicelib.claims.domain.alternatives import alternatives_of
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.domain.submission import Incoming, Previewed, Submission, SubmitOutcome
from chalicelib.claims.domain.visits import years_of
from chalicelib.claims.ports import ClaimStore, PersonStore, Reception, Workflows
from chalicelib.claims.usecases.examine import Decider, is_recognised
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.versions import Received, Versions
from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import Conflict, Finding, Invalid, VersionConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import NOBODY, Lookup, Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.enrolments import KnownDocument
from chalicelib.registry.domain.identity_documents import Document, read_document

PREVIEW_CALL, SUBMIT_CALL = "POST /v1/claims/preview", "POST /v1/claims"
BATCH_CALL = "POST /v1/claims/batch"


@dataclass(frozen=True, slots=True)
class PreviewClaim:
    """The preview of a claim, which decides the claim without recording anything."""

    persons: Identifying
    decider: Decider
    looking_up: LookingUp
    bundles: BundleStore
    clock: Clock

    def __call__(
        self, principal: Principal, submission: Submission, *, alternatives: bool = False, bundle: str | None = None
    ) -> Previewed:
        """Return the determination document, with every warning that submitting the claim would bring; with
        `alternatives` also the facts that would change the patient's part, which decides the claim some fifteen times
        more. `bundle` names another bundle than the one in force, published or waiting.

        Raises `Invalid` with all errors: body, registry, policy and person; `NotFound` for an unknown bundle.
        """
        require(principal, CLAIM_PREVIEW, Resource("claim", institution=submission.institution))
        law = None if bundle is None else self.bundles.load(bundle)
        wrong = _wrong_with_body(submission, self.clock)
        if wrong:
            # The arithmetic is made for valid lines; the demands of registry and policy can be found without lines.
            submission = replace(submission, lines=())
        document, _ = read_document(submission.patient.document, self.clock.today())
        claim = self.persons.claim_of(submission, document)
        examination = self.decider.examine(claim, bundle=law)
        if document is not None:
            met = examination.is_met
            self.looking_up.count(principal, claim.person, PREVIEW_CALL, Purpose.PREVIEW, matched=met)
        findings = (*wrong, *self.decider.findings_of_preview(claim, examination))
        determination = examination.assessment.document
        if findings or determination is None:
            raise Invalid(findings)
        warnings = (*submission.warnings, *examination.warnings)
        asked = alternatives_of(claim, examination.circumstances, examination.bundle) if alternatives else None
        return Previewed(determination, warnings, asked)


@dataclass(frozen=True, slots=True)
class SubmitClaim:
    """The submission of a claim, which records the claim and starts its settlement."""

    identifying: Identifying
    persons: PersonStore
    looking_up: LookingUp
    versions: Versions
    claims: ClaimStore
    workflows: Workflows
    read: ReadClaim
    clock: Clock
    retrying: Retrying

    def __call__(
        self, principal: Principal, submission: Submission, wait_s: int = 0, *, call: str = SUBMIT_CALL
    ) -> SubmitOutcome:
        """Receive a claim, or find the claim received before. With `wait_s` the answer waits up to so many seconds for
        the end of the settlement. `call` is the claim's route, for the access record.

        Another body replaces an open claim of the same number. Raises `Invalid` for errors that the body alone shows,
        and `Conflict` where a claim of another body is settled under the number.
        """
        document = self.checked(principal, submission)
        token = self.identifying.token(document)
        return self._received(principal, lambda: self._meet(token, submission), wait_s, call)

    def checked(self, principal: Principal, submission: Submission) -> Document:
        """Return the document of the patient. Raises `Invalid` for errors that the body alone shows."""
        require(principal, CLAIM_SUBMIT, Resource("claim", institution=submission.institution))
        wrong = _wrong_with_body(submission, self.clock)
        document, _ = read_document(submission.patient.document, self.clock.today())
        if wrong or document is None:
            raise Invalid(wrong)
        return document

    def receive(self, principal: Principal, incoming: Incoming, *, call: str) -> SubmitOutcome:
        """Receive a claim that was checked and identified before. Raises `VersionConflict` where the patient's document
        has since become that of a person known before: nobody would be enrolled any more under the claim's token.
        """
        require(principal, CLAIM_SUBMIT, Resource("claim", institution=incoming.claim.institution))
        return self._received(principal, lambda: self._meet_again(incoming), 0, call)

    def _received(
        self, principal: Principal, meet: Callable[[], tuple[Incoming, Reception]], wait_s: int, call: str
    ) -> SubmitOutcome:
        """Receive a claim. `meet` identifies the patient and reads the known facts, and is called again where these
        change.
        """
        first = [meet()]
        incoming, met = first[0]
        matched = is_recognised(met.enrolments.periods, incoming.claim)
        lookup = self.looking_up.admit(principal, met.person, call, Purpose.SUBMIT, matched=matched)

        def receive() -> Received:
            incoming, met = first.pop() if first else meet()
            return self._receive(incoming, met, replace(lookup, person=met.person))

        received = self.retrying.on_conflict(receive)
        view = self.read.view(self._started(received.record, wait_s))
        return SubmitOutcome(replace(view, warnings=(*view.warnings, *received.remarks)), received.created)

    def _meet(self, token: PersonToken, submission: Submission) -> tuple[Incoming, Reception]:
        """Return the claim under the person to whom its document leads by now, and the facts known of the person and of
        the claim's number.
        """
        number = self.versions.number(submission.institution, submission.claim_no)
        met = self.persons.reception(token, years_of(submission.visit), number)
        holder = self.identifying.holder_of(KnownDocument(met.person, met.ascribed), submission.patient.name)
        if holder != met.person:
            met = self.persons.reception(holder, years_of(submission.visit), number)
        name_key = self.identifying.name_key(met.person, submission.patient.name)
        claim = submission.to_claim(met.person, name_key)
        return Incoming(claim, submission.resubmit, submission.warnings), met

    def _meet_again(self, incoming: Incoming) -> tuple[Incoming, Reception]:
        claim = incoming.claim
        number = self.versions.number(claim.institution, claim.claim_no)
        met = self.persons.reception(claim.person, years_of(claim.visit), number)
        if met.person != claim.person:
            raise VersionConflict
        return incoming, met

    def _receive(self, incoming: Incoming, met: Reception, lookup: Lookup) -> Received:
        """Receive a claim, in one with the record of the look-up; where nothing is received, the record is kept by
        itself.
        """
        try:
            received = self.versions.receive(incoming, met, lookup)
        except Conflict:
            self.looking_up.keep(lookup)
            raise
        if not received.created:
            self.looking_up.keep(lookup)
        return received

    def _started(self, record: ClaimRecord, wait_s: int) -> ClaimRecord:
        """Start the claim's settlement, also where the claim was recorded before: an earlier try may have ended between
        recording and starting. Return the record at that time, or once the settlement has ended.
        """
        if record.status is not ClaimStatus.RECEIVED:
            return record
        if not wait_s:
            self.workflows.start_settlement(record.claim_id, record.attempt)
            return record
        self.workflows.run_settlement(record.claim_id, record.attempt, wait_s)
        return self.claims.get(record.claim_id) or record


def _wrong_with_body(submission: Submission, clock: Clock) -> tuple[Finding, ...]:
    return check_body(submission.to_claim(NOBODY), clock.today(), submission.patient.document)
