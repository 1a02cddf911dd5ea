"""The peers' side of the benchmarks: a process of its own, in `.venv-bench`, that is told by lines of JSON what to do.

It imports nothing of the product. Each command answers with the time it took and with what came out, so that results
are compared before times are.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

_IN = "max([0, #.amount - #.ceiling])"
_EXPRESSIONS = (
    ("total", "sum(map(lines, #.amount))"),
    ("over", f"sum(map(lines, {_IN} * #.kept))"),
    ("first", f"sum(map(lines, floor((#.amount - {_IN}) * #.ratio * #.kept + 0.5)))"),
    ("in_scope", "sum(map(lines, #.amount * #.kept)) - $.over - $.first"),
    ("deductible", "min([120000, $.in_scope])"),
    ("above", "$.in_scope - $.deductible"),
    ("basic", "min([floor($.above * 0.85 + 0.5), 50000000])"),
    ("beyond", "max([0, $.above - 58823530])"),
    ("second", "min([floor($.beyond * 0.9 + 0.5), 30000000])"),
    ("target", "floor($.total * 0.9 + 0.5)"),
    ("fiscal", "$.total - $.target"),
    ("refund", "floor($.fiscal * 0.6 + 0.5)"),
)
RESULT = ("total", "in_scope", "first", "over", "basic", "second", "fiscal", "refund")


def _zen(lines: list[dict[str, Any]]) -> Any:
    import zen  # noqa: PLC0415 - each peer is imported by what measures it

    expressions = [{"id": key, "key": key, "value": value} for key, value in _EXPRESSIONS]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        {"id": "sum", "name": "sum", "type": "expressionNode", "content": {"expressions": expressions}},
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "sum"},
        {"id": "2", "type": "edge", "sourceId": "sum", "targetId": "out"},
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    engine = zen.ZenEngine({"loader": lambda _: content})
    body = {"lines": lines}

    def run() -> list[int]:
        result = engine.evaluate("claim", body, {"trace": True})["result"]
        return [int(result[name]) for name in RESULT]

    return run


_SQL = """
WITH line AS (
    SELECT claim, amount, kept, ratio, greatest(0, amount - ceiling) AS over FROM lines
), claim AS (
    SELECT claim, sum(amount) AS total, sum(over * kept) AS over,
        sum((2 * (amount - over) * ratio * kept + 100) // 200) AS first, sum(amount * kept) AS kept
    FROM line GROUP BY claim
), scope AS (SELECT *, kept - over - first AS in_scope FROM claim),
ruled AS (SELECT *, in_scope - least(120000, in_scope) AS above, (2 * total * 9 + 10) // 20 AS target FROM scope)
SELECT claim, total, in_scope, first, over, least((2 * above * 17 + 20) // 40, 50000000) AS basic,
    least((2 * greatest(0, above - 58823530) * 9 + 10) // 20, 30000000) AS second, total - target AS fiscal,
    (2 * (total - target) * 3 + 5) // 10 AS refund
FROM ruled
"""


def _duckdb(path: str) -> Any:
    import duckdb  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    columns = dict(np.load(path))
    database = duckdb.connect()
    database.execute("SET threads = 1")
    database.register("given", columns)
    database.execute("CREATE TABLE lines AS SELECT * FROM given")

    def run() -> list[int]:
        found = database.execute(_SQL).fetchnumpy()
        return [int(found[name].sum()) for name in RESULT]

    return run


def main() -> None:
    """Read commands until there are none: `prepare` something by name, then `run` it as often as it is asked."""
    prepared: dict[str, Any] = {}
    for row in sys.stdin:
        asked = json.loads(row)
        name = asked["name"]
        if asked["do"] == "prepare":
            prepared[name] = {"zen": _zen, "duckdb": _duckdb}[asked["peer"]](asked["given"])
            print(json.dumps({"found": prepared[name]()}), flush=True)
            continue
        started = time.process_time()
        for _ in range(asked["times"]):
            prepared[name]()
        print(json.dumps({"took_s": (time.process_time() - started) / asked["times"]}), flush=True)


if __name__ == "__main__":
    main()
