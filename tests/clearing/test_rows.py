"""Orders of the notices about clearing, from bill to bank: the first payer, the refunds, and the centre in charge."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.clearing.usecases.read import Form, ReadStatement
from chalicelib.clearing.usecases.run import StartRun, figures_of
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.money import format_yuan, parse_yuan
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.retry import Retrying
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.ledger.domain.obligations import Window
from chalicelib.ledger.domain.transaction import settlement_transaction, trial_balance
from chalicelib.main.capabilities import build_system
from chalicelib.registry.domain.model import NATION
from tests.kit.clearing_builders import NOW
from tests.kit.clearing_runs import close, post, settle
from tests.kit.memory.world import World
from tests.kit.worked_cases import decide, shipped_bundle, worked_cases

Cleared = Callable[..., tuple[dict[str, str], dict[str, str]]]
SHANDONG, WEIHAI, RONGCHENG, GAOTANG = AreaCode("370000"), AreaCode("371000"), AreaCode("371082"), AreaCode("371526")


@pytest.fixture(name="cleared")
def fixture_cleared(world: World) -> Cleared:
    """Settle worked cases, clear a tier to the last receipt, and return the debts and the payments by pair."""

    def run(tier: AreaCode, *names: str) -> tuple[dict[str, str], dict[str, str]]:
        cases = {case.id: case for case in worked_cases()}
        for name in names:
            decided = decide(cases[name], shipped_bundle()).determination
            assert decided is not None
            institution = shipped_bundle().registry.institutions[cases[name].claim["institution"]]
            post(world.ports, settlement_transaction(ClaimId(f"clm_{name}"), NOW, decided, institution))
        clearing = build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))
        run_id = clearing[StartRun].start(tier, "2026-11", "centre")
        close(clearing, run_id)
        done = settle(clearing, world.ports, run_id)
        assert done.window == Window(tier, "2026-11", 1)
        figures = figures_of(world.documents, done)
        balance = trial_balance(world.memory.ledger.values())
        assert balance.balance_fen == 0
        owed = {f"{p.kind.value} {p.debtor}>{p.creditor}": format_yuan(p.amount_fen) for p in figures.gross}
        paid = {f"{i.kind.value} {i.payer}>{i.payee}": format_yuan(i.amount_fen) for i in figures.instructions}
        return owed, paid

    return run


def received(paid: dict[str, str], area: AreaCode) -> str:
    """Return the total paid to an area."""
    return format_yuan(sum(parse_yuan(amount) for pair, amount in paid.items() if pair.endswith(f">{area}")))


@pytest.mark.shows("S-02")
def test_the_province_returns_80_percent_to_a_city_and_90_to_a_directly_managed_county(cleared: Cleared) -> None:
    """Of 1,148.00 at Rongcheng the province owes 918.40; of 960.00 at Gaotang, which it manages directly, 864.00."""
    owed, paid = cleared(SHANDONG, "rongcheng-admitted-31-march-2023", "gaotang-directly-managed-county")
    assert owed[f"subsidy {SHANDONG}>{RONGCHENG}"] == "918.40"
    assert owed[f"subsidy {SHANDONG}>{GAOTANG}"] == "864.00"
    assert {area: received(paid, area) for area in (RONGCHENG, GAOTANG)} == {RONGCHENG: "964.32", GAOTANG: "864.00"}


@pytest.mark.shows("W-03")
def test_the_district_pays_first_and_city_and_province_return_their_parts(cleared: Cleared) -> None:
    """1,148.00 paid by Rongcheng: 80% from the province; of the other 229.60 the city 2 parts and Rongcheng 8."""
    owed, paid = cleared(SHANDONG, "rongcheng-admitted-31-march-2023")
    assert owed == {
        f"subsidy {SHANDONG}>{RONGCHENG}": "918.40",
        f"subsidy {WEIHAI}>{RONGCHENG}": "45.92",
        f"subsidy {NATION}>{SHANDONG}": "688.80",  # the centre's 60% of it, which is in the province's part
    }
    assert received(paid, RONGCHENG) == "964.32"


@pytest.mark.shows("Y-04")
def test_inside_yunnan_its_own_centre_clears(cleared: Cleared) -> None:
    case = next(case for case in worked_cases() if case.id == "dali-resident-in-kunming")
    owed, paid = cleared("530000", case.id, "kunming-treats-wuhan-employee")
    amount = case.document["expect"]["cross_region"]["amount"]
    assert owed["fund 532900>530100"] == paid["fund 532900>530100"] == amount
    assert not [pair for pair in owed if "42" in pair.split()[1][:2]]


@pytest.mark.shows("N-07")
def test_what_another_provinces_fund_owes_the_place_of_treatment_is_cleared_nationally(cleared: Cleared) -> None:
    """Kunming's agency advanced the insurance part of a patient of Wuhan; Hubei pays Yunnan, and each its own city."""
    case = next(case for case in worked_cases() if case.id == "kunming-treats-wuhan-employee")
    owed, paid = cleared(NATION, case.id, "dali-resident-in-kunming")
    amount = case.document["expect"]["cross_region"]["amount"]
    assert owed == {"fund 420100>530100": amount}
    assert paid == {"fund 420000>530000": amount}


def test_fiscal_subsidies_have_a_statement_of_their_own(world: World, cleared: Cleared) -> None:
    """Rongcheng is owed nothing by a fund; the whole it is stated is on the statement of its subsidies."""
    cleared(SHANDONG, "rongcheng-admitted-31-march-2023")
    read = build_system(world.ports.give(Retrying, Retrying(lambda _: None, lambda: 0.0)))[ReadStatement]
    (run_id,) = {run.run_id for run in world.memory.clearing.runs.values()}
    agency = Principal("head", Role.AGENCY, RONGCHENG)
    whole = csv_lines(read.form(agency, run_id, RONGCHENG, Form.CSV))
    of_kind = {kind: read.form(agency, run_id, RONGCHENG, Form.CSV, kind) for kind in ObligationKind}
    assert csv_lines(of_kind[ObligationKind.SUBSIDY]) == whole
    assert csv_lines(of_kind[ObligationKind.FUND]) == []
    assert len(whole) == 2
    page = read(agency, run_id, RONGCHENG, PageRequest(10), ObligationKind.SUBSIDY)
    assert [(total["kind"], total["net"]) for total in page.heading["totals"]] == [("subsidy", "964.32")]


def csv_lines(content: bytes) -> list[str]:
    """The lines of a statement's table below its headings."""
    return content.decode("utf-8-sig").splitlines()[1:]
