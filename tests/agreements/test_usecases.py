"""Agreements requested by one person and confirmed by another, the daily blacklist, and the effect on claims."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from chalicelib.agreements.domain import AgreementId, AgreementStatus, BlacklistEntryId, EntryStatus
from chalicelib.agreements.usecases.agree import AgreementRequest, Agreements
from chalicelib.agreements.usecases.blacklist import Blacklist
from chalicelib.agreements.usecases.publish import PublicAgreements
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, NotFound, OwnAct
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.kernel.words.uploads import LineOutcome
from chalicelib.registry.domain.agreements import AgreementKind
from tests.kit.areas import KUNMING, LIAONING, WEIHAI
from tests.kit.memory.samples import AUDITOR, agency, body, enrol_sample, hospital, moved, submission
from tests.kit.memory.world import World

HOSPITAL = InstitutionCode("H21020200001")
DALIAN = agency(AreaCode("210200"))
SECOND = Principal("second clerk", Role.AGENCY, "210200")
CASE = "dalian-agreement-last-day"
PAGE = PageRequest(50)


def asked(kind: AgreementKind, starts_on: date | None, ends_on: date | None = None) -> AgreementRequest:
    return AgreementRequest(HOSPITAL, kind, starts_on, ends_on, "as agreed")


def at(world: World, day: date) -> None:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def recorded(world: World, request: AgreementRequest) -> AgreementId:
    made = world.system[Agreements].ask(DALIAN, request)
    return world.system[Agreements].decide(SECOND, made.agreement_id, approve=True, answer=None).agreement_id


@pytest.fixture(name="dalian")
def fixture_dalian(world: World) -> World:
    """Dalian in the middle of February 2020, with the patient of the worked case enrolled."""
    enrol_sample(world, body(CASE)["patient"]["id_no"])
    at(world, date(2020, 2, 18))
    return world


def stay(days: int) -> dict[str, Any]:
    """The worked case's stay, admitted on 31 March 2020, so many days later."""
    claim = moved(body(CASE), days)
    claim["diagnosis"] = {**claim["diagnosis"], "history": [{"status": "confirmed", "on": claim["visit"]["admitted"]}]}
    return claim


def outcome(world: World, claim: dict[str, Any]) -> tuple[ClaimStatus, list[str]]:
    claim_id = world.system[SubmitClaim](hospital(HOSPITAL), submission(claim)).view.claim_id
    world.run_all()
    view = world.system[ReadClaim](hospital(HOSPITAL), claim_id)
    return view.status, [each.code for each in view.findings]


def refused(world: World, principal: Principal, request: AgreementRequest) -> list[str]:
    with pytest.raises(Invalid) as error:
        world.system[Agreements].ask(principal, request)
    return [each.code for each in error.value.findings]


def test_a_claim_after_the_extension_settles_once_a_new_agreement_is_confirmed_and_not_before(dalian: World) -> None:
    """D-10 extends to 31 March 2020; on 1 April only a recorded agreement helps."""
    made = dalian.system[Agreements].ask(DALIAN, asked(AgreementKind.SERVICE, date(2020, 4, 1), date(2020, 12, 31)))
    at(dalian, date(2020, 5, 1))
    assert outcome(dalian, stay(1)) == (ClaimStatus.REJECTED, ["agreement-not-in-force"])
    dalian.system[Agreements].decide(SECOND, made.agreement_id, approve=True, answer=None)
    assert outcome(dalian, {**stay(1), "resubmit": True}) == (ClaimStatus.SETTLED, [])


def test_who_is_in_bed_when_an_agreement_ends_finishes_under_it_and_who_comes_later_does_not(dalian: World) -> None:
    recorded(dalian, asked(AgreementKind.SERVICE, date(2020, 4, 1), date(2020, 12, 31)))
    at(dalian, date(2020, 4, 2))
    recorded(dalian, asked(AgreementKind.TERMINATION, date(2020, 4, 5)))
    at(dalian, date(2020, 6, 1))
    in_bed, after = stay(4), {**stay(5 + 30), "claim_no": "AFTER"}
    assert in_bed["visit"]["admitted"] == "2020-04-04"
    assert in_bed["visit"]["discharged"] > "2020-04-05"
    assert outcome(dalian, in_bed) == (ClaimStatus.SETTLED, [])
    assert outcome(dalian, after) == (ClaimStatus.REJECTED, ["agreement-terminated"])
    with pytest.raises(Invalid) as previewed:
        dalian.system[PreviewClaim](hospital(HOSPITAL), submission({**after, "claim_no": "PREVIEW"}))
    assert [each.code for each in previewed.value.findings] == ["agreement-terminated"]


