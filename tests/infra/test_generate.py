"""infra/template.yaml follows from what is declared, and a wrong declaration is refused."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.kernel.system import Ports, System
from chalicelib.main import capabilities
from infra.generate import Refused, declarations, generate, rendered
from infra.local.template import FUNCTION, STATE_MACHINE, TEMPLATE, load_template

HEAD, WORDS, CAPABILITIES = declarations()

NO_HEAD: dict[str, Any] = {"Globals": {"Function": {"Environment": {"Variables": {}}}}, "Resources": {"Shelf": {}}}
FEW_WORDS: dict[str, Any] = {
    "shelf.read": [{"Action": ["s3:GetObject"], "Resource": "shelf"}],
    "rows.put": {
        "each": ["LEFT", "RIGHT"],
        "statements": [
            {"Action": ["dynamodb:PutItem"], "Resource": "rows", "Condition": {"Like": {"Keys": ["{each}#*"]}}}
        ],
    },
    "boxes.open": {
        "each": ["big", "small"],
        "statements": [{"Action": ["s3:GetObject"], "Resource": [{"Fn::Sub": "${Shelf.Arn}/{each}/*"}]}],
    },
}
EVERY_WORD = ["shelf.read", {"rows.put": ["LEFT", "RIGHT"]}, {"boxes.open": ["big", "small"]}]


_DAILY = {"when": "rate(1 day)", "zh": "。", "says": "."}


def a_task(**more: Any) -> dict[str, Any]:
    return {"memory": 512, "timeout": 30, "grants": EVERY_WORD, **more}


def made(tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The resources of one capability's declarations."""
    resources: dict[str, Any] = generate(NO_HEAD, FEW_WORDS, {"shelves": {"tasks": tasks, **more}})["Resources"]
    return resources


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return [each for each in found if each["Sid"] not in {"Logs", "Tracing"}]


def test_the_template_says_what_is_declared() -> None:
    current = rendered(generate(HEAD, WORDS, CAPABILITIES)) == TEMPLATE.read_text(encoding="utf-8")
    assert current, "run `make template`"


def test_what_is_written_is_read_again_as_what_was_meant() -> None:
    assert load_template() == generate(HEAD, WORDS, CAPABILITIES)


