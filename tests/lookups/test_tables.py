"""The access record and the counts of look-ups, in memory and on DynamoDB, keep the same promises."""

from __future__ import annotations

import itertools
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.claims.ports import PersonStore
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import Malformed, VersionConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import InstitutionCode, PersonToken
from chalicelib.kernel.writes import Insert
from chalicelib.lookups.domain import Lookup, LookupLimits, Purpose
from chalicelib.lookups.ports import AccessRecords, LookupCounts
from chalicelib.registry.domain.enrolments import SamePerson

_numbers = itertools.count(1)
LIMITS = LookupLimits(unmatched_max=3, matched_max=5)
MINUTE = "2026-11-21T04:00"


def lookup(person: PersonToken, at: Instant, matched: bool | None = None) -> Lookup:  # noqa: FBT001 as the record has it
    by = Act("his", Role.HOSPITAL, "H53010200001", at)
    return Lookup(person, by, "POST /v1/claims/preview", Purpose.PREVIEW, matched)


def somebody() -> PersonToken:
    return PersonToken(f"prs_{uuid.uuid4().hex}")


@pytest.mark.parametrize("matched", [None, True, False])
def test_a_look_up_is_read_back_as_it_was_kept(ports: Ports, matched: bool | None) -> None:  # noqa: FBT001
    person = somebody()
    kept = lookup(person, Instant("2026-11-21T04:00:00.000000Z"), matched)
    ports[AccessRecords].keep(kept)
    assert ports[AccessRecords].of_person(person, None, None, PageRequest(10)).items == (kept,)
    assert ports[AccessRecords].of_person(somebody(), None, None, PageRequest(10)).items == ()


def test_the_same_look_up_again_is_another_one(ports: Ports) -> None:
    person = somebody()
    for _ in range(2):
        ports[AccessRecords].keep(lookup(person, Instant("2026-11-21T04:00:00.000000Z")))
    assert len(ports[AccessRecords].of_person(person, None, None, PageRequest(10)).items) == 2


def test_look_ups_come_oldest_first_in_pages_that_miss_and_repeat_nothing(ports: Ports) -> None:
    person = somebody()
    instants = [Instant(f"2026-11-21T04:00:0{second}.000000Z") for second in (3, 1, 2, 1, 4)]
    for at in instants:
        ports[AccessRecords].keep(lookup(person, at))
    found, cursor = [], None
    while True:
        page = ports[AccessRecords].of_person(person, None, None, PageRequest(2, cursor))
        found += [each.by.at for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert found == sorted(instants)
    with pytest.raises(Malformed):
        ports[AccessRecords].of_person(person, None, None, PageRequest(2, "x"))


def test_a_span_has_its_first_instant_inside_and_its_last_outside(ports: Ports) -> None:
    person = somebody()
    first, second, third = (Instant(f"2026-11-2{day}T16:00:00.000000Z") for day in (1, 2, 3))
    for at in (first, second, third):
        ports[AccessRecords].keep(lookup(person, at))
    found = ports[AccessRecords].of_person(person, first, third, PageRequest(10)).items
    assert [each.by.at for each in found] == [first, second]


def test_either_limit_ends_the_minute_for_both_kinds(ports: Ports) -> None:
    """Else the kind that is still answered would tell the other."""
    first, second = InstitutionCode(f"H{next(_numbers):011d}"), InstitutionCode(f"H{next(_numbers):011d}")
    counts = ports[LookupCounts]
    assert [counts.count(first, MINUTE, LIMITS, matched=False) for _ in range(4)] == [True, True, True, False]
    assert counts.count(first, MINUTE, LIMITS, matched=True) is False
    assert [counts.count(second, MINUTE, LIMITS, matched=True) for _ in range(6)] == [True] * 5 + [False]
    assert counts.count(second, MINUTE, LIMITS, matched=False) is False
    assert counts.count(first, "2026-11-21T04:01", LIMITS, matched=False) is True


def test_the_limit_is_exact_however_many_count_at_once(ports: Ports) -> None:
    institution, limits = InstitutionCode(f"H{next(_numbers):011d}"), LookupLimits(7, 100)
    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(lambda _: ports[LookupCounts].count(institution, MINUTE, limits, matched=False), range(30))
        assert sum(tries) == 7


def test_a_documents_token_leads_to_itself_until_it_is_linked_once(ports: Ports) -> None:
    token, person, other = somebody(), somebody(), somebody()
    assert ports[PersonStore].known_as(token) == token
    ports[Commits].commit([Insert(SamePerson(token, person))])
    assert (ports[PersonStore].known_as(token), ports[PersonStore].known_as(person)) == (person, person)
    with pytest.raises(VersionConflict):
        ports[Commits].commit([Insert(SamePerson(token, other))])
    assert ports[PersonStore].known_as(token) == person
