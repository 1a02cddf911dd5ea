"""Mendings of a later word about the money, taken out one by one: the sentence that speaks of a mending must then fail.

A sentence that holds with its mending taken out would prove nothing. The mendings of rulings are in
tests/audit/test_claims.py, those of what is owed back and of one reference in test_bank_word.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.bank.domain import Division
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.usecases import versions
from chalicelib.claims.usecases.alike import Alike, Resemblance
from chalicelib.payments.usecases import pay_in as fiscal_payments
from chalicelib.settlement.usecases import pay as payment
from chalicelib.settlement.usecases import redecide as redeciding
from chalicelib.settlement.usecases import reverse as reversal
from chalicelib.settlement.usecases.redecide import Redeciding
from tests.claims import test_duplicates
from tests.claims import test_withdraw as test_withdrawal
from tests.clearing import test_run as test_clearing
from tests.kit.an_illness import KUNMING
from tests.kit.memory.samples import body, enrol_sample, policies
from tests.kit.memory.world import World
from tests.kit.mendings import a_reference_names_nothing
from tests.payments import test_bank_word
from tests.settlement import test_late_diagnoses

Patch = pytest.MonkeyPatch


def nothing_reaches_back(patch: Patch) -> None:
    """Never look at a later visit's diagnosis for an earlier visit (N-08)."""
    patch.setattr(Redeciding, "reach_back", lambda *_: None)


def codes_are_asked_again(patch: Patch) -> None:
    """The health side's correction is decided like a submission, whose missing codes stop it."""
    assess = vars(redeciding)["assess"]

    def as_submitted(*given: Any, **_: Any) -> Any:
        return assess(*given, again=False)

    patch.setattr(redeciding, "assess", as_submitted)


def whatever_finance_pays_was_owed(patch: Patch) -> None:
    """An amount is held against nothing: all of it meets the receivable."""
    patch.setattr(fiscal_payments, "divide", lambda amount_fen, *_: Division(amount_fen, 0))


def nothing_is_held(patch: Patch) -> None:
    """Pay a bill that looks like one sent twice as any other bill."""
    patch.setattr(payment, "Hold", SimpleNamespace(HELD="never"))


def nothing_looks_alike(patch: Patch) -> None:
    patch.setattr(Alike, "look", lambda *_, **__: Resemblance())


def the_old_version_stays_open(patch: Patch) -> None:
    patch.setattr(versions, "withdrawing", lambda *_: [])


def withdrawn_is_reversed(patch: Patch) -> None:
    """End a never-settled claim like a withdrawn claim: lists, reports and events cannot tell."""
    ended = versions.withdrawn

    def as_reversed(*given: Any) -> Any:
        return replace(ended(*given), status=ClaimStatus.REVERSED)

    patch.setattr(versions, "withdrawn", as_reversed)
    patch.setattr(reversal, "withdrawn", as_reversed)


def late_world() -> World:
    world = World(policies())
    test_late_diagnoses.enrol(world)
    return world


def known_world() -> World:
    world = World(policies())
    enrol_sample(world, body()["patient"]["id_no"])
    return world


def diagnosis_reaches_back() -> None:
    test_late_diagnoses.test_a_diagnosis_covers_an_earlier_visit_at_whichever_place(
        late_world(), KUNMING, KUNMING, late_bill=False
    )


def health_confirms() -> None:
    test_late_diagnoses.test_the_health_side_confirms_a_patient_whatever_the_codes(late_world(), KUNMING, None)


def finance_pays() -> None:
    till = test_bank_word.Till(World(policies()))
    test_bank_word.test_finance_pays_what_it_owes_then_ahead_and_never_what_was_never_owed(till)


def clearing_receives() -> None:
    world = World(policies())
    test_clearing.test_a_receipt_reported_twice_counts_once_and_its_reference_is_taken(
        world, test_clearing.Office.over(world)
    )


def stays_overlap() -> None:
    test_duplicates.test_a_stay_that_overlaps_one_elsewhere_settles_held_and_is_not_told_where(known_world())


def bill_comes_twice() -> None:
    test_duplicates.test_the_same_stay_under_another_number_is_refused_and_names_the_first(known_world())


def version_is_replaced() -> None:
    test_withdrawal.test_a_deferred_claim_is_replaced_and_never_settles_when_what_it_waited_for_arrives(known_world())


def claim_is_withdrawn() -> None:
    test_withdrawal.test_an_open_claim_is_withdrawn_once_however_often_it_is_asked_for(known_world())


def claim_is_listed() -> None:
    test_withdrawal.test_a_withdrawn_claim_is_listed_as_such_and_submitted_again_only_when_asked(known_world())


MENDINGS: list[tuple[Callable[[Patch], None], Callable[[], Any]]] = [
    (nothing_reaches_back, diagnosis_reaches_back),
    (codes_are_asked_again, health_confirms),
    (whatever_finance_pays_was_owed, finance_pays),
    (a_reference_names_nothing, clearing_receives),
    (nothing_is_held, stays_overlap),
    (nothing_looks_alike, bill_comes_twice),
    (the_old_version_stays_open, version_is_replaced),
    (withdrawn_is_reversed, claim_is_withdrawn),
    (withdrawn_is_reversed, claim_is_listed),
    (withdrawn_is_reversed, version_is_replaced),
]


@pytest.mark.parametrize(("taken_out", "sentence"), MENDINGS, ids=lambda each: each.__name__)
def test_with_its_mending_taken_out_the_sentence_fails(
    monkeypatch: Patch, taken_out: Callable[[Patch], None], sentence: Callable[[], Any]
) -> None:
    taken_out(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        sentence()


@pytest.mark.parametrize("sentence", list(dict.fromkeys(each for _, each in MENDINGS)), ids=lambda each: each.__name__)
def test_with_its_mending_in_place_the_sentence_holds(sentence: Callable[[], Any]) -> None:
    sentence()
