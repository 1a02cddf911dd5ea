"""An agency's list of items or institutions is checked line by line, kept whole or not at all, and needs two people."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Conflict, Forbidden, Invalid, OwnAct
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.kernel.words.uploads import LineOutcome
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.law.usecases.import_table import ImportedTable, ImportTable, RegistryTable
from chalicelib.law.usecases.publish import DecidePublication
from chalicelib.registry.domain import lists
from chalicelib.registry.domain.model import InstitutionPlace, ItemClass
from tests.kit.areas import WUHUA
from tests.kit.memory.samples import OFFICER, agency, hospital
from tests.kit.memory.world import World
from tests.kit.nation import grown
from tests.kit.policy_sets import shipped_files

ITEMS = "code,name_zh,name_en,kind,class,self_pay_ratio,price_ceiling,valid_from,valid_to,plan_from,plan_to\n"
PLACES = (
    "code,name_zh,area,pooling_area,agency,level,kind,treatment_designated,agreement_until,temporary_agreement_until\n"
)
OTHER_OFFICER = Principal("other-officer", Role.POLICY, "000000")
GLUCOSE, KUNMING = "XB05BBD001A001010100010", agency(AreaCode("530100"))
CHEAPER = f"{GLUCOSE},葡萄糖注射液,glucose,drug,B,0.10,11.00,2027-01-01,,,\n"
NEW_DRUG = "XZ00NEW001A001010100099,新药,a new drug,drug,C,,,2027-01-01,,,\n"
CLINIC = "H53010200077,新诊所,530102,530100,530100,1,hospital,false,2027-12-31,\n"


def brought(
    world: World, text: str, table: RegistryTable = RegistryTable.CATALOGUE, who: Principal = KUNMING
) -> ImportedTable:
    return world.system[ImportTable](who, table, text)


def outcomes(imported: ImportedTable) -> list[str]:
    return [each.outcome.value for each in imported.answers]


def said(imported: ImportedTable) -> list[list[str]]:
    return [[each.code for each in line.findings] for line in imported.answers]


def test_a_list_waits_until_another_person_puts_it_in_force(world: World) -> None:
    before = world.bundles.current_hash()
    imported = brought(world, ITEMS + CHEAPER + NEW_DRUG)
    assert outcomes(imported) == ["kept", "kept"]
    assert (imported.previous, world.bundles.current_hash()) == (before, before)
    assert imported.bundle is not None
    same = Principal(KUNMING.actor, Role.POLICY, "000000")
    with pytest.raises(OwnAct):
        world.system[DecidePublication](same, imported.bundle, approve=True)
    world.system[DecidePublication](OFFICER, imported.bundle, approve=True)
    registry = world.bundles.current().registry
    old, new = registry.item(GLUCOSE, date(2026, 12, 31)), registry.item(GLUCOSE, date(2027, 1, 1))
    assert old is not None
    assert new is not None
    assert (old.item_class, old.valid_to, old.price_ceiling_fen) == (ItemClass.A, date(2026, 12, 31), 12_00)
    assert (new.item_class, new.valid_to, new.price_ceiling_fen) == (ItemClass.B, None, 11_00)
    assert registry.item("XZ00NEW001A001010100099", date(2026, 12, 31)) is None


def test_the_same_list_again_is_the_same_bundle_and_once_in_force_changes_nothing(world: World) -> None:
    first, again = brought(world, ITEMS + CHEAPER), brought(world, ITEMS + CHEAPER)
    assert first == again
    assert first.bundle is not None
    world.system[DecidePublication](OFFICER, first.bundle, approve=True)
    known = brought(world, ITEMS + CHEAPER)
    assert (known.bundle, outcomes(known)) == (None, ["known"])
    changed = brought(world, ITEMS + CHEAPER.replace("11.00", "10.50"))
    assert outcomes(changed) == ["changed"]


def test_two_lists_over_one_bundle_do_not_undo_each_other(world: World) -> None:
    one, other = brought(world, ITEMS + CHEAPER), brought(world, ITEMS + NEW_DRUG)
    assert one.bundle
    assert other.bundle
    world.system[DecidePublication](OFFICER, one.bundle, approve=True)
    with pytest.raises(Conflict):
        world.system[DecidePublication](OFFICER, other.bundle, approve=True)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (NEW_DRUG.replace(",C,", ",Z,"), "table-cell"),
        (NEW_DRUG.replace("2027-01-01", "1 January"), "table-cell"),
        (NEW_DRUG.replace("2027-01-01", ""), "valid-from-missing"),
        (NEW_DRUG.replace("2027-01-01,", "2027-01-01,2026-01-01"), "reversed-dates"),
        (CHEAPER, "duplicate-id"),
        ("too,short\n", "table-width"),
    ],
)
def test_one_line_that_is_wrong_is_told_and_keeps_the_whole_list_out(world: World, row: str, code: str) -> None:
    imported = brought(world, ITEMS + CHEAPER + row)
    assert imported.bundle is None
    assert [each.line for each in imported.answers if each.outcome is LineOutcome.REFUSED] == [3]
    assert said(imported)[1] == [code]


def test_a_row_that_overlaps_a_dated_one_is_refused(world: World) -> None:
    arbidol = "XJ05AXA001A001010100005,阿比多尔片,arbidol,drug,A,0,,2020-06-01,2020-07-01,,\n"
    assert said(brought(world, ITEMS + arbidol)) == [["overlapping-dates"]]


def test_other_columns_are_refused_as_a_whole(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        brought(world, "code,price\nX,1\n")
    assert [each.code for each in refused.value.findings] == ["table-columns"]


def test_an_agency_registers_the_institutions_it_settles_with_and_no_others(world: World) -> None:
    imported = brought(world, PLACES + CLINIC, RegistryTable.INSTITUTIONS)
    assert imported.bundle is not None
    world.system[DecidePublication](OFFICER, imported.bundle, approve=True)
    assert world.bundles.current().registry.institutions["H53010200077"].agency == "530100"
    taken = "H21020200001,x,530102,530100,530100,1,hospital,false,,\n"
    foreign = CLINIC.replace("530102,530100,530100", "210200,210200,210200")
    unknown = CLINIC.replace("H53010200077,新诊所,530102", "H53010200078,新诊所,530199")
    for row, code in ((taken, "institution-elsewhere"), (foreign, "institution-elsewhere"), (unknown, "unknown-area")):
        assert said(brought(world, PLACES + row, RegistryTable.INSTITUTIONS)) == [[code]], row
    assert brought(world, PLACES + foreign, RegistryTable.INSTITUTIONS, OFFICER).bundle is not None


def test_hospitals_bring_no_lists(world: World) -> None:
    with pytest.raises(Forbidden):
        brought(world, ITEMS + CHEAPER, who=hospital())


def moved_to(area: AreaCode) -> str:
    return PLACES + f"H53010200077,新诊所,{area},530100,{area},1,hospital,false,2027-12-31,\n"


def test_a_place_is_known_for_as_long_as_an_institution_stands_there(world: World) -> None:
    def put_in_force(text: str) -> set[str]:
        imported = brought(world, text, RegistryTable.INSTITUTIONS, OFFICER)
        assert imported.bundle is not None
        world.system[DecidePublication](OTHER_OFFICER, imported.bundle, approve=True)
        registry = world.bundles.current().registry
        assert [each.area for _, each in registry.institutions_at(lambda place: place.agency == "530102")] == (
            ["530102"] if "530102" in registry.agencies else []
        )
        assert registry.places == {InstitutionPlace.of(each) for each in registry.institutions.values()}
        return set(registry.agencies)

    assert "530102" in put_in_force(moved_to(WUHUA))
    assert "530102" not in put_in_force(moved_to(AreaCode("530100")))


def test_what_an_import_makes_is_what_the_files_with_its_rows_would(world: World) -> None:
    imported = brought(world, PLACES + CLINIC, RegistryTable.INSTITUTIONS)
    assert imported.bundle is not None
    files = dict(shipped_files())
    lines = files["registry/institutions.csv"].decode().splitlines()
    header = lines[0].split(",")
    cells = dict(zip(PLACES.strip().split(","), CLINIC.strip().split(","), strict=True))
    row = ",".join(cells.get(column, "") for column in header)
    written = compile_files({**files, "registry/institutions.csv": "\n".join([*lines, row, ""]).encode()})
    assert imported.bundle == written.hash


def test_an_import_writes_only_the_parts_that_its_rows_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PART_ROWS", 16)
    long = World(grown(600, 300, provinces=1))
    before = set(long.bundles.parts)
    assert brought(long, PLACES + CLINIC, RegistryTable.INSTITUTIONS).bundle is not None
    written = long.bundles.parts.keys() - before
    assert len(written) <= 8 < len(before)
