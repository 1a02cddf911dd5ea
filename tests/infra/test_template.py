"""Promises of infra/template.yaml, read from the template itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.ledger.tasks import ALTERED
from infra.local.template import FUNCTION, load_template
from tests.kit.worked_cases import ROOT

TEMPLATE = load_template()
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]

LEDGER = {"Fn::GetAtt": ["LedgerTable", "Arn"]}
VAULT = {"Fn::GetAtt": ["VaultTable", "Arn"]}
LEDGER_CHANGES = {
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PartiQLDelete",
    "dynamodb:PartiQLInsert",
    "dynamodb:DeleteTable",
    "dynamodb:UpdateTable",
}
WITHOUT_RESOURCE_LEVEL_PERMISSION = {
    # Service authorization reference, AWS X-Ray: these write trace segments, which are no resource.
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    # The same for CloudWatch Logs: log delivery of vended logs, as Step Functions documents for its roles.
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    # The same for EventBridge and SQS: lists of rules and of queues.
    "events:ListRules",
    "sqs:ListQueues",
}


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def grants() -> Iterator[tuple[str, str, Any]]:
    """Role, action and resource of everything any role allows."""
    for role, properties in of_type("AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                for action in listed(statement["Action"]):
                    for resource in listed(statement["Resource"]):
                        yield role, action, resource


def updates() -> Iterator[tuple[str, list[str]]]:
    """Role and partitions of every item of the state table that may be updated in place."""
    for role, properties in of_type("AWS::IAM::Role").items():
        for policy in properties["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                if "dynamodb:UpdateItem" in listed(statement["Action"]):
                    yield role, statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]


def test_no_role_grants_an_action_by_wildcard() -> None:
    assert [grant for grant in grants() if "*" in grant[1]] == []


def test_no_role_names_every_resource_where_aws_lets_it_name_one() -> None:
    everything = {action for _, action, resource in grants() if resource == "*"}
    assert everything == WITHOUT_RESOURCE_LEVEL_PERMISSION


def test_nobody_may_change_or_remove_what_the_ledger_holds() -> None:
    assert [grant for grant in grants() if grant[1] in LEDGER_CHANGES and grant[2] == LEDGER] == []


def test_only_the_functions_that_post_may_add_to_the_ledger() -> None:
    """A settlement posts the claim with its offset and its order, what follows it what its diagnosis reaches back to,
    the sweep what was cut off, the API what people decide and banks confirm, a prepayment itself,
    a recalculation its corrections, and a clearing run what it clears and orders. An audit adds seals and nothing else.
    """
    assert {role for role, action, resource in grants() if action == "dynamodb:PutItem" and resource == LEDGER} == {
        "ApiRole",
        "AuditCloseRole",
        "ClearingInstructRole",
        "ClearingPostRole",
        "PrepaymentGiveUpRole",
        "PrepaymentInstructRole",
        "RecalculationStepRole",
        "ResumeDeferredRole",
        "SettlementFollowRole",
        "SettlementSettleRole",
    }


def test_whoever_decides_a_claim_may_let_it_into_the_clearing_and_count_its_budget() -> None:
    """A subsidy between levels of finance is a position, so also a local claim that is decided again owes somebody."""
    decided = {"Fn::Sub": "${DocumentsBucket.Arn}/claims/*"}
    deciding = {role for role, action, resource in grants() if (action, resource) == ("s3:PutObject", decided)}
    assert deciding > {"ApiRole", "SettlementSettleRole", "SettlementFollowRole", "ResumeDeferredRole"}
    for partition in ("WINDOW#*", "HOSPITAL#*", "BUDGETS#*"):
        assert deciding <= {role for role, keys in updates() if partition in keys}


def test_whoever_squares_a_claim_may_read_the_order_it_recalls() -> None:
    readers = {role for role, action, resource in grants() if (action, resource) == ("dynamodb:GetItem", LEDGER)}
    assert readers >= {"ApiRole", "SettlementFollowRole", "ResumeDeferredRole"}


@pytest.mark.parametrize("guarded", [{"Fn::GetAtt": [key, "Arn"]} for key in ("TokenKey", "NameKey")])
def test_only_the_api_knows_a_person_by_token_and_name(guarded: dict[str, Any]) -> None:
    assert {role for role, _, resource in grants() if resource == guarded} == {"ApiRole"}


def test_the_api_seals_identities_and_one_function_alone_opens_them() -> None:
    """Not even an administrator: the key's own policy admits only that function's role to Decrypt."""
    vault_key = {"Fn::GetAtt": ["VaultKey", "Arn"]}
    held = {(role, action) for role, action, resource in grants() if resource in (VAULT, vault_key)}
    opener = "PersonRequestCarryOutRole"
    assert held == {
        ("ApiRole", "dynamodb:PutItem"),
        ("ApiRole", "kms:GenerateDataKey"),
        *((opener, f"dynamodb:{action}Item") for action in ("Get", "Put", "Delete")),
        *((opener, f"kms:{action}") for action in ("Decrypt", "GenerateDataKey")),
    }
    statements = of_type("AWS::KMS::Key")["VaultKey"]["KeyPolicy"]["Statement"]
    assert not any("*" in action for each in statements for action in listed(each["Action"]))
    (opens,) = [each for each in statements if "kms:Decrypt" in listed(each["Action"])]
    name = of_type("AWS::IAM::Role")[opener]["RoleName"]["Fn::Sub"]
    assert opens["Condition"]["ArnEquals"]["aws:PrincipalArn"]["Fn::Sub"].endswith(f":role/{name}")


def test_every_function_has_a_role_of_its_own() -> None:
    roles = [properties["Role"]["Fn::GetAtt"][0] for properties in of_type(FUNCTION).values()]
    assert len(set(roles)) == len(roles)
    kinds = ("Audit", "Batch", "Settlement", "Clearing", "Prepayment", "Recalculation", "Simulation")
    machines = {f"{kind}MachineRole" for kind in kinds}
    assert set(roles) | machines == of_type("AWS::IAM::Role").keys()


def test_every_function_writes_to_a_log_group_that_forgets() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    kept = {properties["LogGroupName"]["Fn::Sub"] for properties in groups.values()}
    assert all("RetentionInDays" in properties for properties in groups.values())
    assert {f"/aws/lambda/{each['FunctionName']['Fn::Sub']}" for each in of_type(FUNCTION).values()} <= kept


@pytest.mark.parametrize("table", sorted(of_type("AWS::DynamoDB::Table")))
def test_a_table_can_be_restored_and_is_not_deleted_with_the_stack(table: str) -> None:
    properties = RESOURCES[table]["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert RESOURCES[table]["DeletionPolicy"] == RESOURCES[table]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("bucket", sorted(of_type("AWS::S3::Bucket")))
def test_a_bucket_keeps_versions_encrypted_and_private(bucket: str) -> None:
    properties = RESOURCES[bucket]["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert RESOURCES[bucket]["DeletionPolicy"] == RESOURCES[bucket]["UpdateReplacePolicy"] == "Retain"


def test_pages_of_one_origin_may_bring_documents_and_reach_no_other_bucket() -> None:
    """Without the parameter no page of any origin may; a wildcard is no origin."""
    ruled = {
        name: each["CorsConfiguration"]
        for name, each in of_type("AWS::S3::Bucket").items()
        if "CorsConfiguration" in each
    }
    condition, allowed, otherwise = ruled["DocumentsBucket"]["Fn::If"]
    assert (set(ruled), condition, otherwise) == ({"DocumentsBucket"}, "HasConsoleOrigin", {"Ref": "AWS::NoValue"})
    (rule,) = allowed["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([{"Ref": "ConsoleOrigin"}], ["PUT"])
    assert not re.fullmatch(TEMPLATE["Parameters"]["ConsoleOrigin"]["AllowedPattern"], "*")


@pytest.mark.parametrize("bucket", sorted(of_type("AWS::S3::Bucket")))
def test_a_bucket_refuses_every_call_without_tls(bucket: str) -> None:
    (policy,) = (each for each in of_type("AWS::S3::BucketPolicy").values() if each["Bucket"] == {"Ref": bucket})
    (statement,) = (each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "TlsOnly")
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": [bucket, "Arn"]}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}]


def test_the_ledgers_copy_is_locked_from_the_moment_it_is_written() -> None:
    bucket = RESOURCES["LedgerCopyBucket"]["Properties"]
    assert bucket["ObjectLockEnabled"] is True
    retention = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert retention == {"Mode": {"Ref": "LedgerCopyLock"}, "Years": {"Ref": "LedgerCopyYears"}}
    assert TEMPLATE["Parameters"]["LedgerCopyLock"]["AllowedValues"] == ["GOVERNANCE", "COMPLIANCE"]


def test_the_copier_may_only_add_to_the_copy_and_nobody_else_may_write_there() -> None:
    """The audit lists and reads the copies; the bucket's own policy denies to everybody what no role allows."""
    within = {"Fn::Sub": "${LedgerCopyBucket.Arn}/*"}
    bucket = {"Fn::GetAtt": ["LedgerCopyBucket", "Arn"]}
    assert {(role, action) for role, action, resource in grants() if resource == within} == {
        ("LedgerCopyRole", "s3:PutObject"),
        ("ApiRole", "s3:GetObjectVersion"),
        ("AuditPartRole", "s3:GetObjectVersion"),
    }
    assert {(role, action) for role, action, resource in grants() if resource == bucket} == {
        ("ApiRole", "s3:ListBucketVersions"),
        ("AuditPartRole", "s3:ListBucketVersions"),
    }
    assert {action for _, action, _ in grants()} & {
        "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:PutObjectRetention",
        "s3:PutBucketObjectLockConfiguration", "s3:PutLifecycleConfiguration",
    } == set()  # fmt: skip
    statements = {
        each["Sid"]: each for each in RESOURCES["LedgerCopyBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    }
    assert {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"} <= set(
        statements["NobodyDeletes"]["Action"]
    )
    assert all((each["Effect"], each["Principal"]) == ("Deny", "*") for each in statements.values())
    assert statements["OnlyTheCopierWrites"]["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": {"Fn::GetAtt": ["LedgerCopyRole", "Arn"]}}
    }


def test_what_the_copier_cannot_copy_is_tried_for_a_day_and_then_named_in_a_queue_that_is_watched() -> None:
    mapping = RESOURCES["LedgerCopyMapping"]["Properties"]
    assert RESOURCES["LedgerTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert mapping["EventSourceArn"] == {"Fn::GetAtt": ["LedgerTable", "StreamArn"]}
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert 3600 < mapping["MaximumRecordAgeInSeconds"] < 86400
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["LedgerCopyFailures", "Arn"]}}}
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    assert {"ApproximateNumberOfMessagesVisible", "IteratorAge", "LedgerAltered"} <= {
        each["MetricName"] for each in alarms
    }


