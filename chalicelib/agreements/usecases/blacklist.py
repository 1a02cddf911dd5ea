"""Takes in the daily epidemic blacklist and has a second person verify each institution on the list.

A verified institution loses its agreements from a stated day on and stands in the public list. Source: D-16,
大连 2020-02-20 发布会 惩戒-1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from chalicelib.agreements.access import BLACKLIST_READ, BLACKLIST_UPLOAD, BLACKLIST_VERIFY
from chalicelib.agreements.domain import BlacklistEntry, BlacklistEntryId, EntryStatus, entry_id_of, verified
from chalicelib.agreements.ports import AgreementStore, BlacklistStore
from chalicelib.claims.ports import AgreementTerms
from chalicelib.kernel.access import Principal, require
from chalicelib.kernel.errors import Finding, Invalid, NotFound, existing, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Clock, Commits
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.time import instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.words.uploads import LineAnswer, LineOutcome, UploadedLine, read_upload
from chalicelib.kernel.writes import Part, Revise
from chalicelib.law.domain.model import Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.model import Institution, Registry
from chalicelib.registry.domain.resources import area_to_read, of_area, of_institution, own

_AT_ONCE = 40
"""Entries written in one transaction, each with its copy: DynamoDB takes a hundred items."""


@dataclass(frozen=True, slots=True)
class Blacklist:
    entries: BlacklistStore
    agreements: AgreementStore
    recorded: AgreementTerms
    bundles: BundleStore
    commits: Commits
    retrying: Retrying
    clock: Clock

    def upload(self, principal: Principal, listed_on: date, text: str) -> tuple[LineAnswer, ...]:
        """Keep a day's list line by line, with the columns `code`, `name` (either identifies the institution) and
        `ground`.

        Every line has an answer; good lines are kept whatever is wrong with the others, and the same list again keeps
        nothing twice. Raises `Invalid` for text that is no such table, a future day, or a day without a provision.
        """
        bundle = self.bundles.current()
        require(principal, BLACKLIST_UPLOAD, of_area(bundle.registry, principal.area, "blacklist"))
        if listed_on > self.clock.today():
            raise Invalid([_IN_FUTURE])
        rule = decider(bundle, Slot.BLACKLIST, principal.area, listed_on)
        if rule is None:
            raise Invalid([_NOT_PROVIDED])
        lines = read_upload(text, ("name", "ground"), ("code",))
        act = Act.of(principal, instant(self.clock.now()))
        answers: dict[int, LineAnswer] = {}
        ours = _Ours(principal, bundle.registry)
        wanted: list[tuple[int, BlacklistEntry]] = []
        for line in lines:
            institution, wrong = _institution_of(line, ours)
            if institution is None or wrong:
                answers[line.number] = LineAnswer(line.number, LineOutcome.REFUSED, None, wrong)
                continue
            entry = BlacklistEntry(
                entry_id=entry_id_of(institution.code, listed_on),
                institution=institution.code,
                agency=institution.agency,
                listed_on=listed_on,
                ground=line.cells["ground"],
                uploaded=act,
                citation=rule.citation,
            )
            wanted.append((line.number, entry))
        for at in range(0, len(wanted), _AT_ONCE):
            part = wanted[at : at + _AT_ONCE]
            answers |= self.retrying.on_conflict(lambda part=part: self._keep(part))  # type: ignore[misc]
        return tuple(answers[line.number] for line in lines)

    def verify(
        self,
        principal: Principal,
        entry_id: BlacklistEntryId,
        *,
        approve: bool,
        starts_on: date | None,
        answer: str | None,
    ) -> BlacklistEntry:
        """Verify an entry, as a person other than its uploader. Approved, the institution's agreements end on the
        stated day; refused, the entry is cleared with a reason. Repeating the verification returns the first answer.
        """
        entry = self.entries.get(entry_id)
        institution = None if entry is None else self.bundles.current().registry.institutions.get(entry.institution)
        if entry is None or institution is None:
            require(principal, BLACKLIST_VERIFY, own(principal, "blacklist"))
            raise NotFound
        require(principal, BLACKLIST_VERIFY, of_institution(institution, "blacklist", acted=(entry.uploaded.actor,)))
        if approve and starts_on is None:
            raise Invalid([_DAY_MISSING])
        act = Act.of(principal, instant(self.clock.now()))
        day = starts_on if approve else None
        return self.retrying.on_conflict(lambda: self._verify(entry_id, act, day, answer))

    def find(
        self,
        principal: Principal,
        area: AreaCode | None,
        listed_on: date | None,
        status: EntryStatus | None,
        page: PageRequest,
    ) -> Page[BlacklistEntry]:
        """Find an agency's entries, the latest day first."""
        whose = area_to_read(principal, BLACKLIST_READ, self.bundles.current().registry, area, "blacklist")
        return self.entries.on_day(whose, listed_on, status, page)

    def _keep(self, part: Sequence[tuple[int, BlacklistEntry]]) -> dict[int, LineAnswer]:
        answers: dict[int, LineAnswer] = {}
        new: dict[str, BlacklistEntry] = {}
        for number, entry in part:
            is_known = entry.entry_id in new or self.entries.get(entry.entry_id) is not None
            answers[number] = LineAnswer(number, LineOutcome.KNOWN if is_known else LineOutcome.KEPT, entry.entry_id)
            if not is_known:
                new[entry.entry_id] = entry
        if new:
            self.commits.commit([Revise(entry) for entry in new.values()])
        return answers

    def _verify(
        self, entry_id: BlacklistEntryId, act: Act, starts_on: date | None, answer: str | None
    ) -> BlacklistEntry:
        entry = existing(self.entries.get(entry_id))
        moved, ended = verified(entry, act, self.clock.today(), starts_on=starts_on, answer=answer)
        if moved == entry:
            return entry
        parts: list[Part] = [Revise(moved)]
        if ended is not None:
            known = self.agreements.get(ended.agreement_id)
            # The same end may have been asked for by hand: it is confirmed by this.
            parts.append(Revise(ended if known is None else replace(ended, revision=known.revision + 1)))
            parts.append(Revise(self.recorded.of(ended.institution).with_term(ended.term)))
        self.commits.commit(parts)
        return moved


