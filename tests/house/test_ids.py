"""The types of ids and instants: a field or parameter that names a person, a claim or another record has its type."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.kit.sources import PRODUCT, modules, tree_of

TYPES = {
    "PersonToken": frozenset({"person"}),
    "ClaimId": frozenset({"claim_id", "claim_ids"}),
    "InstitutionCode": frozenset({"institution", "hospital", "pharmacy"}),
    "AdvanceId": frozenset({"advance_id"}),
    "RunId": frozenset({"run_id"}),
    "TransactionId": frozenset({"transaction_id"}),
    "DisputeId": frozenset({"dispute_id"}),
    "MovementId": frozenset({"movement_id"}),
    "RecalculationId": frozenset({"recalculation_id"}),
    "SimulationId": frozenset({"simulation_id", "moved_id"}),
    "TaskId": frozenset({"task_id"}),
    "TransferId": frozenset({"transfer_id"}),
    "FilingId": frozenset({"filing_id"}),
    "Instant": frozenset(
        {
            *("occurred_at", "received_at", "changed_at", "recorded_at", "from_at", "before_at", "found_at"),
            *("requested_at", "started_at", "ordered_at", "instructed_at", "decided_at", "closed_at", "settled_at"),
        }
    ),
    "AreaCode": frozenset(
        {
            *("area", "areas", "insured_area", "treatment_area", "pooling_area", "account_area", "standing_area"),
            *("agency", "agencies", "province", "tier", "tiers", "debtor", "debtors", "creditor", "creditors"),
            *("pays_first", "addressee", "handler", "bureau", "recorded_by"),
        }
    ),
}
"""The names of fields and parameters that have each type, wherever they stand."""

OF_NO_ONE_RECORD = {
    "key_id": "a key for signing, sealing or tokens, as the services name keys",
    "client_id": "the console's client at the issuer of tokens",
    "operation_id": "a route in the description of the API",
    "notice_id": "a notice by its name in the policy files",
    "subject_id": "the subject of a duty or of a rest, of whatever kind",
    "record_id": "a record of whatever kind: of a shelf, or of an upload's line",
    "record_ids": "records of whatever kind",
}
"""The names of fields and parameters that are plain text, each with what it names. An id of a record of one capability
has a type beside the record.
"""

HOLDS_OTHERS = frozenset(
    {
        # The resource of an access check names a township where a township owns the matter.
        "kernel/access.py: institution: str | None, and not InstitutionCode",
        # The tier of a rule is a word, such as `national`; so is the agency among the facts of a pair of places.
        "adjudication/domain/determination.py: tier: str, and not AreaCode",
        "law/domain/places.py: agency: str, and not AreaCode",
        "law/domain/values.py: tier: str, and not AreaCode",
        # A request over HTTP, by the gateway's name.
        "platform/http/problems.py: request_id: str, and no type of its own",
        # Rows of policy files are text until the whole set is checked and compiled.
        "law/authoring/base_benefits.py: area: str, and not AreaCode",
        "law/authoring/checks.py: area: str, and not AreaCode",
        "law/authoring/checks.py: areas: Mapping[str, TableRow], and not AreaCode",
        "law/authoring/compiler.py: areas: Sequence[Mapping[str, Any]], and not AreaCode",
        "law/authoring/compiler.py: areas: set[str], and not AreaCode",
    }
)


def test_no_field_and_no_parameter_with_the_name_of_an_id_is_plain_text() -> None:
    """Answers are left out: nothing is parsed with them, and they are made from typed values."""
    looked_at = [each for each in modules() if "schemas" not in each.relative_to(PRODUCT).as_posix()]
    plain = {f"{each.relative_to(PRODUCT)}: {said}" for each in looked_at for said in told_plainly(tree_of(each))}
    assert plain == HOLDS_OTHERS


@pytest.mark.parametrize(
    "line",
    [
        "person: str",
        "def settle(claim_id: str) -> None: ...",
        "def enrol(*, person: str | None = None) -> None: ...",
        "claim_ids: tuple[str, ...] = ()",
        "hospital: dict[str, int]",
        "def approve(advance_id: str) -> None: ...",
        "insured_area: str | None = None",
        "def clear(tier: str) -> None: ...",
        "debtors: frozenset[str]",
        "dispute_id: str | None = None",
        "def posted(occurred_at: str) -> None: ...",
        "ward_id: str",
        "def close(ward_ids: tuple[str, ...]) -> None: ...",
    ],
)
def test_a_line_with_plain_text_is_found(line: str) -> None:
    assert len(list(told_plainly(ast.parse(line)))) == 1


def told_plainly(module: ast.Module) -> Iterator[str]:
    """Find the fields and parameters that are plain text where their name has a type."""
    typed = {name: kind for kind, names in TYPES.items() for name in names}
    for node in ast.walk(module):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=said) | ast.arg(arg=name, annotation=said):
                kind = typed.get(name)
                names_a_record = name.endswith(("_id", "_ids")) and name not in OF_NO_ONE_RECORD
                if said is not None and (kind or names_a_record) and _is_plain(said, kind):
                    yield f"{name}: {ast.unparse(said)}, and {f'not {kind}' if kind else 'no type of its own'}"


def _is_plain(said: ast.expr, kind: str | None) -> bool:
    named = {each.id for each in ast.walk(said) if isinstance(each, ast.Name)}
    return "str" in named and kind not in named
