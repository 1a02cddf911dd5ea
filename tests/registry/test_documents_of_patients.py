"""Every type of document through enrolment, filing, preview, claim and the form of a reimbursement by hand, written
once as the agency and once as the hospital write it; and a newborn found by its mother and, later, by its number.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.ports import PersonStore
from chalicelib.claims.schemas.claims import parse_claim
from chalicelib.claims.usecases.reading import ReadClaim
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.enrolment.schemas.bodies import parse_enrolment
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.filings.schemas import parse_filing
from chalicelib.filings.usecases import Filings
from chalicelib.kernel.errors import Conflict
from chalicelib.kernel.words.ids import ClaimId, PersonToken
from chalicelib.platform.forms.page import printed_page
from chalicelib.printing.usecases import PrepareForms
from chalicelib.registry.domain.enrolments import SamePerson
from chalicelib.reimbursements.domain.case import Payee
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING, WUHAN
from tests.kit.memory.faults import Fault, faulty
from tests.kit.memory.samples import agency, body, hospital, policies
from tests.kit.memory.world import World
from tests.registry.test_identity_documents import CARD, HK_RESIDENCE, OLD_CARD, PERMANENT, TAIWAN_RESIDENCE

NAME, AS_BILLED = "阿不都·热依木", "阿不都热依木"
MOTHER = {"id_type": "identity-card", "id_no": CARD}
NEWBORN = {"id_type": "newborn", "mother": MOTHER, "born": "2020-02-05", "order": 1}
SECOND = {**NEWBORN, "order": 2}
NUMBER = {"id_no": "530102190001020022"}

Written = dict[str, Any]
DOCUMENTS: list[tuple[Written, Written]] = [
    ({"id_no": CARD}, {"id_type": "identity-card", "id_no": OLD_CARD}),
    ({"id_no": OLD_CARD}, {"id_type": "social-security-card", "id_no": CARD}),
    ({"id_no": CARD}, {"id_no": "".join(chr(ord(digit) + 0xFEE0) for digit in CARD)}),
    (
        {"id_type": "passport", "issued_by": "USA", "id_no": "E12345678"},
        {"id_type": "passport", "issued_by": "usa", "id_no": "e12345678"},
    ),
    ({"id_type": "hk-macao-permit", "id_no": "H12345678"}, {"id_type": "hk-macao-permit", "id_no": "h1234567802"}),
    ({"id_type": "taiwan-permit", "id_no": "07257456"}, {"id_type": "taiwan-permit", "id_no": "0725745602(B)"}),
    ({"id_type": "hk-macao-taiwan-residence", "id_no": HK_RESIDENCE}, {"id_no": HK_RESIDENCE.lower()}),
    ({"id_no": TAIWAN_RESIDENCE}, {"id_type": "identity-card", "id_no": TAIWAN_RESIDENCE}),
    ({"id_type": "foreign-permanent-residence", "id_no": PERMANENT}, {"id_no": PERMANENT}),
    (
        {"id_type": "foreign-permanent-residence", "id_no": "USA110090010112"},
        {"id_type": "foreign-permanent-residence", "id_no": "usa110090010112"},
    ),
    (NEWBORN, {**NEWBORN, "mother": {"id_no": OLD_CARD}}),
    (SECOND, SECOND),
]


@pytest.fixture(name="world")
def fixture_world() -> World:
    return World(policies())


def enrol(world: World, document: Written, **more: Any) -> PersonToken:
    sent = {
        **document,
        "name": NAME,
        "insured_area": "530100",
        "insurance": "resident",
        "assistance": "none",
        **more,
    }
    return world.system[EnrolPerson](agency(KUNMING), parse_enrolment(json.dumps(sent).encode())).person


def file(world: World, document: Written) -> str:
    sent = {**document, "treatment_area": "530100", "kind": "emergency", "channel": "phone", "from": "2020-02-05"}
    return world.system[Filings].record(hospital(), parse_filing(json.dumps(sent).encode())).filing.person


def bill(document: Written, claim_no: str = "DOCUMENT-1", name: str = AS_BILLED) -> Any:
    return parse_claim(json.dumps({**body(), "claim_no": claim_no, "patient": {**document, "name": name}}).encode())


def status(world: World, claim_id: ClaimId) -> ClaimStatus:
    return world.system[ReadClaim](hospital(), claim_id).status


@pytest.mark.parametrize(("enrolled", "billed"), DOCUMENTS)
def test_a_document_leads_to_one_person_everywhere(world: World, enrolled: Written, billed: Written) -> None:
    person = enrol(world, enrolled)
    assert file(world, billed) == person
    world.system[PreviewClaim](hospital(), bill(billed))
    claim_id = world.system[SubmitClaim](hospital(), bill(billed)).view.claim_id
    assert world.run_all() == ["Settled"]
    assert world.memory.claims[claim_id].person == person
    for number in (CARD, OLD_CARD, enrolled.get("id_no", CARD)):
        assert number not in world.everything_kept()


@pytest.mark.parametrize(("enrolled", "billed"), DOCUMENTS)
def test_a_document_leads_to_the_same_person_where_a_bill_is_reimbursed_by_hand(
    world: World, enrolled: Written, billed: Written
) -> None:
    person = enrol(world, enrolled)
    world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    desk = agency(KUNMING)
    abroad = {**body("kunming-employee-in-wuhan"), "patient": {**billed, "name": AS_BILLED}}
    case, _ = world.system[AcceptReimbursement](desk, parse_claim(json.dumps(abroad).encode()), Payee.PERSON)
    assert case.person == person
    form = printed_page(world.system[PrepareForms].reimbursement(desk, case.case_id)).decode()
    for number in (CARD, OLD_CARD, enrolled.get("id_no", CARD), AS_BILLED):
        assert number not in form
        assert number not in world.everything_kept()


def test_two_born_together_are_two_persons_and_neither_is_the_mother(world: World) -> None:
    assert len({enrol(world, NEWBORN), enrol(world, SECOND), enrol(world, MOTHER)}) == 3


def test_a_newborn_is_found_by_its_mother_and_by_its_number(world: World) -> None:
    person = enrol(world, NEWBORN)
    early = world.system[SubmitClaim](hospital(), bill(NEWBORN)).view.claim_id
    assert world.run_all() == ["Settled"]

    assert enrol(world, NUMBER, formerly=NEWBORN) == person
    assert enrol(world, NUMBER, formerly=NEWBORN) == person, "the same word again"
    assert world.vault.kept[person][0] == NUMBER["id_no"]
    assert enrol(world, NUMBER) == enrol(world, NEWBORN) == person
    assert file(world, NUMBER) == file(world, NEWBORN) == person
    late = world.system[SubmitClaim](hospital(), bill(NUMBER, "DOCUMENT-2")).view.claim_id
    again = world.system[SubmitClaim](hospital(), bill(NEWBORN, "DOCUMENT-3")).view.claim_id
    world.run_all()
    assert {world.memory.claims[each].person for each in (early, late, again)} == {person}
    (year,) = world.ports[PersonStore].years(person)
    assert early in year.standing


def test_a_claim_that_waits_under_the_mother_goes_on_when_the_number_is_recorded(world: World) -> None:
    claim_id = world.system[SubmitClaim](hospital(), bill(NEWBORN)).view.claim_id
    world.run_all()
    assert status(world, claim_id) is ClaimStatus.DEFERRED
    enrol(world, NUMBER, formerly=NEWBORN)
    assert world.run_all() == ["Settled"]


def test_a_number_with_records_of_its_own_does_not_become_somebody_else(world: World) -> None:
    enrol(world, NEWBORN)
    apart = enrol(world, NUMBER)
    with pytest.raises(Conflict) as refused:
        enrol(world, NUMBER, formerly=NEWBORN)
    assert [finding.code for finding in refused.value.findings] == ["document-has-records"]
    assert enrol(world, NUMBER) == apart


def test_a_number_with_a_bill_that_nobody_looked_at_yet_does_not_become_somebody_else(world: World) -> None:
    """The bill was received and its execution has not begun: nothing would ever start it under the other token."""
    enrol(world, NEWBORN)
    claim_id = world.system[SubmitClaim](hospital(), bill(NUMBER)).view.claim_id
    with pytest.raises(Conflict) as refused:
        enrol(world, NUMBER, formerly=NEWBORN)
    assert [finding.code for finding in refused.value.findings] == ["document-has-records"]
    world.system[ReverseClaim](hospital(), claim_id, "another number")
    person = enrol(world, NUMBER, formerly=NEWBORN)
    again = world.system[SubmitClaim](hospital(), bill(NUMBER, "DOCUMENT-2")).view.claim_id
    world.run_all()
    assert status(world, again) is ClaimStatus.SETTLED
    assert world.memory.claims[again].person == person


def test_a_number_that_is_somebody_elses_is_not_linked_and_nobody_is_told(world: World) -> None:
    """The record stays its person's. The agency's word binds it alone, until it names who has records there."""
    child = enrol(world, NEWBORN)
    somebody = enrol(world, NUMBER, name="别人")
    assert enrol(world, NUMBER, formerly=NEWBORN, name=NAME, assistance="extreme-poverty") == child
    assert world.memory.all(SamePerson) == []
    assert enrol(world, NUMBER) == enrol(world, NUMBER, name="又一个") == child, "its own word binds the agency"
    assert enrol(world, NUMBER, name=NAME, assistance="extreme-poverty") == child
    assert enrol(world, NUMBER, name="别人") == somebody, "who knows the name speaks of whose number it is"
    assert world.vault.kept[somebody] == (NUMBER["id_no"], "别人")
    assert enrol(world, NUMBER, name="又一个") == somebody, "and has taken its word back"
    assert enrol(world, NUMBER, name="别人") == somebody
    (period,) = world.ports[PersonStore].enrolments(child).periods
    assert period.assistance.value == "extreme-poverty"
    billed = world.system[SubmitClaim](hospital(), bill(NEWBORN)).view.claim_id
    assert world.run_all() == ["Settled"]
    assert world.memory.claims[billed].person == child
    looked_at = [each.person for each in world.access_records.kept if each.call == "POST /v1/enrolments"]
    assert looked_at.count(somebody) == 8, "every look-up of the number stands in the record of whose it is"


def test_bills_by_a_number_of_two_persons_are_whose_name_they_bear(world: World) -> None:
    """The newborn's number is on record as another person's by a mistake elsewhere: neither's bills wait for it."""
    child, somebody = enrol(world, NEWBORN), enrol(world, NUMBER, name="别人")
    enrol(world, NUMBER, formerly=NEWBORN)
    names = {"DOCUMENT-1": AS_BILLED, "DOCUMENT-2": "别人"}
    sent = {no: world.system[SubmitClaim](hospital(), bill(NUMBER, no, name)).view for no, name in names.items()}
    world.run_all()
    of = {no: world.memory.claims[view.claim_id] for no, view in sent.items()}
    assert {no: each.person for no, each in of.items()} == {"DOCUMENT-1": child, "DOCUMENT-2": somebody}
    assert {each.status for each in of.values()} == {ClaimStatus.SETTLED}


