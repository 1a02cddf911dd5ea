"""Term of an institution's agreement: register, recorded terms, terminations, extensions by notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.adjudication.domain.facts import OnRecord
from chalicelib.law.domain.values import Agreement
from chalicelib.registry.domain.agreements import AgreementKind, AgreementTerm, standing_on
from tests.kit.worked_cases import shipped_bundle

BASE = replace(
    shipped_bundle().registry.institutions["H21020200001"],
    agreement_until=date(2020, 1, 31),
    temporary_agreement_until=None,
)
DAY = date(2020, 2, 10)


def term(kind: AgreementKind, starts_on: date, ends_on: date | None = None) -> AgreementTerm:
    return AgreementTerm(kind, starts_on, ends_on)


SERVICE, EXTENSION, TEMPORARY, TERMINATION = AgreementKind


def test_the_register_decides_where_nothing_was_recorded() -> None:
    assert standing_on(BASE, (), date(2020, 1, 31)).holds_by_itself(date(2020, 1, 31))
    later = standing_on(BASE, (), DAY)
    assert (later.own_until, later.holds_by_itself(DAY)) == (date(2020, 1, 31), False)


@pytest.mark.parametrize("kind", [SERVICE, EXTENSION])
def test_a_recorded_term_adds_to_the_register_from_its_first_day_to_its_last(kind: AgreementKind) -> None:
    terms = (term(kind, date(2020, 2, 1), date(2020, 6, 30)),)
    for day, holds in ((date(2020, 2, 1), True), (date(2020, 6, 30), True), (date(2020, 7, 1), False)):
        assert standing_on(BASE, terms, day).holds_by_itself(day) is holds
    assert standing_on(BASE, terms, date(2020, 1, 15)).own_until == date(2020, 1, 31)


def test_an_agreement_without_an_end_runs_on() -> None:
    standing = standing_on(BASE, (term(SERVICE, date(2020, 2, 1)),), date(2030, 1, 1))
    assert standing.open_end
    assert standing.holds_by_itself(date(2030, 1, 1))


def test_a_special_agreement_covers_its_days_where_it_is_honoured() -> None:
    terms = (term(TEMPORARY, DAY, date(2020, 3, 31)),)
    inside, after = standing_on(BASE, terms, DAY), standing_on(BASE, terms, date(2020, 4, 1))
    assert (inside.holds_specially(DAY), inside.holds_by_itself(DAY)) == (True, False)
    assert not after.holds_specially(date(2020, 4, 1))


def test_a_termination_ends_everything_from_its_day_and_not_before() -> None:
    """Also what a notice would extend and what is special."""
    terms = (
        term(SERVICE, date(2020, 2, 1)),
        term(TEMPORARY, date(2020, 2, 1), date(2020, 12, 31)),
        term(TERMINATION, DAY),
    )
    before, on = standing_on(BASE, terms, DAY - timedelta(days=1)), standing_on(BASE, terms, DAY)
    assert before.holds_by_itself(DAY - timedelta(days=1))
    assert (on.holds_by_itself(DAY), on.holds_specially(DAY), on.own_until) == (False, False, None)
    assert on.terminated == terms[-1]


def test_a_later_agreement_puts_a_termination_behind() -> None:
    terms = (term(TERMINATION, DAY), term(SERVICE, date(2020, 5, 1), date(2020, 12, 31)))
    assert standing_on(BASE, terms, date(2020, 4, 30)).terminated is not None
    assert standing_on(BASE, terms, date(2020, 5, 1)).holds_by_itself(date(2020, 5, 1))
    run_out = standing_on(BASE, terms, date(2021, 1, 1))
    assert (run_out.terminated, run_out.holds_by_itself(date(2021, 1, 1))) == (None, False)


def test_an_extension_by_notice_reaches_no_agreement_that_ended_long_before() -> None:
    """Source: D-10. An agreement that ended years ago, or never was, does not come back."""
    value = Agreement.read({"extended_to": "2020-03-31", "ending_from": "2019-12-31"})
    assert value.extends(date(2019, 12, 31), date(2020, 3, 31))
    assert not value.extends(date(2019, 12, 31), date(2020, 4, 1))
    assert not value.extends(date(2019, 12, 30), date(2020, 2, 1))
    assert not value.extends(None, date(2020, 2, 1))


def test_what_is_kept_with_a_claim_is_read_back() -> None:
    known = OnRecord(
        agreements=(term(SERVICE, DAY, date(2020, 6, 30)), replace(term(TERMINATION, DAY), citation="a.1"))
    )
    assert OnRecord.read(known.write()) == known
    assert OnRecord().write() == {}
