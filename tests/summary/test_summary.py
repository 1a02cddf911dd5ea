"""Sums of claims are kept as claims change: once each, in every sum they belong to, and read without counting."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.claims.domain.counted import CountedChange, counted_change
from chalicelib.claims.domain.record import ClaimRecord, ClaimStatus
from chalicelib.claims.ports import InsertClaim, UpdateClaim
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.errors import Forbidden, NotFound, Unavailable
from chalicelib.kernel.money import format_yuan
from chalicelib.kernel.ports import Commits
from chalicelib.kernel.time import Instant, instant
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.forms.model import ColumnKind
from chalicelib.platform.forms.xlsx import workbook_of
from chalicelib.settlement.usecases.reverse import ReverseClaim
from chalicelib.summary.domain import BEGINNING, By, SummarySpan, Tally, above, by_row
from chalicelib.summary.forms import daily_form, daily_list
from chalicelib.summary.ports import TallyStore
from chalicelib.summary.usecases import CHANGES_AT_ONCE, CountClaims, ReadDaily, ReadSummary, Summary
from tests.kit.areas import KUNMING, WUHAN, WUHUA, YUNNAN
from tests.kit.desk import Caller
from tests.kit.fixtures.system import System
from tests.kit.memory.faults import Fault, When, faulty
from tests.kit.memory.samples import AUDITOR, agency, body, enrol_sample, hospital, policies, submission
from tests.kit.memory.tables import MemoryTable
from tests.kit.memory.world import World
from tests.kit.worked_cases import worked_cases

ALL = SummarySpan()
TODAY = date(2026, 11, 21)
READERS = (hospital(), agency(KUNMING), agency(YUNNAN), AUDITOR)


def counted(world: World, at_once: int = CHANGES_AT_ONCE) -> int:
    """Bring the changes so far into the sums; return the number of steps."""
    world.clock.move_to(world.clock.now() + timedelta(hours=1))
    return replace(world.system[CountClaims], at_once=at_once)()


def changes(world: World) -> tuple[CountedChange, ...]:
    return world.calm_ports[TallyStore].changes(BEGINNING, None, None)


def recounted(world: World) -> dict[tuple[str, str], Tally]:
    """The sums by the claims as they are."""
    found: dict[tuple[str, str], Tally] = {}
    for record in world.memory.claims.values():
        whole = CountedChange(ClaimId(""), record.institution, record.received_at, Instant(""), 0, None, record.counted)
        for key, addends in by_row([whole]).items():
            found[key] = found.get(key, Tally(*key)).with_fresh(addends)
    return found


def kept(world: World) -> dict[tuple[str, str], Tally]:
    """The sums as they stand, without those that came to nothing."""
    rows = [replace(each, through=Instant(""), revision=0) for each in world.memory.all(Tally)]
    return {(each.under, each.row): each for each in rows if each != Tally(each.under, each.row)}


def settled(world: World) -> ClaimId:
    """A claim that waited for its person and settled."""
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    world.run_all()
    enrol_sample(world, body()["patient"]["id_no"])
    world.run_all()
    return claim_id


def summary(world: World, principal: Principal, by: By = By.STATUS, span: SummarySpan = ALL, **more: Any) -> Summary:
    return world.system[ReadSummary](principal, by, span, more.get("area"))


def counts(world: World, principal: Principal, **more: Any) -> dict[str, int]:
    return {item.key: item.claims for item in summary(world, principal, **more).items if item.claims}


def test_a_summary_is_the_same_before_anything_was_brought_in_and_after(world: World) -> None:
    settled(world)
    before = {reader: [summary(world, reader, by) for by in By] for reader in READERS}
    assert world.memory.all(Tally) == []
    assert counted(world) == 1
    assert {reader: [summary(world, reader, by) for by in By] for reader in READERS} == before
    for reader in READERS:
        assert counts(world, reader) == {"settled": 1}
    assert kept(world) == recounted(world)
    assert counted(world) == 1, "a step in which nothing changed"


def test_what_the_payers_bear_of_a_day_is_the_days_amount(world: World) -> None:
    settled(world)
    (day,) = summary(world, hospital(), By.DAY).items
    payers = summary(world, hospital(), By.PAYER).items
    assert [(each.payer.value, each.amount_fen) for each in day.payers] == [
        (each.key, each.amount_fen) for each in payers
    ]
    assert sum(each.amount_fen for each in day.payers) == day.amount_fen > 0
    assert all(each.payers == () for each in payers)


def test_what_changes_after_a_step_is_added_to_it(world: World) -> None:
    claim_id = settled(world)
    counted(world)
    world.system[ReverseClaim](hospital(), claim_id, "typed twice")
    world.run_all()
    for _ in range(2):
        assert counts(world, hospital()) == {"reversed": 1}
        assert summary(world, hospital()).whole.total_fen == 0
        counted(world)
    assert kept(world) == recounted(world)


def test_what_may_still_arrive_is_not_brought_in(world: World) -> None:
    """A change bears the instant at which it was decided, and may be written a quarter of an hour later."""
    counted(world)
    settled(world)
    assert world.system[CountClaims]() == 0
    assert counts(world, AUDITOR) == {"settled": 1}
    (late, *others) = changes(world)
    world.memory.forget(CountedChange)
    world.memory.tables.keep(*others)
    world.clock.move_to(world.clock.now() + timedelta(minutes=15))
    world.system[CountClaims]()
    world.memory.tables.keep(late)
    assert counts(world, AUDITOR) == {"settled": 1}
    counted(world)
    assert kept(world) == recounted(world)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_steps_of_any_length_come_to_the_same(world: World, at_once: int) -> None:
    settled(world)
    record = next(iter(world.memory.claims.values()))
    for number in range(9):
        world.clock.move_to(world.clock.now() + timedelta(seconds=number % 3))
        now = instant(world.clock.now())
        one = replace(
            record, claim_id=ClaimId(f"clm_{number}"), claim_no=f"N-{number}", revision=1, as_read=None, changed_at=now
        )
        world.calm_ports[Commits].commit([InsertClaim(one)])
    assert counted(world, at_once) > 1
    assert kept(world) == recounted(world)
    assert counts(world, AUDITOR) == {"settled": 10}


def test_what_does_not_change_how_a_claim_counts_is_no_change(world: World) -> None:
    claim_id = settled(world)
    before = len(changes(world))
    record = world.memory.claims[claim_id]
    world.calm_ports[Commits].commit([UpdateClaim(replace(record, awaited=True, revision=record.revision + 1))])
    assert len(changes(world)) == before


def test_a_claim_is_written_as_it_was_read_or_not_at_all(world: World) -> None:
    record = world.memory.claims[settled(world)]
    stale = replace(record, revision=record.revision + 2)
    with pytest.raises(AssertionError):
        counted_change(stale)


def test_every_area_of_the_registry_lies_where_its_code_says(world: World) -> None:
    registry = world.bundles.current().registry
    for code in registry.areas:
        assert set(registry.chain(code)) <= set(above(code))


def test_payers_days_and_agencies_are_parts_of_one_sum(world: World) -> None:
    settled(world)
    counted(world)
    by_payer = summary(world, agency(KUNMING), By.PAYER)
    assert by_payer.whole.total_fen > 0
    assert sum(item.amount_fen for item in by_payer.items) == by_payer.whole.total_fen
    for by, key in ((By.DAY, TODAY.isoformat()), (By.AREA, "530100")):
        (item,) = summary(world, agency(KUNMING), by).items
        assert (item.key, item.claims, item.settled, item.amount_fen) == (key, 1, 1, by_payer.whole.total_fen)


def test_days_of_receipt_narrow_a_summary(world: World) -> None:
    settled(world)
    tomorrow = TODAY + timedelta(days=1)
    for _ in range(2):
        for by in (By.STATUS, By.PAYER, By.DAY):
            assert summary(world, AUDITOR, by, SummarySpan(TODAY, TODAY)).whole.settled == 1
            assert summary(world, AUDITOR, by, SummarySpan(to_on=TODAY)).whole.settled == 1
            assert summary(world, AUDITOR, by, SummarySpan(from_on=tomorrow)).whole.settled == 0
        counted(world)


def test_everybody_reads_their_own_and_what_is_under_it(world: World) -> None:
    settled(world)
    counted(world, 1)
    for reader in (
        Principal("treasurer", Role.FINANCE, "530100"),
        Principal("doctor", Role.HEALTH, "530000"),
        Principal("clerk", Role.CENTRE, "530000"),
        Principal("clerk", Role.CENTRE, "000000"),
    ):
        assert counts(world, reader) == {"settled": 1}
    for reader in (agency(YUNNAN), AUDITOR, Principal("clerk", Role.CENTRE, "000000")):
        assert counts(world, reader, area="530100") == {"settled": 1}
        assert counts(world, reader, area="532900") == {}
    assert counts(world, agency(WUHAN)) == counts(world, hospital("H53010200003")) == {}
    for stranger in (agency(WUHAN), agency(WUHUA), hospital(), Principal("clerk", Role.CENTRE, "420000")):
        with pytest.raises(NotFound):
            summary(world, stranger, area="530100")
    with pytest.raises(NotFound):
        summary(world, AUDITOR, area="999999")
    with pytest.raises(Forbidden):
        summary(world, Principal("writer", Role.POLICY, "000000"))


def test_a_claim_of_an_unknown_institution_is_its_own_and_the_nations(world: World) -> None:
    record = world.memory.claims[settled(world)]
    world.memory.forget(CountedChange)
    unknown = replace(
        record,
        claim_id=ClaimId("clm_unknown"),
        revision=1,
        as_read=None,
        agency=None,
        areas=(),
        settlement=None,
        status=ClaimStatus.REJECTED,
    )
    world.calm_ports[Commits].commit([InsertClaim(unknown)])
    for _ in range(2):
        assert counts(world, AUDITOR, by=By.AREA) == {"unknown": 1}
        assert counts(world, hospital()) == {"rejected": 1}
        assert counts(world, agency(KUNMING)) == {}
        counted(world)


@pytest.mark.parametrize("when", list(When), ids=lambda when: when.name.lower())
def test_a_step_that_was_cut_off_anywhere_counts_once(when: When) -> None:
    lost = 0
    while True:
        fault = Fault()
        world = World(policies(), faulty(fault))
        settled(world)
        whole = [summary(world, reader, by) for reader in READERS for by in By]
        fault.arm(lost, when)
        try:
            counted(world)
        except Unavailable:
            pass
        else:
            break
        assert [summary(world, reader, by) for reader in READERS for by in By] == whole, lost
        counted(world)
        assert kept(world) == recounted(world), lost
        assert [summary(world, reader, by) for reader in READERS for by in By] == whole, lost
        lost += 1
    assert lost >= 3


def over(world: World, tallies: Any) -> ReadSummary:
    """Summaries read of these sums."""
    read = world.system[ReadSummary]
    return replace(read, tallies=tallies, sums=replace(read.sums, tallies=tallies))


class Restless:
    """Sums that are brought up to date between any two readings of them."""

    def __init__(self, inner: TallyStore, world: World) -> None:
        self.inner, self.world, self.steps = inner, world, 0

    def __getattr__(self, name: str) -> Any:
        read = getattr(self.inner, name)

        def after_a_step(*said: Any) -> Any:
            self.steps += counted(self.world, 1)
            return read(*said)

        return after_a_step


def test_what_is_brought_in_while_a_summary_is_read_counts_once(world: World) -> None:
    claim_id = settled(world)
    for by in By:
        whole = summary(world, AUDITOR, by, SummarySpan(TODAY, TODAY) if by is By.DAY else ALL)
        moving = over(world, Restless(world.calm_ports[TallyStore], world))
        again = moving(AUDITOR, by, whole.span, None)
        assert again.items == whole.items
        one = replace(world.memory.claims[claim_id], claim_id=ClaimId(f"clm_{by}"), revision=1, as_read=None)
        world.calm_ports[Commits].commit([InsertClaim(replace(one, changed_at=instant(world.clock.now())))])


def copies(world: World, count: int) -> Iterator[ClaimRecord]:
    """So many claims of one hospital like the one that is there, written now."""
    record = replace(next(iter(world.memory.claims.values())), changed_at=instant(world.clock.now()))
    for number in range(count):
        yield replace(record, claim_id=ClaimId(f"clm_{number:026d}"), claim_no=f"N-{number}", revision=1, as_read=None)


def test_requests_do_not_grow_with_the_claims(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For any number of counted claims, in any states, each summary makes the same requests."""
    settled(world)
    counted(world)
    asked: list[str] = []
    for name in ("get", "get_many", "_query"):
        plain = getattr(MemoryTable, name)

        def noted(self: MemoryTable, *said: Any, plain: Any = plain, name: str = name) -> Any:
            asked.append(name)
            return plain(self, *said)

        monkeypatch.setattr(MemoryTable, name, noted)

    def requests() -> dict[tuple[str, By], int]:
        made = {}
        for reader in READERS:
            for by in By:
                asked.clear()
                summary(world, reader, by)
                made[reader.subject, by] = len(asked)
        return made

    few = requests()
    for record in copies(world, 300):
        world.calm_ports[Commits].commit([InsertClaim(record)])
        kept_so = world.memory.claims[record.claim_id]
        world.calm_ports[Commits].commit([UpdateClaim(replace(kept_so, revision=2, status=ClaimStatus.DEFERRED))])
    counted(world)
    assert counts(world, AUDITOR) == {"settled": 1, "deferred": 300}
    assert requests() == few
    assert max(few.values()) <= 6, "how far the sums go, the sums, and each partition of what changed since"


