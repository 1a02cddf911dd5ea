"""Money that an article moved: settled claims as they are, less what they would be without the article."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from chalicelib.adjudication.domain.assess import Circumstances, assess
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.impact.domain.moved import (
    LawUnit,
    MovedBy,
    MovedMoney,
    MovedMonth,
    MovedRow,
    read_moved,
    summed_moved,
    write_moved,
)
from chalicelib.impact.domain.simulation import SimulationStatus
from chalicelib.impact.domain.without import moved_by_units, units_of
from chalicelib.impact.tasks.simulation import SimulationSteps, walked
from chalicelib.impact.usecases import moving
from chalicelib.impact.usecases.moved import AskMoved, ListMoved, MovedDetail, ReadMoved
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, Invalid, NotFound, PolicyConflict
from chalicelib.kernel.pages import PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, SimulationId
from chalicelib.law.domain.model import Bundle, Slot
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.adjudication.test_columns import CASES, worked
from tests.impact.test_recalculate import publish, settle
from tests.kit.areas import KUNMING, WEIHAI
from tests.kit.desk import Caller
from tests.kit.memory.samples import AUDITOR, OFFICER, agency, body, enrol_sample, hospital, moved, submission
from tests.kit.memory.world import World
from tests.kit.policy_sets import with_kunming_share
from tests.kit.worked_cases import shipped_bundle

PAGE = PageRequest(50)
TODAY = date(2026, 11, 21)
KUNMING_95 = LawUnit("km-2020-9", "一")


def ask(
    world: World,
    area: AreaCode = KUNMING,
    from_on: date = TODAY,
    to_on: date = TODAY,
    by: MovedBy = MovedBy.ARTICLE,
    principal: Principal | None = None,
) -> SimulationId:
    return world.system[AskMoved](principal or agency(area), area, from_on, to_on, by).moved_id


def run(world: World) -> None:
    run_id, _ = world.simulation_machine.started[-1]
    world.simulation_machine.run(walked(world.system, run_id))


def read(world: World, moved_id: SimulationId) -> MovedDetail:
    return world.system[ReadMoved](AUDITOR, moved_id)


def found(world: World, **asked: Any) -> MovedMoney:
    moved_id = ask(world, **asked)
    run(world)
    result = read(world, moved_id).moved
    assert result is not None
    return result


def moving_rows(result: MovedMoney) -> dict[LawUnit, tuple[int, int, int]]:
    """Return the rows that move money: patients, funds and finance, in fen."""
    figures = {row.unit: (row.patient_fen, row.funds_fen, row.fiscal_fen) for row in result.rows}
    return {unit: sums for unit, sums in figures.items() if any(sums)}


# ---------------------------------------------------------------- decided without it


def plainly(cases: Iterable[tuple[Claim, Circumstances]], bundle: Bundle, unit: LawUnit) -> MovedRow:
    """The same by the scalar path, claim by claim, from the definition."""
    kept = tuple(
        each
        for each in bundle.provisions
        if not (each.notice == unit.notice and unit.article in ("", each.article) and unit.provision in ("", each.id))
    )
    lacking = replace(bundle, provisions=kept)
    row = MovedRow(unit)
    for case in cases:
        standing = assess(*case, bundle, again=True).decision
        if standing is None:
            continue
        try:
            other = assess(*case, lacking, again=True).decision
        except PolicyConflict:
            other = None
        if other is None:
            row = row.plus(MovedRow(unit, undecided=1))
            continue
        now, then = standing.sharing, other.sharing
        after = (then.patient_fen, *then.paid, then.fiscal_fen)
        differences = [
            one - another for one, another in zip((now.patient_fen, *now.paid, now.fiscal_fen), after, strict=True)
        ]
        patient_fen = differences[0]
        row = row.plus(
            MovedRow(unit, int(any(differences)), int(patient_fen < 0), int(patient_fen > 0), 0, *differences)
        )
    return row


@settings(max_examples=12)
@given(st.lists(CASES, min_size=1, max_size=5), st.sampled_from(MovedBy))
def test_columns_move_what_the_scalar_path_moves(cases: list[tuple[Claim, Circumstances]], by: MovedBy) -> None:
    bundle = shipped_bundle()
    for row in moved_by_units(cases, bundle, by):
        assert row == plainly(cases, bundle, row.unit)


def test_every_worked_case_moves_what_the_scalar_path_moves_and_no_other_notice_moves_anything() -> None:
    cases, bundle = (
        [case for case in worked() if assess(*case, shipped_bundle(), again=True).decision],
        shipped_bundle(),
    )
    rows = {row.unit: row for row in moved_by_units(cases, bundle, MovedBy.NOTICE)}
    every = units_of(bundle, MovedBy.NOTICE, bundle.registry.areas)
    assert {unit: plainly(cases, bundle, unit) for unit in every} == {
        unit: rows.get(unit, MovedRow(unit)) for unit in every
    }
    yunnan = rows[LawUnit("yn-2020-12")]
    assert yunnan.funds_fen == -yunnan.fiscal_fen > 0


def test_ordinary_rules_are_no_units_since_without_them_nothing_is_decided() -> None:
    bundle = shipped_bundle()
    units = units_of(bundle, MovedBy.PROVISION, bundle.registry.areas)
    assert units
    assert all(bundle.notices[unit.notice].standing.value == "notice" for unit in units)


def test_what_contradicts_itself_without_a_provision_is_counted_and_stops_nothing() -> None:
    """Two shares of one rank, of which a third provision sets one aside: without that one nobody can say."""
    bundle = shipped_bundle()
    share = next(each for each in bundle.by_slot[Slot.COMBINED_SHARE] if each.notice == "yn-2020-12")
    twin = replace(share, id="twin", value={**share.value, "share": "4/5"})
    judge = replace(share, id="judge", article="裁决", slot=Slot.NOTHING, when={}, overrides=(twin.citation,))
    doubled = replace(bundle, provisions=(*bundle.provisions, twin, judge))
    cases = [
        case
        for case in worked()
        if case[0].claim_no.startswith("YN") and assess(*case, doubled, again=True).decision is not None
    ]
    row = next(each for each in moved_by_units(cases, doubled, MovedBy.ARTICLE) if each.unit.article == "裁决")
    assert row.undecided > 0
    assert row == plainly(cases, doubled, row.unit)


def test_sums_are_read_back_as_they_were_written_and_added_month_by_month() -> None:
    unit, other = LawUnit("a", "一"), LawUnit("b")
    one = MovedMoney((MovedMonth("2026-10", 3, (MovedRow(unit, 1, 1, 0, 0, -5, 5),)),))
    two = MovedMoney(
        (MovedMonth("2026-09", 1, ()), MovedMonth("2026-10", 2, (MovedRow(unit, 2, 0, 2, 1, 7, -7), MovedRow(other))))
    )
    both = summed_moved((one, two))
    assert [(each.month, each.claims) for each in both.months] == [("2026-09", 1), ("2026-10", 5)]
    assert both.rows == (MovedRow(unit, 3, 1, 2, 1, 2, -2), MovedRow(other))
    assert read_moved(write_moved(both)) == both


# ---------------------------------------------------------------- over a period


@pytest.fixture(name="kunming")
def fixture_kunming(world: World) -> World:
    """A world in which Kunming's funds pay 95% and one claim of Kunming's is settled."""
    publish(world, with_kunming_share(95))
    settle(world, body())
    return world


def test_a_notice_moves_from_finance_to_the_funds_what_it_raises_the_share_by(kunming: World) -> None:
    """17,000.00 at 95% instead of 90%: 850.00 more for the fund, as much less for finance, nothing for the patient."""
    result = found(kunming)
    assert result.claims == 1
    assert moving_rows(result)[KUNMING_95] == (0, 85_000, -85_000)
    (row,) = [each for each in result.rows if each.unit == KUNMING_95]
    assert (row.changed, row.relieved, row.burdened, row.undecided, row.basic_fen) == (1, 0, 0, 0, 85_000)
    provisions = found(kunming, by=MovedBy.PROVISION)
    assert moving_rows(provisions)[LawUnit("km-2020-9", "一", "1")] == (0, 85_000, -85_000)
    assert moving_rows(found(kunming, by=MovedBy.NOTICE))[LawUnit("km-2020-9")] == (0, 85_000, -85_000)


def test_what_two_notices_grant_alike_neither_moves_alone(kunming: World) -> None:
    rows = {row.unit: row for row in found(kunming, by=MovedBy.PROVISION).rows}
    assert rows[LawUnit("yn-2020-12", "三（一）", "3.1")].changed == 0


def test_a_claim_is_decided_by_the_bundle_that_decided_it(kunming: World) -> None:
    """The notice is replaced afterwards; settlements under the notice still show the money that it moved."""
    publish(kunming, with_kunming_share(80, number=10))
    rows = moving_rows(found(kunming))
    assert KUNMING_95 in rows
    assert LawUnit("km-2020-10", "一") not in rows


def at(world: World, day: date) -> None:
    world.clock.move_to(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def settle_later(world: World, day: date, number: int) -> ClaimId:
    """Another stay of the sample patient, settled on another day."""
    at(world, day)
    claim = moved(body(), 40 * number) | {"claim_no": f"LATER-{number}"}
    claim["diagnosis"]["history"] = [{"status": "confirmed", "on": claim["visit"]["admitted"]}]
    enrol_sample(world, claim["patient"]["id_no"])
    claim_id = world.system[SubmitClaim](hospital(), submission(claim)).view.claim_id
    assert world.run_all() == ["Settled"]
    return claim_id


def test_claims_are_counted_by_the_day_they_posted_and_shown_by_month(kunming: World) -> None:
    settle_later(kunming, date(2026, 11, 30), 1)
    settle_later(kunming, date(2026, 12, 1), 2)
    whole = found(kunming, to_on=date(2026, 12, 31))
    assert [(month.month, month.claims) for month in whole.months] == [("2026-11", 2), ("2026-12", 1)]
    december = found(kunming, from_on=date(2026, 12, 1), to_on=date(2026, 12, 1))
    assert december.months == whole.months[1:]


def test_a_reversed_claim_is_not_counted_and_another_areas_neither(kunming: World) -> None:
    reversed_id = settle_later(kunming, TODAY, 1)
    settle(kunming, body("weihai-2023-inpatient-split"))
    kunming.system[ReverseClaim](hospital(), reversed_id, "billed twice")
    kunming.run_all()
    assert found(kunming).claims == 1
    assert found(kunming, area="530000", principal=OFFICER).claims == 1
    everywhere = found(kunming, area="000000", principal=OFFICER)
    assert everywhere.claims == 2


def test_days_that_have_not_come_are_not_looked_at_until_it_is_asked_for_again(kunming: World) -> None:
    moved_id = ask(kunming, to_on=date(2026, 12, 31))
    run(kunming)
    assert read(kunming, moved_id).run.days == (TODAY,)
    settle_later(kunming, date(2026, 12, 1), 1)
    assert ask(kunming, to_on=date(2026, 12, 31)) == moved_id
    run(kunming)
    again = read(kunming, moved_id)
    assert (again.run.round, again.run.attempt, again.looked_at) == (2, 2, 2)
    assert again.moved is not None
    assert again.moved.claims == 2


def test_days_before_anything_was_published_are_no_shards(kunming: World) -> None:
    moved_id = ask(kunming, from_on=date(2025, 12, 1))
    tasks = walked(kunming.system, moved_id)
    assert tasks.plan(moved_id) == ("530100-20261121",)
    run(kunming)
    result = read(kunming, moved_id).moved
    assert result is not None
    assert result.claims == 1


def test_page_by_page_it_comes_to_the_same(kunming: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 4):
        settle_later(kunming, TODAY, number)
    whole = found(kunming)
    monkeypatch.setattr(moving, "CLAIMS_AT_ONCE", 1)
    monkeypatch.setattr(moving, "ENOUGH", timedelta(0))
    moved_id = ask(kunming)
    steps = SimulationSteps(lambda: kunming.system)
    (shard,) = steps.simulation_plan({"simulation_id": moved_id})
    looks = [steps.simulation_look({"simulation_id": moved_id, "shard": shard})["done"] for _ in range(4)]
    assert looks == [False, False, False, True]
    assert steps.simulation_look({"simulation_id": moved_id, "shard": shard}) == {"done": True}
    steps.simulation_sum({"simulation_id": moved_id})
    steps.simulation_fail({"simulation_id": moved_id})
    assert (read(kunming, moved_id).run.status, read(kunming, moved_id).moved) == (SimulationStatus.DONE, whole)


def test_a_run_that_failed_goes_on_where_it_stood(kunming: World) -> None:
    moved_id = ask(kunming)
    assert kunming.simulation_machine.started == [(moved_id, 1)]
    tasks = walked(kunming.system, moved_id)
    with pytest.raises(NotFound):
        tasks.sum(moved_id)
    tasks.fail(moved_id)
    assert read(kunming, moved_id).run.status is SimulationStatus.FAILED
    assert ask(kunming) == moved_id
    assert kunming.simulation_machine.started[-1] == (moved_id, 2)
    run(kunming)
    assert (read(kunming, moved_id).run.round, read(kunming, moved_id).run.status) == (1, SimulationStatus.DONE)


def test_a_run_that_nobody_asked_for_is_not_found(world: World) -> None:
    tasks = walked(world.system, SimulationId("mov_nobody"))
    for look in (lambda: tasks.plan(SimulationId("mov_nobody")), lambda: read(world, SimulationId("mov_nobody"))):
        with pytest.raises(NotFound):
            look()
    tasks.fail(SimulationId("mov_nobody"))


# ---------------------------------------------------------------- access and answers


def test_an_agency_asks_about_its_own_area_and_an_officer_about_any(world: World) -> None:
    with pytest.raises(NotFound):
        ask(world, area=WEIHAI, principal=agency(KUNMING))
    with pytest.raises(NotFound):
        ask(world, area=AreaCode("999999"), principal=OFFICER)
    with pytest.raises(Forbidden):
        ask(world, principal=hospital())
    assert ask(world, area=WEIHAI, principal=OFFICER)


def test_the_days_are_in_order_and_at_most_a_year(world: World) -> None:
    for days, code in (((TODAY, date(2026, 11, 20)), "period-order"), ((date(2025, 11, 20), TODAY), "period-too-long")):
        with pytest.raises(Invalid) as refused:
            ask(world, from_on=days[0], to_on=days[1])
        assert [each.code for each in refused.value.findings] == [code]


def test_runs_are_listed_the_latest_first_to_whom_they_concern(world: World) -> None:
    ours = ask(world)
    world.clock.sleep(60)
    theirs = ask(world, area=WEIHAI)

    def listed(principal: Principal, area: AreaCode | None = None) -> list[str]:
        return [each.moved_id for each in world.system[ListMoved](principal, area, PAGE).items]

    assert listed(AUDITOR) == [theirs, ours]
    assert listed(AUDITOR, KUNMING) == listed(agency(KUNMING)) == [ours]
    assert listed(Principal("clerk", Role.FINANCE, "371000")) == [theirs]
    with pytest.raises(NotFound):
        listed(agency(KUNMING), WEIHAI)
    with pytest.raises(NotFound):
        world.system[ReadMoved](agency(KUNMING), theirs)


def test_it_is_asked_for_and_read_over_http_as_a_table_and_as_files(kunming: World) -> None:
    caller = Caller(kunming)
    office: dict[str, Any] = {"role": "agency", "subject": "530100"}
    path = "/v1/reports/article-effects"
    days = {"from": "2026-11-01", "to": "2026-11-30"}
    assert caller.call("POST", path, {**days, "by": "chapter"}, **office).status == 422
    asked = caller.call("POST", path, days, **office)
    assert (asked.status, asked.json["status"]) == (202, "running")
    where = asked.headers["Location"]
    assert caller.call("GET", where, **office).json["rows"] == []
    run(kunming)
    read_back = caller.call("GET", where, **office).json
    assert (read_back["status"], read_back["claims"], read_back["by"]) == ("done", 1, "article")
    (row,) = [each for each in read_back["rows"] if each["notice"] == "km-2020-9"]
    assert (row["article"], row["funds"], row["fiscal"], row["patient"]) == ("一", "850.00", "-850.00", "0.00")
    assert row["title"].keys() == {"zh", "en"}
    assert [month["month"] for month in read_back["months"]] == ["2026-11"]
    assert [each["moved_id"] for each in caller.call("GET", path, **office).json["items"]] == [read_back["moved_id"]]
    text = caller.call("GET", f"{where}?format=csv", **office).text.removeprefix("\ufeff")
    table = list(csv.reader(io.StringIO(text)))
    assert ["合计 total", "km-2020-9", "样例〔2020〕9号", "一", ""] in [line[:5] for line in table]
    book = load_workbook(io.BytesIO(caller.raw("GET", f"{where}?format=xlsx", **office)))
    assert book.worksheets[0].max_row == len(table)
    assert caller.call("GET", f"{where}?format=pdf", **office).status == 400
