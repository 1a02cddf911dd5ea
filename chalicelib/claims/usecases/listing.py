"""The list of claims: by receipt, by what changed since an instant, or a bounded set in another order.

The list by receipt reads an index. What changed is read from the feed that the events keep for each party, so that a
claim needs no further index. Another order is that of a set small enough to be read whole: a day, or a month of an
institution. A filter by amount reads such a set too. The requests of a page never follow the history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from chalicelib.claims.access import CLAIM_READ
from chalicelib.claims.domain.record import ClaimRecord, Notes
from chalicelib.claims.domain.submission import ClaimFilter, ClaimSort, ClaimView
from chalicelib.claims.ports import ClaimChanges, ClaimQuery, ClaimStore
from chalicelib.claims.usecases.reading import resource_of
from chalicelib.kernel.access import Principal, Role, allowed, require
from chalicelib.kernel.errors import Finding, Invalid
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, every, page_looked_for
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant, start_of
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.ports import BundleStore
from chalicelib.lookups.domain import Purpose
from chalicelib.lookups.usecases import LookingUp
from chalicelib.registry.domain.resources import own

LIST_CALL = "GET /v1/claims"

SORTED_DAYS_MAX = 31
"""The longest period, in days, of an institution's claims in another order than by receipt; of others it is one day."""

SORTED_MAX = 2000
"""The most claims that are put in another order."""

_CHANGES_LOOKED_AT_MAX = 1000
_AT_ONCE = 50
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ListClaims:
    """The list of the claims a principal may see, without their determinations and findings."""

    claims: ClaimStore
    bundles: BundleStore
    looking_up: LookingUp
    changes: ClaimChanges

    def __call__(self, principal: Principal, wanted: ClaimFilter, page: PageRequest) -> Page[ClaimView]:
        """Return a page, the newest receipt first. A caller who asks for one person's claims stands in the access
        record, even if no claim is found.

        With `changed_since` the page holds what changed since, the oldest change first; a claim that changes again
        stands on a later page again, and a page may hold fewer than asked for. Raises `Invalid` for an order over a
        set too large, and for changes that are no longer kept or of nobody in particular.
        """
        require(principal, CLAIM_READ, own(principal, "claim"))
        if wanted.person is not None:
            self.looking_up.note(principal, wanted.person, LIST_CALL, Purpose.RECORDS)
        query = self._query(principal, wanted)
        if wanted.changed_since is not None:
            found = self._changed(principal, wanted, query, wanted.changed_since, page)
        elif wanted.sort in (None, ClaimSort.RECEIVED_AT) and not wanted.is_by_amount:
            found = self.claims.find(query, page)
        else:
            found = self._sorted(principal, wanted, query, page)
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
            return replace(query, institution=principal.institution, settled_by=within)
        if principal.role is Role.AUDITOR:
            everyone = (*self._agencies(None), None)
            return replace(query, agencies=everyone if within is None else within)
        return replace(query, area=principal.area, settled_by=within)

    def _agencies(self, area: AreaCode | None) -> tuple[AreaCode, ...]:
        """Return the areas that settle with some institution, all of them or those inside an area."""
        registry = self.bundles.current().registry
        return tuple(sorted(code for code in registry.agencies if area is None or area in registry.chain(code)))

    def _changed(
        self, principal: Principal, wanted: ClaimFilter, query: ClaimQuery, since: Instant, page: PageRequest
    ) -> Page[ClaimRecord]:
        """Return a page of the visible claims whose last change is not before an instant, by the feed of a party."""
        if since < self.changes.begins():
            raise Invalid([_TOO_LONG_AGO])
        institution = principal.institution if principal.role is Role.HOSPITAL else wanted.institution
        area = wanted.area if principal.role is Role.AUDITOR else principal.area
        if institution is None and area is None:
            raise Invalid([_WHOSE])

        def fits(record: ClaimRecord) -> bool:
            return record.changed_at >= since and query.admits(record) and _may_see(principal, record)

        def entries(after: str | None) -> Iterator[tuple[str, ClaimRecord | None]]:
            seen = set[str]()
            feed = iter(self.changes.since(institution, area, since if after is None else after))
            while some := tuple(islice(feed, _AT_ONCE)):
                # A claim stands at its last change among those read, so that the changes of one act list it once.
                last = {each.claim_id: each.place for each in some if each.claim_id and each.claim_id not in seen}
                claims = self.claims.get_many(last)
                shown = {last[each.claim_id]: each for each in claims.values() if fits(each)}
                seen |= last.keys()
                yield from ((each.place, shown.get(each.place)) for each in some)

        return page_looked_for(entries, _as_it_is, page, _CHANGES_LOOKED_AT_MAX)

    def _sorted(
        self, principal: Principal, wanted: ClaimFilter, query: ClaimQuery, page: PageRequest
    ) -> Page[ClaimRecord]:
        """Return a page of a bounded set, in its order: by receipt, by amount or by the latest change."""
        is_of_institution = principal.role is Role.HOSPITAL or wanted.institution is not None
        days_max = SORTED_DAYS_MAX if is_of_institution else 1
        if wanted.from_on is None or wanted.to_on is None or (wanted.to_on - wanted.from_on).days >= days_max:
            raise Invalid([_PERIOD_OF_AMOUNTS if wanted.is_by_amount else _PERIOD])
        read: Iterable[ClaimRecord]
        if wanted.institution is not None and principal.role is not Role.HOSPITAL:
            # An institution's claims lie together, whoever may see them.
            of_it = replace(query, institution=wanted.institution, area=None, agencies=())
            read = (each for each in self._all(of_it) if query.admits(each) and _may_see(principal, each))
        else:
            read = self._all(query)
        found = list(islice(read, SORTED_MAX + 1))
        if len(found) > SORTED_MAX:
            raise Invalid([_TOO_MANY])
        wanted_ones = (each for each in found if _is_between(wanted, each))
        placed = sorted(((_place_of(wanted.sort, each), each) for each in wanted_ones), key=_first, reverse=True)

        def entries(after: str | None) -> Iterator[tuple[str, ClaimRecord]]:
            return ((place, each) for place, each in placed if after is None or place < after)

        return page_looked_for(entries, _as_it_is, page)

    def _all(self, query: ClaimQuery) -> Iterator[ClaimRecord]:
        fetch: Callable[[PageRequest], Page[ClaimRecord]] = lambda page: self.claims.find(query, page)  # noqa: E731
        return every(fetch, _READ_AT_ONCE)


