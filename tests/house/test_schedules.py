"""Each scheduled task has a test that counts what it asks of the stores as data grows, held against docs/scale.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from infra.local.template import load_template
from tests.kit.sources import text_of, tree_of

ROOT = Path(__file__).parents[2]
COUNTS = "assert_as_written"
"""The check that holds the counts at n, 2 n and 4 n against the table "What grows"."""


def scheduled_tasks() -> set[str]:
    """The tasks that the deployed system starts by a schedule."""
    rules = [each for each in load_template()["Resources"].values() if each["Type"] == "AWS::Events::Rule"]
    return {each["Properties"]["Name"]["Fn::Sub"].removeprefix("quebao-${Stage}-") for each in rules}


def counted_tasks(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The tasks that a module's tests are marked with, and whether the test holds counts against the table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            called = {
                each.func.id
                for each in ast.walk(node)
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
            }
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.schedule":
                    yield ast.literal_eval(mark.args[0]), COUNTS in called


def test_each_scheduled_task_has_its_requests_counted_as_data_grows() -> None:
    marked = [each for each in (ROOT / "tests").rglob("test_*.py") if "mark.schedule" in text_of(each)]
    found = [each for path in marked for each in counted_tasks(tree_of(path))]
    assert [task for task, is_counted in found if not is_counted] == []
    assert {task for task, _ in found} == scheduled_tasks()


def test_a_marked_test_that_counts_nothing_does_not_pass_for_one() -> None:
    tree = ast.parse('@pytest.mark.schedule("books-fold")\ndef test_it() -> None:\n    assert True\n')
    assert list(counted_tasks(tree)) == [("books-fold", False)]
