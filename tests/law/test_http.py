"""Notices and provisions over HTTP."""

from __future__ import annotations

import pytest

from tests.kit.desk import Caller, Desk
from tests.kit.worked_cases import shipped_bundle


def test_the_notices_are_listed(caller: Caller, desk: Desk) -> None:
    got = caller.call("GET", "/v1/policies?limit=3")
    assert got.status == 200
    assert len(got.json["items"]) == 3
    assert desk.asked[-1].limit == 3
    assert set(got.json["items"][0]["title"]) == {"zh", "en"}


@pytest.mark.parametrize("notice", sorted(shipped_bundle().notices))
def test_every_shipped_notice_can_be_read_with_its_provisions(caller: Caller, notice: str) -> None:
    got = caller.call("GET", f"/v1/policies/{notice}", role="auditor", subject="000000")
    assert got.status == 200
    shipped = [provision for provision in shipped_bundle().provisions if provision.notice == notice]
    assert [provision["citation"] for provision in got.json["provisions"]] == [each.citation for each in shipped]
    assert [provision["decides"] for provision in got.json["provisions"]] == [str(each.slot) for each in shipped]


def test_an_unknown_notice_is_not_found(caller: Caller) -> None:
    assert caller.call("GET", "/v1/policies/none").status == 404


def test_a_bad_page_is_malformed(caller: Caller) -> None:
    assert caller.call("GET", "/v1/policies?limit=0").findings == {("parameter-invalid", "limit")}