def test_a_days_report_shows_every_institution_also_those_that_sent_nothing(world: World) -> None:
    settled(world)
    daily = world.system[ReadDaily]
    before = daily(agency(KUNMING), TODAY, None)
    counted(world)
    report = daily(agency(KUNMING), TODAY, None)
    assert daily_list(report).rows == daily_list(before).rows
    registry = world.bundles.current().registry
    assert {each.code for each, _ in report.rows} == {
        each.code for each in registry.institutions.values() if each.agency == "530100" or each.area.startswith("5301")
    }
    sent = {each.code: row.settled for each, row in report.rows if row.claims}
    assert sent == {hospital().subject: 1}
    assert report.silent == len(report.rows) - 1 > 0
    assert daily(agency(KUNMING), TODAY - timedelta(days=1), None).whole.claims == 0
    for stranger in (agency(WUHAN), agency(WUHUA)):
        with pytest.raises(NotFound):
            daily(stranger, TODAY, KUNMING)
    with pytest.raises(Forbidden):
        daily(hospital(), TODAY, None)


def test_a_days_report_as_a_form_adds_up_and_its_numbers_are_numbers(world: World) -> None:
    settled(world)
    caller, path = Caller(world), f"/v1/reports/daily?date={TODAY}&area=530100"
    answered = caller.call("GET", path, role="agency", subject="530100").json
    report = world.system[ReadDaily](agency(KUNMING), TODAY, None)
    form = daily_form(report, world.bundles.current().registry, TODAY)
    (grid,) = form.grids
    assert grid.total is not None
    for place, column in enumerate(grid.columns):
        if column.kind is not ColumnKind.TEXT:
            assert grid.total[place] == sum(int(str(row[place])) for row in grid.rows)
    assert format_yuan(form.capitals_fen or 0) == answered["whole"]["total"]
    sheet = load_workbook(io.BytesIO(workbook_of(form)))[form.title]
    amounts = [cell for row in sheet.iter_rows() for cell in row if cell.number_format == "#,##0.00"]
    assert amounts
    assert all(isinstance(cell.value, int | float) for cell in amounts)
    assert sheet.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert any("当日无申请：" in note for note in form.notes)
    lines = caller.call("GET", f"{path}&format=csv", role="agency", subject="530100").text.splitlines()
    assert len(lines) == len(report.rows) + 1
    page = caller.call("GET", f"{path}&format=html", role="agency", subject="530100")
    assert page.headers["Content-Type"].startswith("text/html")
    assert caller.call("GET", f"{path}&format=pdf", role="agency", subject="530100").status == 400


