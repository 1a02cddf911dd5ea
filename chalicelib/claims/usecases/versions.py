"""The versions of a hospital's claim number: the current version, the reception of another, the end of an open version.

The id of the first version is given by the number; once another follows, a head names the current version. A new
version, the head, the person's visits and the end of an open version before are
one transaction, and every part carries its condition: a settlement that runs at the same moment either has posted,
which leaves nothing to replace, or finds its claim withdrawn and posts nothing.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.domain.bodies import pressed
from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import (
    CLOSED,
    REPLACED,
    ClaimRecord,
    ClaimStatus,
    Notes,
    QueueKind,
    Waiting,
    start_queue,
)
from chalicelib.claims.domain.submission import Incoming
from chalicelib.claims.ports import (
    ClaimIds,
    ClaimNumber,
    ClaimStore,
    CloseWaiting,
    EndsTasks,
    InsertClaim,
    MoveHead,
    OpenWaiting,
    PersonStore,
    Reception,
    UpdateClaim,
)
from chalicelib.claims.usecases.alike import entering, read_years
from chalicelib.claims.usecases.documents import Bodies, Documents, body_of
from chalicelib.claims.usecases.examine import areas_of
from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.errors import Conflict, Finding, Unavailable
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Insert, Part, Require
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Lookup
from chalicelib.registry.domain.enrolments import SamePerson

_TAKEN = Text(
    "该申请号下已有另一内容的结算申请（见 about）。请换用新的申请号；如原申请有误，请先撤销，再以同一申请号重新申报。",
    "Use another number, or reverse the claim that stands under this one (see `about`) first and then submit again.",
)
_UNCHANGED = Text(
    "该内容此前已申报并已办结（见 about），本次未重新受理。如需原样重新申报，请加 resubmit: true。",
    "This very body was submitted before and its claim is over (see `about`); nothing was submitted now. Send it with "
    "`resubmit: true` to submit it again unchanged.",
)


_LOOKED_BACK = 20
"""The number of versions of a claim number that are searched for a body that was sent before."""


@dataclass(frozen=True, slots=True)
class Received:
    """The result of a submission: the version that stands for the submission, whether new, and remarks."""

    record: ClaimRecord
    created: bool
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _New:
    """A claim being received, its body as kept, and the facts read for its reception."""

    incoming: Incoming
    body: bytes
    met: Reception
    lookup: Lookup

    @property
    def claim(self) -> Claim:
        return self.incoming.claim

    @property
    def body_hash(self) -> str:
        return sha256_hex(self.body)


@dataclass(frozen=True, slots=True)
class Versions:
    claims: ClaimStore
    persons: PersonStore
    ids: ClaimIds
    bundles: BundleStore
    documents: Documents
    bodies: Bodies
    end_tasks: EndsTasks
    commits: Commits
    clock: Clock

    def number(self, institution: InstitutionCode, claim_no: str) -> ClaimNumber:
        """Return a claim number as facts are read by it. Raises `Unavailable`."""
        return ClaimNumber(institution, claim_no, self.ids.claim_id(institution, claim_no, 1))

    def receive(self, incoming: Incoming, met: Reception, lookup: Lookup) -> Received:
        """Find the version with this body, or write a new version, in one with the record of who looked up its patient.

        A body that was sent before answers with its own version, so that a late copy undoes no correction. Raises
        `Conflict` where another body is settled under the number, `VersionConflict` where another writer was first.
        """
        new = _New(incoming, body_of(incoming.claim), met, lookup)
        head = None if met.head is None else self.claims.get(met.head)
        if head is None:
            return self._write(new, None)
        same = self._same(head, new.body_hash)
        if same is not None and not (incoming.resubmit and same.status in CLOSED):
            return Received(same, created=False, remarks=_remarks(same))
        if head.status is ClaimStatus.SETTLED:
            raise Conflict([_finding("claim-no-taken", head, _TAKEN)])
        return self._write(new, head)

    def _same(self, head: ClaimRecord, body_hash: str) -> ClaimRecord | None:
        """Return the newest version with this body; beyond the last few versions nobody's copy is still on its way."""
        if head.body_hash == body_hash:
            return head
        for version in range(head.version - 1, max(0, head.version - _LOOKED_BACK), -1):
            older = self.claims.get(self.ids.claim_id(head.institution, head.claim_no, version))
            if older is not None and older.body_hash == body_hash:
                return older
        return None

    def _write(self, new: _New, head: ClaimRecord | None) -> Received:
        now = instant(self.clock.now())
        record = self._new_version(new, 1 if head is None else head.version + 1, now)
        # The health side's statuses of the visit hold for all that the hospital sends afterwards; a claim that waits
        # for the number waits for every version.
        record = record if head is None else replace(record, statuses=head.statuses, awaited=head.awaited)
        replaced = None if head is None or not head.is_open else withdrawn(head, REPLACED, now)
        old = None
        if head is not None and replaced is not None:
            old = (head.claim_id, read_years(self.persons, self.bodies.of(head)))
        parts: list[Part] = [
            InsertClaim(record),
            *(Insert(part) for part in pressed(record.claim_id, new.body)),
            *([] if head is None else [MoveHead(record, head.claim_id)]),
            # Where the document becomes that of a person known before, the claim is received again as theirs.
            Require(SamePerson(record.person, record.person, revision=0)),
            *entering(new.claim, record.claim_id, new.met.visits, old),
            Insert(replace(new.lookup, about=record.claim_id)),
        ]
        if head is not None and replaced is not None:
            replaced, closed = self.end_tasks(replaced, now)
            parts += [*withdrawing(head, replaced), *closed]
        self.commits.commit(parts)
        return Received(record, created=True)

    def _new_version(self, new: _New, version: int, now: Instant) -> ClaimRecord:
        claim = new.claim
        agency, areas = self._settled_by(claim.institution)
        claim_id = self.ids.claim_id(claim.institution, claim.claim_no, version)
        return ClaimRecord(
            claim_id=claim_id,
            claim_no=claim.claim_no,
            institution=claim.institution,
            agency=agency,
            person=claim.person,
            version=version,
            body_hash=new.body_hash,
            received_at=now,
            changed_at=now,
            waiting=start_queue(claim_id),
            areas=areas,
            notes_hash=self.documents.put_notes(Notes((), new.incoming.warnings)),
            transfer_from=claim.visit.transfer_from,
            submitted_by=new.lookup.by.actor,
        )

    def _settled_by(self, code: InstitutionCode) -> tuple[AreaCode | None, tuple[AreaCode, ...]]:
        """Return the agency and the areas of a claim before its decision. A claim is received also while no bundle can
        be read: the claim will be deferred, and its areas are filled in at its examination.
        """
        try:
            registry = self.bundles.current().registry
        except Unavailable:
            return None, ()
        institution = registry.institutions.get(code)
        return None if institution is None else institution.agency, areas_of(institution, None, registry)


