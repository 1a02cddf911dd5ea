"""Moves a person's insurance from one area to another: the new area asks, the standing area releases or refuses.

Nothing changes until the release; then the periods, their version and the transfer change in a single write.
"""

from __future__ import annotations

from dataclasses import replace

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.enrolment.access import TRANSFER_DECIDE, TRANSFER_READ, TRANSFER_REQUEST
from chalicelib.enrolment.usecases.enrol import may_speak_for
from chalicelib.kernel.access import Principal, Resource, Role, allowed, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonToken, TransferId
from chalicelib.kernel.writes import Insert, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.checks import check_area
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments, StatementKind, enrolment_queue
from chalicelib.registry.domain.identity_documents import read_document
from chalicelib.registry.domain.model import Insurance, Registry
from chalicelib.registry.domain.requests import TransferRequest
from chalicelib.registry.domain.resources import area_to_read, of_area, permitted, require_found
from chalicelib.registry.domain.transfers import EnrolmentTransfer, TransferStatus, released, standing_elsewhere
from chalicelib.registry.ports import TransferStore
from chalicelib.settlement.usecases.cover_changes import CoverChanges
from chalicelib.settlement.usecases.defer import Deferral

_NOTHING_STANDS = Finding(
    "nothing-to-transfer",
    "from",
    Text(
        "自该日起未找到该人员在其他统筹区的参保，无需转移，请直接登记参保信息。",
        "No other area insures this person from that day on. Record the enrolment instead of asking for a transfer.",
    ),
)
_DECIDED = Finding(
    "transfer-decided",
    "decision",
    Text(
        "该转移申请已作出另一决定，不能更改，请重新申请。",
        "This transfer was decided otherwise, and that stands. Ask for the transfer anew.",
    ),
)
_PENDING = Finding(
    "transfer-pending",
    "insurance",
    Text(
        "同一转移已按其他参保条件申请，尚待决定；请待其决定后再申请。",
        "The same transfer was asked for on other terms and is not decided yet. Ask again once it is.",
    ),
)
_NOT_INSURED = Finding(
    "value-not-allowed",
    "insurance",
    Text(
        "关系转移只能转入职工医保或居民医保，请填写 employee 或 resident。",
        "Give employee or resident: a transfer is into the employees' or the residents' scheme.",
    ),
)

CALL = "POST /v1/enrolment-transfers"


@dataclass(frozen=True, slots=True)
class TransferDecided:
    """The result of a decision. `redecided` settled claims came to another result by the release."""

    transfer: EnrolmentTransfer
    redecided: int