def test_a_termination_begins_after_the_day_it_is_asked_for_and_confirmed(dalian: World) -> None:
    today = date(2020, 2, 18)
    assert refused(dalian, DALIAN, asked(AgreementKind.TERMINATION, today)) == ["termination-too-early"]
    made = dalian.system[Agreements].ask(DALIAN, asked(AgreementKind.TERMINATION, date(2020, 2, 19)))
    at(dalian, date(2020, 2, 19))
    with pytest.raises(Conflict):
        dalian.system[Agreements].decide(SECOND, made.agreement_id, approve=True, answer=None)
    gone = dalian.system[Agreements].decide(SECOND, made.agreement_id, approve=False, answer="too late")
    assert gone.status is AgreementStatus.REFUSED


def test_an_extension_begins_where_the_agreement_ends(dalian: World) -> None:
    at(dalian, date(2020, 1, 20))
    made = dalian.system[Agreements].ask(DALIAN, asked(AgreementKind.EXTENSION, None, date(2020, 6, 30)))
    assert made.starts_on == date(2020, 2, 1)
    wrong = asked(AgreementKind.EXTENSION, date(2020, 3, 1), date(2020, 6, 30))
    assert refused(dalian, DALIAN, wrong) == ["extension-begins"]
    recorded(dalian, asked(AgreementKind.TERMINATION, date(2020, 1, 22)))
    at(dalian, date(2020, 1, 23))
    late = asked(AgreementKind.EXTENSION, None, date(2020, 7, 31))
    assert refused(dalian, DALIAN, late) == ["nothing-to-extend"]


def test_a_special_agreement_needs_a_provision_that_honours_it_and_an_end(world: World) -> None:
    """S-14 holds in Shandong from 8 January 2023."""
    weihai = agency(WEIHAI)
    for day, to, codes in (
        (date(2023, 1, 7), date(2023, 3, 31), ["temporary-agreement-not-provided"]),
        (date(2023, 1, 8), None, ["end-missing"]),
    ):
        request = AgreementRequest(InstitutionCode("H37100200001"), AgreementKind.TEMPORARY, day, to, "capable")
        assert refused(world, weihai, request) == codes
    made = world.system[Agreements].ask(
        weihai,
        AgreementRequest(
            InstitutionCode("H37100200001"), AgreementKind.TEMPORARY, date(2023, 1, 8), date(2023, 3, 31), "capable"
        ),
    )
    assert made.citation == "sd-2023-1.8"


def test_the_same_term_is_asked_for_once_until_it_was_refused(dalian: World) -> None:
    request = asked(AgreementKind.SERVICE, date(2020, 4, 1), date(2020, 12, 31))
    first = dalian.system[Agreements].ask(DALIAN, request)
    assert dalian.system[Agreements].ask(SECOND, request) == first
    dalian.system[Agreements].decide(SECOND, first.agreement_id, approve=False, answer="not yet")
    assert dalian.system[Agreements].ask(DALIAN, request).agreement_id != first.agreement_id


def test_who_asked_does_not_confirm_and_a_decision_stands(dalian: World) -> None:
    agreements = dalian.system[Agreements]
    made = agreements.ask(DALIAN, asked(AgreementKind.SERVICE, date(2020, 4, 1)))
    with pytest.raises(OwnAct):
        agreements.decide(Principal(" CLERK ", Role.AGENCY, "210200"), made.agreement_id, approve=True, answer=None)
    with pytest.raises(Invalid):
        agreements.decide(SECOND, made.agreement_id, approve=False, answer=" ")
    first = agreements.decide(SECOND, made.agreement_id, approve=True, answer=None)
    assert agreements.decide(SECOND, made.agreement_id, approve=True, answer=None) == first
    with pytest.raises(Conflict):
        agreements.decide(SECOND, made.agreement_id, approve=False, answer="changed my mind")


