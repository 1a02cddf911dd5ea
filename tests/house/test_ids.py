"""The types of ids: a field or parameter that names an institution, a person or a claim has the name's own type."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.kit.sources import PRODUCT, modules, tree_of

TYPES = {
    "PersonToken": frozenset({"person"}),
    "ClaimId": frozenset({"claim_id", "claim_ids"}),
    "InstitutionCode": frozenset({"institution", "hospital", "pharmacy"}),
}
"""The names of fields and parameters that have each type."""

HOLDS_OTHERS = frozenset({"kernel/access.py: institution: str | None, and not InstitutionCode"})
"""The resource of an access check names a township where a township owns the matter."""


def test_no_field_and_no_parameter_that_names_a_claim_a_person_or_an_institution_is_plain_text() -> None:
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
                if name in typed and said is not None and _is_plain(said):
                    yield f"{name}: {ast.unparse(said)}, and not {typed[name]}"


def _is_plain(said: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "str" for each in ast.walk(said))
