"""The goals that were set for speed, each told from the rows that were measured, with what limits a missed one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.timing import Row

Measured = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal: a bound on a figure of the rows of one benchmark. `find` raises `LookupError` where a row is missing."""

    benchmark: str
    what: str
    bound: float
    find: Callable[[Sequence[Row]], float]
    limit: str
    at_least: bool = False

    def told(self, measured: Measured) -> str | None:
        """Return the goal as a row of a table; None where its benchmark or a peer was not run."""
        try:
            found = self.find(measured[self.benchmark])
        except LookupError:
            return None
        met = found >= self.bound if self.at_least else found <= self.bound
        side = "at least" if self.at_least else "at most"
        by = found / self.bound if not self.at_least else self.bound / found
        verdict = "met" if met else f"missed by {by:.2g} times: {self.limit}"
        return f"| {self.what} | {side} {self.bound:g} | {found:.3g} | {verdict} |"


def goals_told(measured: Measured) -> list[str]:
    """Return the table of the goals whose benchmarks were run, empty without any."""
    rows = [row for row in (goal.told(measured) for goal in GOALS) if row is not None]
    return ["| goal | bound | measured | |", "|---|---|---|---|", *rows] if rows else []


def _row(rows: Sequence[Row], name: str, size: int) -> Row:
    found = next((row for row in rows if row.name == name and row.size == size), None)
    if found is None:
        raise LookupError(name)
    return found


def _times(one: str, other: str, size: int) -> Callable[[Sequence[Row]], float]:
    """Return the time of one way as a multiple of another's."""
    return lambda rows: _row(rows, one, size).median_s / _row(rows, other, size).median_s


def _mixed(rows: Sequence[Row]) -> float:
    mixed = next((row for row in rows if row.size == _MANY and row.name.endswith(f" cells{_READ}")), None)
    if mixed is None:
        raise LookupError("many cells")
    return _row(rows, "OpenFisca-core", _MANY).median_s / mixed.median_s


def _slowest(rows: Sequence[Row], *, of_task: bool) -> float:
    found = [row.ratio for row in rows if row.name.startswith("tasks of ") is of_task]
    if not found:
        raise LookupError("functions")
    return max(found)


_FIGURES, _DOCUMENT, _HAND = "one claim: figures and operands", "one claim: whole document", "one claim: by hand"
_ZEN, _MANY, _READ = "one claim: zen-engine with trace", 1_000_000, ", eight figures read"
_FIXED = (
    "a third of the time goes into the lines, each with its treatment by item and day; a third is for the claim, its "
    "cell, the requirements of registry and codes, funds, shares; the rest into the records and the proof of the sum"
)

GOALS: tuple[Goal, ...] = (
    Goal(
        "one_claim",
        "figures and operands of 20 lines, times the function by hand",
        2.5,
        _times(_FIGURES, _HAND, 20),
        f"{_FIXED}; the function by hand checks none of that",
    ),
    Goal(
        "one_claim",
        "figures and operands of 2,000 lines, times the function by hand",
        2.5,
        _times(_FIGURES, _HAND, 2000),
        "every line finds its treatment by item and day, and keeps its parts",
    ),
    Goal(
        "one_claim",
        "figures and operands of 20 lines, times zen-engine with trace",
        0.25,
        _times(_FIGURES, _ZEN, 20),
        f"{_FIXED}; the model given to zen-engine has twelve expressions and no law to find",
    ),
    Goal(
        "one_claim",
        "whole document of 20 lines, times zen-engine with trace",
        2,
        _times(_DOCUMENT, _ZEN, 20),
        "zen-engine's trace holds numbers, the document 26 KB of text: sentences in two languages and citations; "
        "a quarter of the time goes into the sentences, a quarter into the bytes and their SHA-256, a tenth "
        "into that of the input, less than a tenth into the figures",
    ),
    Goal(
        "columns",
        "a million claims of one cell a second, eight figures read, times OpenFisca-core",
        2.5,
        _times("OpenFisca-core", f"columns, one cell{_READ}", _MANY),
        "numpy by hand does not reach it either: OpenFisca-core finds no cell and no item and works in 32-bit floats; "
        "of the columns' time, some three fifths go into the lines, charging them by their treatments and summing them "
        "up, a quarter into the claims' figures with their operands, an eighth into finding the cells",
        at_least=True,
    ),
    Goal(
        "columns",
        "a million claims of one cell a second, every figure kept, times OpenFisca-core",
        2.5,
        _times("OpenFisca-core", "columns, one cell", _MANY),
        "as before, and forty figures of 64 bits are written to memory where OpenFisca-core writes fourteen of 32",
        at_least=True,
    ),
    Goal(
        "columns",
        "a million claims of many cells a second, eight figures read, times OpenFisca-core, which has one",
        2,
        _mixed,
        "as for one cell; two fifths of the time go into the lines, which find their cell and their days as well, "
        "a quarter into sorting the claims' sums by cells, a sixth into finding the cells",
        at_least=True,
    ),
    Goal(
        "columns",
        "a million claims of one cell a second, eight figures read, times numpy by hand",
        0.7,
        _times("numpy by hand, in blocks", f"columns, one cell{_READ}", _MANY),
        "by hand knows one cell and finds no item; the columns find cell and treatment",
        at_least=True,
    ),
    Goal(
        "columns",
        "a million claims of one cell a second, every figure kept, times numpy by hand",
        0.7,
        _times("numpy by hand, in blocks", "columns, one cell", _MANY),
        "by hand keeps nothing; forty figures a claim are written to memory, which takes as long as working them out",
        at_least=True,
    ),
    Goal(
        "over_http",
        "claims submitted to settled a second by 4 clients",
        20,
        lambda rows: _row(rows, "submit to settled, 20 lines", 4).figure,
        "the stack and the services that it simulates share one interpreter; the product's own part is the smaller one",
        at_least=True,
    ),
    Goal(
        "over_http",
        "seconds from submission to settlement, one client",
        0.1,
        lambda rows: _row(rows, "submit to settled, 20 lines", 1).median_s,
        "as before: two functions, a state machine and a dozen simulated requests, one after the other",
    ),
    Goal(
        "over_http",
        "seconds from the start of `make run` until its health answers",
        5,
        lambda rows: _row(rows, "start until health answers", 5).median_s,
        "the interpreter imports moto, botocore and pydantic, and the policy set is proved before it is published",
    ),
    Goal(
        "imports",
        "start of any task, times boto3 and Chalice alone",
        1.5,
        lambda rows: _slowest(rows, of_task=True),
        "a task that decides claims loads adjudication, law, claims, clearing and ledger, and needs most of them: its "
        "two hundred modules hold three hundred classes, whose making takes a quarter of the task's own start",
    ),
    Goal(
        "imports",
        "start of the API asked to preview a claim, times boto3 and Chalice alone",
        1.5,
        lambda rows: _slowest(rows, of_task=False),
        "of the route's own start, three fifths are pydantic and its models, an eighth the check of the token, an "
        "eighth the modules that decide a claim",
    ),
    Goal(
        "law",
        "seconds to prove a policy set of some three hundred areas",
        5,
        lambda rows: max(row.median_s for row in rows if row.name == "prove the policy set"),
        "every notice that speaks of its own area brings cells of its own",
    ),
    Goal(
        "nation",
        "seconds to open a nation's bundle",
        0.1,
        lambda rows: max(row.median_s for row in rows if row.name == "open a bundle"),
        "the document of areas, places and notices is read whole",
    ),
)
