"""Alike in everything one could measure: every refusal of a look-up asks the stores and the keys the same questions.

Time is not looked at. What takes time is a request to a store or to a key, and each is counted, whoever was named; so
is every byte of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

import pytest

from chalicelib.claims.ports import PersonStore
from chalicelib.registry.domain.enrolments import SamePerson
from tests.kit.desk import ID_NO, OTHER_HOSPITAL, Answered, Caller, claim_body
from tests.kit.memory.samples import enrol_sample, moved, policies
from tests.kit.memory.world import World

KNOWN = {"id_type": "identity-card", "id_no": ID_NO, "name": "示例甲"}
REFUSED = {
    "an unknown number": {**KNOWN, "id_no": "420106190004010110"},
    "a wrong name": {**KNOWN, "name": "另一个人"},
    "a wrong name of as many letters": {**KNOWN, "name": "示例乙"},
    "an unknown passport": {"id_type": "passport", "issued_by": "USA", "id_no": "512345678", "name": "JONES MARY"},
    "somebody whom nobody insures under another name": {**KNOWN, "id_no": "530102190001020022", "name": "别名"},
}
NEW_IN_EVERY_ANSWER = {"instance", "claim_id", "claim_no", "received_at", "filing_id", "person", "filed_at", "at"}


class Counted:
    """A port that notes its requests, by name."""

    def __init__(self, name: str, port: Any, seen: list[str]) -> None:
        self._name, self._port, self._seen = name, port, seen

    def __getattr__(self, method: str) -> Any:
        found = getattr(self._port, method)
        if not callable(found):
            return found

        def asked(*args: Any, **named: Any) -> Any:
            self._seen.append(f"{self._name}.{method}")
            return found(*args, **named)

        return asked


class Watched:
    """An office in which every question to a store or a key is counted."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.world = World(policies(), wrap=lambda name, port: Counted(name, port, self.seen))
        enrol_sample(self.world, ID_NO)
        self.caller = Caller(self.world)
        nobody = {**KNOWN, "id_no": "530102190001020022", "name": "示例乙", "insurance": "none", "assistance": "none"}
        assert self.caller.call("POST", "/v1/enrolments", nobody, role="agency", subject="420100").status == 201

    def ask(self, act: Callable[[Caller], Answered]) -> tuple[Answered, list[str]]:
        self.seen.clear()
        return act(self.caller), list(self.seen)


def told(answer: Answered) -> tuple[int, str]:
    """Status and bytes, without what is new in every answer."""
    return answer.status, json.dumps(_without(answer.json, NEW_IN_EVERY_ANSWER), ensure_ascii=False, sort_keys=True)


def _without(body: Any, new: AbstractSet[str]) -> Any:
    if isinstance(body, dict):
        return {name: _without(value, new) for name, value in body.items() if name not in new}
    return [_without(each, new) for each in body] if isinstance(body, list) else body


def previewed(patient: dict[str, str], transfer_from: str | None = None) -> Callable[[Caller], Answered]:
    claim = claim_body(claim_no="P-1", institution=OTHER_HOSPITAL, patient=patient)
    if transfer_from is not None:
        claim["visit"] = {**claim["visit"], "transfer_from": transfer_from}
    return lambda caller: caller.call("POST", "/v1/claims/preview", claim, subject=OTHER_HOSPITAL)


