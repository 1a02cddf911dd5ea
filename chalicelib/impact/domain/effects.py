"""Effects of another policy set on settled claims: the increase or decrease for every payer.

A claim's year matters: a claim is decided after those before it, each at its result under the other set. Nothing here
posts anything. Figures are taken from the standing determinations: decided results are compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.adjudication.domain.determination import DeterminationJson, Payer
from chalicelib.adjudication.domain.parties import Party, PartyChange, party_changes
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.money import Fen
from chalicelib.kernel.words.ids import AreaCode, ClaimId, InstitutionCode

MONEY = (
    "payers",
    "fiscal_split",
    "fiscal_paid_first_by",
    "central_refund",
    "cross_region",
    "budget",
    "personal_account",
)
"""The parts of a determination that move money. Where these parts are the same, the deciding provisions may differ,
and nothing new is owed by anybody."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A settled claim under another bundle. `changes` holds every payer with a part before or after.

    `cannot_be_decided`: codes of the other bundle's findings on the claim; with any code, the claim keeps its amounts.
    """

    claim_id: ClaimId
    claim_no: str
    institution: InstitutionCode
    agency: AreaCode | None
    bundle_before: str
    changes: tuple[PartyChange, ...]
    moves_money: bool
    cannot_be_decided: tuple[str, ...] = ()

    @property
    def concerns(self) -> bool:
        """Tell whether the effect has to be reported."""
        return self.moves_money or bool(self.cannot_be_decided)


def moves_money(before: DeterminationJson, after: DeterminationJson) -> bool:
    """Tell whether two determinations of a claim differ in anything that is posted."""
    return any(before.get(part) != after.get(part) for part in MONEY)


@dataclass(frozen=True, slots=True)
class Standings:
    """Numbers of patients who come to pay less and more, and the sums of both in fen (non-negative)."""

    gaining: int
    gained_fen: Fen
    losing: int
    lost_fen: Fen


@dataclass(frozen=True, slots=True)
class Simulation:
    """All settled claims under another bundle. `rows` sum the claims of every payer and area, changed or not."""

    bundle: str
    claims: int
    changed: int
    cannot_be_decided: int
    rows: tuple[PartyChange, ...]
    patients: Standings

    @property
    def by_payer(self) -> tuple[PartyChange, ...]:
        """The rows of each payer, summed over its areas."""
        sums: dict[Party, list[Fen]] = {}
        for row in self.rows:
            entry = sums.setdefault((row.payer, None), [0, 0])
            entry[0] += row.before_fen
            entry[1] += row.after_fen
        return tuple(PartyChange(payer, area, *figures) for (payer, area), figures in sums.items())


def summed(bundle: str, parts: Iterable[Simulation]) -> Simulation:
    """Add up simulations of disjoint claims into one simulation."""
    sums: dict[Party, list[Fen]] = {}
    whole = simulate(bundle, ())
    for part in parts:
        for row in part.rows:
            entry = sums.setdefault((row.payer, row.area), [0, 0])
            entry[0] += row.before_fen
            entry[1] += row.after_fen
        one, other = whole.patients, part.patients
        whole = replace(
            whole,
            claims=whole.claims + part.claims,
            changed=whole.changed + part.changed,
            cannot_be_decided=whole.cannot_be_decided + part.cannot_be_decided,
            patients=Standings(*(getattr(one, name) + getattr(other, name) for name in Standings.__slots__)),
        )
    before = {party: figures[0] for party, figures in sums.items()}
    return replace(whole, rows=party_changes(before, {party: figures[1] for party, figures in sums.items()}))


def simulate(bundle: str, effects: Iterable[Effect]) -> Simulation:
    """Sum the effects of another bundle. Before and after have the same sum: a bill is paid whole either way."""
    before: dict[Party, Fen] = {}
    after: dict[Party, Fen] = {}
    claims = changed = undecided = 0
    differences: list[Fen] = []
    for effect in effects:
        claims += 1
        changed += effect.moves_money
        undecided += bool(effect.cannot_be_decided)
        for row in effect.changes:
            party = (row.payer, row.area)
            before[party] = before.get(party, 0) + row.before_fen
            after[party] = after.get(party, 0) + row.after_fen
        differences.append(sum(row.difference_fen for row in effect.changes if row.payer == Payer.PATIENT.value))
    return Simulation(
        bundle=bundle,
        claims=claims,
        changed=changed,
        cannot_be_decided=undecided,
        rows=party_changes(before, after),
        patients=Standings(
            gaining=sum(each < 0 for each in differences),
            gained_fen=-sum(each for each in differences if each < 0),
            losing=sum(each > 0 for each in differences),
            lost_fen=sum(each for each in differences if each > 0),
        ),
    )
