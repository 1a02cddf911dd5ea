"""The caller's own identity."""

from __future__ import annotations

import pytest

from chalicelib.kernel.access import Role, scope_of
from chalicelib.main.commands.access import calls_by_action
from tests.kit.desk import HOSPITAL, Caller


def test_a_hospital_is_told_its_name_and_the_area_that_settles_with_it(caller: Caller) -> None:
    got = caller.call("GET", "/v1/me", actor="his")
    assert got.status == 200
    assert {**got.json, "actions": None} == {
        "role": "hospital",
        "subject": HOSPITAL,
        "actor": "his",
        "name": {"zh": "昆明示例三级医院", "en": "昆明示例三级医院"},
        "area": "530100",
        "actions": None,
    }


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HOSPITAL])
def test_a_role_is_told_what_it_is_granted_and_nothing_else(caller: Caller, role: Role) -> None:
    got = caller.call("GET", "/v1/me", role=role.value, subject="530000").json
    granted = {action.value for action in calls_by_action() if scope_of(role, action) is not None}
    assert got["actions"] == sorted(granted)
    assert got["name"] == {"zh": "云南省", "en": "Yunnan"}


def test_who_is_not_in_the_registers_has_no_name(caller: Caller) -> None:
    got = caller.call("GET", "/v1/me", subject="H99999999999").json
    assert (got["name"], got["area"]) == (None, None)
