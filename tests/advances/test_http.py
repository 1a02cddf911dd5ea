"""Advances over HTTP: the information shown to the approver."""

from __future__ import annotations

from tests.kit.desk import HOSPITAL, Caller


def test_an_advance_shows_that_the_measure_it_stands_on_has_ended_and_when(caller: Caller) -> None:
    body = {"institution": HOSPITAL, "fund": "special", "amount": "12.00", "reason": "left from the measure"}
    advance_id = caller.call("POST", "/v1/advances", body).json["advance_id"]
    quota = caller.call("GET", f"/v1/advances/{advance_id}", role="agency", subject="530100").json["quota"]
    assert (quota["citation"], quota["ended_on"]) == ("yn-2020-12.3.2", "2023-01-07")


def test_an_ordinary_advance_stands_on_no_measure_that_could_end(caller: Caller) -> None:
    body = {"institution": HOSPITAL, "fund": "ordinary", "amount": "12.00", "reason": "daily float"}
    advance_id = caller.call("POST", "/v1/advances", body).json["advance_id"]
    quota = caller.call("GET", f"/v1/advances/{advance_id}").json["quota"]
    assert (quota["citation"], quota["ended_on"]) == (None, None)


def test_a_refusal_cites_the_article_it_rests_on(caller: Caller) -> None:
    """Source: Y-02."""
    asked = {"institution": HOSPITAL, "fund": "special", "amount": "12.00", "reason": "cited"}
    advance_id = caller.call("POST", "/v1/advances", asked).json["advance_id"]
    offer = {"decision": "approve", "fund": "ordinary"}
    got = caller.call("POST", f"/v1/advances/{advance_id}/decision", offer, role="agency", subject="530100")
    assert got.status == 422
    assert got.json["errors"][0]["citation"] == {
        "notice": "yn-2020-12",
        "document_no": "云医保〔2020〕12号",
        "article": "三（二）",
        "provision": "3.2",
        "source": ["Y-02"],
    }


def test_the_decision_shows_what_the_policy_measures_by_and_a_first_payment_limits_nothing(caller: Caller) -> None:
    """Forty-one million are requested after a first payment of forty. Source: D-04, 视情进一步预付."""
    dalian = "H21020200001"
    asked = {"institution": dalian, "fund": "special", "amount": "41000000.00", "reason": "beyond the first payment"}
    advance_id = caller.call("POST", "/v1/advances", asked, subject=dalian).json["advance_id"]
    decision = {"decision": "approve", "reason": "the wards are full"}
    got = caller.call("POST", f"/v1/advances/{advance_id}/decision", decision, role="agency", subject="210200")
    assert (got.status, got.json["approved"], got.json["decision_reason"]) == (200, "41000000.00", "the wards are full")
    quota = {name: got.json["quota"][name] for name in ("basis", "citation", "least", "first_payment", "monthly")}
    assert quota == {
        "basis": "first-payment",
        "citation": "dl-2020.2.1",
        "least": "0.00",
        "first_payment": "40000000.00",
        "monthly": None,
    }