def test_a_hospital_reads_what_it_was_just_answered_over_http(system: System) -> None:
    case = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10")
    desk = ("hospital", case.claim["institution"])

    def read(by: str, who: tuple[str, str] = desk) -> dict[str, Any]:
        answer: dict[str, Any] = system.client.expect(200, system.client.call("GET", f"/v1/summary?by={by}", who))
        return answer

    def settled_of(answer: dict[str, Any]) -> int:
        return int(answer["settled"])

    before = settled_of(read("status"))
    claim = system.settle(system.for_newcomer(case.claim, "summed-1"))
    assert settled_of(read("status")) == before + 1
    system.stack.streams.drain()
    by_status, by_payer = read("status"), read("payer")
    assert settled_of(by_status) == before + 1
    assert claim["status"] == "settled"
    assert by_payer["amount"] == by_status["amount"]
    assert by_status["of"] == desk[1]
    for path, field in (
        ("/v1/summary", "by"),
        ("/v1/summary?by=week", "by"),
        ("/v1/summary?by=area&from=2026-11-01", "from"),
        ("/v1/summary?by=area&to=2026-11-01", "to"),
        ("/v1/summary?by=status&from=2026-11-02&to=2026-11-01", "to"),
        ("/v1/summary?by=day&from=2020-01-01&to=2026-11-01", "from"),
    ):
        refused = system.client.expect(400, system.client.call("GET", path, desk))
        assert [each["field"] for each in refused["errors"]] == [field]