def _may_see(principal: Principal, record: ClaimRecord) -> bool:
    return allowed(principal, CLAIM_READ, resource_of(record))


def _is_between(wanted: ClaimFilter, record: ClaimRecord) -> bool:
    """Tell whether a claim's bill is between the wanted amounts; a claim without a bill is between none."""
    if not wanted.is_by_amount:
        return True
    bill = None if record.settlement is None else record.settlement.bill
    least_fen, most_fen = wanted.amount_from_fen, wanted.amount_to_fen
    return (
        bill is not None
        and (least_fen is None or least_fen <= bill.billed_fen)
        and (most_fen is None or bill.billed_fen <= most_fen)
    )


def _place_of(sort: ClaimSort | None, record: ClaimRecord) -> str:
    """Return a claim's place in an order; a claim without a bill stands behind every bill."""
    if sort is ClaimSort.UPDATED_AT:
        return f"{record.changed_at}#{record.claim_id}"
    if sort is not ClaimSort.AMOUNT:
        return f"{record.received_at}#{record.claim_id}"
    bill = None if record.settlement is None else record.settlement.bill
    return f"{0 if bill is None else bill.billed_fen + 1:020d}#{record.claim_id}"


def _first(placed: tuple[str, ClaimRecord]) -> str:
    return placed[0]


def _as_it_is(record: ClaimRecord | None) -> ClaimRecord | None:
    return record


_TOO_LONG_AGO = Finding(
    "changes-not-kept",
    "changed_since",
    Text("变动记录保留 400 天，请给出更近的时间。", "Changes are kept for 400 days: give a later instant."),
)
_WHOSE = Finding(
    "filter-needed",
    "changed_since",
    Text("请同时给出 area 或 institution。", "Give an area or an institution as well."),
)
_PERIOD = Finding(
    "period-too-long",
    "sort",
    Text(
        f"按金额或变更时间排序，请给出受理日期间（from、to）：一个机构至多 {SORTED_DAYS_MAX} 天，其他至多 1 天。",
        f"Give a period of receipt (from, to) for an order by amount or by change: at most {SORTED_DAYS_MAX} days of "
        "one institution, or one day of others.",
    ),
)
_PERIOD_OF_AMOUNTS = Finding(
    "period-too-long",
    "amount_from",
    Text(
        f"按金额筛选，请给出受理日期间（from、to）：一个机构至多 {SORTED_DAYS_MAX} 天，其他至多 1 天。",
        f"Give a period of receipt (from, to) for claims by their amount: at most {SORTED_DAYS_MAX} days of one "
        "institution, or one day of others.",
    ),
)
_TOO_MANY = Finding(
    "list-too-long",
    "sort",
    Text(
        f"符合条件的申请超过 {SORTED_MAX} 件，请缩短期间或增加筛选条件后再排序。",
        f"More than {SORTED_MAX} claims match: shorten the period or give more filters.",
    ),
)
