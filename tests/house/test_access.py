"""Every cell of the table of roles and actions, from within its reach and from beyond it."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

import chalicelib
from chalicelib.advances.access import ADVANCE_DECIDE, ADVANCE_READ
from chalicelib.claims.access import CLAIM_READ
from chalicelib.clearing.access import CLEARING_READ
from chalicelib.kernel.access import (
    Action,
    Decision,
    Principal,
    Resource,
    Role,
    Scope,
    allowed,
    decide,
    require,
    scope_of,
)
from chalicelib.kernel.errors import NotFound, OwnAct
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.ledger.access import LEDGER_READ
from chalicelib.main.commands.access import access_table, calls_by_action
from chalicelib.registry.domain.model import (
    NATION,
    Area,
    AreaLevel,
    FiscalStatus,
    Institution,
    InstitutionKind,
    Registry,
)
from chalicelib.registry.domain.resources import of_area, of_case, of_claim, of_institution, own
from chalicelib.reports.access import REPORT_READ
from chalicelib.settlement.access import CASE_CORRECT
from tests.kit.areas import HUBEI, KUNMING, WUHAN, WUHUA, YUNNAN
from tests.kit.over_all import over_all

HOSPITAL = InstitutionCode("H53000000002")
SETTLING, POOLING, INSURED = YUNNAN, KUNMING, WUHAN

EXPECTED = """
                              hospital  agency  finance  health  centre  policy  auditor  township