def test_a_line_that_says_the_ledger_was_altered_is_counted() -> None:
    (metric,) = of_type("AWS::Logs::MetricFilter").values()
    (counted,) = metric["MetricTransformations"]
    alarm = RESOURCES["LedgerAlteredAlarm"]["Properties"]
    assert f'"{ALTERED}"' in metric["FilterPattern"]
    assert metric["LogGroupName"] == {"Ref": "LedgerCopyLogGroup"}
    assert (alarm["Namespace"], alarm["MetricName"]) == (counted["MetricNamespace"], counted["MetricName"])


def test_keys_rotate_where_kms_can_rotate_them() -> None:
    keys = of_type("AWS::KMS::Key")
    assert keys["VaultKey"]["EnableKeyRotation"] is True
    for name in ("TokenKey", "NameKey", "ClaimKey"):
        assert (keys[name]["KeySpec"], keys[name]["KeyUsage"]) == ("HMAC_256", "GENERATE_VERIFY_MAC")
        assert "EnableKeyRotation" not in keys[name]
    assert all(RESOURCES[key]["DeletionPolicy"] == "Retain" for key in keys)


def test_every_key_can_be_replicated_to_a_second_region_from_the_first_person_on() -> None:
    """KMS makes a key so or never; a person's token is worth nothing where nobody can make it again."""
    assert {name: key.get("MultiRegion") for name, key in of_type("AWS::KMS::Key").items()} == dict.fromkeys(
        ("VaultKey", "TokenKey", "NameKey", "ClaimKey", "PolicyKey"), True
    )


