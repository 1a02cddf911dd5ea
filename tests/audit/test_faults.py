"""Lost AWS calls of the nightly audit: a part done again finds the same, and a month is sealed once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib.audit.domain.runs import AuditId, AuditStatus
from chalicelib.audit.domain.tally import part_of_name
from chalicelib.audit.ports import AuditStore, SealStore
from chalicelib.kernel.ports import DocumentKind, DocumentStore
from chalicelib.kernel.words.ids import TransactionId
from chalicelib.ledger.domain.obligations import PARTS_SINCE, shard_of
from infra.local.stack import LocalStack
from tests.kit.losses import Act, End, Stories, Story, lose_every_call
from tests.kit.office import HOSPITAL, claim, enrol, settle
from tests.kit.stage import Stage, staged

STORIES = Stories()


def audit_after_the_month(stage: Stage) -> tuple[str, dict[str, list[str]]]:
    """A claim settled in a month that is over by now, and an audit of it that was begun; its id and its parts."""
    stage.task("books_fold")
    enrol(stage, 1)
    settle(stage, claim(1))
    stage.task("ledger_copy", Records=stage.stream)
    stage.clock.sleep(33 * 24 * 3600)
    stage.task("books_fold")
    audit_id = stage.task("audit_books")["audit_id"]
    return audit_id, stage.task("audit_plan", audit_id=audit_id)


def part_of_a_claim(stage: Stage) -> int:
    """The part of its month that holds the settlements."""
    (name,) = {sk for _, pk, sk in stage.items() if pk.startswith("JOURNAL#") and sk.startswith("settle:")}
    return shard_of(TransactionId(name)) % PARTS_SINCE[0][1]


@STORIES.covering("audit_books", "audit_plan", "audit_part")
def the_months_are_audited_in_parts(stage: Stage) -> tuple[Act, End]:
    """A part that was cut off is done again and finds the same."""
    audit_id, parts = audit_after_the_month(stage)
    here = part_of_a_claim(stage)
    asked = [parts["copies"][0], parts["months"][here]]
    for name in parts["copies"][1:]:
        stage.task("audit_part", audit_id=audit_id, part=name)

    def act() -> None:
        assert stage.task("audit_books")["audit_id"] == audit_id
        assert stage.task("audit_plan", audit_id=audit_id) == parts
        for name in asked:
            stage.task("audit_part", audit_id=audit_id, part=name)

    def finish() -> None:
        found = stage.ports[AuditStore].parts(AuditId(audit_id))
        assert set(found) == {*parts["copies"], asked[1]}
        proof, *causes = found[asked[1]].documents
        assert any(causes), "the claim's sums are kept for the part of the state that judges it"
        kept = json.loads(stage.ports[DocumentStore].get(DocumentKind.AUDIT, proof))
        assert kept["differences"] == []
        assert kept["tally"]["transactions"] > 0

    return act, finish


@STORIES.covering("audit_close", "audit_fail")
def a_month_is_sealed_once(stage: Stage) -> tuple[Act, End]:
    """Hospitals and claims are judged, and the audit is closed with a seal, or not at all."""
    audit_id, parts = audit_after_the_month(stage)
    last = f"state##{part_of_name(HOSPITAL[1]):x}"
    names = [name for each in parts.values() for name in each if name != last]
    for name in names:
        stage.task("audit_part", audit_id=audit_id, part=name)

    def act() -> None:
        stage.task("audit_part", audit_id=audit_id, part=last)
        stage.task("audit_close", audit_id=audit_id)
        stage.task("audit_fail", audit_id=audit_id)

    def finish() -> None:
        run = stage.ports[AuditStore].get(AuditId(audit_id))
        assert run is not None
        assert (run.status, run.found) == (AuditStatus.CLOSED, ())
        (seal,) = stage.ports[SealStore].all()
        assert (seal.period, seal.previous) == (run.months[0], "")

    return act, finish


@pytest.mark.stack
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_aws_call_of_an_audit_may_be_lost_once(
    cloud: LocalStack, tell: Callable[[str], None], story: Story
) -> None:
    with staged(cloud) as stage:
        tell(lose_every_call(stage, story))