claims:preview                OWN       -       -        -       -       -       -        -
claims:estimate               OWN       AREA    -        -       AREA    ANY     -        -
claims:submit                 OWN       -       -        -       -       -       -        -
claims:read                   OWN       AREA    -        -       -       -       ANY      -
claims:read-batch             OWN       -       -        -       -       -       ANY      -
claims:reverse                OWN       AGENCY  -        -       -       -       -        -
claims:release                -         AGENCY  -        -       -       -       -        -
claims:reconcile              OWN       -       -        -       -       -       -        -
enrolments:record             -         AREA    -        -       -       -       -        -
enrolments:record-uninsured   -         ANY     -        -       -       -       -        -
enrolments:cancel             -         AREA    -        -       -       -       -        -
enrolments:read               -         AREA    -        -       -       -       ANY      -
enrolment-transfers:request   -         AREA    -        -       -       -       -        -
enrolment-transfers:decide    -         AREA    -        -       -       -       -        -
enrolment-transfers:read      -         AREA    -        -       -       -       ANY      -
eligibility:read              OWN       -       -        -       -       -       -        -
access-records:read           -         AREA    -        -       -       -       ANY      -
trail:read                    -         -       -        -       -       -       ANY      -
persons:find                  -         AREA    -        AREA    -       -       ANY      -
person-requests:ask           -         AREA    -        -       -       -       -        -
person-requests:decide        -         AREA    -        -       -       -       -        -
person-requests:open          -         AREA    -        -       -       -       -        -
person-requests:read          -         AREA    -        -       -       -       ANY      -
filings:record                OWN       AREA    -        -       -       -       -        OWN
filings:read                  OWN       AREA    -        -       -       -       ANY      OWN
filings:confirm               -         AREA    -        -       -       -       -        -
filings:withdraw              OWN       AREA    -        -       -       -       -        OWN
agreements:record             -         AGENCY  -        -       -       -       -        -
agreements:decide             -         AGENCY  -        -       -       -       -        -
agreements:read               OWN       AREA    -        -       -       -       ANY      -
blacklist:upload              -         AREA    -        -       -       -       -        -
blacklist:verify              -         AGENCY  -        -       -       -       -        -
blacklist:read                -         AREA    -        -       -       -       ANY      -
prescriptions:issue           OWN       -       -        -       -       -       -        -
prescriptions:dispense        OWN       -       -        -       -       -       -        -
prescriptions:read            OWN       AREA    -        -       -       -       ANY      -
internet-institutions:publish -         -       -        AREA    -       -       -        -
desk:record                   OWN       AREA    -        -       -       -       -        -
desk:handle                   -         AREA    -        -       -       -       -        -
desk:read                     OWN       AREA    -        -       -       -       ANY      -
desk:report                   -         AREA    AREA     AREA    TIER    -       ANY      -
hotline:record                -         AREA    -        -       -       -       -        -
hotline:read                  -         AREA    -        -       -       -       ANY      -
dialysis:ask                  OWN       -       -        -       -       -       -        -
dialysis:decide               -         AREA    -        -       -       -       -        -
dialysis:audit                -         AREA    -        -       -       -       -        -
dialysis:read                 OWN       AREA    -        -       -       -       ANY      -
issues:report                 OWN       AREA    -        -       -       -       -        OWN
issues:forward                -         AREA    -        -       -       -       -        -
issues:answer                 -         AREA    AREA     AREA    -       -       -        -
issues:read                   OWN       AREA    AREA     AREA    -       -       ANY      OWN
fund-income:state             -         AREA    -        -       -       -       -        -
fiscal-budgets:state          -         -       AREA     -       -       -       -        -
area-figures:read             -         AREA    AREA     -       -       -       ANY      -
progress-reports:report       -         AREA    -        -       -       -       -        -
progress-reports:read         -         AREA    AREA     AREA    -       -       ANY      -
requisitions:ask              -         AREA    -        -       -       -       -        -
requisitions:decide           -         -       AREA     -       -       -       -        -
requisitions:pay              -         -       AREA     -       -       -       -        -
requisitions:receive          -         AREA    AREA     -       -       -       -        -
requisitions:read             -         AREA    AREA     -       -       -       ANY      -
requisitions:withdraw         -         AREA    -        -       -       -       -        -
coding:open                   -         AREA    -        -       -       -       -        -
coding:report                 OWN       AREA    -        -       -       -       -        -
coding:decide                 -         AREA    -        -       -       -       -        -
coding:remind                 -         AREA    -        -       -       -       -        -
coding:read                   OWN       AREA    -        AREA    -       -       ANY      -
supervision:review            -         AREA    -        -       -       -       -        -
supervision:ask               -         AREA    -        -       -       -       -        -
supervision:answer            OWN       -       -        -       -       -       -        -
supervision:close             -         AREA    -        -       -       -       -        -
supervision:read              OWN       AREA    -        -       -       -       ANY      -
inspections:open              -         AREA    AREA     -       -       -       -        -
inspections:join              -         AREA    AREA     AREA    -       -       -        -
inspections:close             -         AREA    AREA     -       -       -       -        -
inspections:read              -         AREA    AREA     AREA    -       -       ANY      -
purchases:report              OWN       -       -        -       -       -       -        -
purchases:read                OWN       AREA    -        -       -       -       ANY      -
supply:report                 OWN       -       -        -       -       -       -        -
supply:read                   OWN       AREA    -        -       -       -       ANY      -
supply:investigate            -         AREA    -        -       -       -       -        -
supply:close                  -         AREA    -        -       -       -       -        -
stocks:report                 OWN       -       -        -       -       -       -        -
stocks:read                   OWN       AREA    -        AREA    -       -       ANY      -
shortages:answer              -         AREA    -        -       -       -       -        -
arrivals:keep                 -         -       -        AREA    -       -       -        -
arrivals:read                 -         -       -        AREA    -       -       ANY      -
events:read                   OWN       AREA    AREA     -       TIER    -       ANY      -
contingency:propose           -         AREA    -        -       -       -       -        -
contingency:decide            -         AREA    -        -       -       -       -        -
contingency:analyse           -         AREA    -        -       -       -       -        -
contingency:read              -         AREA    AREA     -       -       -       ANY      -
reports:daily                 -         AREA    AREA     AREA    TIER    -       ANY      -
summary:read                  OWN       AREA    AREA     AREA    TIER    -       ANY      -
beds:file                     OWN       -       -        -       -       -       -        -
beds:read                     OWN       AREA    -        AREA    -       -       ANY      -
premiums:record               -         AREA    -        -       -       -       -        -
premiums:read                 -         AREA    -        -       -       -       ANY      -
protective-goods:maintain     OWN       -       -        -       -       -       -        -
account-purchases:record      OWN       -       -        -       -       -       -        -
account-purchases:read        OWN       AREA    -        -       -       -       ANY      -
reimbursements:accept         OWN       AREA    -        -       -       -       -        OWN
reimbursements:complete       OWN       AREA    -        -       -       -       -        OWN
reimbursements:documents      OWN       AREA    -        -       -       -       ANY      OWN
reimbursements:audit          -         AGENCY  -        -       -       -       -        -
reimbursements:decide         -         AGENCY  -        -       -       -       -        -
reimbursements:receipt        -         -       AGENCY   -       -       -       -        -
reimbursements:read           OWN       AREA    AREA     -       -       -       ANY      OWN
institutions:read             OWN       AREA    AREA     -       -       -       ANY      -
advances:request              OWN       AGENCY  -        -       -       -       -        -
advances:decide               -         AGENCY  -        -       -       -       -        -
advances:confirm              -         -       AGENCY   -       -       -       -        -
advances:list                 -         AREA    AREA     -       -       -       ANY      -
advances:read                 OWN       AREA    AREA     -       -       -       ANY      -
patient-advances:report       -         AREA    -        -       -       -       -        -
patient-advances:forward      -         -       -        -       TIER    -       -        -
patient-advances:decide       -         AGENCY  -        -       -       -       -        -
patient-advances:read         -         AREA    -        -       TIER    -       ANY      -
budgets:read                  OWN       AREA    AREA     -       -       -       ANY      -
budgets:adjust                -         AGENCY  -        -       -       -       -        -
payments:list                 -         AREA    AREA     -       -       -       ANY      -
receipts:record               -         -       AREA     -       -       -       -        -
payments:read                 OWN       AREA    AREA     -       -       -       ANY      -
payments:confirm              -         -       AGENCY   -       -       -       -        -
finance:pay                   -         -       AREA     -       -       -       -        -
ledger:audit                  -         -       -        -       -       -       ANY      -
ledger:read                   -         AREA    AREA     -       -       -       ANY      -
cases:correct                 -         -       -        AREA    -       -       -        -
tasks:read                    OWN       AREA    AREA     AREA    -       -       ANY      -
tasks:retry                   -         AGENCY  -        -       -       -       -        -
tasks:complete                OWN       -       -        -       -       -       -        -
clearing:run                  -         -       -        -       TIER    -       -        -
clearing:read                 -         AREA    AREA     -       TIER    -       ANY      -
clearing:read-statement       -         AREA    AREA     -       TIER    -       ANY      -
clearing:confirm              -         AREA    AREA     -       -       -       -        -
clearing:dispute              -         AREA    AREA     -       -       -       -        -
clearing:resolve              -         -       -        -       TIER    -       -        -
clearing:dispose              -         AREA    -        -       -       -       -        -
clearing:receipt              -         -       -        -       TIER    -       -        -
clearing:request-repair       -         -       -        -       TIER    -       -        -
clearing:decide-repair        -         -       -        -       TIER    -       -        -
clearing:read-hand-down       -         AREA    AREA     -       TIER    -       ANY      -
clearing:hand-down-receipt    -         -       -        -       TIER    -       -        -
me:read                       ANY       ANY     ANY      ANY     ANY     ANY     ANY      ANY
register:read                 ANY       ANY     ANY      ANY     ANY     ANY     ANY      ANY
policies:read                 ANY       ANY     ANY      ANY     ANY     ANY     ANY      ANY
policies:keep                 -         -       -        -       -       ANY     -        -
registry:import               -         AREA    -        -       -       ANY     -        -
policies:publish              -         -       -        -       -       ANY     -        -
policies:effects              -         -       -        -       -       ANY     -        -
policies:recalculate          -         -       -        -       -       ANY     -        -
policies:decide-recalculation -         -       -        -       -       ANY     -        -
policies:read-recalculation   -         -       -        -       -       ANY     ANY      -
policies:read-simulation      -         -       -        -       -       ANY     ANY      -
policies:ask-moved            -         AREA    -        -       -       ANY     -        -
policies:read-moved           -         AREA    AREA     AREA    TIER    ANY     ANY      -
operations:read               -         -       -        -       -       -       ANY      -
reports:read                  -         AREA    AREA     AREA    TIER    -       ANY      -
"""

ACTIONS = {action.value: action for action in calls_by_action()}
OPERATES = {"me:read", "register:read", "policies:read", "tasks:read", "tasks:retry", "operations:read"}
"""Actions permitted to an operator, everywhere: no action shows a person or an amount."""
LOOKS_UP = {"POST /v1/persons/search"}
"""Calls that only read, with a body because an address must hold neither number nor name."""
_ROLES, *_ROWS = (line.split() for line in EXPECTED.strip().splitlines())
CELLS = [
    (ACTIONS[action], Role(role), None if reach == "-" else Scope[reach])
    for action, *reaches in _ROWS
    for role, reach in zip(_ROLES, reaches, strict=True)
] + [(action, Role.OPERATOR, Scope.ANY if name in OPERATES else None) for name, action in ACTIONS.items()]

THING = Resource(
    "thing",
    institution=HOSPITAL,
    areas=frozenset({SETTLING, POOLING, INSURED}),
    agency=SETTLING,
    tier=YUNNAN,
    acted=("someone-else",),
)


def principal(role: Role, *, within: bool = True) -> Principal:
    """A caller of a role whose subject the thing belongs to, or (not within) another of the same kind."""
    if role in (Role.HOSPITAL, Role.TOWNSHIP):  # whose thing it is, whatever the form of its subject
        return Principal("actor", role, HOSPITAL if within else "H42010600001")
    return Principal("actor", role, SETTLING if within else "500000")


def registry() -> Registry:
    areas = [
        Area(NATION, "全国", "China", AreaLevel.NATION, None, FiscalStatus.NATION),
        Area(YUNNAN, "云南省", "Yunnan", AreaLevel.PROVINCE, NATION, FiscalStatus.PROVINCE),
        Area(KUNMING, "昆明市", "Kunming", AreaLevel.CITY, YUNNAN, FiscalStatus.CITY),
        Area(WUHUA, "五华区", "Wuhua", AreaLevel.COUNTY, KUNMING, FiscalStatus.COUNTY),
        Area(HUBEI, "湖北省", "Hubei", AreaLevel.PROVINCE, NATION, FiscalStatus.PROVINCE),
        Area(WUHAN, "武汉市", "Wuhan", AreaLevel.CITY, HUBEI, FiscalStatus.CITY),
    ]
    return Registry({area.code: area for area in areas}, {}, {})


def provincial_hospital() -> Institution:
    return Institution(
        code=HOSPITAL,
        name_zh="云南示例省级医院",
        area=WUHUA,
        pooling_area=POOLING,
        agency=SETTLING,
        level=3,
        kind=InstitutionKind.HOSPITAL,
        treatment_designated=True,
        agreement_until=None,
    )


def test_the_expected_table_names_every_action_and_every_role() -> None:
    assert {(action, role) for action, role, _ in CELLS} == {
        (action, role) for action in ACTIONS.values() for role in Role
    }


def declared() -> list[Action]:
    """The actions of every capability's `access` module."""
    modules = (
        each for each in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.") if each.name.endswith(".access")
    )
    found = (value for each in modules for value in vars(import_module(each.name)).values())
    return [value for value in found if isinstance(value, Action)]