class _Ours:
    """The institutions whose agreements an agency may end, by code and by name."""

    def __init__(self, principal: Principal, registry: Registry) -> None:
        self._principal, self._registry = principal, registry

    def of_code(self, code: str) -> list[Institution]:
        found = self._registry.institutions.get(code)
        return [] if found is None or found.agency != self._principal.area else [found]

    def of_name(self, name: str) -> list[Institution]:
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[Institution]]:
        named: dict[str, list[Institution]] = {}
        for _, each in self._registry.institutions_at(lambda place: place.agency == self._principal.area):
            named.setdefault(each.name_zh, []).append(each)
        return named


def _institution_of(line: UploadedLine, ours: _Ours) -> tuple[Institution | None, tuple[Finding, ...]]:
    """Find the institution of a line among the agency's own: by code or, without a code, by whole name."""
    code, name = line.cells["code"], line.cells["name"]
    if not line.cells["ground"]:
        return None, (_GROUND_MISSING,)
    found = ours.of_code(code) if code else ours.of_name(name)
    if len(found) != 1:
        return None, (_NOT_DESIGNATED if not found else _NAMED_TWICE,)
    return found[0], ()


_IN_FUTURE = finding(
    "date-in-future",
    "listed_on",
    "名单日期不能晚于今天，请更正。",
    "The day of the list is in the future; give today or an earlier day.",
)
_NOT_PROVIDED = finding(
    "blacklist-not-provided",
    "listed_on",
    "该日在本区划没有按失信名单解除协议的规定，请核对日期。",
    "No provision in force here on that day ends agreements because of a blacklist; check the day.",
)
_GROUND_MISSING = finding("ground-missing", "ground", "请填写列入名单的事由。", "Give the ground of the listing.")
_NOT_DESIGNATED = finding(
    "not-designated",
    "code",
    "经核对不是与本经办机构结算的定点医药机构，不列入；请核对编码或全称。",
    "No institution that this agency settles with has the code or the name, so it is not listed; check the code "
    "or the full name.",
)
_NAMED_TWICE = finding(
    "name-ambiguous",
    "name",
    "有多家机构同名，请填写机构编码。",
    "Several institutions have this name; give the institution's code.",
)
_DAY_MISSING = finding(
    "field-missing", "from", "请填写解除协议的起始日。", "Give the day from which the agreement ends."
)
