"""Calls of reimbursements by hand, good and bad, for every answer that their routes may give."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.reimbursements.domain.case import Payee
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import agency, body, enrolment, passport, submission
from tests.kit.memory.world import World
from tests.kit.registry_calls import Call
from tests.kit.reimbursement_papers import bring_copies, papers_body

_CORRECTION = "/v1/reimbursements/{case_id}/correction"


def reimbursement_calls(world: World) -> Iterator[Call]:
    """Every route of a case, from the desk to the bank."""
    world.clock.move_to(datetime(2020, 3, 2, 4, tzinfo=UTC))
    cases, bill = "/v1/reimbursements", body("kunming-employee-in-wuhan")
    desk = {"role": "agency", "subject": "530100", "actor": "desk"}
    finance = {"role": "finance", "subject": "530100"}
    for number in (94, 95, 96):
        world.system[EnrolPerson](agency(KUNMING), enrolment(passport(number)["id_no"]))
    made = []
    for number in (94, 95):
        paid = submission({**bill, "claim_no": f"FP-{number}", "patient": passport(number)})
        made.append(world.system[AcceptReimbursement](Principal("desk", Role.AGENCY, "530100"), paid, Payee.PERSON)[0])
    sent = {"claim": {**bill, "claim_no": "FP-96", "patient": passport(96)}, "payee": "person"}
    yield ("POST", cases), {"body": sent, **desk}
    yield ("POST", cases), {"body": sent, **desk}
    yield ("POST", cases), {"body": {**sent, "payee": "institution"}, **desk}
    unknown = {"claim": {**bill, "patient": passport(99)}, "payee": "person"}
    yield ("POST", cases), {"body": unknown, **desk}
    yield ("POST", cases), {"body": {}, **desk}
    yield ("POST", cases), {"body": sent, "role": "hospital"}
    yield ("GET", cases), finance
    yield ("GET", cases, f"{cases}?limit=0"), finance
    yield ("GET", cases, f"{cases}?area=420100"), finance
    ids = [each.case_id for each in made]
    bring_copies(world.files.bring, ids[0])
    yield from _readings(ids[0], desk)
    corrected = {**sent, "reason": "typed wrongly"}
    corrected["claim"] = {**bill, "claim_no": "FP-94", "patient": passport(94)}
    path = f"{cases}/{ids[0]}/correction"
    yield ("POST", _CORRECTION, path), {"body": {**corrected, "payee": "institution"}, **desk}
    yield ("POST", _CORRECTION, path), {"body": {**corrected, "claim": sent["claim"]}, **desk}
    yield ("POST", _CORRECTION, path), {"body": {}, **desk}
    yield ("POST", _CORRECTION, f"{cases}/rmb_none/correction"), {"body": corrected, **desk}
    yield from _steps(ids[0], ids[1], desk)
    fetched = "/v1/reimbursements/{case_id}/documents/{kind}"
    yield ("GET", fetched, f"{cases}/{ids[0]}/documents/invoice"), desk
    yield ("GET", fetched, f"{cases}/{ids[1]}/documents/invoice"), desk
    copy = {"content_hash": "b" * 64, "size": 20, "media_type": "image/png"}
    yield ("POST", f"{cases}/{{case_id}}/uploads", f"{cases}/{ids[0]}/uploads"), {"body": copy, **desk}
    yield ("POST", _CORRECTION, path), {"body": corrected, **desk}


def _readings(case_id: str, desk: dict[str, str]) -> Iterator[Call]:
    cases, one = "/v1/reimbursements", "/v1/reimbursements/{case_id}"
    yield ("GET", one, f"{cases}/{case_id}"), desk
    yield ("GET", one, f"{cases}/rmb_none"), desk
    form = f"{one}/form"
    yield ("GET", form, f"{cases}/{case_id}/form"), desk
    yield ("GET", form, f"{cases}/{case_id}/form?format=pdf"), desk
    yield ("GET", form, f"{cases}/rmb_none/form"), desk


def _steps(case_id: str, other: str, desk: dict[str, str]) -> Iterator[Call]:
    cases, one = "/v1/reimbursements", "/v1/reimbursements/{case_id}"
    second, finance = {**desk, "actor": "second"}, {"role": "finance", "subject": "530100"}
    steps: tuple[tuple[str, dict[str, object], dict[str, str]], ...] = (
        ("uploads", {"content_hash": "b" * 64, "size": 20, "media_type": "image/png"}, desk),
        ("documents", papers_body(), desk),
        ("forwarding", {}, desk),
        ("audit", {"outcome": "passed"}, desk),
        ("decision", {"decision": "approve"}, second),
        ("receipt", {"bank_reference": "RB-1", "outcome": "failed"}, finance),
        ("payment", {}, second),
        ("withdrawal", {"reason": "taken back"}, desk),
    )
    for step, said, who in steps:
        path = f"{one}/{step}"
        asked = {} if step in ("forwarding", "payment") else {"body": said}
        if asked:
            yield ("POST", path, f"{cases}/{case_id}/{step}"), {"body": {}, **who}
        if step in ("forwarding", "audit", "decision", "receipt", "payment"):
            yield ("POST", path, f"{cases}/{other}/{step}"), {**asked, **who}
        yield ("POST", path, f"{cases}/{case_id}/{step}"), {**asked, **who}
        yield ("POST", path, f"{cases}/rmb_none/{step}"), {**asked, **who}
    yield (
        ("POST", f"{one}/documents", f"{cases}/{case_id}/documents"),
        {
            "body": {"documents": [{"kind": "invoice", "sha256": "b" * 64}]},
            **desk,
        },
    )
    yield (
        ("POST", f"{one}/documents", f"{cases}/{case_id}/documents"),
        {
            "body": {"documents": [{"kind": "invoice", "sha256": "B"}]},
            **desk,
        },
    )
    yield ("POST", f"{one}/audit", f"{cases}/{other}/audit"), {"body": {"outcome": "refused"}, **desk}
    yield ("POST", f"{one}/withdrawal", f"{cases}/{other}/withdrawal"), {"body": {"reason": "gone"}, **desk}