def test_every_action_is_performed_by_a_call_and_has_a_name_of_its_own() -> None:
    assert sorted(action.value for action in declared()) == sorted(ACTIONS)
    assert len(ACTIONS) == len(calls_by_action())


def decided(role: Role, action: Action) -> tuple[Scope | None, Decision, Decision]:
    """The reach of a role, and what is decided on a thing within the role's reach and on a thing outside."""
    inside, outside = principal(role), principal(role, within=False)
    return scope_of(role, action), decide(inside, action, THING), decide(outside, action, THING)


def expected(scope: Scope | None) -> tuple[Scope | None, Decision, Decision]:
    if scope is None:
        return scope, Decision.FORBIDDEN, Decision.FORBIDDEN
    return scope, Decision.ALLOWED, Decision.ALLOWED if scope is Scope.ANY else Decision.NOT_FOUND


@pytest.mark.shows("S-17")
@pytest.mark.shows("W-02")
def test_a_role_reaches_what_its_cell_says_and_no_further() -> None:
    other = {(action.value, role): decided(role, action) for action, role, _ in CELLS}
    assert other == {(action.value, role): expected(scope) for action, role, scope in CELLS}


def test_a_thing_whose_owner_the_caller_forgot_to_state_is_nobodys() -> None:
    limited = [(action, role) for action, role, scope in CELLS if scope not in (None, Scope.ANY)]
    assert len(limited) > 200
    decisions = {(action.value, role): decide(principal(role), action, Resource("thing")) for action, role in limited}
    assert {cell: decision for cell, decision in decisions.items() if decision is not Decision.NOT_FOUND} == {}


