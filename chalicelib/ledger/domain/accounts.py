"""The names of the ledger's accounts, every name made by a function here and nowhere else (design.md section 6).

A name is a path whose parts are institution codes, area codes, a person's token or a fixed word; a part of another
shape raises `ValueError`, so that a typing error never opens an account. A region's or a subsidy's account has a
mirror: the amount due from one side to the other stands in both sides' accounts.
"""

from __future__ import annotations

import re
from enum import StrEnum

from chalicelib.kernel.words.ids import AreaCode, InstitutionCode, PersonToken


class Layer(StrEnum):
    """The layers of a fund, an expense account for every layer."""

    BASIC = "basic"
    CRITICAL = "critical"
    ASSISTANCE = "assistance"


class Scheme(StrEnum):
    """The scheme of a fund: employees, residents, or the assistance account for people without insurance."""

    EMPLOYEE = "employee"
    RESIDENT = "resident"
    UNINSURED = "uninsured"


class ObligationKind(StrEnum):
    """The ground of an obligation between areas: benefits that the debtor's fund should pay, or a part of the fiscal
    share.
    """

    FUND = "fund"
    SUBSIDY = "subsidy"


_AREA = re.compile(r"[0-9]{6}")
_INSTITUTION = re.compile(r"[HP][0-9]{11}")
_PERSON = re.compile(r"prs_[0-9a-f]{32}")
_TIER = re.compile(r"[a-z0-9-]{1,32}")
_DUE = re.compile(r"(region|subsidy)/([0-9]{6})/due-(to|from)/([0-9]{6})")
_OWNED_BY_AREA = re.compile(
    r"(?:fund|fiscal|region|bank|enrolment-pending|subsidy|suspense|requisition)/([0-9]{6})(?:/.*)?"
)
_KIND_OF_PATH = {"region": ObligationKind.FUND, "subsidy": ObligationKind.SUBSIDY}
_PATH_OF_KIND = {kind: path for path, kind in _KIND_OF_PATH.items()}


def hospital_payable(institution: InstitutionCode) -> str:
    """Name the account of the amount owed to a hospital for settled claims."""
    return f"hospital/{_checked(_INSTITUTION, institution)}/payable"


def hospital_advance_special(institution: InstitutionCode) -> str:
    """Name the account of a hospital's advances for the epidemic; they are spent on protected claims only."""
    return f"hospital/{_checked(_INSTITUTION, institution)}/advance-special"


def hospital_advance_ordinary(institution: InstitutionCode) -> str:
    """Name the account of a hospital's ordinary advances; an ordinary advance never stands in for a special advance."""
    return f"hospital/{_checked(_INSTITUTION, institution)}/advance-ordinary"


def fund(area: AreaCode, scheme: str, layer: str) -> str:
    """Name the expense account of a layer of a pooling area's fund."""
    return f"fund/{_checked(_AREA, area)}/{Scheme(scheme).value}/{Layer(layer).value}"


def fiscal_receivable(area: AreaCode) -> str:
    """Name the account of the fiscal share that an area's finance department still has to pay."""
    return f"fiscal/{_checked(_AREA, area)}/receivable"


def fiscal_overpaid(area: AreaCode) -> str:
    """Name the account of an area's fiscal payments beyond the amount owed; the surplus meets later fiscal shares."""
    return f"fiscal/{_checked(_AREA, area)}/overpaid"


def enrolment_pending(area: AreaCode) -> str:
    """Name the account of advances for people still to be enrolled."""
    return f"enrolment-pending/{_checked(_AREA, area)}"


def bank_in_transit(area: AreaCode) -> str:
    """Name the account of money that an area's agency has instructed its bank to move, until the bank confirms."""
    return f"bank/{_checked(_AREA, area)}/in-transit"


def bank_cash(area: AreaCode) -> str:
    """Name the account of the money that an area's agency has in the bank."""
    return f"bank/{_checked(_AREA, area)}/cash"


def is_bank_cash(account: str) -> bool:
    """Tell whether an account is the money that an area's agency has in the bank."""
    return account.startswith("bank/") and account.endswith("/cash")


def due_from(kind: ObligationKind, creditor: AreaCode, debtor: AreaCode) -> str:
    """Name the account of a creditor's claim on a debtor: `region/<creditor>/due-from/<debtor>`, or `subsidy/...`."""
    return f"{_between(kind, creditor, debtor)}/{creditor}/due-from/{debtor}"


def due_to(kind: ObligationKind, debtor: AreaCode, creditor: AreaCode) -> str:
    """Name the account of the debtor's debt to the creditor, the mirror of `due_from`."""
    return f"{_between(kind, debtor, creditor)}/{debtor}/due-to/{creditor}"


def hub(tier: AreaCode) -> str:
    """Name a clearing centre's account, through which net positions pass."""
    return f"hub/{_checked(_TIER, tier)}"


def person_payable(person: PersonToken) -> str:
    """Name the account of the amount owed to a person (keyed token) who is reimbursed by hand."""
    return f"person/{_checked(_PERSON, person)}/payable"


def requisitioned(area: AreaCode, kind: str) -> str:
    """Name the account of payments on a district's requisitions that have not reached the district's bank yet."""
    return f"requisition/{_checked(_AREA, area)}/{_checked(_TIER, kind)}"


def suspense(area: AreaCode) -> str:
    """Name the account of an area's money that cannot be assigned yet."""
    return f"suspense/{_checked(_AREA, area)}"


def owner_area(account: str) -> AreaCode | None:
    """Return the area that owns an account; None for the account of a hospital, a person or a hub."""
    match = _OWNED_BY_AREA.fullmatch(account)
    return AreaCode(match.group(1)) if match else None


def parse_due(account: str) -> tuple[ObligationKind, AreaCode, AreaCode, bool] | None:
    """Read an account between areas as (kind, debtor, creditor, is the debtor's side); None for any other account."""
    match = _DUE.fullmatch(account)
    if match is None:
        return None
    path, owner, direction, other = match.groups()
    if direction == "to":
        return _KIND_OF_PATH[path], AreaCode(owner), AreaCode(other), True
    return _KIND_OF_PATH[path], AreaCode(other), AreaCode(owner), False


def _between(kind: ObligationKind, owner: str, other: str) -> str:
    if _checked(_AREA, owner) == _checked(_AREA, other):
        raise ValueError("an area owes itself nothing")
    return _PATH_OF_KIND[kind]


def _checked(pattern: re.Pattern[str], part: str) -> str:
    if not pattern.fullmatch(part):
        raise ValueError("a part of an account's name has the wrong shape")
    return part


class AdvanceFund(StrEnum):
    SPECIAL = "special"
    ORDINARY = "ordinary"