def test_only_the_agency_that_settles_records_and_only_those_concerned_read(dalian: World) -> None:
    agreements = dalian.system[Agreements]
    request = asked(AgreementKind.SERVICE, date(2020, 4, 1))
    for stranger in (agency(KUNMING), agency(LIAONING)):
        with pytest.raises(NotFound):
            agreements.ask(stranger, request)
    with pytest.raises(Forbidden):
        agreements.ask(hospital(HOSPITAL), request)
    with pytest.raises(NotFound):
        agreements.ask(
            DALIAN,
            AgreementRequest(InstitutionCode("H99999999999"), AgreementKind.SERVICE, date(2020, 4, 1), None, "x"),
        )
    made = agreements.ask(DALIAN, request)
    for reader in (hospital(HOSPITAL), DALIAN, AUDITOR):
        assert agreements.read(reader, made.agreement_id) == made
    for stranger in (hospital("H21020200002"), agency(KUNMING)):
        with pytest.raises(NotFound):
            agreements.read(stranger, made.agreement_id)
    with pytest.raises(NotFound):
        agreements.decide(SECOND, AgreementId("agr_none"), approve=True, answer=None)
    assert agreements.find(hospital(HOSPITAL), None, None, None, PAGE).items == (made,)
    assert agreements.find(DALIAN, None, None, AgreementStatus.REQUESTED, PAGE).items == (made,)
    assert agreements.find(DALIAN, None, HOSPITAL, AgreementStatus.RECORDED, PAGE).items == ()
    with pytest.raises(NotFound):
        agreements.find(agency(KUNMING), None, HOSPITAL, None, PAGE)


LIST = """code,name,ground
H21020200001,,hoarded masks
,大连示例二级医院,raised prices
,大连的一家商店,sold fakes
H53010200001,,another place's
H21020200002,,the same again
,大连示例二级医院,
"""


def test_a_days_blacklist_is_taken_in_line_by_line(dalian: World) -> None:
    day = date(2020, 2, 17)
    answers = dalian.system[Blacklist].upload(DALIAN, day, LIST)
    kept, known, refused_ = LineOutcome.KEPT, LineOutcome.KNOWN, LineOutcome.REFUSED
    assert [(each.line, each.outcome) for each in answers] == [
        (2, kept), (3, kept), (4, refused_), (5, refused_), (6, known), (7, refused_),
    ]  # fmt: skip
    codes = [[found.code for found in each.findings] for each in answers if each.findings]
    assert codes == [["not-designated"], ["not-designated"], ["ground-missing"]]
    again = dalian.system[Blacklist].upload(SECOND, day, LIST)
    assert [each.outcome for each in again] == [known, known, refused_, refused_, known, refused_]
    entries = dalian.system[Blacklist].find(DALIAN, None, day, EntryStatus.LISTED, PAGE).items
    assert {(each.institution, each.uploaded.actor, each.citation) for each in entries} == {
        ("H21020200001", "clerk", "dl-2020.5.1"),
        ("H21020200002", "clerk", "dl-2020.5.1"),
    }
    assert dalian.system[Blacklist].find(DALIAN, None, date(2020, 2, 16), None, PAGE).items == ()


@pytest.mark.parametrize(
    ("principal", "day", "text", "code"),
    [
        (DALIAN, date(2020, 2, 19), LIST, "date-in-future"),
        (DALIAN, date(2020, 1, 26), LIST, "blacklist-not-provided"),
        (agency(KUNMING), date(2020, 2, 17), LIST, "blacklist-not-provided"),
        (DALIAN, date(2020, 2, 17), "institution\nx\n", "upload-heading"),
        (DALIAN, date(2020, 2, 17), 'name,ground\n"x,y\n', "upload-unreadable"),
        (DALIAN, date(2020, 2, 17), "name,ground\n" + "x,y\n" * 1001, "upload-too-long"),
    ],
)
def test_a_list_that_cannot_be_taken_in_says_why(
    dalian: World, principal: Principal, day: date, text: str, code: str
) -> None:
    with pytest.raises(Invalid) as error:
        dalian.system[Blacklist].upload(principal, day, text)
    assert [each.code for each in error.value.findings] == [code]


