"""Checks of a claim beyond its form: a body that cannot be read whole goes on being checked.

A hospital that is told one typing error after the other sends a bill five times. So a stand-in takes the place of each
field that could not be read, a decimal of too many places is taken at its word, and the domain checks the rest;
findings about a stand-in, or about anything reckoned with a stand-in, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from copy import copy, deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from chalicelib.adjudication.domain.claim import Claim, Line
from chalicelib.adjudication.domain.validation import check_body
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import ClaimBody, submission_of
from chalicelib.kernel.errors import Finding, Invalid, Malformed
from chalicelib.kernel.words.ids import PersonToken
from chalicelib.platform.http.fields import escapes_surrogates, load
from chalicelib.platform.http.reading import Allowance

NOBODY = PersonToken("")
"""Placeholder token: the form is checked without knowing anybody."""

MENDED_MAX = 1000
"""The most errors of form beyond which content is not checked: a body with more errors is not a bill."""

_DAY = "2020-01-22"
_LINE = {"no": 1, "code": "X", "name": "x", "date": _DAY, "quantity": "1", "price": "0.00", "amount": "0.00"}
_VISIT = {"kind": "inpatient", "admitted": _DAY, "discharged": _DAY}
_PATIENT = {"id_type": "passport", "issued_by": "USA", "id_no": "X0000000", "name": "x"}
_CODE = {"code": "X", "role": "main"}
_STATUS = {"status": "suspected", "on": _DAY}

_STAND_INS: dict[str, Any] = {
    "claim_no": "X",
    "institution": "H00000000000",
    "lines": [_LINE],
    "lines[]": _LINE,
    "diagnosis": {"codes": [_CODE]},
    "diagnosis.codes": [_CODE],
    "diagnosis.codes[]": _CODE,
    "diagnosis.history": [],
    "diagnosis.history[]": _STATUS,
    "resubmit": False,
    **{f"lines[].{name}": value for name, value in _LINE.items()},
    **{f"visit.{name}": value for name, value in {**_VISIT, "date": _DAY}.items()},
    **{f"diagnosis.codes[].{name}": value for name, value in _CODE.items()},
    **{f"diagnosis.history[].{name}": value for name, value in _STATUS.items()},
}
_INDEX = re.compile(r"\[([0-9]+)\]")
_JOINT = re.compile(r"[.\[]")
_FIGURE = re.compile(r"lines\[([0-9]+)\]\.(quantity|price|amount)")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")

_NEEDS = {
    "amount-differs": ("quantity", "price", "amount"),
    "amount-sign": ("quantity", "price", "amount"),
    "quantity-zero": ("quantity",),
    "price-negative": ("price",),
    "figure-too-large": ("quantity", "price", "amount"),
    "line-outside-stay": ("date",),
    "line-no-twice": ("no",),
    "refund-names-no-line": ("quantity", "refunds", "refund_of"),
    "refund-positive": ("quantity", "refunds", "refund_of"),
}
"""The fields of a line with which a finding about the line is reckoned, by the finding's code."""

_NEEDS_ALL: dict[str, tuple[str, ...]] = {
    "no-lines": ("lines",),
    "dates-out-of-order": ("visit",),
    "line-outside-stay": ("visit",),
    "refund-line-unknown": ("lines",),
    "refund-of-refund": ("lines",),
    "refund-other-item": ("lines",),
    "refund-exceeds-quantity": ("lines",),
    "refund-exceeds-amount": ("lines",),
    "amount-differences-too-large": ("lines",),
    "main-diagnosis-missing": ("diagnosis",),
    "main-diagnosis-twice": ("diagnosis",),
    "diagnosis-code-twice": ("diagnosis",),
}
"""The parts of the body with which a finding is reckoned as a whole, by the finding's code."""


def checked_claim(raw: bytes, today: Callable[[], date]) -> Submission:
    """Read a claim's body. Raises `Malformed` or `Invalid` with every error of the body, in form and content."""
    return checked_submission(load(raw), today, may_hold_surrogates=escapes_surrogates(raw))


def checked_submission(
    document: Any,
    today: Callable[[], date],
    *,
    may_hold_surrogates: bool = True,
    allowance: Allowance | None = None,
) -> Submission:
    """Read a claim given as JSON values. Raises as `checked_claim` does.

    The claims of a batch share an `allowance` of errors; once the allowance is spent, content is not checked beside
    form.
    """
    try:
        return submission_of(document, may_hold_surrogates=may_hold_surrogates, allowance=allowance)
    except (Malformed, Invalid) as refused:
        told, goes_on = refused.findings, allowance is None or not allowance.is_spent
        if goes_on and isinstance(document, dict) and len(told) <= MENDED_MAX and all(each.field for each in told):
            told = (*told, *_further(document, told, today()))
        raise type(refused)(told) from None