def test_a_bill_under_another_name_keeps_a_number_from_becoming_somebody_elses_in_silence(world: World) -> None:
    child = enrol(world, NEWBORN)
    claim_id = world.system[SubmitClaim](hospital(), bill(NUMBER, name="别人")).view.claim_id
    assert enrol(world, NUMBER, formerly=NEWBORN) == child
    assert world.memory.all(SamePerson) == []
    world.system[ReverseClaim](hospital(), claim_id, "another number")
    assert enrol(world, NUMBER, formerly=NEWBORN) == child
    assert [link.person for link in world.memory.all(SamePerson)] == [child], "the number is free again"


@pytest.mark.parametrize("calls", range(20))
def test_a_bill_and_the_word_whose_number_it_is_may_come_at_the_same_moment(calls: int) -> None:
    """Whichever is first at whichever call of the other: the bill is the person's, or the word is refused."""
    for is_bill_faster in (True, False):
        fault = Fault()
        world = World(policies(), faulty(fault))
        person = enrol(world, NEWBORN)

        def word(world: World = world) -> None:
            with contextlib.suppress(Conflict):
                enrol(world, NUMBER, formerly=NEWBORN)

        def send(world: World = world) -> None:
            world.system[SubmitClaim](hospital(), bill(NUMBER))

        meant, faster = (word, send) if is_bill_faster else (send, word)
        fault.meanwhile(calls, faster)
        meant()
        fault.meanwhile(0, lambda: None)
        world.run_all()
        (standing,) = [each for each in world.memory.claims.values() if each.status is not ClaimStatus.WITHDRAWN]
        assert (standing.person == person) == bool(world.memory.all(SamePerson))
        assert (standing.status is ClaimStatus.SETTLED) == bool(world.memory.all(SamePerson))


def test_another_areas_newborn_is_not_given_a_number(world: World) -> None:
    enrol(world, NEWBORN)
    sent = {**NUMBER, "formerly": NEWBORN, "name": NAME, "insurance": "none", "assistance": "none"}
    with pytest.raises(Conflict) as refused:
        world.system[EnrolPerson](agency(WUHAN), parse_enrolment(json.dumps(sent).encode()))
    assert [finding.code for finding in refused.value.findings] == ["insured-elsewhere"]
    assert world.memory.all(SamePerson) == []
