"""Properties of every clearing: zero sum, few payments, proofs, statements and disputes (N-07, Y-04; design.md 7)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.claims.domain.history import Verdict
from chalicelib.clearing.domain import netting
from chalicelib.clearing.domain.bank import (
    Outcome,
    Receipt,
    divide,
    hand_down_id,
    instruction_id,
    judge,
    open_rows,
    reconcile,
)
from chalicelib.clearing.domain.debts import decided
from chalicelib.clearing.domain.disputes import Dispute, owed_after
from chalicelib.clearing.domain.netting import Net, Unbalanced
from chalicelib.clearing.domain.postings import cleared, disputed, handed_down, instructed, received, resolved
from chalicelib.clearing.domain.statements import Heading, areas_of, leaf_content, statement, without
from chalicelib.clearing.domain.windows import Position, summed
from chalicelib.kernel.access import Role
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, DisputeId, MovementId, RunId
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.accounts import ObligationKind, parse_due
from chalicelib.ledger.domain.obligations import Window, province_of
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.registry.domain.model import NATION
from tests.kit.areas import CHONGQING, DALI, KUNMING, WUHAN, WUHUA, YUNNAN
from tests.kit.clearing_builders import NOW, lines_in, month, nation

CLEARING_RUN = RunId("clr_x")
RAISED = Act("agent", Role.AGENCY, "530300", NOW)
AREAS = (KUNMING, AreaCode("530300"), DALI, WUHUA, YUNNAN)
CROSS = (AreaCode("110000"), WUHAN, AreaCode("420200"), KUNMING, AreaCode("530300"), CHONGQING)


def matrices(areas: tuple[AreaCode, ...], least: int = -(10**9)) -> st.SearchStrategy[tuple[Position, ...]]:
    """Any gross matrix between some areas."""
    row = st.builds(
        lambda pair, kind, amount_fen, claims: Position(pair[0], pair[1], kind, amount_fen, claims),
        st.permutations(areas),
        st.sampled_from(ObligationKind),
        st.integers(least, 10**9),
        st.integers(1, 9),
    )
    return st.lists(row, max_size=25).map(summed)


def across(matrix: tuple[Position, ...]) -> tuple[Position, ...]:
    return tuple(p for p in matrix if province_of(p.debtor) != province_of(p.creditor))


@given(matrices(AREAS))
def test_nets_of_each_kind_sum_to_zero_and_the_payments_bring_every_net_to_zero(matrix: tuple[Position, ...]) -> None:
    nets = netting.net(matrix, YUNNAN)
    payments = netting.instruct(nets)
    for kind in ObligationKind:
        rest = Counter({each.party: each.net_fen for each in nets if each.kind is kind})
        assert sum(rest.values()) == 0
        paying = [each for each in payments if each.kind is kind]
        assert len(paying) <= max(0, len(rest) - 1)
        for each in paying:
            assert each.amount_fen > 0
            rest[each.payer] += each.amount_fen
            rest[each.payee] -= each.amount_fen
        assert not any(rest.values())


@given(matrices(AREAS), st.randoms(use_true_random=False))
def test_the_same_obligations_in_another_order_give_the_same_payments(
    matrix: tuple[Position, ...], chance: random.Random
) -> None:
    shuffled = list(matrix)
    chance.shuffle(shuffled)
    assert netting.instruct(netting.net(shuffled, YUNNAN)) == netting.instruct(netting.net(matrix, YUNNAN))


@given(matrices(CROSS).map(across))
def test_nationally_provinces_pay_and_what_is_handed_down_is_each_provinces_net(matrix: tuple[Position, ...]) -> None:
    nets = netting.net(matrix, NATION)
    assert {each.party for each in nets} <= {"110000", "420000", "530000", "500000"}
    shares: Counter[tuple[str, ObligationKind]] = Counter()
    for share in netting.allocate(matrix, NATION):
        shares[share.province, share.kind] += share.amount_fen
    for each in nets:
        if each.party in ("420000", "530000"):
            assert shares[each.party, each.kind] == each.net_fen


def test_nets_that_do_not_sum_to_zero_stop_the_run() -> None:
    with pytest.raises(Unbalanced):
        netting.instruct([Net(KUNMING, ObligationKind.FUND, 1, 0), Net(AreaCode("530300"), ObligationKind.FUND, 0, 2)])


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=70), st.data())
def test_every_line_is_proved_by_its_path_and_no_other_content_is(lines: list[bytes], data: st.DataObject) -> None:
    digests = [merkle.leaf(line) for line in lines]
    root = merkle.root_of(digests)
    place = data.draw(st.integers(0, len(lines) - 1))
    path = merkle.path_to(digests, place)
    assert merkle.verify(lines[place], path, root)
    assert not merkle.verify(lines[place] + b"0", path, root)
    if path:
        step = data.draw(st.integers(0, len(path) - 1))
        tampered = [*path]
        tampered[step] = merkle.Neighbour(path[step].side, bytes(32))
        assert not merkle.verify(lines[place], tampered, root)


@given(st.lists(st.binary(min_size=64, max_size=64), min_size=2, max_size=9))
def test_a_node_never_passes_for_a_line(lines: list[bytes]) -> None:
    digests = [merkle.leaf(line) for line in lines]
    inner = digests[0] + digests[1]
    assert merkle.leaf(inner) != merkle.root_of(digests[:2])


@given(st.integers(0, 10**6), st.integers(1, 40), st.data())
def test_statements_add_up_to_the_matrix_with_and_without_disputes(seed: int, count: int, data: st.DataObject) -> None:
    for tier in (NATION, AreaCode("150000"), AreaCode("160000")):
        lines = lines_in(tier, month(count, nation(8, 24), seed))
        matrix = summed(line.position for line in lines)
        away = frozenset(data.draw(st.lists(st.sampled_from(lines), max_size=5))) if lines else frozenset()
        heading = Heading(CLEARING_RUN, Window(tier, "2026-11", 1), 1, "", len(lines), matrix, away)
        net = {(each.party, each.kind.value): each.net_fen for each in netting.net(without(matrix, away), tier)}
        for area in sorted({area for line in lines for area in areas_of(line, tier)}):
            own = [line for line in lines if area in areas_of(line, tier)]
            document = statement(heading, area, own)
            stated = sum(parse_yuan(row["amount"]) for row in document["lines"] if row["status"] == "cleared")
            assert stated == sum(parse_yuan(row["amount"]) for row in document["obligations"])
            for total in document["totals"]:
                if tier != NATION or area == province_of(area):
                    assert parse_yuan(total["net"]) == net.get((area, total["kind"]), 0)


@given(st.integers(0, 10**6), st.integers(1, 30), st.data())
def test_carved_out_disputes_leave_the_books_balanced_to_the_end(seed: int, count: int, data: st.DataObject) -> None:
    """due-from mirrors due-to after every transaction, and a run that is paid leaves no hub; in suspense stands what
    rulings took of the funds.
    """
    transactions = month(count, nation(6, 14), seed)
    lines = lines_in(NATION, transactions)
    matrix = summed(line.position for line in lines)
    taken = data.draw(st.lists(st.sampled_from(lines), max_size=3, unique=True)) if lines else []
    disputes = [
        Dispute(DisputeId(f"dsp_{n}"), CLEARING_RUN, line.debtor, line.claim_id, "", RAISED, (line,))
        for n, line in enumerate(taken)
    ]
    net_matrix = without(matrix, taken)
    payments = netting.instruct(netting.net(net_matrix, NATION))
    handed = netting.allocate(net_matrix, NATION)
    posted = list(transactions)
    posted += [each for dispute in disputes if (each := disputed(NOW, dispute))]
    posted += [each for debtor in nation(6, 14) if (each := cleared(CLEARING_RUN, NOW, debtor, net_matrix))]
    posted += [instructed(CLEARING_RUN, NOW, NATION, each) for each in payments]
    posted += [*_all_received(payments), *_all_handed_down(handed)]
    verdict, of_funds_fen = data.draw(st.sampled_from([Verdict.OWED, Verdict.NOT_OWED])), 0
    for dispute in disputes:
        ((pair, disputed_fen),) = dispute.pairs
        standing = [each for each in transactions if each.cause == dispute.claim_id]
        before = decided(pair, standing).disputed_by(dispute.dispute_id, disputed_fen)
        (owed_fen,) = owed_after(dispute, [before], verdict, None)
        after = before.ruled(dispute.dispute_id, owed_fen, takes=verdict is Verdict.NOT_OWED)
        posted += resolved(NOW, dispute, [before], verdict, [after])
        of_funds_fen += disputed_fen if pair.kind is ObligationKind.FUND and verdict is Verdict.NOT_OWED else 0
    _assert_only_disputes_stand(
        posted, of_funds_fen, 2 * len({(line.debtor, line.creditor) for line in taken}), verdict
    )


def _all_received(payments: Sequence[netting.Instruction]) -> Iterator[Transaction]:
    for payment in payments:
        receipt = Receipt(f"B{payment.number}", instruction_id(CLEARING_RUN, payment.number), payment.amount_fen, NOW)
        booked = divide(payment, CLEARING_RUN, [], receipt)
        yield received(CLEARING_RUN, NATION, payment, receipt, booked, movement_id=MovementId(f"B{payment.number}"))


def _all_handed_down(handed: Sequence[netting.Allocation]) -> Iterator[Transaction]:
    for province in {each.province for each in handed}:
        yield from [each for each in [handed_down(CLEARING_RUN, NOW, province, handed)] if each]
        name = hand_down_id(CLEARING_RUN, province)
        for payment in netting.hand_down(handed, province):
            receipt = Receipt(f"H{payment.number}", instruction_id(name, payment.number), payment.amount_fen, NOW)
            booked = divide(payment, name, [], receipt)
            yield received(
                CLEARING_RUN, province, payment, receipt, booked, movement_id=MovementId(f"H{province}{payment.number}")
            )


def _assert_only_disputes_stand(
    posted: Sequence[Transaction], of_funds_fen: int, disputed_accounts: int, verdict: Verdict
) -> None:
    balance = trial_balance(posted)
    assert balance.balance_fen == 0
    assert unmatched_mirrors(posted) == ()
    left = {line.account: line.balance_fen for line in balance.accounts if line.balance_fen}
    assert not [a for a in left if a.startswith("hub/") or a.endswith("/in-transit")]
    assert sum(amount_fen for a, amount_fen in left.items() if a.startswith("suspense/")) == of_funds_fen
    assert not [a for a, amount_fen in left.items() if a.startswith("suspense/") and amount_fen < 0]
    owed = {account for account in left if _crosses_provinces(account)}
    assert len(owed) == (disputed_accounts if verdict is Verdict.OWED else 0)


@given(st.lists(st.integers(-60, 120), max_size=8))
def test_receipts_settle_an_instruction_exactly_when_they_sum_to_it(amounts: list[int]) -> None:
    payment = netting.Instruction(1, ObligationKind.FUND, KUNMING, AreaCode("530300"), 100)
    before: list[Receipt] = []
    matched = excess = 0
    for number, amount in enumerate(amounts):
        receipt = Receipt(f"B{number}", "clr_x-1", amount, NOW)
        outcome = judge(CLEARING_RUN, [payment], before, receipt)
        booked = divide(payment, CLEARING_RUN, before, receipt)
        matched, excess = matched + booked.matched_fen, excess + booked.excess_fen
        before.append(receipt)
        received_fen = sum(each.amount_fen for each in before)
        assert (outcome is Outcome.EXACT) == (received_fen == 100)
        assert matched == min(received_fen, 100)
        assert excess == max(received_fen - 100, 0)
    assert (open_rows(reconcile(CLEARING_RUN, [payment], before)) == ()) == (sum(amounts) == 100)


def test_leaves_are_what_a_statement_shows_of_a_line() -> None:
    """A line's proof needs nothing that its reader does not have."""
    line = lines_in(NATION, month(3, nation(8, 24), 1))[0]
    heading = Heading(CLEARING_RUN, Window(NATION, "2026-11", 1), 1, "", 1, (line.position,))
    shown = statement(heading, line.debtor, [line])["lines"][0]
    assert (
        leaf_content(line).decode()
        == "{" + ",".join(f'"{name}":"{shown[name]}"' for name in sorted(shown) if name != "status") + "}"
    )


def _crosses_provinces(account: str) -> bool:
    due = parse_due(account)
    return due is not None and province_of(due[1]) != province_of(due[2])
