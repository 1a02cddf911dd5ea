"""Lets a person's agency read, correct and erase the vault's data, with four eyes and a record.

The API may not open the vault: a function of its own carries out approved requests. That function is told a request's
id and checks the approval itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from chalicelib.claims.ports import PersonStore
from chalicelib.claims.usecases.identify import Identifying
from chalicelib.kernel.access import Principal, Resource, allowed, require
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Finding, Invalid, NotFound, existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode, PersonRequestId, PersonToken
from chalicelib.kernel.writes import Insert, Part, Revise
from chalicelib.law.ports import BundleStore
from chalicelib.person_requests.access import (
    PERSON_REQUEST,
    PERSON_REQUEST_DECIDE,
    PERSON_REQUEST_OPEN,
    PERSON_REQUEST_READ,
)
from chalicelib.person_requests.domain.request import PersonRequest, RequestKind, RequestStatus
from chalicelib.person_requests.domain.retention import Kept, kept_until, retention_for
from chalicelib.person_requests.ports import PersonRequestStore
from chalicelib.registry.domain.enrolments import EnrolmentVersion, PersonEnrolments, StatementKind
from chalicelib.registry.domain.model import Registry
from chalicelib.registry.domain.resources import area_to_read, of_area, own, permitted, require_found
from chalicelib.registry.ports import PersonVault, Revealed

_KIND = "person-request"
_NAME_NEEDED = Finding(
    "name-required", "name", Text("更正须填写更正后的姓名。", "Give the corrected name: a correction requires it.")
)
_NAME_NOT_ASKED = Finding(
    "name-unexpected",
    "name",
    Text("仅更正时填写姓名，其他申请请勿填写。", "Leave the name out: only a correction has one."),
)
_DECIDED = Finding(
    "request-decided",
    "decision",
    Text("该申请已作出另一决定，请查看该决定。", "This request was decided otherwise; read that decision."),
)
_NOT_OPEN = Finding(
    "request-not-open",
    "request_id",
    Text(
        "仅经批准的查阅申请可由申请人在批准后24小时内打开，请重新申请。",
        "Only the requester opens an approved request to read, within 24 hours of its approval. Ask again for the "
        "reading.",
    ),
)


class PersonDesk(Protocol):
    def __call__(self, request_id: PersonRequestId) -> Revealed | None:
        """Carry out a decided request; return the revealed data of a request to read. Raises `Unavailable`."""
        ...


@dataclass(frozen=True, slots=True)
class PersonRequests:
    requests: PersonRequestStore
    persons: PersonStore
    identifying: Identifying
    vault: PersonVault
    desk: PersonDesk
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def ask(
        self, principal: Principal, person: PersonToken, kind: RequestKind, purpose: str, name: str | None
    ) -> PersonRequest:
        """Ask to read, correct or erase. The same request again is the first one until decided. Raises `NotFound` for a
        person of another agency, and `Conflict` with the date where data to be erased must be kept.
        """
        require(principal, PERSON_REQUEST, own(principal, _KIND))
        registry = self.bundles.current().registry
        if not self._is_its_own(principal, person, registry):
            raise NotFound
        if (kind is RequestKind.CORRECT) != (name is not None):
            raise Invalid([_NAME_NEEDED if name is None else _NAME_NOT_ASKED])
        if kind is RequestKind.ERASE:
            self._check_retention(person, principal.area)
        name_key = "" if name is None else self.identifying.name_key(person, name)
        asked = Act.of(principal, instant(self.clock.now()))
        request = PersonRequest(PersonRequestId(""), person, principal.area, kind, purpose, asked, name_key)
        number = 0
        while (known := self.requests.get(_request_id(request, number))) is not None:
            if known.status is RequestStatus.REQUESTED:
                return known
            number += 1
        request = replace(request, request_id=_request_id(request, number))
        if name is not None:
            self.vault.keep_pending(request.request_id, name)
        self.commits.commit([Revise(request)])
        return request

    def decide(
        self, principal: Principal, request_id: PersonRequestId, *, approve: bool, reason: str | None
    ) -> PersonRequest:
        """Approve or refuse, as another person of the same agency; an approved correction or erasure is carried out."""
        request = require_found(principal, PERSON_REQUEST_DECIDE, _KIND, self.requests.get(request_id))
        registry = self.bundles.current().registry
        resource = of_area(registry, request.area, _KIND)
        require(principal, PERSON_REQUEST_DECIDE, replace(resource, acted=(request.asked.actor,)))
        if approve and request.kind is RequestKind.ERASE and request.status is RequestStatus.REQUESTED:
            self._check_retention(request.person, request.area)
        act = Act.of(principal, instant(self.clock.now()))
        decided = self.retrying.on_conflict(lambda: self._decide(request_id, act, approve=approve, reason=reason))
        if decided.status is RequestStatus.APPROVED and decided.kind is not RequestKind.READ:
            self.desk(request_id)
            return self.retrying.on_conflict(lambda: self._done(request_id))
        if decided.status is RequestStatus.REFUSED and decided.kind is RequestKind.CORRECT:
            self.desk(request_id)
        return decided

    def open(self, principal: Principal, request_id: PersonRequestId) -> tuple[PersonRequest, Revealed]:
        """Read the approved data, as the person who asked; each reading is on record before the answer."""
        request = self.read(principal, request_id)
        require(principal, PERSON_REQUEST_OPEN, own(principal, _KIND))
        now = self.clock.now()
        if not request.may_be_opened(now) or not is_same_person(principal.actor, request.asked.actor):
            raise Conflict([_NOT_OPEN.naming(status=request.status.value)])
        act = Act.of(principal, instant(now))
        opened = request.opened(act)
        if opened != request:
            self.commits.commit([Revise(opened)])
        revealed = existing(self.desk(request_id))
        return opened, revealed

    def read(self, principal: Principal, request_id: PersonRequestId) -> PersonRequest:
        """Return a request, without the vault's data, to its agency and the auditor."""
        found, registry = self.requests.get(request_id), self.bundles.current().registry
        return permitted(
            principal, PERSON_REQUEST_READ, _KIND, found, lambda request: of_area(registry, request.area, _KIND)
        )

    def find(self, principal: Principal, area: AreaCode | None, page: PageRequest) -> Page[PersonRequest]:
        """Find the requests of an area (by default the caller's own), newest first."""
        whose = area_to_read(principal, PERSON_REQUEST_READ, self.bundles.current().registry, area, "request")
        return self.requests.of_area(whose, page)

    def _is_its_own(self, principal: Principal, person: PersonToken, registry: Registry) -> bool:
        areas = frozenset[AreaCode]()
        for period in self.persons.enrolments(person).periods:
            of = period.insured_area or period.recorded_by
            areas |= frozenset() if of is None else of_area(registry, of, _KIND).areas
        return allowed(principal, PERSON_REQUEST, Resource(_KIND, areas=areas))

    def _check_retention(self, person: PersonToken, area: AreaCode) -> None:
        settled = tuple(year.year for year in self.persons.years(person) if year.entries)
        insured = [each for each in self.persons.enrolments(person).periods if each.insured_area is not None]
        today = self.clock.today()
        terms = retention_for(self.bundles.current(), area, today)
        kept = kept_until(terms, settled, tuple(each.ends_on for each in insured), today)
        if kept is not None:
            raise Conflict([_must_be_kept(kept)])

    def _decide(self, request_id: PersonRequestId, act: Act, *, approve: bool, reason: str | None) -> PersonRequest:
        request = existing(self.requests.get(request_id))
        stands = {RequestStatus.APPROVED, RequestStatus.DONE} if approve else {RequestStatus.REFUSED}
        if request.status is not RequestStatus.REQUESTED:
            if request.status not in stands:
                raise Conflict([_DECIDED.naming(status=request.status.value)])
            return request
        status = RequestStatus.APPROVED if approve else RequestStatus.REFUSED
        decided = replace(request, status=status, decided=act, reason=reason, revision=request.revision + 1)
        parts = self._renamed(decided, act) if approve and request.kind is not RequestKind.READ else ()
        self.commits.commit([Revise(decided), *parts])
        return decided

    def _renamed(self, request: PersonRequest, act: Act) -> tuple[Part, ...]:
        """Return the enrolments rewritten under the key of the right name; under no key once the person is erased."""
        known = self.persons.enrolments(request.person)
        if not known.periods:
            return ()
        periods = tuple(replace(period, name_key=request.name_key) for period in known.periods)
        version = EnrolmentVersion(known.version + 1, StatementKind.RENAMED, periods[-1], periods, act)
        return (
            Revise(PersonEnrolments(request.person, version.number, periods)),
            Insert(version),
        )

    def _done(self, request_id: PersonRequestId) -> PersonRequest:
        request = existing(self.requests.get(request_id))
        if request.status is RequestStatus.DONE:
            return request
        done = replace(request, status=RequestStatus.DONE, revision=request.revision + 1)
        self.commits.commit([Revise(done)])
        return done


