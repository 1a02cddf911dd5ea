"""Requests for patients elsewhere, in memory and on DynamoDB, keep the same promises."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date

import pytest

from chalicelib.adjudication.domain.claim import CaseStatus, VisitKind
from chalicelib.advances.domain.model import AdvanceReturn
from chalicelib.advances.ports import AdvanceStore
from chalicelib.kernel.access import Role
from chalicelib.kernel.errors import VersionConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.system import Ports
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.writes import Insert, Part, Revise
from chalicelib.patient_advances.domain import PatientAdvance, PatientAdvanceId, PatientAdvanceStatus, PatientCase
from chalicelib.patient_advances.ports import PatientAdvanceQuery, PatientAdvanceStore
from tests.kit.builders import NOW, PERSON, act

_numbers = itertools.count(1)
FIRST = PageRequest(50)


@dataclass(frozen=True)
class Side:
    store: PatientAdvanceStore
    advances: AdvanceStore
    commits: Commits

    def write(self, *requests: PatientAdvance) -> None:
        parts: list[Part] = [Revise(request) for request in requests]
        self.commits.commit(parts)

    def found(self, area: AreaCode | None = None, centres: tuple[AreaCode, ...] = ()) -> list[str]:
        return [each.request_id for each in self.store.find(PatientAdvanceQuery(area, centres), FIRST).items]


@pytest.fixture(name="side")
def fixture_side(ports: Ports) -> Side:
    return Side(ports[PatientAdvanceStore], ports[AdvanceStore], ports[Commits])


def reported(minute: int = 0, place: str | None = None) -> PatientAdvance:
    """A request in areas that no other test has, unless a place is given."""
    number = next(_numbers)
    here = place or f"{number:02d}"
    case = PatientCase(
        PERSON, InstitutionCode("H42010600001"), VisitKind.INPATIENT, date(2020, 2, 5), None, CaseStatus.SUSPECTED
    )
    return PatientAdvance(
        request_id=PatientAdvanceId(f"pad_contract{number:03d}"),
        case=case,
        insured_area=AreaCode(f"{here}0102"),
        pooling_area=AreaCode(f"{here}0100"),
        centre=AreaCode(f"{here}0000"),
        agency=AreaCode(f"{here}9900"),
        amount_fen=100,
        reason="need",
        citation="yn-2020-12.4.3",
        reported=Act("clerk", Role.AGENCY, "530100", Instant(NOW.replace("03:04:05", f"03:{minute:02d}:05"))),
    )


def test_a_request_is_read_back_as_it_was_written(side: Side) -> None:
    request = reported()
    assert side.store.get(request.request_id) is None
    side.write(request)
    assert side.store.get(request.request_id) == request
    case = replace(request.case, discharged_on=date(2020, 2, 9), visit=VisitKind.EMERGENCY)
    declined = replace(request, case=case).declined(Act("centre", Role.CENTRE, "530000", NOW), "not verified")
    side.write(declined)
    assert side.store.get(request.request_id) == declined


def test_a_request_is_opened_once_and_moves_one_revision_at_a_time(side: Side) -> None:
    request = reported()
    side.write(request)
    for stale in (request, replace(request, revision=3)):
        with pytest.raises(VersionConflict):
            side.write(stale)


def test_a_request_is_granted_with_its_advance_or_not_at_all(side: Side) -> None:
    forwarded = reported().forwarded(Act("centre", Role.CENTRE, "530000", NOW))
    side.write(replace(forwarded, revision=1))
    accepted, advance = replace(forwarded, revision=1).accepted(Act("head", Role.AGENCY, "420100", NOW), 60)
    said = act("treasurer")
    returns = (AdvanceReturn("BACK-1", 20, said), AdvanceReturn("BACK-2", 40, said))
    advance = replace(advance, returns=returns, reports=(said, said))
    parts: list[Part] = [Revise(accepted), Insert(advance)]
    side.commits.commit(parts)
    assert side.store.get(accepted.request_id) == accepted
    assert side.advances.get(advance.advance_id) == advance
    with pytest.raises(VersionConflict):
        side.commits.commit([Revise(replace(accepted, revision=3)), Insert(advance)])
    assert side.store.get(accepted.request_id) == accepted


def test_it_is_found_by_its_areas_and_its_centre_and_by_the_agency_once_that_is_asked(side: Side) -> None:
    request = reported()
    side.write(request)
    own = [request.request_id]
    assert side.found(request.insured_area) == side.found(request.pooling_area) == own
    assert side.found(centres=(request.centre,)) == own
    assert side.found(request.agency) == side.found(request.centre) == []
    side.write(request.forwarded(Act("centre", Role.CENTRE, "530000", NOW)))
    assert side.found(request.agency) == side.found(request.insured_area) == own
    (listed,) = side.store.find(PatientAdvanceQuery(request.agency), FIRST).items
    assert listed.status is PatientAdvanceStatus.FORWARDED


def test_lists_are_oldest_first_in_each_partition_narrowed_by_state_and_paged(side: Side) -> None:
    here, there = f"{next(_numbers):02d}", f"{next(_numbers):02d}"
    newest, oldest = reported(9, here), reported(1, here)
    other = reported(0, there)
    side.write(newest, oldest, other)
    side.write(newest.forwarded(Act("centre", Role.CENTRE, "530000", NOW)))
    centres = (AreaCode(f"{here}0000"), AreaCode(f"{there}0000"))
    whole = [oldest.request_id, newest.request_id, other.request_id]
    assert side.found(centres=centres) == whole
    query = PatientAdvanceQuery(centres=centres, status=PatientAdvanceStatus.REPORTED)
    assert [each.request_id for each in side.store.find(query, FIRST).items] == [oldest.request_id, other.request_id]
    paged, cursor = [], None
    while True:
        page = side.store.find(PatientAdvanceQuery(centres=centres), PageRequest(1, cursor))
        paged += [each.request_id for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert paged == whole