def withdrawn(record: ClaimRecord, reason: str, now: Instant) -> ClaimRecord:
    """Return an open claim as its hospital has replaced or taken back the claim."""
    return replace(
        record,
        status=ClaimStatus.WITHDRAWN,
        reason=reason,
        waiting=None,
        revision=record.revision + 1,
        changed_at=now,
    )


def withdrawing(record: ClaimRecord, ended: ClaimRecord) -> list[Part]:
    """Return the writes that end an open claim, unless the claim was settled meanwhile: the claim leaves its queue."""
    event = HistoryEvent.REPLACED if ended.reason == REPLACED else HistoryEvent.WITHDRAWN
    return [UpdateClaim(ended), told(ended, event, Role.HOSPITAL, reason=ended.reason), *out_of_queue(record)]


def into_queue(waiting: Waiting) -> tuple[OpenWaiting, ...]:
    """Return the writes by which a claim enters a queue, beside those of its record: none where it is to be started."""
    return () if waiting.kind is QueueKind.START else (OpenWaiting(waiting),)


def out_of_queue(record: ClaimRecord) -> tuple[CloseWaiting, ...]:
    """Return the writes by which a claim leaves its queue, beside those of its record: none where it was started."""
    if record.waiting is None or record.started is not None:
        return ()
    return (CloseWaiting(record.waiting, record.claim_id),)


def _remarks(record: ClaimRecord) -> tuple[Finding, ...]:
    return (_finding("resubmit-required", record, _UNCHANGED),) if record.status in CLOSED else ()


def _finding(code: str, record: ClaimRecord, text: Text) -> Finding:
    about = (("claim_id", record.claim_id), ("version", record.version), ("status", record.status.value))
    return Finding(code, "claim_no", text, about=about)