@dataclass(frozen=True, slots=True)
class EnrolmentTransfers:
    identifying: Identifying
    looking_up: LookingUp
    transfers: TransferStore
    persons: PersonStore
    bundles: BundleStore
    commits: Commits
    deferral: Deferral
    cover: CoverChanges
    retrying: Retrying
    clock: Clock

    def ask(self, principal: Principal, request: TransferRequest) -> EnrolmentTransfer:
        """Ask the area that insures a person to release them from a day on. The same request again is the first one,
        unless refused. Raises `Conflict` where no other area insures the person then, whoever the person is.
        """
        registry = self.bundles.current().registry
        require(principal, TRANSFER_REQUEST, of_area(registry, request.insured_area, "transfer"))
        document, faults = read_document(request.document, self.clock.today())
        wrong = [
            *faults,
            *check_area(request.insured_area, registry, "insured_area"),
        ]
        if request.terms is not None and request.terms.insurance is Insurance.NONE:
            wrong.append(_NOT_INSURED)
        if wrong or document is None:
            raise Invalid(wrong)
        person = self.identifying.holder(document, request.name, registry.pooling_area(principal.area))
        self.looking_up.note(principal, person, CALL, Purpose.ENROLMENT)
        return self.retrying.on_conflict(lambda: self._ask(principal, person, request, registry))

    def _ask(
        self, principal: Principal, person: PersonToken, request: TransferRequest, registry: Registry
    ) -> EnrolmentTransfer:
        # Under another name the person is nobody: it is answered as for one whom no area insures.
        name_key = self.identifying.name_key(person, request.name)
        standing = standing_elsewhere(
            [each for each in self.persons.enrolments(person).periods if each.name_key == name_key],
            request.starts_on,
            lambda area: area == request.insured_area or may_speak_for(principal, area, registry),
        )
        number = 0
        while True:
            transfer_id = _transfer_id(person, request, number)
            known = self.transfers.get(transfer_id)
            if known is None:
                break
            if known.status is TransferStatus.REQUESTED and known.terms != request.terms:
                raise Conflict([_PENDING.naming(transfer_id=known.transfer_id, status=known.status.value)])
            if known.status is TransferStatus.REQUESTED or (
                known.status is TransferStatus.RELEASED and standing is None
            ):
                return known
            number += 1
        if standing is None:
            raise Conflict([_NOTHING_STANDS])
        asked = EnrolmentTransfer(
            transfer_id=transfer_id,
            person=person,
            insured_area=request.insured_area,
            standing_area=standing,
            starts_on=request.starts_on,
            terms=request.terms,
            asked=Act.of(principal, instant(self.clock.now())),
            listed_under=tuple(sorted({registry.pooling_area(area) for area in (request.insured_area, standing)})),
        )
        self.commits.commit([Revise(asked)])
        return asked

    def decide(
        self, principal: Principal, transfer_id: TransferId, *, approve: bool, reason: str | None
    ) -> TransferDecided:
        """Release the person or refuse. The same decision again returns the first answer; a different one conflicts.

        Raises `Conflict` too where the standing area no longer insures the person from that day on.
        """
        registry = self.bundles.current().registry
        transfer = require_found(principal, TRANSFER_DECIDE, "transfer", self.transfers.get(transfer_id))
        standing = of_area(registry, transfer.standing_area, "transfer")
        require(principal, TRANSFER_DECIDE, replace(standing, acted=(transfer.asked.actor,)))
        act = Act.of(principal, instant(self.clock.now()))
        decided = self.retrying.on_conflict(lambda: self._decide(act, transfer_id, approve=approve, reason=reason))
        if decided.status is not TransferStatus.RELEASED:
            return TransferDecided(decided, 0)
        self.deferral.resume_queue(enrolment_queue(decided.person))
        return TransferDecided(decided, self.cover.follow(decided.person, act, f"transfer:{transfer_id}"))

    def _decide(self, act: Act, transfer_id: TransferId, *, approve: bool, reason: str | None) -> EnrolmentTransfer:
        transfer = existing(self.transfers.get(transfer_id))
        wanted = TransferStatus.RELEASED if approve else TransferStatus.REFUSED
        if transfer.status is not TransferStatus.REQUESTED:
            if transfer.status is not wanted:
                raise Conflict([_DECIDED.naming(status=transfer.status.value)])
            return transfer
        decided = replace(transfer, status=wanted, decided=act, reason=reason, revision=transfer.revision + 1)
        if not approve:
            self.commits.commit([Revise(decided)])
            return decided
        known = self.persons.enrolments(transfer.person)
        periods = released(known.periods, transfer)
        if periods == known.periods:
            raise Conflict([_NOTHING_STANDS])
        begun = next(
            each for each in periods if each not in known.periods and each.insured_area == transfer.insured_area
        )
        version = EnrolmentVersion(known.version + 1, StatementKind.RELEASED, begun, periods, act, transfer.transfer_id)
        self.commits.commit(
            [
                Revise(decided),
                Revise(PersonEnrolments(transfer.person, version.number, periods)),
                Insert(version),
                *self.cover.announced(transfer.person, act.at),
            ]
        )
        return decided

    def read(self, principal: Principal, transfer_id: TransferId) -> EnrolmentTransfer:
        """Return a transfer to both sides and the auditor."""
        return permitted(principal, TRANSFER_READ, "transfer", self.transfers.get(transfer_id), self._seen_by)

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[EnrolmentTransfer]:
        """Find the transfers that an area (by default the caller's own) requested or is asked for, newest first."""
        registry = self.bundles.current().registry
        whose = area_to_read(principal, TRANSFER_READ, registry, area, "transfer")
        found = self.transfers.of_area(registry.pooling_area(whose), page)
        visible = tuple(each for each in found.items if _may_see(principal, self._seen_by(each)))
        return Page(visible, found.next)

    def _seen_by(self, transfer: EnrolmentTransfer) -> Resource:
        registry = self.bundles.current().registry
        areas = frozenset[AreaCode]()
        for area in transfer.areas:
            areas |= of_area(registry, area, "transfer").areas
        return Resource("transfer", areas=areas)


def _may_see(principal: Principal, resource: Resource) -> bool:
    return principal.role is Role.AUDITOR or allowed(principal, TRANSFER_READ, resource)


def _transfer_id(person: PersonToken, request: TransferRequest, number: int) -> TransferId:
    """Return a transfer's id: the same request has the same id, so a retry asks once; a decision frees a new id."""
    digest = fingerprint(
        {
            "person": person,
            "insured_area": request.insured_area,
            "from": request.starts_on.isoformat(),
            "number": number,
        }
    )
    return TransferId(f"etr_{digest[:26]}")
