"""The resources that follow from a declared task or machine, in CloudFormation's form. Nothing is decided here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

Resource = dict[str, Any]

ARN = "arn:${AWS::Partition}:"
HERE = ":${AWS::Region}:${AWS::AccountId}:"
LIVE = "live"
"""The alias under which all callers but a state machine call a function, and all callers a state machine."""
TRACING = {"Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "Resource": "*"}
LOG_DELIVERY = {
    "Action": [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
    ],
    "Resource": "*",
}  # fmt: skip


def pascal(name: str) -> str:
    """Return CloudFormation's form of a name such as `ledger-copy`: LedgerCopy."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


def kebab(resource: str) -> str:
    """Return the written form of a name such as LedgerCopy: `ledger-copy`."""
    return re.sub("(?<!^)(?=[A-Z])", "-", resource).lower()


def sub(text: str) -> Resource:
    """Return a text in which the deployment replaces `${...}`."""
    return {"Fn::Sub": text}


def arn_of(resource: str, attribute: str = "Arn") -> Resource:
    """Return an attribute of a resource, known to CloudFormation once the resource exists."""
    return {"Fn::GetAtt": [resource, attribute]}


def version_of(resource: str) -> Resource:
    """Return the function version that this release publishes; a caller of it runs this release's code for good."""
    return {"Ref": f"{resource}.Version"}


def alias_of(resource: str) -> Resource:
    """Return a function by the alias of the release in force."""
    return {"Ref": f"{resource}.Alias"}


def versions_arn(name: str) -> Resource:
    """Return every version of a task's function by name, without the function itself, which need not exist yet."""
    return sub(f"{ARN}lambda{HERE}function:quebao-${{Stage}}-{name}:*")


def machine_arn(name: str) -> Resource:
    """Return a state machine of the release in force by name; the machine need not exist yet."""
    return sub(f"{ARN}states{HERE}stateMachine:quebao-${{Stage}}-{name}:{LIVE}")


def machine_versions(base: str) -> Resource:
    """Return a machine's version of this release, kept for as long as an execution may run, and the alias to it.

    CloudFormation publishes a version whenever the machine's revision changes: its definition, or any of the function
    versions that the definition names.
    """
    version = {"StateMachineArn": {"Ref": base}, "StateMachineRevisionId": arn_of(base, "StateMachineRevisionId")}
    routed = [{"StateMachineVersionArn": {"Ref": f"{base}Version"}, "Weight": 100}]
    return {
        f"{base}Version": {
            "Type": "AWS::StepFunctions::StateMachineVersion",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": version,
        },
        f"{base}Alias": {
            "Type": "AWS::StepFunctions::StateMachineAlias",
            "Properties": {"Name": LIVE, "RoutingConfiguration": routed},
        },
    }


def log_group(place: str, name: str) -> Resource:
    """Return a log group that keeps ninety days."""
    properties = {"LogGroupName": sub(f"/aws/{place}/quebao-${{Stage}}-{name}"), "RetentionInDays": 90}
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": properties,
    }


def role(name: str, service: str, statements: Sequence[Resource], **more: Any) -> Resource:
    """Return a role that a service may assume; a state machine only for this account."""
    trust: Resource = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    if service == "states.amazonaws.com":
        trust["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    properties = {
        **more,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": name, "PolicyDocument": document}],
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def allow(sid: str, action: Any, resource: Any) -> Resource:
    """Return a statement of a role."""
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def alarm(name: str, says: str, metric: str, dimension: Mapping[str, Any], **more: Any) -> Resource:
    """Return an alarm, under its logical name, on anything above zero in five minutes, unless `more` says otherwise.
    `says` is its meaning: Chinese, a stroke, English.
    """
    properties = {
        "AlarmName": sub(f"quebao-${{Stage}}-{name}"),
        "AlarmDescription": says,
        "Namespace": metric.rpartition(" ")[0],
        "MetricName": metric.rpartition(" ")[2],
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimension.items()],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]},
    }
    return {name: {"Type": "AWS::CloudWatch::Alarm", "Properties": {**properties, **more}}}


def schedule(name: str, resource: str, given: Mapping[str, str]) -> Resource:
    """Return the rule that calls a task at its times, with its permission. The purpose is given in both languages."""
    rule = {
        "Name": sub(f"quebao-${{Stage}}-{name}"),
        "Description": f"{given['zh']} / {given['says']}",
        "ScheduleExpression": given["when"],
        "State": "ENABLED",
        "Targets": [{"Id": name, "Arn": alias_of(resource), "Input": "{}"}],
    }
    permission = {
        "FunctionName": alias_of(resource),
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": arn_of(f"{resource}Rule"),
    }
    return {
        f"{resource}Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        f"{resource}RulePermission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }


def stream(resource: str, given: Mapping[str, Any]) -> Resource:
    """Return a table's stream to a task; of `filter`'s records only, where a filter is given. `collect` sets the
    records and the seconds collected for a call, and the number of concurrent calls for a shard.

    A failed call is tried again from the record that failed, in ever smaller batches, for as long as the stream holds
    the record; then its place in the stream goes to the queue, and the alarm is raised.
    """
    queue, collect = f"{resource}Failures", given.get("collect", {"records": 100, "seconds": 1, "at_once": 4})
    mapping = {
        "FunctionName": alias_of(resource),
        "EventSourceArn": arn_of(given["of"], "StreamArn"),
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": collect["records"],
        "MaximumBatchingWindowInSeconds": collect["seconds"],
        "ParallelizationFactor": collect["at_once"],
        "BisectBatchOnFunctionError": True,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumRetryAttempts": 1000,
        "MaximumRecordAgeInSeconds": 82800,
        "DestinationConfig": {"OnFailure": {"Destination": arn_of(queue)}},
    }
    if "filter" in given:
        patterns = [{"Pattern": json.dumps(pattern, separators=(",", ":"))} for pattern in given["filter"]]
        mapping["FilterCriteria"] = {"Filters": patterns}
    kept = {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "QueueName": sub(f"quebao-${{Stage}}-{kebab(queue)}"),
            "MessageRetentionPeriod": 1209600,
            "SqsManagedSseEnabled": True,
        },
    }
    late, given_up = "AWS/Lambda IteratorAge", "AWS/SQS ApproximateNumberOfMessagesVisible"
    return {
        f"{resource}Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": mapping},
        queue: kept,
        **alarm(
            f"{resource}FailedAlarm",
            given["given_up"],
            given_up,
            {"QueueName": arn_of(queue, "QueueName")},
            Statistic="Maximum",
        ),
        **alarm(
            f"{resource}LateAlarm",
            given["late"],
            late,
            {"FunctionName": {"Ref": resource}},
            Statistic="Maximum",
            Threshold=3_600_000,
        ),
    }


def stream_grants(resource: str, table: str) -> list[Resource]:
    """Return the grants for reading a table's stream and for giving up on a part of it."""
    reading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    return [
        allow("Stream", reading, arn_of(table, "StreamArn")),
        allow("Streams", ["dynamodb:ListStreams"], sub(f"${{{table}.Arn}}/stream/*")),
        allow("Failures", ["sqs:SendMessage"], arn_of(f"{resource}Failures")),
    ]
