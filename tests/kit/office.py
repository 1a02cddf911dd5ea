"""Acts of hospitals, agencies and finance on a stage: the steps that stories are made of."""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.words.ids import AreaCode, ClaimId
from tests.kit.areas import KUNMING
from tests.kit.memory.samples import KUNMING_HOSPITAL, body, passport
from tests.kit.stage import Stage

HOSPITAL = ("hospital", KUNMING_HOSPITAL)
AGENCY, FINANCE, HEALTH = ("agency", "530100"), ("finance", "530100"), ("health", "530102")
OFFICER = ("policy", "000000")
OTHER_OFFICER = ("policy", "000000", "other-officer")


def claim(number: int, like: str | None = None, **changes: Any) -> dict[str, Any]:
    """The bill of a new person, the `number`-th, otherwise that of a worked case."""
    bill = body() if like is None else body(like)
    return {**bill, "claim_no": f"LOST-{number}", "patient": passport(number), **changes}


def enrol(stage: Stage, number: int, *, area: AreaCode | None = KUNMING, insurance: str = "employee") -> None:
    """Record where a person is insured, as the agency there."""
    sent = {
        **passport(number),
        "insured_area": area,
        "insurance": insurance,
        "assistance": "none",
        **({"employment": "active"} if insurance == "employee" else {}),
    }
    stage.call("POST", "/v1/enrolments", ("agency", area or "530100"), sent, 201)


def submit(stage: Stage, sent: dict[str, Any]) -> ClaimId:
    """Send a claim; its id."""
    return ClaimId(stage.call("POST", "/v1/claims", ("hospital", sent["institution"]), sent, 202)["claim_id"])


def settle(stage: Stage, sent: dict[str, Any]) -> ClaimId:
    """Send a claim of a known person and let it settle; its id."""
    claim_id = submit(stage, sent)
    assert stage.settles(claim_id) == "Settled"
    return claim_id


def ask_for_advance(stage: Stage, amount: str = "1000.00") -> str:
    """Ask for a special advance; its id."""
    asked = {"institution": HOSPITAL[1], "fund": "special", "amount": amount, "reason": "treatment"}
    return str(stage.call("POST", "/v1/advances", HOSPITAL, asked, 202)["advance_id"])


def instruct_advance(stage: Stage, amount: str = "1000.00") -> str:
    """An advance that the bank has been told to pay; its id."""
    advance_id = ask_for_advance(stage, amount)
    stage.call("POST", f"/v1/advances/{advance_id}/decision", AGENCY, {"decision": "approve"})
    stage.task("prepayment_instruct", advance_id=advance_id)
    return advance_id


def answer_for_bank(stage: Stage, path: str, outcome: str = "paid") -> None:
    """Record the bank's report on an advance or a payment."""
    sent = {"bank_reference": f"BANK-{path[-8:]}", "outcome": outcome}
    stage.call("POST", f"{path}/receipt", FINANCE, sent)


def hold_advance(stage: Stage, amount: str = "1000.00") -> str:
    """Give the hospital a special advance; its id."""
    advance_id = instruct_advance(stage, amount)
    answer_for_bank(stage, f"/v1/advances/{advance_id}")
    return advance_id


def read(stage: Stage, path: str, caller: tuple[str, str] = HOSPITAL) -> Any:
    """Read the present state, undisturbed."""
    stage.calm_down()
    return stage.call("GET", path, caller)


def held(stage: Stage) -> str:
    """Return the hospital's balance of special advances, in yuan."""
    return str(read(stage, f"/v1/institutions/{HOSPITAL[1]}/advances")["balance"]["special"]["balance"])


def swept(stage: Stage) -> None:
    """Run the schedule that looks after acts that have been open for long."""
    stage.later(minutes=11)
    stage.task("resume_deferred")


def swept_twice(stage: Stage) -> None:
    """Run the schedule twice at that time: the second run meets again the work that the first could not reach."""
    swept(stage)
    stage.task("resume_deferred")
