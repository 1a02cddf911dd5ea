"""The peers' side of the benchmarks: a process of its own, in `.venv-bench`, commanded by lines of JSON.

The process imports nothing of the product. Each command answers with its time and its result, so that results are
compared before times are.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
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


def _zen(given: dict[str, Any]) -> Any:
    """Prepare a model for `lines`: joined beforehand or, with a `table` of items, joined by a decision table."""
    import zen  # noqa: PLC0415 - each peer is imported by what measures it

    expressions = [{"id": key, "key": key, "value": value} for key, value in _EXPRESSIONS]
    steps = [{"id": "sum", "name": "sum", "type": "expressionNode", "content": {"expressions": expressions}}]
    if given["table"]:
        steps.insert(0, _table_of_items(given["table"]))
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        *steps,
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    edges = [
        {"id": f"{one['id']}-{other['id']}", "type": "edge", "sourceId": one["id"], "targetId": other["id"]}
        for one, other in itertools.pairwise(nodes)
    ]
    content = zen.ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges}))
    engine = zen.ZenEngine({"loader": lambda _: content})
    body, options = {"lines": given["lines"]}, {"trace": given["trace"]}

    def run() -> list[int]:
        result = engine.evaluate("claim", body, options)["result"]
        return [int(result[name]) for name in RESULT]

    return run


_OF_ITEM = ("kept", "ratio", "limit")


def _table_of_items(items: dict[str, list[Any]]) -> dict[str, Any]:
    """Return a decision table that adds an item's terms to each line by its code, and the ceiling by its quantity."""
    rules = [
        {"_id": code, "code": f'"{code}"', **{name: str(value) for name, value in zip(_OF_ITEM, row, strict=True)}}
        | {"ceiling": f"{row[2]} * quantity"}
        for code, row in items.items()
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "code", "name": "code", "field": "code"}],
        "outputs": [{"id": name, "name": name, "field": name} for name in (*_OF_ITEM, "ceiling")],
        "rules": rules,
        "passThrough": True,
        "inputField": "lines",
        "outputPath": "lines",
        "executionMode": "loop",
    }
    return {"id": "items", "name": "items", "type": "decisionTableNode", "content": table}


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

    def run() -> list[Any]:
        found = database.execute(_SQL).fetchnumpy()
        return [found[name][np.argsort(found["claim"])] for name in RESULT]

    return run


_MONTH = "2020-02"


def _openfisca(path: str) -> Any:
    """Prepare lines in claims, as OpenFisca's persons in groups, in its 32-bit floats of fen; inputs are set first."""
    import numpy as np  # noqa: PLC0415
    from openfisca_core.simulations import SimulationBuilder  # noqa: PLC0415

    given = dict(np.load(path))
    system, computed = _model_of_openfisca()
    builder = SimulationBuilder()
    builder.create_entities(system)
    claims = given["claim"]
    builder.declare_person_entity("line", [str(number) for number in range(len(claims))])
    group = builder.declare_entity("claim", [str(number) for number in range(int(claims.max()) + 1)])
    builder.join_with_persons(group, claims.astype(str), ["item"] * len(claims))
    simulation = builder.build(system)
    for name in ("amount", "kept", "ratio", "ceiling"):
        simulation.set_input(name, _MONTH, given[name])

    def run() -> list[Any]:
        for name in computed:
            simulation.delete_arrays(name)
        return [np.rint(simulation.calculate(name, _MONTH)).astype(np.int64) for name in RESULT]

    return run


def _model_of_openfisca() -> tuple[Any, list[str]]:
    """Return the model, and the names of the figures it computes."""
    import numpy as np  # noqa: PLC0415
    from openfisca_core.entities import Entity, GroupEntity  # noqa: PLC0415
    from openfisca_core.periods import DateUnit  # noqa: PLC0415
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem  # noqa: PLC0415
    from openfisca_core.variables import Variable  # noqa: PLC0415

    line = Entity("line", "lines", "", "")
    claim = GroupEntity("claim", "claims", "", "", roles=[{"key": "item"}])
    system = TaxBenefitSystem([line, claim])

    def add(name: str, entity: Any, formula: Any = None) -> None:
        said = {"value_type": float, "entity": entity, "definition_period": DateUnit.MONTH, "label": name}
        if formula is not None:
            said["formula"] = formula
        system.add_variable(type(name, (Variable,), said))

    def of(formula: Any) -> Any:
        return lambda population, period: formula(lambda name: population(name, period))

    def summed(name: str) -> Any:
        return lambda population, period: population.sum(population.members(name, period))

    def half_up(amount: Any) -> Any:
        return np.floor(amount + 0.5)

    for name in ("amount", "kept", "ratio", "ceiling"):
        add(name, line)
    formulas = {
        "line_over": (line, of(lambda get: np.maximum(0, get("amount") - get("ceiling")) * get("kept"))),
        "line_first": (
            line,
            of(lambda get: half_up((get("amount") - get("line_over")) * get("ratio") / 100) * get("kept")),
        ),
        "line_kept": (line, of(lambda get: get("amount") * get("kept"))),
        "total": (claim, summed("amount")),
        "over": (claim, summed("line_over")),
        "first": (claim, summed("line_first")),
        "charged": (claim, summed("line_kept")),
        "in_scope": (claim, of(lambda get: get("charged") - get("over") - get("first"))),
        "above": (claim, of(lambda get: get("in_scope") - np.minimum(120_000, get("in_scope")))),
        "basic": (claim, of(lambda get: np.minimum(half_up(get("above") * 0.85), 50_000_000))),
        "beyond": (claim, of(lambda get: np.maximum(0, get("above") - 58_823_530))),
        "second": (claim, of(lambda get: np.minimum(half_up(get("beyond") * 0.9), 30_000_000))),
        "fiscal": (claim, of(lambda get: get("total") - half_up(get("total") * 0.9))),
        "refund": (claim, of(lambda get: half_up(get("fiscal") * 0.6))),
    }
    for name, (entity, formula) in formulas.items():
        add(name, entity, formula)
    return system, list(formulas)


def _compared(found: list[Any], expected: str) -> dict[str, int]:
    """Return the number of claims with any wrong figure, and the size of the worst deviation in fen."""
    import numpy as np  # noqa: PLC0415

    off = np.abs(np.array(found) - np.load(expected))
    return {"wrong": int(off.any(axis=0).sum()), "worst_fen": int(off.max(initial=0))}


PEERS: dict[str, Callable[[Any], Callable[[], Any]]] = {"zen": _zen, "duckdb": _duckdb, "openfisca": _openfisca}


def main() -> None:
    """Read commands until their end: `prepare` something by name, then `run` it as often as asked."""
    prepared: dict[str, Any] = {}
    for row in sys.stdin:
        asked = json.loads(row)
        name = asked["name"]
        if asked["do"] == "prepare":
            prepared[name] = PEERS[asked["peer"]](asked["given"])
            found = prepared[name]()
            expected = asked.get("expected")
            print(json.dumps({"found": _compared(found, expected) if expected else found}), flush=True)
            continue
        started = time.process_time()
        for _ in range(asked["times"]):
            prepared[name]()
        print(json.dumps({"took_s": (time.process_time() - started) / asked["times"]}), flush=True)


if __name__ == "__main__":
    main()
