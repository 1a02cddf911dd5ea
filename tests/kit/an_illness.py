"""An illness over several visits and places: an outpatient visit before a stay that brings the diagnosis."""

from __future__ import annotations

from typing import Any

from chalicelib.kernel.access import Principal, Role
from tests.kit.memory.samples import passport

KUNMING, CHONGQING, WUHAN, WEIHAI = "H53010200001", "H50010200001", "H42010600001", "H37100200002"
NAMES = {KUNMING: "Kunming", CHONGQING: "Chongqing", WUHAN: "Wuhan", WEIHAI: "Weihai"}
CODES: dict[str, dict[str, Any]] = {
    KUNMING: {"codes": [{"code": "J12.800", "role": "main"}, {"code": "B97.200", "role": "additional"}]},
    CHONGQING: {"codes": [{"code": "U07.100x001", "role": "main"}], "disease_code": "B99.900"},
    WUHAN: {"codes": [{"code": "U07.100x001", "role": "main"}]},
    WEIHAI: {"codes": [{"code": "U07.100x001", "role": "main"}]},
}
"""The extra claim fields that each place requires of a confirmed inpatient."""
HEALTH = {
    KUNMING: Principal("doctor", Role.HEALTH, "530102"),
    CHONGQING: Principal("doctor", Role.HEALTH, "500102"),
    WUHAN: Principal("doctor", Role.HEALTH, "420100"),
    WEIHAI: Principal("doctor", Role.HEALTH, "371002"),
}
PATIENT = passport(1)


def visit(place: str, on: str = "2020-02-03", *, number: str = "VISIT", episode: str | None = "E-1") -> dict[str, Any]:
    """The outpatient visit with a chest CT of 300.00 (class B, a tenth first) and ceftriaxone of 600.00 (class A)."""
    scan = {"no": 1, "date": on, "code": "210300001", "name": "胸部CT平扫", "quantity": "1"}
    drug = {"no": 2, "date": on, "code": "XJ01DDC001A001010100011", "name": "头孢曲松注射液", "quantity": "4"}
    return {
        "claim_no": number,
        "institution": place,
        "patient": PATIENT,
        "visit": {"kind": "outpatient", "date": on} | ({"episode": episode} if episode else {}),
        "diagnosis": {"history": [], "codes": [{"code": "J18.900", "role": "main"}]},
        "lines": [scan | {"price": "300.00", "amount": "300.00"}, drug | {"price": "150.00", "amount": "600.00"}],
    }


def stay(
    place: str,
    *,
    admitted: str = "2020-02-06",
    discharged: str = "2020-02-20",
    status: str | None = "confirmed",
    on: str = "2020-02-07",
    number: str = "STAY",
) -> dict[str, Any]:
    """An inpatient of the same episode with 3,000.00 of ceftriaxone."""
    drug = {"no": 1, "date": admitted, "code": "XJ01DDC001A001010100011", "name": "头孢曲松注射液", "quantity": "20"}
    coded: dict[str, Any] = {"codes": [{"code": "J18.900", "role": "main"}]}
    if status == "confirmed":
        coded = CODES[place]
    return {
        "claim_no": number,
        "institution": place,
        "patient": PATIENT,
        "visit": {"kind": "inpatient", "admitted": admitted, "discharged": discharged, "episode": "E-1"},
        "diagnosis": {"history": [{"status": status, "on": on}] if status else [], **coded},
        "lines": [drug | {"price": "150.00", "amount": "3000.00"}],
    }
