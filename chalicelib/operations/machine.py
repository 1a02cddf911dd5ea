"""Machines, schedules, queues and alarms as AWS reports them, all named `quebao-<stage>-…`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.kernel.text import Text
from chalicelib.operations.domain import Alarm, AlarmStanding, GivenUp, MachineState, Schedule
from chalicelib.platform.aws.clients import reaching_aws
from chalicelib.platform.aws.executions import without_qualifier

_COUNTED_MAX = 100
_STANDINGS = {"OK": AlarmStanding.QUIET, "ALARM": AlarmStanding.RAISED}


class AwsMachinery:
    """The machinery on AWS. `client` gives a boto3 client by the service's name; `prefix` begins every name, `machines`
    are ARNs by name, and the machines in `silent` keep no list of their executions.
    """

    def __init__(
        self, client: Callable[[str], Any], prefix: str, machines: Mapping[str, str], silent: frozenset[str]
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._machines = machines
        self._silent = silent

    def machines(self) -> tuple[MachineState, ...]:
        return tuple(self._machine(name, arn) for name, arn in sorted(self._machines.items()))

    @reaching_aws
    def schedules(self) -> tuple[Schedule, ...]:
        found = self._client("events").list_rules(NamePrefix=self._prefix, Limit=_COUNTED_MAX)["Rules"]
        return tuple(
            Schedule(
                each["Name"].removeprefix(self._prefix),
                each["ScheduleExpression"],
                each["State"] == "ENABLED",
                _said(each.get("Description", "")),
            )
            for each in sorted(found, key=lambda each: str(each["Name"]))
            if "ScheduleExpression" in each
        )

    @reaching_aws
    def given_up(self) -> tuple[GivenUp, ...]:
        queues = self._client("sqs")
        urls = queues.list_queues(QueueNamePrefix=self._prefix).get("QueueUrls", ())
        return tuple(GivenUp(self._name_of(url), _messages(queues, url)) for url in sorted(urls))

    @reaching_aws
    def alarms(self) -> tuple[Alarm, ...]:
        asked = {"AlarmNamePrefix": self._prefix, "AlarmTypes": ["MetricAlarm"], "MaxRecords": _COUNTED_MAX}
        found = self._client("cloudwatch").describe_alarms(**asked)["MetricAlarms"]
        return tuple(
            sorted(
                (
                    Alarm(
                        each["AlarmName"].removeprefix(self._prefix),
                        _STANDINGS.get(each["StateValue"], AlarmStanding.UNKNOWN),
                        each["StateUpdatedTimestamp"],
                        _said(each.get("AlarmDescription", "")),
                    )
                    for each in found
                ),
                key=lambda each: (each.standing is not AlarmStanding.RAISED, each.name),
            )
        )

    @reaching_aws
    def _machine(self, name: str, arn: str) -> MachineState:
        if name in self._silent:
            return MachineState(name, None, None, None)
        # Executions of every release, and those that a person started by hand.
        machine, list_executions = without_qualifier(arn), self._client("stepfunctions").list_executions
        running = list_executions(stateMachineArn=machine, statusFilter="RUNNING", maxResults=_COUNTED_MAX)[
            "executions"
        ]
        failed = list_executions(stateMachineArn=machine, statusFilter="FAILED", maxResults=1)["executions"]
        return MachineState(
            name,
            len(running),
            min((each["startDate"] for each in running), default=None),
            max((each["stopDate"] for each in failed), default=None),
        )

    def _name_of(self, url: str) -> str:
        return url.rpartition("/")[2].removeprefix(self._prefix)


def _messages(queues: Any, url: str) -> int:
    named = "ApproximateNumberOfMessages"
    return int(queues.get_queue_attributes(QueueUrl=url, AttributeNames=[named])["Attributes"][named])


def _said(description: str) -> Text:
    """Return the meaning of a schedule or an alarm from the template's description: Chinese, a stroke, English."""
    zh, _, en = description.partition(" / ")
    return Text(zh, en)