def submitted(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    number = f"S-{abs(hash(json.dumps(patient)))}"[:20]
    claim = claim_body(claim_no=number, institution=OTHER_HOSPITAL, patient=patient)
    return lambda caller: caller.call("POST", "/v1/claims", claim, subject=OTHER_HOSPITAL)


def in_a_batch(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    number = f"B-{abs(hash(json.dumps(patient)))}"[:20]
    claim = claim_body(claim_no=number, institution=OTHER_HOSPITAL, patient=patient)
    return lambda caller: caller.call("POST", "/v1/claims/batch", {"claims": [claim]}, subject=OTHER_HOSPITAL)


def asked_at_the_desk(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    asked = {**patient, "on": "2020-02-05"}
    return lambda caller: caller.call("POST", "/v1/eligibility", asked, subject=OTHER_HOSPITAL)


def asked_for_by_another_area(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    asked = {**patient, "insured_area": "420100", "from": "2020-03-01"}
    return lambda caller: caller.call("POST", "/v1/enrolment-transfers", asked, role="agency", subject="420100")


def searched_by_another_area(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    return lambda caller: caller.call("POST", "/v1/persons/search", patient, role="agency", subject="371000")


ROUTES = {
    "an office's search": searched_by_another_area,
    "a preview": previewed,
    "a claim": submitted,
    "a claim of a batch": in_a_batch,
    "a desk's question": asked_at_the_desk,
    "a transfer asked for": asked_for_by_another_area,
}


@pytest.fixture(name="office")
def fixture_office() -> Watched:
    return Watched()


@pytest.mark.parametrize("route", ROUTES)
def test_every_refusal_of_a_route_is_the_same_bytes_after_the_same_questions(office: Watched, route: str) -> None:
    before = len(office.world.access_records.kept)
    answers = {why: office.ask(ROUTES[route](patient)) for why, patient in REFUSED.items()}
    assert len({told(answer) for answer, _ in answers.values()}) == 1, {w: told(a) for w, (a, _) in answers.items()}
    questions = {why: seen for why, (_, seen) in answers.items()}
    (first, *others) = questions.values()
    assert all(each == first for each in others), questions
    assert len(office.world.access_records.kept) == before + len(REFUSED), "each of them is on record"
    assert any(each == "NameKeys.key" for each in first), "a name is hashed for everybody"


def test_a_preview_that_names_a_foreign_claim_asks_what_one_that_names_none_of_ours_asks(office: Watched) -> None:
    sender = moved(claim_body(claim_no="SENDER", patient=KNOWN), 365)
    theirs = office.caller.call("POST", "/v1/claims", sender).json["claim_id"]
    office.world.run_all()
    never = "clm_" + "a" * 26
    answers = {
        (why, named): office.ask(previewed(patient, named))
        for why, patient in REFUSED.items()
        for named in (theirs, never)
    }
    assert len({told(answer) for answer, _ in answers.values()}) == 1
    for named in (theirs, never):
        questions = {tuple(seen) for (_, each), (_, seen) in answers.items() if each == named}
        assert len(questions) == 1, questions


STRANGERS = ("agency", "420100")


def stated(patient: dict[str, Any], **cover: Any) -> Callable[[Caller], Answered]:
    sent = {**patient, "assistance": "none", **cover}
    role, subject = STRANGERS
    return lambda caller: caller.call("POST", "/v1/enrolments", sent, role=role, subject=subject)


def enrolled_elsewhere(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    return stated(patient, insured_area="420100", insurance="resident")


def called_uninsured(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    return stated(patient, insurance="none")


STATEMENTS = {"insured": enrolled_elsewhere, "uninsured": called_uninsured}


@pytest.fixture(name="busy")
def fixture_busy(office: Watched) -> Watched:
    """The person has a settled bill; another waits under a name that is not theirs."""
    for number, patient in enumerate((KNOWN, REFUSED["a wrong name"])):
        sent = moved(claim_body(claim_no=f"BUSY-{number}", patient=patient), 60 * number)
        assert office.caller.call("POST", "/v1/claims", sent).status == 202
    office.world.run_all()
    assert [each.status.value for each in office.world.memory.claims.values()] == ["settled", "deferred"]
    return office


@pytest.mark.parametrize("statement", STATEMENTS)
def test_an_agencys_statement_asks_and_answers_alike_of_nobody_and_of_somebody_under_another_name(
    busy: Watched, statement: str
) -> None:
    for _ in ("first", "the same word again"):
        answers = {why: busy.ask(STATEMENTS[statement](patient)) for why, patient in REFUSED.items()}
        assert {told(answer) for answer, _ in answers.values()} == {(201, '{"redecided": 0}')}
        questions = {why: seen for why, (_, seen) in answers.items()}
        (first, *others) = questions.values()
        assert all(each == first for each in others), questions
        assert {"PersonVault.keep", "NameKeys.key", "AccessRecords.keep"} <= set(first)


BORN = {"id_type": "newborn", "mother": {"id_type": "identity-card", "id_no": ID_NO}, "born": "2020-02-05", "order": 1}
NUMBERS = {
    "an unknown number": {"id_no": "420106190004010110"},
    "the number of somebody insured elsewhere, who has bills": {"id_no": ID_NO},
    "the number of somebody whom nobody insures": {"id_no": "530102190001020022"},
    "a number under which a bill waits": {"id_no": "420106190004010030"},
}


def test_a_later_document_asks_and_answers_alike_whoever_elses_it_is(busy: Watched) -> None:
    """An agency that gives its newborn a number learns nothing of whom the number is on record as already."""
    waiting = moved(claim_body(claim_no="W-1", patient={**KNOWN, **NUMBERS["a number under which a bill waits"]}), 200)
    assert busy.caller.call("POST", "/v1/claims", waiting).status == 202
    busy.world.run_all()
    cover = {"insured_area": "420100", "insurance": "resident"}
    born = {why: {**BORN, "order": order} for order, why in enumerate(NUMBERS, 1)}
    persons = {why: stated({**born[why], "name": "示例婴"}, **cover)(busy.caller).json["person"] for why in NUMBERS}
    for _ in ("first", "the same word again"):
        answers, questions = {}, {}
        for why, number in NUMBERS.items():
            given = {**number, "name": "示例婴", "formerly": born[why]}
            answers[why], questions[why] = busy.ask(stated(given, **cover))
            versions = busy.world.ports[PersonStore].enrolment_history(persons[why])
            assert len(versions) == 2, "an agency counts the versions of its own newborn, too"
        assert {told(answer) for answer in answers.values()} == {(201, '{"redecided": 0}')}
        assert {why: answer.json["person"] for why, answer in answers.items()} == persons
        (first, *others) = questions.values()
        assert all(each == first for each in others), questions
        assert first.count("AccessRecords.keep") == 2, "the look-up stands in the record of both"
    assert len(busy.world.memory.all(SamePerson)) == 1, "only the number that was nobody's became the newborn's"


Route = Callable[[dict[str, str]], Callable[[Caller], Answered]]


def said(name: str, **cover: Any) -> Route:
    return lambda number: stated({**number, "name": name}, **cover)


def asked(method: str, path: str, role: str, subject: str, **more: Any) -> Route:
    return lambda number: lambda caller: caller.call(method, path, {**number, **more}, role=role, subject=subject)


def asked_for_from_another_area(number: dict[str, str]) -> Callable[[Caller], Answered]:
    sent = {**number, "name": "示例婴", "insured_area": "420100", "from": "2020-03-01"}
    return lambda caller: caller.call("POST", "/v1/enrolment-transfers", sent, role="agency", subject="420100")


COVER = {"insured_area": "420100", "insurance": "resident"}
FILING = {"treatment_area": "420100", "kind": "temporary", "channel": "phone", "from": "2020-03-01"}
OF_A_LATER_DOCUMENT: dict[str, Route] = {
    "enrolled alone": said("示例婴", **COVER),
    "enrolled alone once more": said("示例婴", **COVER),
    "enrolled alone on other terms": said("示例婴", **COVER, employment="none", to="2030-12-31"),
    "enrolled alone under another name": said("示例新", **COVER),
    "called uninsured": said("示例婴", insurance="none"),
    "called uninsured under another name": said("示例新", insurance="none"),
    "filed by the agency": asked("POST", "/v1/filings", *STRANGERS, **FILING),
    "asked for": asked_for_from_another_area,
    "at the desk of a hospital": lambda number: asked_at_the_desk({**number, "name": "示例新"}),
    "previewed": lambda number: previewed({**number, "name": "示例新"}),
}
UNDER_ANOTHER_NAME = (asked_at_the_desk, previewed)
OF_THE_PERSON = ("/v1/enrolments?person={}", "/v1/filings?person={}", "/v1/access-records?person={}")


def test_no_later_word_about_a_later_document_tells_whose_it_was(busy: Watched) -> None:
    """The agency writes its newborn's number alone from then on, on every route, and reads what is kept of the newborn:
    the same bytes and the same person, whether the number was nobody's or has records elsewhere.
    """
    waiting = moved(claim_body(claim_no="W-1", patient={**KNOWN, **NUMBERS["a number under which a bill waits"]}), 200)
    assert busy.caller.call("POST", "/v1/claims", waiting).status == 202
    busy.world.run_all()
    told_of: dict[str, list[tuple[int, str]]] = {}
    questions: dict[str, list[list[str]]] = {}
    for order, (why, number) in enumerate(NUMBERS.items(), 1):
        born = {**BORN, "order": order}
        child = stated({**born, "name": "示例婴"}, **COVER)(busy.caller).json["person"]
        given = stated({**number, "name": "示例婴", "formerly": born}, **COVER)
        calls: list[Callable[[Caller], Answered]] = [given, *(route(number) for route in OF_A_LATER_DOCUMENT.values())]
        calls += [given, *(asked_of(path.format(child)) for path in OF_THE_PERSON)]
        calls += [route({**number, "name": "另一个人"}) for route in UNDER_ANOTHER_NAME]
        heard = [busy.ask(each) for each in calls]
        told_of[why] = [shown(answer, child, number["id_no"]) for answer, _ in heard]
        questions[why] = [seen for _, seen in heard]
        assert {answer.status for answer, _ in heard[:7]} == {201}
        assert {answer.json["person"] for answer, _ in heard[:7]} == {child}
        assert heard[7][0].json["person"] == child, "an agency files for whom it said the number to be"
        assert heard[9][0].status == heard[10][0].status == 200, "bills of the newborn name it by its number"
    for one in (told_of, questions):
        (first, *others) = one.values()
        for other in others:
            for nth, (left, right) in enumerate(zip(first, other, strict=True)):
                assert left == right, nth


def asked_of(path: str) -> Callable[[Caller], Answered]:
    role, subject = STRANGERS
    return lambda caller: caller.call("GET", path, role=role, subject=subject)


def shown(answer: Answered, child: str, number: str) -> tuple[int, str]:
    """Status and bytes, with the same word for each one's own newborn and number."""
    text = json.dumps(
        _without(answer.json, NEW_IN_EVERY_ANSWER - {"person"} | {"receipt"}), ensure_ascii=False, sort_keys=True
    )
    return answer.status, text.replace(child, "the newborn").replace(number, "the number")


def filed(patient: dict[str, str]) -> Callable[[Caller], Answered]:
    document = {name: value for name, value in patient.items() if name != "name"}
    filing = {"treatment_area": "530100", "kind": "emergency", "channel": "phone", "from": "2020-02-05"}
    return lambda caller: caller.call("POST", "/v1/filings", {**document, **filing}, subject=OTHER_HOSPITAL)


def test_a_hospitals_filing_asks_and_answers_the_same_whoever_is_known(office: Watched) -> None:
    patients = [KNOWN, REFUSED["an unknown number"], REFUSED["an unknown passport"]]
    answers = [office.ask(filed(patient)) for patient in patients]
    assert len({told(answer) for answer, _ in answers}) == 1
    assert len({tuple(seen) for _, seen in answers}) == 1, [seen for _, seen in answers]


def asked_about(
    method: str, path: str, role: str, subject: str, body: dict[str, Any] | None = None
) -> Callable[[str], Callable[[Caller], Answered]]:
    """Call for the person that a token stands for."""

    def about(person: str) -> Callable[[Caller], Answered]:
        sent = None if body is None else {**body, "person": person}
        return lambda caller: caller.call(method, path.format(person=person), sent, role=role, subject=subject)

    return about


BY_TOKEN = {
    "enrolments": asked_about("GET", "/v1/enrolments?person={person}", *STRANGERS),
    "filings": asked_about("GET", "/v1/filings?person={person}", "hospital", OTHER_HOSPITAL),
    "claims": asked_about("GET", "/v1/claims?person={person}", "hospital", OTHER_HOSPITAL),
    "the access record": asked_about("GET", "/v1/access-records?person={person}", *STRANGERS),
    "a request about the vault": asked_about(
        "POST", "/v1/person-requests", *STRANGERS, {"kind": "read", "purpose": "asked"}
    ),
    "a cancellation": asked_about(
        "POST",
        "/v1/enrolments/cancellations",
        *STRANGERS,
        {"insured_area": "420100", "from": None, "reason": "another person's"},
    ),
}


@pytest.mark.parametrize("what", BY_TOKEN)
def test_a_token_of_somebody_elses_person_is_answered_as_one_that_is_nobodys(office: Watched, what: str) -> None:
    person = next(token for token, kept in office.world.vault.kept.items() if ID_NO in repr(kept))
    answers = [office.ask(BY_TOKEN[what](token)) for token in (person, "prs_" + "0" * 32)]
    assert len({told(answer) for answer, _ in answers}) == 1
    assert len({tuple(seen) for _, seen in answers}) == 1, [seen for _, seen in answers]