def test_the_auditor_reads_everything_and_changes_nothing() -> None:
    for action, calls in calls_by_action().items():
        reads = all(call.startswith("GET ") or call in LOOKS_UP for call in calls)
        assert allowed(principal(Role.AUDITOR, within=False), action, THING) == reads, action


@pytest.mark.parametrize("spelt", ["actor", "Actor", "ACTOR", "\uff41ctor"])
@over_all("action", [action for action in ACTIONS.values() if action.another_person])
def test_who_took_an_earlier_step_never_takes_one_that_needs_another_person(action: Action, spelt: str) -> None:
    earlier = replace(THING, acted=("somebody-else", spelt))
    (role, *_) = action.grants
    assert decide(principal(role), action, earlier) is Decision.OWN_ACT
    with pytest.raises(OwnAct):
        require(principal(role), action, earlier)


def test_a_refusal_for_the_persons_sake_says_that_the_role_is_not_the_reason() -> None:
    assert OwnAct().code == "own-act"
    assert "not the role" in OwnAct().message.en
    assert "不在角色" in OwnAct().message.zh


def test_the_area_that_pools_but_does_not_settle_sees_an_advance_and_does_not_decide_it() -> None:
    advance = of_institution(provincial_hospital(), "advance", acted=("the-hospital",))
    pooling = Principal("actor", Role.AGENCY, POOLING)
    settling = Principal("actor", Role.AGENCY, SETTLING)
    assert allowed(pooling, ADVANCE_READ, advance)
    assert decide(pooling, ADVANCE_DECIDE, advance) is Decision.NOT_FOUND
    assert allowed(settling, ADVANCE_DECIDE, advance)


