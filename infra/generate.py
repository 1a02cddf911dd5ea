"""Writes infra/template.yaml from the declarations: `make template`.

`head.yaml` holds by hand the parts that tasks share: parameters, tables, buckets, keys, the bus, the gateway, outputs.
`grants.yaml` defines the words that a task may be granted. `tasks/<capability>.yaml` declares tasks, machines and the
API's permissions for that capability. A task yields its function, role, log group, schedule, stream and alarm; a
machine yields the state machine, role, log group, alarms and the variable that names the machine. A task's handler is
the method of its name in `chalicelib.<capability>.tasks`, which app.py binds. A wrong declaration is refused, and the
message gives its place.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infra.local.template import INFRA, TEMPLATE, load_template
from infra.resources import (
    LIVE,
    LOG_DELIVERY,
    TRACING,
    alarm,
    allow,
    arn_of,
    log_group,
    machine_arn,
    machine_versions,
    pascal,
    role,
    schedule,
    stream,
    stream_grants,
    sub,
    version_of,
    versions_arn,
)

Document = dict[str, Any]

HEADER = (
    "# Generated from head.yaml, grants.yaml and tasks/*.yaml in this folder by `make template`: edit those instead.\n"
)
EACH = "{each}"
API = "api"

_TASK = {"memory", "timeout", "grants"}
_TASK_TOO = {"schedule", "stream", "alarm", "role_is_known", "resource"}
_LIMITS = {"memory": (128, 10240), "timeout": (1, 900)}
_PARTS = {"schedule": {"when", "zh", "says"}, "stream": {"of", "given_up", "late"}, "alarm": {"says"}}
_PARTS_TOO = {"alarm": {"name", "periods"}, "stream": {"filter", "collect"}}
_MACHINE = {"alarms"}
_MACHINE_TOO = {"resource", "substitutions", "period", "type"}
_METRICS = {"failed": "ExecutionsFailed", "timed_out": "ExecutionsTimedOut", "aborted": "ExecutionsAborted"}


class Refused(ValueError):
    """A declaration that says too little, too much or an unknown word; the message gives its place."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of all capabilities together, by name."""

    tasks: Mapping[str, Document]
    machines: Mapping[str, Document]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of grants.yaml, with a record of the words and values used."""

    words: Mapping[str, Any]
    used: set[tuple[str, str]] = field(default_factory=set)

    def statements(self, granted: Sequence[Any], where: str) -> list[Document]:
        """Return the statements of a list of grants: `word`, or `{word: [values]}`. A repeated grant counts once."""
        out: list[Document] = []
        for grant in granted:
            given = grant if isinstance(grant, dict) else {grant: []}
            if len(given) != 1:
                raise Refused(f"{where}: {', '.join(given)} are several grants in one")
            ((word, values),) = given.items()
            if word not in self.words:
                raise Refused(f"{where}: {word} is no grant of grants.yaml")
            meaning = self.words[word]
            allowed, statements = (
                (meaning["each"], meaning["statements"]) if isinstance(meaning, dict) else ([], meaning)
            )
            if bool(values) != bool(allowed) or not set(values) <= set(allowed):
                raise Refused(f"{where}: {word} takes {allowed or 'no value'}, not {values or 'none'}")
            self.used.update((word, value) for value in values or [""])
            sid = "".join(map(pascal, word.split(".")))
            out += [{"Sid": sid, "Effect": "Allow", **_expanded(statement, values)} for statement in statements]
        return _numbered(_distinct(out))

    def unused(self) -> list[str]:
        """Return the grants that are defined and given to no task."""
        every = [
            (word, value)
            for word, meaning in self.words.items()
            for value in (meaning["each"] if isinstance(meaning, dict) else [""])
        ]
        return [f"{word} {value}".strip() for word, value in every if (word, value) not in self.used]


def generate(head: Document, words: Mapping[str, Any], capabilities: Mapping[str, Document]) -> Document:
    """Return the template of these declarations.

    head: the template without the parts that follow from tasks. words: grants.yaml. capabilities: tasks/*.yaml by
    capability. Raises Refused.
    """
    declared, vocabulary = _declared(capabilities), Vocabulary(words)
    resources: Document = {**head["Resources"]}
    made = [
        *((name, _task(name, task, vocabulary)) for name, task in declared.tasks.items()),
        *((name, _machine(name, machine, declared)) for name, machine in declared.machines.items()),
    ]
    for name, follows in made:
        if twice := follows.keys() & resources.keys():
            raise Refused(f"{name}: {', '.join(sorted(twice))} exists already")
        resources |= follows
    if unused := vocabulary.unused():
        raise Refused(f"grants.yaml: granted to nobody: {', '.join(unused)}")
    function = head["Globals"]["Function"]
    variables = function["Environment"]["Variables"] | {
        f"QUEBAO_{_resource(name, machine, '_').upper()}_MACHINE": machine_arn(name)
        for name, machine in declared.machines.items()
    }
    defaults = {"Function": {**function, "Environment": {"Variables": variables}}}
    return {**head, "Globals": defaults, "Resources": resources}


def _declared(capabilities: Mapping[str, Document]) -> Declared:
    tasks: dict[str, Document] = {}
    machines: dict[str, Document] = {}
    asked: list[Any] = []
    for capability, document in capabilities.items():
        where = f"tasks/{capability}.yaml"
        _known(document, set(), {"tasks", "machines", API}, where)
        asked += document.get(API, [])
        for name, task in document.get("tasks", {}).items():
            _known(task, _TASK, _TASK_TOO, f"{where}: {name}", tasks)
            for part in _PARTS.keys() & task.keys():
                _known(task[part], _PARTS[part], _PARTS_TOO.get(part, set()), f"{where}: {name}: {part}")
            _possible(task, f"{where}: {name}")
            tasks[name] = task
        for name, machine in document.get("machines", {}).items():
            kind = {"runs_as"} if "runs_as" in machine else {"steps"}
            _known(machine, _MACHINE | kind, _MACHINE_TOO, f"{where}: {name}", machines)
            machines[name] = machine
    if API in tasks:
        tasks[API] = {**tasks[API], "grants": [*tasks[API]["grants"], *asked]}
    elif asked:
        raise Refused(f"tasks: the API is granted something, and no task is called {API}")
    return Declared(tasks, machines)


def _known(
    entry: Document, needed: set[str], too: set[str], where: str, before: Mapping[str, Any] | None = None
) -> None:
    if missing := needed - entry.keys():
        raise Refused(f"{where}: lacks {', '.join(sorted(missing))}")
    if strange := entry.keys() - needed - too:
        raise Refused(f"{where}: does not know {', '.join(sorted(strange))}")
    if before and where.rpartition(": ")[2] in before:
        raise Refused(f"{where}: is declared twice")


def _possible(task: Document, where: str) -> None:
    """Refuse a size that Lambda does not offer, and a schedule without an alarm, whose failure nobody would notice."""
    for size, (least, most) in _LIMITS.items():
        if type(task[size]) is not int or not least <= task[size] <= most:
            raise Refused(f"{where}: {size} is a whole number from {least} to {most}, not {task[size]}")
    if "schedule" in task and "alarm" not in task:
        raise Refused(f"{where}: a task with a schedule has an alarm, since nobody waits for its answer")


def _expanded(part: Any, values: Sequence[str]) -> Any:
    """Return a statement with every list entry that holds `{each}` written once for each value."""
    if isinstance(part, dict):
        return {key: _expanded(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [made for entry in part for made in (_each(entry, values) if EACH in str(entry) else [entry])]
    return part


def _each(entry: Any, values: Sequence[str]) -> Iterator[Any]:
    for value in values:
        yield (
            {k: v.replace(EACH, value) for k, v in entry.items()}
            if isinstance(entry, dict)
            else entry.replace(EACH, value)
        )


def _distinct(statements: Sequence[Document]) -> list[Document]:
    """Return each statement once; statements of a word that differ in their resources only are merged."""
    out: dict[str, Document] = {}
    for statement in statements:
        key = str({part: value for part, value in statement.items() if part != "Resource"})
        before = _listed(out[key]["Resource"]) if key in out else []
        new = [each for each in _listed(statement["Resource"]) if each not in before]
        out[key] = {**statement, "Resource": [*before, *new]} if before and new else out.get(key, statement)
    return list(out.values())


def _numbered(statements: Sequence[Document]) -> list[Document]:
    """Return the statements with distinct names, as a policy requires: a word's second statement gets a 2 appended."""
    seen: Counter[str] = Counter()
    out = []
    for statement in statements:
        sid = statement["Sid"]
        seen[sid] += 1
        out.append({**statement, "Sid": f"{sid}{seen[sid]}" if seen[sid] > 1 else sid})
    return out


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource(name: str, entry: Mapping[str, Any], between: str = "") -> str:
    """Return the logical name, from the declared name or `resource`; `between` separates its words."""
    words = entry.get("resource", name).split("-")
    return between.join(words) if between else pascal("-".join(words))


def _function(name: str, tasks: Mapping[str, Document]) -> str:
    """Return the logical name of a task's function."""
    return str(tasks[name].get("resource", pascal(name)))


def _task(name: str, task: Document, vocabulary: Vocabulary) -> Document:
    resource, base = task.get("resource", pascal(name)), pascal(name)
    statements = [
        allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], arn_of(f"{base}LogGroup")),
        {"Sid": "Tracing", "Effect": "Allow", **TRACING},
        *vocabulary.statements(task["grants"], name),
    ]
    properties: Document = {
        "FunctionName": sub(f"quebao-${{Stage}}-{name}"),
        "Role": arn_of(f"{base}Role"),
        "MemorySize": task["memory"],
        "Timeout": task["timeout"],
        # SAM publishes a version wherever code or settings differ from the last release, and points the alias to it.
        "AutoPublishAlias": LIVE,
        "AutoPublishAliasAllProperties": True,
    }
    made = {resource: {"Type": "AWS::Serverless::Function", "DependsOn": f"{base}LogGroup", "Properties": properties}}
    if "schedule" in task:
        made |= schedule(name, resource, task["schedule"])
    if "stream" in task:
        made |= stream(resource, task["stream"])
        statements += stream_grants(resource, task["stream"]["of"])
    if "alarm" in task:
        given = {"says": "", "name": f"{base}Failed", "periods": 1, **task["alarm"]}
        watched = {"FunctionName": {"Ref": resource}}
        made |= alarm(
            f"{given['name']}Alarm", given["says"], "AWS/Lambda Errors", watched, EvaluationPeriods=given["periods"]
        )
    known = {"RoleName": sub(f"quebao-${{Stage}}-{name}")} if task.get("role_is_known") else {}
    made[f"{base}Role"] = role(name, "lambda.amazonaws.com", statements, **known)
    made[f"{base}LogGroup"] = log_group("lambda", name)
    return made


def _machine(name: str, machine: Document, declared: Declared) -> Document:
    """Return a machine's resources; a machine that runs as another has the other's steps, role and log group."""
    owner = machine.get("runs_as", name)
    if owner not in declared.machines:
        raise Refused(f"{name}: runs as {owner}, which is no machine")
    base, run_by = f"{_resource(name, machine)}Machine", f"{_resource(owner, declared.machines[owner])}Machine"
    steps = declared.machines[owner].get("steps", [])
    if strange := [step for step in steps if f"{owner}-{step}" not in declared.tasks]:
        raise Refused(f"{name}: no task is called {owner}-{strange[0]}")
    substitutions = {
        f"{pascal(step)}Function": version_of(_function(f"{owner}-{step}", declared.tasks)) for step in steps
    }
    destination = {"CloudWatchLogsLogGroup": {"LogGroupArn": arn_of(f"{run_by}LogGroup")}}
    properties = {
        "StateMachineName": sub(f"quebao-${{Stage}}-{name}"),
        "StateMachineType": {"Ref": machine["type"]} if "type" in machine else "STANDARD",
        "RoleArn": arn_of(f"{run_by}Role"),
        "DefinitionS3Location": f"workflows/{name}.asl.json",
        "DefinitionSubstitutions": {**machine.get("substitutions", {}), **substitutions},
        "LoggingConfiguration": {"Level": "ERROR", "IncludeExecutionData": False, "Destinations": [destination]},
    }
    made: Document = {base: {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}
    made |= machine_versions(base)
    if owner == name:
        made[f"{base}Role"] = role(name, "states.amazonaws.com", _machine_grants(name, machine))
        made[f"{base}LogGroup"] = log_group("vendedlogs/states", name)
    for way, says in machine["alarms"].items():
        if way not in _METRICS:
            raise Refused(f"{name}: {way} is no way to end; there are {', '.join(_METRICS)}")
        made |= alarm(
            f"{_resource(name, machine)}{pascal(way)}Alarm",
            says,
            f"AWS/States {_METRICS[way]}",
            {"StateMachineArn": {"Ref": base}},
            Period=machine.get("period", 300),
        )
    return made


def _machine_grants(name: str, machine: Document) -> list[Document]:
    """Return the grants on every version of its steps, since an execution keeps the version that it began with."""
    invoked = [versions_arn(f"{name}-{step}") for step in machine["steps"]]
    return [
        allow("Tasks", "lambda:InvokeFunction", invoked),
        {"Sid": "LogDelivery", "Effect": "Allow", **LOG_DELIVERY},
    ]


class _Dumper(yaml.SafeDumper):
    """A YAML dumper that writes every value out where it stands."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 PyYAML's signature
        return True


def rendered(template: Document) -> str:
    """Return the template as text, the same for the same declarations."""
    return HEADER + yaml.dump(
        template, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
    )


@functools.cache
def declarations(folder: Path = INFRA) -> tuple[Document, Document, dict[str, Document]]:
    """Return the head, the words and the capabilities of a folder; the capabilities in the order of their names."""
    tasks = {path.stem: load_template(path) for path in sorted((folder / "tasks").glob("*.yaml"))}
    return load_template(folder / "head.yaml"), load_template(folder / "grants.yaml"), tasks


if __name__ == "__main__":
    TEMPLATE.write_text(rendered(generate(*declarations())), encoding="utf-8")
