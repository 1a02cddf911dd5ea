"""Advances over HTTP: what whoever decides is shown."""

from __future__ import annotations

from tests.api.desk import HOSPITAL, Caller


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
