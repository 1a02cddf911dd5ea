"""Publishing policies over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.kernel.system import System
from tests.kit.desk import Answered, Caller, Desk
from tests.kit.memory.world import World
from tests.kit.policy_sets import KUNMING, as_body, shipped_files, with_kunming_share
from tests.kit.worked_cases import shipped_bundle, shipped_policies

BUNDLES = "/v1/policies/bundles"


class Office(Desk):
    """A desk whose policies are those of a world of its own, so that they can change."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(shipped_policies())

    @property
    def system(self) -> System:
        return self.world.system


@pytest.fixture(name="office")
def fixture_office() -> Caller:
    return Caller(Office())


def keep(office: Caller, files: dict[str, bytes], actor: str = "officer", **more: object) -> Answered:
    return office.call("POST", BUNDLES, as_body(files, **more), role="policy", subject="000000", actor=actor)


def decide(office: Caller, bundle: str, decision: str = "approve", actor: str = "other", **more: object) -> Answered:
    path = f"{BUNDLES}/{bundle}/decision"
    return office.call("POST", path, {"decision": decision, **more}, role="policy", subject="000000", actor=actor)


def publish(office: Caller, files: dict[str, bytes], previous: str | None = None) -> Answered:
    """Hand files in as one officer and put them in force as another; return the answer, or the first refusal."""
    kept = keep(office, files, previous=previous)
    return decide(office, kept.json["bundle"]) if kept.status == 201 else kept


def waiting(office: Caller, status: str = "kept") -> list[dict[str, Any]]:
    return list(office.call("GET", f"{BUNDLES}?status={status}", role="auditor", subject="000000").json["items"])


def publications(office: Caller) -> list[dict[str, Any]]:
    return list(office.call("GET", BUNDLES, role="auditor", subject="000000").json["items"])


def test_files_that_hold_become_the_current_bundle_and_the_history_says_so(office: Caller) -> None:
    kept = keep(office, with_kunming_share(95), previous=shipped_bundle().hash)
    assert (kept.status, kept.json["status"], kept.json["articles"]["missing"]) == (201, "kept", 0)
    assert len(publications(office)) == 1
    got = decide(office, kept.json["bundle"])
    assert (got.status, got.json["status"], got.json["number"]) == (200, "published", 2)
    assert (got.json["kept_by"], got.json["decided_by"]) == ("officer", "other")
    assert got.json["previous"] == shipped_bundle().hash
    assert [each["number"] for each in publications(office)] == [2, 1]
    assert publications(office)[0]["bundle"] == got.json["bundle"]
    listed = office.call("GET", "/v1/policies/km-2020-9", role="policy", subject="000000")
    assert listed.json["provisions"][0]["value"] == {"share": "19/20", "filled_by": "basic"}


def test_publishing_what_is_current_changes_nothing(office: Caller) -> None:
    got = keep(office, dict(shipped_files()))
    assert (got.status, got.json["status"], got.json["publication"]["number"]) == (200, "published", 1)
    assert len(publications(office)) == 1


def test_of_two_officers_one_wins_and_the_other_is_told_what_is_current(office: Caller) -> None:
    late = keep(office, with_kunming_share(96), previous=shipped_bundle().hash).json["bundle"]
    first = publish(office, with_kunming_share(95), previous=shipped_bundle().hash)
    second = decide(office, late)
    assert (first.status, second.status) == (200, 409)
    assert second.findings == {("not-current", "previous")}
    assert first.json["bundle"] in second.json["errors"][0]["message"]["en"]
    assert keep(office, with_kunming_share(97), previous=shipped_bundle().hash).status == 409
    assert publications(office)[0]["bundle"] == first.json["bundle"]
    # Compared with the current policy set, the draft comes into force all the same.
    assert decide(office, late, previous=shipped_bundle().hash).status == 409
    assert decide(office, late, previous=first.json["bundle"]).json["number"] == 3


@pytest.mark.parametrize("spelt", ["officer", "Officer", "OFFICER"])
def test_who_hands_a_set_in_never_decides_on_it(office: Caller, spelt: str) -> None:
    bundle = keep(office, with_kunming_share(95)).json["bundle"]
    for decision in ("approve", "refuse"):
        got = decide(office, bundle, decision, actor=spelt)
        assert (got.status, got.json["code"]) == (403, "own-act")
    assert len(publications(office)) == 1
    assert [each["bundle"] for each in waiting(office)] == [bundle]