def listed(world: World) -> BlacklistEntryId:
    (first, *_) = world.system[Blacklist].upload(DALIAN, date(2020, 2, 17), LIST)
    assert first.record_id is not None
    return BlacklistEntryId(first.record_id)


def test_a_verified_institution_loses_its_agreements_and_stands_in_the_public_list(dalian: World) -> None:
    entry_id = listed(dalian)
    with pytest.raises(OwnAct):
        dalian.system[Blacklist].verify(DALIAN, entry_id, approve=True, starts_on=date(2020, 2, 20), answer=None)
    for day, code in ((None, "field-missing"), (date(2020, 2, 18), "termination-too-early")):
        with pytest.raises(Invalid) as error:
            dalian.system[Blacklist].verify(SECOND, entry_id, approve=True, starts_on=day, answer=None)
        assert [each.code for each in error.value.findings] == [code]
    ended = dalian.system[Blacklist].verify(SECOND, entry_id, approve=True, starts_on=date(2020, 2, 20), answer=None)
    again = dalian.system[Blacklist].verify(SECOND, entry_id, approve=True, starts_on=date(2020, 2, 20), answer=None)
    assert again == ended
    with pytest.raises(Conflict):
        dalian.system[Blacklist].verify(SECOND, entry_id, approve=False, starts_on=None, answer="mistaken")
    shown = {each.institution.code: each for each in public(dalian, date(2020, 2, 20))}
    gone, other = shown[HOSPITAL].standing.terminated, shown["H21020200002"].standing.terminated
    assert gone is not None
    assert (gone.starts_on, gone.citation, other) == (date(2020, 2, 20), "dl-2020.5.1", None)
    assert {each.institution.code: each for each in public(dalian, date(2020, 2, 19))}[
        HOSPITAL
    ].standing.terminated is None
    at(dalian, date(2020, 6, 1))
    assert outcome(dalian, stay(0)) == (ClaimStatus.REJECTED, ["agreement-terminated"])


def public(world: World, day: date) -> list[Any]:
    return list(world.system[PublicAgreements].find(AreaCode("210200"), day, PAGE).items)


def test_an_institution_wrongly_listed_is_cleared_with_a_reason(dalian: World) -> None:
    entry_id = listed(dalian)
    with pytest.raises(Invalid):
        dalian.system[Blacklist].verify(SECOND, entry_id, approve=False, starts_on=None, answer=None)
    cleared = dalian.system[Blacklist].verify(SECOND, entry_id, approve=False, starts_on=None, answer="a namesake")
    assert (cleared.status, cleared.answer) == (EntryStatus.CLEARED, "a namesake")
    assert dalian.system[Agreements].find(DALIAN, None, HOSPITAL, None, PAGE).items == ()
    with pytest.raises(NotFound):
        dalian.system[Blacklist].verify(agency(KUNMING), entry_id, approve=False, starts_on=None, answer="x")
    with pytest.raises(NotFound):
        dalian.system[Blacklist].verify(SECOND, BlacklistEntryId("blk_none"), approve=False, starts_on=None, answer="x")


def test_an_end_that_was_asked_for_by_hand_is_confirmed_by_the_verification(dalian: World) -> None:
    made = dalian.system[Agreements].ask(DALIAN, asked(AgreementKind.TERMINATION, date(2020, 2, 20)))
    dalian.system[Blacklist].verify(SECOND, listed(dalian), approve=True, starts_on=date(2020, 2, 20), answer=None)
    now = dalian.system[Agreements].read(DALIAN, made.agreement_id)
    assert (now.status, now.entry_id is not None, now.revision) == (AgreementStatus.RECORDED, True, 2)


def test_the_public_list_pages_by_code_over_everything(world: World) -> None:
    first = world.system[PublicAgreements].find(None, None, PageRequest(2))
    second = world.system[PublicAgreements].find(None, None, PageRequest(2, first.next))
    codes = [each.institution.code for page in (first, second) for each in page.items]
    assert codes == sorted(world.bundles.current().registry.institutions)[:4]
