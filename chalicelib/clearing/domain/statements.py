"""The statement of each area in a run: its lines down to the claim, sums that agree with the matrix, the Merkle root.

A statement is a plain document of money in yuan. A statement is written once; a dispute leads to a second edition, in
which the disputed lines are marked and stand in no sum. A manifest names every statement by its hash, and the manifest
before; a later exchange of any statement would give every later manifest another hash.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import field
from typing import Any, NewType

from chalicelib.clearing.domain.terms import Terms, write_terms
from chalicelib.clearing.domain.windows import Position, summed
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import IntegrityError
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen, format_yuan, parse_yuan
from chalicelib.kernel.text import Text
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId, TransactionId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Entry, Window, province_of
from chalicelib.registry.domain.model import NATION

FORMAT = 1

COLUMNS = ("claim_id", "transaction_id", "occurred_at", "kind", "debtor", "creditor", "amount", "status")
"""The columns of a statement's lines as a table."""


class DoesNotAddUp(IntegrityError):
    """A statement whose lines do not agree with the matrix; the statement is not issued."""

    code = "statement-does-not-add-up"
    message = Text(
        "清分表与应收应付矩阵不符，未出具，请告知运行方。",
        "The statement does not add up to the matrix and is not issued; tell the operator.",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An obligation of a transaction: the unit that is stated, proved and disputed."""

    claim_id: ClaimId
    transaction_id: TransactionId
    occurred_at: Instant
    kind: ObligationKind
    debtor: AreaCode
    creditor: AreaCode
    amount_fen: Fen

    @property
    def position(self) -> Position:
        return Position(self.debtor, self.creditor, self.kind, self.amount_fen, 1)

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Return the line's sort key among the lines of its shard."""
        return (self.transaction_id, self.kind.value, self.debtor, self.creditor)


def lines_of(entries: Iterable[Entry]) -> tuple[Line, ...]:
    """Return the lines of some entries, in the order in which the tree holds them."""
    return tuple(
        sorted(
            (
                Line(
                    ClaimId(entry.cause),
                    entry.transaction_id,
                    entry.occurred_at,
                    owed.kind,
                    owed.debtor,
                    owed.creditor,
                    owed.amount_fen,
                )
                for entry in entries
                for owed in entry.obligations
            ),
            key=lambda line: line.order,
        )
    )


def areas_of(line: Line, tier: AreaCode) -> tuple[AreaCode, ...]:
    """Return the areas on whose statements a line stands: both sides, and nationally their provinces too."""
    sides = {line.debtor, line.creditor}
    if tier == NATION:
        sides |= {province_of(area) for area in sides}
    return tuple(sorted(sides))


def write_line(line: Line) -> dict[str, str]:
    """Write a line as a document; the tree's leaf is the document's canonical JSON."""
    return {
        "claim_id": line.claim_id,
        "transaction_id": line.transaction_id,
        "occurred_at": line.occurred_at,
        "kind": line.kind.value,
        "debtor": line.debtor,
        "creditor": line.creditor,
        "amount": format_yuan(line.amount_fen),
    }


def read_line(document: dict[str, Any]) -> Line:
    """Read a line from its document, the inverse of `write_line`; other fields are left alone."""
    return Line(
        document["claim_id"],
        document["transaction_id"],
        document["occurred_at"],
        ObligationKind(document["kind"]),
        document["debtor"],
        document["creditor"],
        parse_yuan(document["amount"]),
    )


def leaf_content(line: Line) -> bytes:
    """Return the bytes by which a line is proved."""
    return canonical_json(write_line(line))


def without(matrix: Sequence[Position], carved: Iterable[Line]) -> tuple[Position, ...]:
    """Return a matrix without some lines, which leave the matrix on both sides at once."""
    taken = [Position(line.debtor, line.creditor, line.kind, -line.amount_fen, -1) for line in carved]
    return tuple(position for position in summed((*matrix, *taken)) if position.claims)


def concerning(matrix: Sequence[Position], area: AreaCode, tier: AreaCode) -> tuple[Position, ...]:
    """Return the rows of a matrix that an area is shown."""
    return tuple(
        position
        for position in matrix
        if area in (position.debtor, position.creditor)
        or (tier == NATION and area in (province_of(position.debtor), province_of(position.creditor)))
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """The data that all statements of an edition of a run share. `matrix` is the matrix of all lines, disputed or not;
    `terms` state the time within which a party may answer, and the effect of silence.
    """

    run_id: RunId
    window: Window
    edition: int
    root: str
    lines: int
    matrix: tuple[Position, ...]
    disputed: frozenset[Line] = frozenset()
    terms: Terms = field(default_factory=Terms)


StatementJson = NewType("StatementJson", dict[str, Any])
"""An area's statement as it is kept and read, in the form that `statement` writes; amounts are yuan text."""


def statement(heading: Heading, area: AreaCode, lines: Sequence[Line]) -> StatementJson:
    """Write an area's statement. Raises `DoesNotAddUp` where its lines are not the matrix's rows of the area."""
    tier = heading.window.tier
    gross = concerning(heading.matrix, area, tier)
    if summed(line.position for line in lines) != gross:
        raise DoesNotAddUp
    cleared = summed(line.position for line in lines if line not in heading.disputed)
    disputed = summed(line.position for line in lines if line in heading.disputed)
    return StatementJson(
        {
            "format": FORMAT,
            "run_id": heading.run_id,
            "tier": tier,
            "period": heading.window.period,
            "window": heading.window.number,
            "area": area,
            "edition": heading.edition,
            "dispute_pending": False,
            "root": heading.root,
            "lines_of_run": heading.lines,
            "terms": write_terms(heading.terms),
            "totals": [_total(kind, cleared, disputed, area, tier) for kind in ObligationKind],
            "obligations": [write_position(position) for position in cleared],
            "disputed": [write_position(position) for position in disputed],
            "lines": [
                {**write_line(line), "status": "disputed" if line in heading.disputed else "cleared"}
                for line in sorted(lines, key=lambda line: line.order)
            ],
        }
    )


def of_kind(stated: StatementJson, kind: ObligationKind) -> StatementJson:
    """Return an area's statement of one kind alone, in the same form: the part of its fund, or of its treasury.

    The root and the count of lines remain those of the run: a line is proved under them on every statement.
    """
    rows = ("totals", "obligations", "disputed", "lines")
    part = {name: [row for row in stated[name] if row["kind"] == kind.value] for name in rows}
    return StatementJson({**stated, **part})


def with_open_disputes(stated: StatementJson, open_lines: Collection[Line]) -> StatementJson:
    """Return an area's statement as read while disputes are open. The statement says so, and every line disputed after
    the edition is marked `dispute-pending`. The sums stay those of the edition; the run has the sums without the lines.
    """
    pending = {canonical_json(write_line(line)) for line in open_lines}
    lines, is_pending = [], False
    for row in stated["lines"]:
        is_open = canonical_json({name: value for name, value in row.items() if name != "status"}) in pending
        is_pending = is_pending or is_open
        lines.append({**row, "status": "dispute-pending"} if is_open and row["status"] == "cleared" else row)
    return StatementJson({**stated, "lines": lines, "dispute_pending": is_pending})


def manifest(heading: Heading, statements: Sequence[dict[str, str]], previous: str | None) -> dict[str, Any]:
    """Write the document that binds an edition: root, matrix, every statement's hashes, the tier's manifest before."""
    return {
        "format": FORMAT,
        "run_id": heading.run_id,
        "tier": heading.window.tier,
        "period": heading.window.period,
        "window": heading.window.number,
        "edition": heading.edition,
        "root": heading.root,
        "lines": heading.lines,
        "matrix": [write_position(position) for position in heading.matrix],
        "statements": list(statements),
        "previous": previous,
    }


def write_position(position: Position) -> dict[str, Any]:
    """Write a row of a matrix as a document."""
    return {
        "kind": position.kind.value,
        "debtor": position.debtor,
        "creditor": position.creditor,
        "amount": format_yuan(position.amount_fen),
        "claims": position.claims,
    }


def read_position(document: dict[str, Any]) -> Position:
    """Read a row of a matrix, the inverse of `write_position`."""
    return Position(
        document["debtor"],
        document["creditor"],
        ObligationKind(document["kind"]),
        parse_yuan(document["amount"]),
        document["claims"],
    )


def _total(
    kind: ObligationKind, cleared: Sequence[Position], disputed: Sequence[Position], area: AreaCode, tier: AreaCode
) -> dict[str, str]:
    """Return an area's sums of one kind. Nationally a province is owed the sums of its pooling areas."""
    covered = {area} if tier != NATION or area != province_of(area) else None
    owed_to_fen = sum(p.amount_fen for p in cleared if p.kind is kind and _is_side(p.creditor, area, covered))
    owed_by_fen = sum(p.amount_fen for p in cleared if p.kind is kind and _is_side(p.debtor, area, covered))
    return {
        "kind": kind.value,
        "owed_to": format_yuan(owed_to_fen),
        "owed_by": format_yuan(owed_by_fen),
        "net": format_yuan(owed_to_fen - owed_by_fen),
        "disputed": format_yuan(sum(p.amount_fen for p in disputed if p.kind is kind)),
    }


def _is_side(side: AreaCode, area: AreaCode, covered: set[AreaCode] | None) -> bool:
    return side in covered if covered is not None else province_of(side) == area
