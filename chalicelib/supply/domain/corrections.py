"""Corrections of reported figures: a correction names the current revision, and a report has only so many."""

from __future__ import annotations

from chalicelib.kernel.errors import Conflict, finding

CORRECTIONS_MAX = 20
"""The highest number of corrections of a report, since a record is limited in size."""


def require_correction(corrects: int | None, standing: int, corrected: int) -> None:
    """Raise `Conflict` for other figures that name no revision to correct or a past revision, and for a report that was
    corrected as often as is allowed.
    """
    if corrects is None or corrects != standing:
        raise Conflict([_DIFFERS.naming(revision=standing)])
    if corrected >= CORRECTIONS_MAX:
        raise Conflict([_TOO_OFTEN.naming(revision=standing)])


_DIFFERS = finding(
    "supply-report-differs",
    "corrects",
    "该日已报送其他数字；如需更正，请填写所更正的现行版本号。",
    "Name the current revision to correct it: other figures were reported for this day.",
)
_TOO_OFTEN = finding(
    "supply-report-corrections",
    "corrects",
    "该报送更正次数已达上限，请联系经办机构。",
    "Ask the agency: the report was corrected as often as one can be.",
)
NOTHING_TO_CORRECT = finding(
    "supply-report-unknown",
    "corrects",
    "该日尚未报送，请不填更正版本号。",
    "Leave the revision out: nothing was reported for this day yet.",
)