class VaultKeeper(Protocol):
    """The vault as seen by the only function that may open it."""

    def reveal_person(self, person: PersonToken) -> Revealed:
        """Return a person's data. Raises `NotFound` where the vault keeps none."""
        ...

    def rename(self, person: PersonToken, request_id: PersonRequestId) -> None:
        """Give a person the name that waits under a request; do nothing where no name waits any more."""
        ...

    def erase(self, place: str) -> None:
        """Forget a person, or a waiting name; do nothing where the vault keeps none."""
        ...


@dataclass(frozen=True, slots=True)
class CarryOut:
    """The use case of the function that may open the vault."""

    requests: PersonRequestStore
    vault: VaultKeeper
    clock: Clock

    def __call__(self, request_id: PersonRequestId) -> Revealed | None:
        """Carry out a decided request, any number of times. Raises `NotFound` for an undecided request."""
        request = self.requests.get(request_id)
        if request is None or request.decided is None or is_same_person(request.asked.actor, request.decided.actor):
            raise NotFound
        if request.status is RequestStatus.REFUSED:
            self.vault.erase(request_id)
            return None
        match request.kind:
            case RequestKind.READ:
                if not request.openings or not request.may_be_opened(self.clock.now()):
                    raise NotFound
                return self.vault.reveal_person(request.person)
            case RequestKind.CORRECT:
                self.vault.rename(request.person, request_id)
            case RequestKind.ERASE:
                self.vault.erase(request.person)
        return None


def _must_be_kept(kept: Kept) -> Finding:
    if kept.until is None:
        return Finding(
            "retention",
            "kind",
            Text(
                "现行政策没有规定保存期限，须继续保存；请待政策规定后再申请删除。",
                "No policy in force sets how long the records must be kept, so they are kept. "
                "Ask for the erasure again once one does.",
            ),
        )
    until = kept.until.isoformat()
    return Finding(
        "retention",
        "kind",
        Text(
            f"按保存期限须保存至{until}，届时可再申请删除。",
            f"The records must be kept until {until}. Ask for the erasure again after that day.",
        ),
        citation=kept.citation,
        about=(("until", until),),
    )


def _request_id(request: PersonRequest, number: int) -> PersonRequestId:
    digest = fingerprint(
        {
            "person": request.person,
            "area": request.area,
            "kind": request.kind.value,
            "name": request.name_key,
            "purpose": request.purpose,
            "number": number,
        }
    )
    return PersonRequestId(f"prq_{digest[:26]}")