def test_the_state_machine_logs_errors_without_their_data() -> None:
    logging = RESOURCES["SettlementMachine"]["Properties"]["LoggingConfiguration"]
    assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False)


def test_every_alarm_bears_the_runbooks_name_and_says_in_both_languages_what_it_means() -> None:
    alarms = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
    for name, each in alarms.items():
        assert each["Properties"]["AlarmName"] == {"Fn::Sub": f"quebao-${{Stage}}-{name}"}
        zh, _, en = each["Properties"]["AlarmDescription"].partition(" / ")
        assert not zh.isascii()
        assert en
        assert en.isascii()


def test_every_way_a_settlement_can_be_lost_raises_an_alarm() -> None:
    watched = {each["MetricName"] for each in of_type("AWS::CloudWatch::Alarm").values()}
    assert {"ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"} <= watched


@pytest.mark.parametrize("page", ["operations.md", "operations.zh.md"])
def test_every_alarm_is_told_what_to_do_about(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    alarms = [name for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"]
    assert [name for name in alarms if f"`{name}`" not in text] == []


def test_every_schedule_stands_in_the_handbook() -> None:
    text = (ROOT / "docs" / "operations.zh.md").read_text(encoding="utf-8")
    rules = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Events::Rule"]
    names = [each["Name"]["Fn::Sub"].removeprefix("quebao-${Stage}-") for each in rules]
    assert [name for name in names if f"`{name}`" not in text] == []