def _further(document: dict[str, Any], told: Iterable[Finding], today: date) -> list[Finding]:
    """Return the domain's findings about the rest of a body."""
    mended, paths = _Mended(document), {_whole(each.field) for each in told}
    figures: dict[tuple[int, str], Decimal] = {}
    for path in sorted(paths):
        figure = _FIGURE.fullmatch(path)
        if figure and (sent := _as_sent(document, path)) is not None:
            figures[int(figure[1]), figure[2]] = sent
        mended.put(path)
    try:
        submission = ClaimBody.model_validate(mended.document).to_submission(())
    except (ValidationError, ValueError, TypeError, KeyError):
        return []
    unread = {path for path in paths if not ((hit := _FIGURE.fullmatch(path)) and (int(hit[1]), hit[2]) in figures)}
    claim = _with_figures(submission.to_claim(NOBODY), figures)
    found = check_body(claim, today, submission.patient.document)
    known, partly = {(each.code, each.field) for each in told}, _parts(unread)
    return [
        each for each in found if (each.code, each.field) not in known and not _is_of_stand_in(each, unread, partly)
    ]


def _whole(path: str) -> str:
    """Return the path to be mended: a visit whose kind is not known, and a patient, are mended as a whole."""
    if path in {"visit", "visit.kind"}:
        return "visit"
    return "patient" if path.partition(".")[0] == "patient" else path


def _as_sent(document: Any, path: str) -> Decimal | None:
    """Return a figure that is a decimal, though wrongly written; None for anything else."""
    value = _at(document, path)
    text = value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _with_figures(claim: Claim, figures: dict[tuple[int, str], Decimal]) -> Claim:
    lines = list(claim.lines)
    for (index, name), value in figures.items():
        line: Line = lines[index]
        if name == "amount":
            lines[index] = replace(line, amount_fen=int(value * 100))
        elif name == "quantity":
            lines[index] = replace(line, quantity=value)
        else:
            lines[index] = replace(line, price=value)
    return replace(claim, lines=tuple(lines))


def _steps(path: str) -> list[str | int]:
    return [int(each) if each.isdigit() else each for each in re.findall(r"[^.\[\]]+", path)]


def _at(document: Any, path: str) -> Any:
    for step in _steps(path):
        try:
            document = document[step]
        except (KeyError, IndexError, TypeError):
            return None
    return document


class _Mended:
    """A document with stand-ins in the place of unreadable fields. Only the objects and lists above a stand-in are
    copied, and only once: a body may be large, and its unreadable part small.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = dict(document)
        self._own = {id(self.document)}

    def put(self, path: str) -> None:
        """Put the stand-in of a field in its place; a field without a stand-in, being optional or unknown, is taken
        out.
        """
        *above, last = _steps(path)
        inside = self._inside(above)
        kind = _INDEX.sub("[]", path)
        stand_in = {"visit": _VISIT, "patient": _PATIENT}.get(path, _STAND_INS.get(kind))
        if stand_in is None:
            if isinstance(inside, dict):
                inside.pop(last, None)
            return
        value = deepcopy(stand_in)
        if kind in {"lines[].no", "lines[]"}:
            number = 900_000_000 + int(_INDEX.findall(path)[0])
            value = number if kind == "lines[].no" else {**value, "no": number}
        if isinstance(inside, dict) or (isinstance(inside, list) and isinstance(last, int) and last < len(inside)):
            inside[last] = value  # type: ignore[index]  # a list by its place, an object by a name

    def _inside(self, above: list[str | int]) -> Any:
        """Return the value at a place, as a copy of our own; None where the document has no such place."""
        inside: Any = self.document
        for step in above:
            try:
                found = inside[step]
            except (KeyError, IndexError, TypeError):
                return None
            if id(found) not in self._own and isinstance(found, dict | list):
                found = copy(found)
                self._own.add(id(found))
                inside[step] = found
            inside = found
        return inside


def _is_of_stand_in(found: Finding, unread: set[str], partly: AbstractSet[str]) -> bool:
    """Tell whether a finding is about a stand-in or was reckoned with a stand-in. `partly` are the parts with any."""
    if not unread.isdisjoint(_with_above(found.field)):
        return True
    if not partly.isdisjoint(_NEEDS_ALL.get(found.code, ())):
        return True
    line = found.field.rpartition(".")[0]
    return any(f"{line}.{name}" in unread for name in _NEEDS.get(found.code, ()))


def _with_above(path: str) -> list[str]:
    """Return a place, and every place that contains the place: `lines[0].date`, `lines[0]`, `lines`."""
    return [path, *(path[: hit.start()] for hit in _JOINT.finditer(path))]


def _parts(unread: AbstractSet[str]) -> AbstractSet[str]:
    """Return the parts of the body that are not read whole. A line's name, code and day do not affect other lines."""
    found = {(path.partition(".")[0].partition("[")[0], path) for path in unread}
    return {
        part for part, path in found if part != "lines" or not path.endswith((".name", ".code", ".date", ".supply"))
    }