def test_the_same_decision_again_is_the_first_and_another_one_is_refused(office: Caller) -> None:
    bundle = keep(office, with_kunming_share(95)).json["bundle"]
    assert keep(office, with_kunming_share(95), actor="third").status == 200
    first = decide(office, bundle)
    assert decide(office, bundle).json == first.json
    assert decide(office, bundle, "refuse").findings == {("publication-decided", "decision")}
    assert [each["number"] for each in publications(office)] == [2, 1]
    assert waiting(office) == []


def test_a_refused_set_stays_out_of_force_until_it_is_handed_in_anew(office: Caller) -> None:
    bundle = keep(office, with_kunming_share(95)).json["bundle"]
    refused = decide(office, bundle, "refuse", reason="the share is not Kunming's")
    assert (refused.json["status"], refused.json["number"]) == ("refused", None)
    assert decide(office, bundle).findings == {("publication-decided", "decision")}
    assert [each["reason"] for each in waiting(office, "refused")] == ["the share is not Kunming's"]
    assert keep(office, with_kunming_share(95)).status == 201
    assert decide(office, bundle).json["status"] == "published"


def test_nobody_decides_on_what_nobody_handed_in_and_the_decision_has_no_default(office: Caller) -> None:
    assert decide(office, "00" * 32).status == 404
    bundle = keep(office, with_kunming_share(95)).json["bundle"]
    empty = office.call("POST", f"{BUNDLES}/{bundle}/decision", {}, role="policy", subject="000000", actor="other")
    assert empty.status == 400
    agency = office.call(
        "POST", f"{BUNDLES}/{bundle}/decision", {"decision": "approve"}, role="agency", subject="530100"
    )
    assert agency.status == 403


def test_a_bundle_can_be_kept_without_becoming_current(office: Caller) -> None:
    got = keep(office, with_kunming_share(95))
    assert (got.status, got.json["publication"]) == (201, None)
    assert len(publications(office)) == 1


def test_files_that_do_not_compile_are_refused_by_file_and_line(office: Caller) -> None:
    files = {**shipped_files(), KUNMING: with_kunming_share(95)[KUNMING].replace(b"95/100", b"1.05")}
    got = publish(office, files)
    assert got.status == 422
    assert all(error["field"].startswith(KUNMING) for error in got.json["errors"])
    assert len(publications(office)) == 1


def test_files_that_decide_a_case_twice_are_refused_with_the_cell_and_the_provisions(office: Caller) -> None:
    other = with_kunming_share(96, number=10)[KUNMING]
    got = publish(office, {**with_kunming_share(95), "530100-kunming-2020-10/notice.yaml": other})
    assert got.status == 422
    tie = next(error for error in got.json["errors"] if error["code"] == "proof-tie")
    assert tie["field"].startswith("530100-kunming-2020-10/notice.yaml:")
    assert "km-2020-10.1, km-2020-9.1" in tie["message"]["en"]
    assert "insured in 530100" in tie["message"]["en"]


def test_a_set_that_leaves_an_article_out_is_refused_by_its_row(office: Caller) -> None:
    files = {path: content for path, content in shipped_files().items() if "dalian" not in path}
    files = {path: content.replace(b"dl-2020, ", b"").replace(b", dl-2020", b"") for path, content in files.items()}
    got = publish(office, files)
    assert got.status == 422
    assert ("article-missing", "articles.yaml: D-01") in got.findings


def test_only_a_policy_officer_publishes(office: Caller) -> None:
    for role, subject in (("agency", "530100"), ("auditor", "000000"), ("hospital", "H53010200001")):
        assert office.call("POST", BUNDLES, as_body({}), role=role, subject=subject).status == 403


@pytest.mark.parametrize("body", [{}, {"files": {}}, {"files": {"../x.yaml": ""}}, {"files": {"a.yaml": 1}}])
def test_a_body_that_holds_no_files_is_refused(office: Caller, body: dict[str, Any]) -> None:
    assert office.call("POST", BUNDLES, body, role="policy", subject="000000").status in (400, 422)


def test_the_publications_are_paged(office: Caller) -> None:
    for percent in (95, 96, 97):
        assert publish(office, with_kunming_share(percent)).status == 200
    numbers, cursor = [], ""
    while True:
        page = office.call("GET", f"{BUNDLES}?limit=1{cursor}", role="policy", subject="000000").json
        numbers += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert numbers == [4, 3, 2, 1]