def test_three_lines_make_a_function_with_a_role_and_a_log_of_its_own() -> None:
    resources = made({"shelf-count": a_task()})
    assert resources.keys() == {"Shelf", "ShelfCount", "ShelfCountRole", "ShelfCountLogGroup"}
    assert resources["ShelfCount"]["Properties"] == {
        "FunctionName": {"Fn::Sub": "quebao-${Stage}-shelf-count"},
        "Role": {"Fn::GetAtt": ["ShelfCountRole", "Arn"]},
        "MemorySize": 512,
        "Timeout": 30,
        "AutoPublishAlias": "live",
        "AutoPublishAliasAllProperties": True,
    }
    assert statements(resources["ShelfCountRole"]) == [
        {"Sid": "ShelfRead", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "shelf"},
        {
            "Sid": "RowsPut",
            "Effect": "Allow",
            "Action": ["dynamodb:PutItem"],
            "Resource": "rows",
            "Condition": {"Like": {"Keys": ["LEFT#*", "RIGHT#*"]}},
        },
        {
            "Sid": "BoxesOpen",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": [{"Fn::Sub": f"${{Shelf.Arn}}/{box}/*"} for box in ("big", "small")],
        },
    ]


def test_a_schedule_a_stream_and_an_alarm_follow_from_a_task_too() -> None:
    schedule, stream = _DAILY, {"of": "Shelf", "given_up": ".", "late": "."}
    resources = made(
        {"shelf-count": a_task(schedule=schedule, stream=stream, alarm={"says": ".", "name": "ShelfLost"})}
    )
    assert resources.keys() - made({"shelf-count": a_task()}).keys() == {
        "ShelfCountRule", "ShelfCountRulePermission", "ShelfCountMapping", "ShelfCountFailures",
        "ShelfCountFailedAlarm", "ShelfCountLateAlarm", "ShelfLostAlarm",
    }  # fmt: skip
    assert [each["Sid"] for each in statements(resources["ShelfCountRole"])][-3:] == ["Stream", "Streams", "Failures"]


def test_what_several_capabilities_ask_of_the_api_is_granted_once() -> None:
    asked = {"api": ["shelf.read", {"boxes.open": ["small"]}, {"rows.put": ["RIGHT"]}]}
    capabilities: dict[str, Any] = {
        "api": {"tasks": {"api": a_task(grants=[{"rows.put": ["LEFT"]}])}},
        "first": asked,
        "second": {"api": ["shelf.read", {"boxes.open": ["big", "small"]}]},
    }
    granted = statements(generate(NO_HEAD, FEW_WORDS, capabilities)["Resources"]["ApiRole"])
    assert [each["Sid"] for each in granted] == ["RowsPut", "ShelfRead", "BoxesOpen", "RowsPut2"]
    assert granted[2]["Resource"] == [{"Fn::Sub": f"${{Shelf.Arn}}/{box}/*"} for box in ("small", "big")]


@pytest.mark.parametrize("missing", ["memory", "timeout", "grants"])
def test_a_task_without_memory_time_limit_or_grants_is_refused(missing: str) -> None:
    task = {key: value for key, value in a_task().items() if key != missing}
    with pytest.raises(Refused, match=rf"tasks/shelves.yaml: shelf-count: lacks {missing}"):
        made({"shelf-count": task})


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ("shelf.burn", "shelf.burn is no grant"),
        ({"boxes.open": ["huge"]}, "boxes.open takes"),
        ({"boxes.open": []}, "boxes.open takes"),
        ("boxes.open", "boxes.open takes"),
        ({"shelf.read": ["big"]}, "shelf.read takes no value"),
        ({"boxes.open": ["big"], "rows.put": ["LEFT"]}, "several grants in one"),
    ],
)
def test_a_word_that_the_vocabulary_does_not_have_is_refused(grant: Any, said: str) -> None:
    with pytest.raises(Refused, match=said):
        made({"shelf-count": a_task(grants=[*EVERY_WORD, grant])})


@pytest.mark.parametrize("unused", ["shelf.read", "rows.put LEFT", "boxes.open small"])
def test_a_grant_that_no_task_uses_is_refused(unused: str) -> None:
    word, _, value = unused.partition(" ")
    grants: list[Any] = []
    for grant in EVERY_WORD:
        name, values = next(iter(grant.items())) if isinstance(grant, dict) else (grant, [])
        kept = [each for each in values if (name, each) != (word, value)]
        if name != word or kept:
            grants.append({name: kept} if values else name)
    with pytest.raises(Refused, match=f"granted to nobody: {unused}$"):
        made({"shelf-count": a_task(grants=grants)})


@pytest.mark.parametrize(
    ("tasks", "more", "said"),
    [
        ({"shelf-count": a_task(timout=3)}, {}, "does not know timout"),
        ({"shelf-count": a_task(schedule={"when": "rate(1 day)"})}, {}, "schedule: lacks says, zh"),
        ({"shelf-count": a_task(alarm={"says": ".", "nam": "X"})}, {}, "alarm: does not know nam"),
        ({"shelf-count": a_task(schedule=_DAILY)}, {}, "with a schedule has an alarm"),
        ({"shelf-count": a_task(timeout=None)}, {}, "timeout is a whole number from 1 to 900, not None"),
        ({"shelf-count": a_task(timeout=901)}, {}, "timeout is a whole number from 1 to 900, not 901"),
        ({"shelf-count": a_task(memory="512 MB")}, {}, "memory is a whole number from 128 to 10240, not 512 MB"),
        ({"shelf-count": a_task(memory=64)}, {}, "memory is a whole number from 128 to 10240, not 64"),
        ({"shelf": a_task()}, {}, "Shelf exists already"),
        ({"shelf-count": a_task()}, {"machine": {}}, "does not know machine"),
        ({"shelf-count": a_task()}, {"api": ["shelf.read"]}, "no task is called api"),
        ({"shelf-count": a_task()}, {"machines": {"shelf": {"alarms": {}}}}, "lacks steps"),
        ({"shelf-count": a_task()}, {"machines": {"shelf": {"steps": ["burn"], "alarms": {}}}}, "called shelf-burn"),
        ({"shelf-count": a_task()}, {"machines": {"low": {"runs_as": "high", "alarms": {}}}}, "runs as high, which"),
        (
            {"shelf-count": a_task()},
            {"machines": {"shelf": {"steps": ["count"], "alarms": {"bored": "."}}}},
            "bored is no way to end",
        ),
    ],
)  # fmt: skip
def test_a_declaration_that_means_nothing_is_refused(tasks: Any, more: Any, said: str) -> None:
    with pytest.raises(Refused, match=said):
        made(tasks, **more)


def test_two_capabilities_do_not_declare_the_same_task() -> None:
    twice = {"first": {"tasks": {"shelf-count": a_task()}}, "second": {"tasks": {"shelf-count": a_task()}}}
    with pytest.raises(Refused, match=r"tasks/second.yaml: shelf-count: is declared twice"):
        generate(NO_HEAD, FEW_WORDS, twice)


def test_every_machine_and_every_function_has_the_stage_in_its_name() -> None:
    """The two stages then live side by side in an account."""
    named = {FUNCTION: "FunctionName", STATE_MACHINE: "StateMachineName"}
    names = [
        resource["Properties"][named[resource["Type"]]]["Fn::Sub"]
        for resource in load_template()["Resources"].values()
        if resource["Type"] in named
    ]
    assert [name for name in names if not name.startswith("quebao-${Stage}-")] == []
    assert len(names) == len(set(names))


def test_a_grant_names_only_tasks_and_machines_that_are_declared() -> None:
    for word, kind in (("tasks.invoke", "tasks"), ("machines.start", "machines"), ("machines.proceed", "machines")):
        declared = {name for document in CAPABILITIES.values() for name in document.get(kind, {})}
        assert set(WORDS[word]["each"]) <= declared


def test_a_task_is_the_method_of_its_name_in_its_capability() -> None:
    """app.py names the same functions as the template: tests/infra/test_package.py."""
    for capability in capabilities.CAPABILITIES:
        bound = capability.tasks(lambda: System(Ports()))
        declared = CAPABILITIES.get(capability.name, {}).get("tasks", {}).keys() - {"api"}
        assert {name.replace("_", "-") for name in bound} == declared
        for method in bound.values():
            assert f"{method.__module__}.".startswith(f"chalicelib.{capability.name}.tasks."), method