@pytest.mark.parametrize("area", [SETTLING, POOLING, INSURED])
def test_a_claim_is_seen_by_the_areas_that_settle_pool_and_insure(area: AreaCode) -> None:
    claim = of_claim(provincial_hospital(), INSURED, registry())
    assert allowed(Principal("actor", Role.AGENCY, area), CLAIM_READ, claim)


def test_a_claim_of_an_uninsured_person_is_not_seen_elsewhere() -> None:
    claim = of_claim(provincial_hospital(), None, registry())
    assert not allowed(Principal("actor", Role.AGENCY, INSURED), CLAIM_READ, claim)


def test_another_hospital_does_not_learn_that_a_claim_exists() -> None:
    claim = of_claim(provincial_hospital(), INSURED, registry())
    with pytest.raises(NotFound):
        require(principal(Role.HOSPITAL, within=False), CLAIM_READ, claim)
    require(principal(Role.HOSPITAL), CLAIM_READ, claim)


def test_a_county_belongs_to_its_pooling_area_and_to_its_provinces_tier() -> None:
    report = of_area(registry(), WUHUA, "report")
    assert allowed(Principal("actor", Role.FINANCE, "530100"), REPORT_READ, report)
    assert allowed(Principal("actor", Role.CENTRE, "530000"), REPORT_READ, report)
    assert not allowed(Principal("actor", Role.FINANCE, "530000"), REPORT_READ, report)
    assert not allowed(Principal("actor", Role.CENTRE, "420000"), REPORT_READ, report)


@pytest.mark.parametrize("area", ["530102", "530100", "530000", "000000"])
def test_a_status_is_corrected_by_the_health_commissions_above_the_patient(area: AreaCode) -> None:
    case = of_case(registry(), WUHUA)
    assert allowed(Principal("actor", Role.HEALTH, area), CASE_CORRECT, case)
    assert not allowed(Principal("actor", Role.HEALTH, "420000"), CASE_CORRECT, case)


@pytest.mark.parametrize(
    ("role", "action"),
    [
        (Role.HOSPITAL, CLAIM_READ),
        (Role.AGENCY, CLAIM_READ),
        (Role.FINANCE, LEDGER_READ),
        (Role.CENTRE, CLEARING_READ),
    ],
)
def test_a_caller_may_list_what_is_its_own(role: Role, action: Action) -> None:
    assert allowed(principal(role), action, own(principal(role), "list"))


def test_the_document_of_roles_is_current() -> None:
    document = Path(__file__).parents[2] / "docs/access.md"
    assert document.read_text(encoding="utf-8") == access_table()
