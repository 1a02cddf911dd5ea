"""The bank's references: shown to the money's own parties only, in every answer and every form.

contract.md, "Conventions": bank references are kept hashed in ids and object keys and shown to the money's own parties
only. Every GET of the document is called with what exists, by every role of its document and by strangers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chalicelib.advances.domain.model import Advance
from chalicelib.advances.usecases.advance import Advances
from chalicelib.advances.usecases.receive import AdvanceReceipts
from chalicelib.claims.domain.history import HistoryEntry
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.ledger.domain.accounts import AdvanceFund
from chalicelib.payments.usecases.pay_in import FiscalPayments
from chalicelib.payments.usecases.receive import PaymentReceipts
from chalicelib.registry.domain.model import NATION
from chalicelib.settlement.domain.order import PaymentId
from tests.kit.desk import Caller
from tests.kit.documented import Call, calls
from tests.kit.memory.samples import KUNMING_HOSPITAL, agency, hospital, policies
from tests.kit.memory.world import World
from tests.kit.remote_claims import RemoteClaim

KUNMING, WUHAN, CENTRE = AreaCode("530100"), AreaCode("420100"), NATION
FINANCE = Principal("treasurer", Role.FINANCE, KUNMING)
PAID, ADVANCED, RETURNED, FISCAL = "RAW-PAYMENT-1", "RAW-ADVANCE-1", "RAW-RETURN-1", "RAW-FISCAL-1"
CLEARED = "B-clr_"
REFERENCES = (PAID, ADVANCED, RETURNED, FISCAL, CLEARED)

_HOSPITALS = frozenset({("hospital", KUNMING_HOSPITAL), ("agency", KUNMING), ("finance", KUNMING)})
PARTIES: dict[str, frozenset[tuple[str, str]]] = {
    PAID: _HOSPITALS,
    ADVANCED: _HOSPITALS,
    RETURNED: _HOSPITALS,
    FISCAL: frozenset({("finance", KUNMING), ("agency", KUNMING)}),
    CLEARED: frozenset(
        {(role, area) for role in ("agency", "finance") for area in (KUNMING, WUHAN)} | {("centre", CENTRE)}
    ),
}
"""Payers and payees of the movement; the auditor sees all movements."""

CALLERS = (
    ("hospital", KUNMING_HOSPITAL),
    ("hospital", "H53010200003"),
    ("hospital", "H42010200001"),
    ("agency", KUNMING),
    ("agency", WUHAN),
    ("agency", "500100"),
    ("finance", KUNMING),
    ("finance", WUHAN),
    ("finance", "500100"),
    ("health", "530000"),
    ("centre", CENTRE),
    ("centre", "530000"),
    ("policy", CENTRE),
    ("auditor", CENTRE),
)


@dataclass(frozen=True)
class Moved:
    """A world in which every kind of movement has happened, behind its API."""

    world: World
    caller: Caller

    def paths(self, call: Call) -> Iterator[str]:
        """The call's path for everything that exists and that it may name."""
        names = [each["name"] for each in call.parameters if each["in"] == "path"]
        for values in itertools.product(*(self.known(name, call) for name in names)):
            path = call.path
            for name, value in zip(names, values, strict=True):
                path = path.replace("{" + name + "}", value)
            yield path

    def known(self, name: str, call: Call) -> list[str]:
        memory = self.world.memory
        known: dict[str, list[str]] = {
            "claim_id": list(memory.claims),
            "advance_id": [each.advance_id for each in memory.all(Advance)],
            "run_id": list(memory.clearing.runs),
            "transaction_id": list(memory.ledger),
            "code": [KUNMING_HOSPITAL],
            "area": [KUNMING, WUHAN],
            "province": ["530000", "420000"],
            "edition": ["1", "2"],
        }
        (schema,) = (each["schema"] for each in call.parameters if (each["in"], each["name"]) == ("path", name))
        return known.get(name, schema.get("enum", ["current"]))

    @staticmethod
    def queries(call: Call) -> list[str]:
        """Yield no query, a list's required query, and every form of a file."""
        person = "?person=prs_00000000000000000000000000000000" if "person" in call.query else ""
        period = "?from=2026-01-01&to=2026-12-31" if "from" in call.query else person
        joined = "&" if period else "?"
        forms = [f"{period}{joined}format={form}" for form in ("csv", "xlsx")] if "format" in call.query else []
        return [period, *forms]


@pytest.fixture(name="moved", scope="module")
def fixture_moved() -> Moved:
    world = World(policies())
    claim = RemoteClaim(world)
    claim_id = claim.settle()
    world.system[PaymentReceipts].receive(FINANCE, PaymentId(claim_id), PAID, paid=True)
    claim.clear()
    advances = world.system[Advances]
    asked = advances.request(hospital(), KUNMING_HOSPITAL, AdvanceFund.SPECIAL, 500_000, "more beds")
    advances.decide(agency(KUNMING), asked.advance_id, approve=True, reason="enough")
    advances.instruct(asked.advance_id)
    receipts = world.system[AdvanceReceipts]
    receipts.receive(FINANCE, asked.advance_id, ADVANCED, paid=True)
    receipts.give_back(FINANCE, asked.advance_id, RETURNED, 1)
    world.system[FiscalPayments].pay_in(FINANCE, KUNMING, FISCAL, 1)
    return Moved(world, Caller(world))


def reads() -> list[Call]:
    return [each for each in calls() if each.method == "GET"]


def seen_by(moved: Moved, call: Call, role: str, subject: str) -> set[str]:
    """The references that a caller finds in the bytes of every answer of a call."""
    found: set[str] = set()
    for path, query in itertools.product(moved.paths(call), moved.queries(call)):
        got = moved.caller.raw("GET", f"{path}{query}", role=role, subject=subject)
        found |= {reference for reference in REFERENCES if reference.encode() in got}
    return found


@pytest.mark.parametrize(("role", "subject"), CALLERS)
def test_nobody_reads_a_reference_of_money_that_is_not_theirs(moved: Moved, role: str, subject: str) -> None:
    seen = {each for call in reads() for each in seen_by(moved, call, role, subject)}
    own = {each for each in REFERENCES if role == "auditor" or (role, subject) in PARTIES[each]}
    assert seen <= own


@pytest.mark.parametrize("reference", [PAID, ADVANCED, RETURNED])
def test_the_auditor_and_who_paid_find_the_reference(moved: Moved, reference: str) -> None:
    """The search above finds present references. Clearing's references are shown to nobody; rows name instructions."""
    for role, subject in (("auditor", CENTRE), ("finance", KUNMING)):
        assert any(reference in seen_by(moved, call, role, subject) for call in reads())


def test_references_are_in_no_id_key_event_history_or_journal(moved: Moved) -> None:
    memory = moved.world.memory
    items = [(each["pk"], each["sk"]) for each in memory.tables.state.everything()]
    places: dict[str, list[object]] = {
        "journal": [*memory.ledger.values()],
        "keys": [
            *memory.ledger,
            *items,
            *memory.claims,
        ],
        "events": [*moved.world.events.seen],
        "history": [*memory.all(HistoryEntry)],
        "documents": [*moved.world.documents.kept],
    }
    leaks = {(place, ref) for place, held in places.items() for ref in REFERENCES if ref in repr(held)}
    assert leaks == set()
