"""The versions of a hospital's claim number: which one counts, when another may follow, how an open one ends.

A head names the current version. A new version, the head, the person's visits and the end of an open version before it
are one transaction, and each carries its condition: a settlement that runs at the same moment either has posted, and
then there is nothing to replace, or finds its claim withdrawn and posts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from chalicelib.claims.domain.history import HistoryEvent, told
from chalicelib.claims.domain.record import CLOSED, REPLACED, ClaimRecord, ClaimStatus, Notes, Waiting
from chalicelib.claims.domain.submission import Incoming
from chalicelib.claims.ports import (
    ClaimIds,
    ClaimStore,
    CloseWaiting,
    InsertClaim,
    MoveHead,
    OpenWaiting,
    PersonStore,
    UpdateClaim,
)
from chalicelib.claims.usecases.alike import entering
from chalicelib.claims.usecases.announce import ClaimEvent, to_announce
from chalicelib.claims.usecases.documents import Documents
from chalicelib.claims.usecases.examine import areas_of
from chalicelib.claims.usecases.queues import start_queue
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Conflict, Finding, Unavailable
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.writes import Part
from chalicelib.law.ports import BundleStore

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
"""How many versions of a number are looked at for a body that was sent before."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a submission came to: the version that stands for it, whether it is new, and what to say beside."""

    record: ClaimRecord
    created: bool
    withdrawn: ClaimRecord | None = None
    remarks: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    claims: ClaimStore
    persons: PersonStore
    ids: ClaimIds
    bundles: BundleStore
    documents: Documents
    commits: Commits
    clock: Clock

    def receive(self, incoming: Incoming, body_hash: str, actor: str) -> Received:
        """Find the version with this body, or write a new one.

        A body that was sent before answers with its own version, so that a copy that comes late undoes no correction.
        Raises `Conflict` where another body is settled under the number, `VersionConflict` where others were first.
        """
        claim = incoming.claim
        head = self.claims.head(claim.institution, claim.claim_no)
        if head is None:
            return self._write(incoming, body_hash, None, actor)
        same = self._same(head, body_hash)
        if same is not None and not (incoming.resubmit and same.status in CLOSED):
            return Received(same, created=False, remarks=_remarks(same))
        if head.status is ClaimStatus.SETTLED:
            raise Conflict([_finding("claim-no-taken", head, _TAKEN)])
        return self._write(incoming, body_hash, head, actor)

    def _same(self, head: ClaimRecord, body_hash: str) -> ClaimRecord | None:
        """The newest version with this body; beyond the last few nobody's copy is still on its way."""
        if head.body_hash == body_hash:
            return head
        for version in range(head.version - 1, max(0, head.version - _LOOKED_BACK), -1):
            older = self.claims.get(self.ids.claim_id(head.institution, head.claim_no, version))
            if older is not None and older.body_hash == body_hash:
                return older
        return None

    def _write(self, incoming: Incoming, body_hash: str, head: ClaimRecord | None, actor: str) -> Received:
        now = instant(self.clock.now())
        version = 1 if head is None else head.version + 1
        record = replace(self._new_version(incoming, body_hash, version, now), submitted_by=actor)
        # What the health side said of the visit holds for whatever the hospital sends of it afterwards.
        record = record if head is None else replace(record, statuses=head.statuses)
        replaced = None if head is None or not head.is_open else withdrawn(head, REPLACED, now)
        old = None if head is None or replaced is None else (self.documents.claim(head.body_hash), head.claim_id)
        parts: list[Part] = [
            InsertClaim(record),
            MoveHead(record, None if head is None else head.claim_id),
            OpenWaiting(Waiting(start_queue(record.claim_id), record.claim_id, record.received_at)),
            *entering(self.persons, incoming.claim, record.claim_id, old),
        ]
        if head is not None and replaced is not None:
            parts += withdrawing(head, replaced)
        self.commits.commit(parts)
        return Received(record, created=True, withdrawn=replaced)

    def _new_version(self, incoming: Incoming, body_hash: str, version: int, now: str) -> ClaimRecord:
        claim = incoming.claim
        agency, areas = self._settled_by(claim.institution)
        claim_id = self.ids.claim_id(claim.institution, claim.claim_no, version)
        return ClaimRecord(
            claim_id=claim_id,
            claim_no=claim.claim_no,
            institution=claim.institution,
            agency=agency,
            person=claim.person,
            version=version,
            body_hash=body_hash,
            received_at=now,
            changed_at=now,
            waiting=start_queue(claim_id),
            areas=areas,
            notes_hash=self.documents.put_notes(Notes((), incoming.warnings)),
            transfer_from=claim.visit.transfer_from,
        )

    def _settled_by(self, code: str) -> tuple[str | None, tuple[str, ...]]:
        """Whose business the claim is before it is decided. A claim is received also while no bundle can be read: it
        will be deferred, and its areas are filled in once it is looked at.
        """
        try:
            registry = self.bundles.current().registry
        except Unavailable:
            return None, ()
        institution = registry.institutions.get(code)
        return None if institution is None else institution.agency, areas_of(institution, None, registry)


def withdrawn(record: ClaimRecord, reason: str, now: str) -> ClaimRecord:
    """An open claim that its hospital replaced or took back."""
    return replace(
        record,
        status=ClaimStatus.WITHDRAWN,
        reason=reason,
        waiting=None,
        revision=record.revision + 1,
        changed_at=now,
    )


def withdrawing(record: ClaimRecord, ended: ClaimRecord) -> list[Part]:
    """What ends an open claim: unless it was settled meanwhile, it leaves its queue, and that is told."""
    event = HistoryEvent.REPLACED if ended.reason == REPLACED else HistoryEvent.WITHDRAWN
    parts: list[Part] = [
        UpdateClaim(ended),
        to_announce(ended, ClaimEvent.WITHDRAWN),
        told(ended, event, Role.HOSPITAL, reason=ended.reason),
    ]
    return parts if record.waiting is None else [*parts, CloseWaiting(record.waiting, record.claim_id)]


def _remarks(record: ClaimRecord) -> tuple[Finding, ...]:
    return (_finding("resubmit-required", record, _UNCHANGED),) if record.status in CLOSED else ()


def _finding(code: str, record: ClaimRecord, text: Text) -> Finding:
    about = (("claim_id", record.claim_id), ("version", record.version), ("status", record.status.value))
    return Finding(code, "claim_no", text, about=about)
