"""Invariants of the money, read through the ports: the same sentences apply to fakes and adapters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from chalicelib.adjudication.domain.assess import assess
from chalicelib.advances.domain.model import Advance, AdvanceStatus
from chalicelib.advances.ports import AdvanceStore
from chalicelib.audit.usecases.audit import Audit
from chalicelib.bank.domain import movement_id_of
from chalicelib.bank.ports import BankMovements
from chalicelib.claims.domain.record import CLOSED, ClaimRecord, ClaimStatus, Hold, SettlementSummary
from chalicelib.claims.domain.remittance import AdjustmentCode
from chalicelib.claims.domain.visits import Likeness, likeness, years_of
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Bodies, Documents
from chalicelib.claims.usecases.episodes import Episodes
from chalicelib.claims.usecases.examine import enrolment_for, has_filing
from chalicelib.kernel.money import Fen, parse_yuan
from chalicelib.kernel.pages import PageRequest, every
from chalicelib.kernel.ports import DocumentStore
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import ClaimId, InstitutionCode, MovementId, TransactionId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.transaction import Transaction, trial_balance, unmatched_mirrors
from chalicelib.ledger.ports import LedgerStore
from chalicelib.registry.domain.enrolments import overlap
from chalicelib.requisitions.ports import RequisitionStore, requisitions_in
from chalicelib.settlement.domain.order import PaymentOrder, PaymentStatus
from chalicelib.settlement.ports import HospitalStore
from chalicelib.settlement.usecases.redecide import redeciding_queue
from tests.kit.areas import FULING, WEIHAI
from tests.kit.books_by_hand import wrong_with_reimbursements
from tests.kit.memory.world import World

_FIRST = PageRequest(1)


def what_is_wrong(ports: Ports, system: System, claim_ids: Iterable[ClaimId]) -> list[str]:
    """Every invariant of section 6 that does not hold right now; crashed steps may be open, nothing may be lost."""
    journal = list(every(ports[LedgerStore].journal))
    wrong = [str(each) for each in system[Audit].run().differences]
    if trial_balance(journal).balance_fen:
        wrong.append("the trial balance is not zero")
    wrong += [f"{account} has no mirror" for account in unmatched_mirrors(journal)]
    records = [record for claim_id in claim_ids if (record := ports[ClaimStore].get(claim_id)) is not None]
    for record in records:
        wrong += _wrong_with_claim(ports, record)
    wrong += _wrong_with_visits(ports, records)
    wrong += _wrong_with_requisitions(ports, journal)
    wrong += wrong_with_reimbursements(ports, journal)
    hospitals = {record.institution for record in records}
    for code in hospitals:
        wrong += _wrong_with_hospital(ports, code, [each for each in records if each.institution == code], journal)
    return wrong


def not_as_replayed(ports: Ports, claim_ids: Iterable[ClaimId]) -> list[str]:
    """The standing claims whose stored determination differs from one decided anew, in the order of the year."""
    documents, wrong = Documents(ports[DocumentStore]), []
    records = [record for claim_id in claim_ids if (record := ports[ClaimStore].get(claim_id)) is not None]
    for person in {record.person for record in records}:
        for year in ports[PersonStore].years(person):
            for claim_id in year.standing:
                record = ports[ClaimStore].get(claim_id)
                assert record is not None
                assert record.settlement is not None
                known = documents.circumstances(record.settlement.decided_hash)
                again = assess(
                    documents.claim(record.settlement.decided_hash),
                    replace(known, prior=year.prior_of(claim_id)),
                    ports[BundleStore].load(record.settlement.bundle_hash),
                    again=True,
                )
                if again.document is None or documents.hash_of(again.document) != record.settlement.determination_hash:
                    wrong.append(f"{claim_id} is not what its year makes of it")
    return wrong


def not_as_diagnosed(ports: Ports, claim_ids: Iterable[ClaimId]) -> list[str]:
    """Return the visits that a diagnosis of their episode should cover and does not, or covers and should not (N-08),
    unless the office was told; and the visits that still wait to follow a change.
    """
    episodes = Episodes(ports[ClaimStore], ports[PersonStore], Documents(ports[DocumentStore]), ports[BundleStore])
    known = list(claim_ids)
    wrong = {
        f"{visit.claim_id} is not covered as its episode's diagnoses say"
        for claim_id in known
        for visit in episodes.of(claim_id)
        if visit.reached != visit.claim and not visit.has_task
    }
    records = [record for claim_id in known if (record := ports[ClaimStore].get(claim_id)) is not None]
    queues = {
        redeciding_queue(record.person, record.settlement.year) for record in records if record.settlement is not None
    }
    wrong |= {f"{key} still waits" for key in queues if ports[ClaimStore].waiting_for(key, _FIRST).items}
    return sorted(wrong)


def not_under_the_cover_of_today(ports: Ports, claim_ids: Iterable[ClaimId]) -> list[str]:
    """Return the persons whose periods overlap, and the standing claims of insured patients decided under another
    enrolment or filing than the present one for their visit.
    """
    documents, wrong = Documents(ports[DocumentStore]), []
    records = [record for claim_id in claim_ids if (record := ports[ClaimStore].get(claim_id)) is not None]
    registry = ports[BundleStore].current().registry
    for record in records:
        periods = ports[PersonStore].enrolments(record.person).periods
        if any(overlap(one, other) for one, other in combinations(periods, 2)):
            wrong.append(f"{record.person} is insured twice on a day")
        if record.status is not ClaimStatus.SETTLED or record.settlement is None:
            continue
        claim = documents.claim(record.settlement.decided_hash)
        known = documents.circumstances(record.settlement.decided_hash)
        if known.enrolment is None or known.enrolment.insured_area is None:
            # What was advanced until enrolment moves on by the rule of Y-15 and is not decided again; no filing counts.
            continue
        now = enrolment_for(periods, claim.visit)
        institution = registry.institutions[record.institution]
        # Who is treated where they are insured needs no filing, and none is looked for.
        is_away = registry.pooling_area(known.enrolment.insured_area) != institution.pooling_area
        filings = ports[PersonStore].filings(record.person)
        if known.filing_on_record != (is_away and has_filing(filings, claim.visit, institution, registry)):
            wrong.append(f"{record.claim_id} stands under another filing")
        if now is None:
            continue
        if (now.insured_area, now.insurance) != (known.enrolment.insured_area, known.enrolment.insurance):
            wrong.append(f"{record.claim_id} stands under another enrolment")
    return wrong


def under_a_document_of_another(ports: Ports, claim_ids: Iterable[ClaimId]) -> list[str]:
    """Return the claims that count and stand under a document's own token, though it leads to a person known before:
    no enrolment is ever recorded under that token again, so nothing would start or re-decide them.
    """
    records = [record for claim_id in claim_ids if (record := ports[ClaimStore].get(claim_id)) is not None]
    return [
        f"{record.claim_id} is {record.status} under a document that is somebody else's by now"
        for record in records
        if record.status not in CLOSED and ports[PersonStore].known_as(record.person) != record.person
    ]


def assert_in_balance(world: World) -> None:
    """Whatever was posted in memory, the books balance, mirrors match and the audit finds nothing."""
    ledger = list(world.memory.ledger.values())
    assert trial_balance(ledger).balance_fen == 0
    assert unmatched_mirrors(ledger) == ()
    world.system[Audit].run_or_raise()


def _wrong_with_requisitions(ports: Ports, journal: Sequence[Transaction]) -> list[str]:
    """Check that the bank's reports about Fuling's and Weihai's requisitions are what the journal moved, one by one."""
    balances = {line.account: line.balance_fen for line in trial_balance(journal).accounts}
    lists = (requisitions_in(FULING), requisitions_in(WEIHAI))
    known = list(every(lambda page: ports[RequisitionStore].find(lists, page)))
    on_its_way: dict[str, Fen] = {}
    for each in known:
        for line in each.lines:
            account = f"requisition/{each.area}/{line.kind.value}"
            on_its_way[account] = on_its_way.get(account, 0) + line.on_its_way_fen
    posted = sum(each.id.startswith("requisition:") for each in journal)
    wrong = [
        f"{account} is not what its requisitions say"
        for account, amount_fen in on_its_way.items()
        if balances.get(account, 0) != amount_fen
    ]
    if posted != sum(len(each.movements) for each in known):
        wrong.append("the bank's words about requisitions are not what was posted")
    return wrong


def _wrong_with_claim(ports: Ports, record: ClaimRecord) -> list[str]:
    settled, wrong = record.settlement, []
    posted = ports[LedgerStore].get(TransactionId(f"settle:{record.claim_id}")) is not None
    if posted != (record.status in {ClaimStatus.SETTLED, ClaimStatus.REVERSED}):
        wrong.append(f"{record.claim_id} is {record.status} and posted: {posted}")
    if settled is None or record.status is not ClaimStatus.SETTLED:
        return wrong
    document = Documents(ports[DocumentStore]).determination(settled)
    shares = {payer: parse_yuan(amount) for payer, amount in document["shares"].items()}
    if sum(shares.values()) != parse_yuan(document["total"]) or min(shares.values()) < 0:
        wrong.append(f"{record.claim_id}: the shares are not the bill")
    if settled.owed_fen != sum(shares.values()) - shares["patient"]:
        wrong.append(f"{record.claim_id}: the hospital is not owed what was decided")
    if settled.bill.billed_fen != parse_yuan(document["total"]) or settled.bill.patient_fen != shares["patient"]:
        wrong.append(f"{record.claim_id}: the advice would not bill what was billed")
    if settled.ordered and settled.owed_fen != settled.advance_offset_fen + settled.ordered_fen:
        wrong.append(f"{record.claim_id}: what is owed is not met")
    if settled.ordered and settled.advance_offset_fen > settled.protected_fen:
        wrong.append(f"{record.claim_id}: a special advance is spent on costs that are not protected")
    wrong += _wrong_with_hold(ports, record, settled)
    waiting = ports[ClaimStore].waiting_for(f"pay#{record.claim_id}", _FIRST).items
    if bool(waiting) == settled.ordered:
        wrong.append(f"{record.claim_id}: open payments stand in their queue and finished ones do not")
    return wrong


def _wrong_with_visits(ports: Ports, records: list[ClaimRecord]) -> list[str]:
    """Check that every claim that is not over, and no other, stands once among its person's visits of each year it
    touches; and that two similar claims at one institution are settled and paid only if declared distinct.
    """
    bodies, wrong = Bodies(ports[ClaimStore]), []
    for record in records:
        claim = bodies.of(record)
        for year in years_of(claim.visit):
            visits = ports[PersonStore].visits(record.person, year)
            places = [entry for entry in visits.entries if entry.claim_id == record.claim_id]
            if len(places) != (0 if record.status in CLOSED else 1):
                wrong.append(f"{record.claim_id} is {record.status} and stands {len(places)} times among the visits")
            held = record.settlement is not None and record.settlement.hold is not None
            if record.status is not ClaimStatus.SETTLED or held or not places:
                continue
            earlier = visits.before(places[0].number)
            twins = [each for each in earlier if likeness(places[0], each) in _ONE_BILL]
            wrong += [f"{record.claim_id} is paid beside {each.claim_id}, the same bill" for each in twins]
    return wrong


_ONE_BILL = (Likeness.SAME_BILL, Likeness.OVERLAP_HERE)


def _wrong_with_hold(ports: Ports, record: ClaimRecord, settled: SettlementSummary) -> list[str]:
    """Check that the held amount is the sum of the held orders, and that no order of a held claim has left."""
    found = (ports[HospitalStore].payment_order(record.institution, record.claim_id, n) for n in range(settled.rounds))
    orders = [order for order in found if order is not None]
    held_fen = sum(order.amount_fen for order in orders if order.status is PaymentStatus.HELD)
    wrong = [] if held_fen == settled.held_fen else [f"{record.claim_id}: {held_fen} wait, {settled.held_fen} are held"]
    left = [order for order in orders if order.status in (PaymentStatus.ORDERED, PaymentStatus.PAID)]
    if settled.hold is Hold.HELD and left:
        wrong.append(f"{record.claim_id} is held and {len(left)} of its orders have left")
    if settled.hold is not Hold.HELD and held_fen:
        wrong.append(f"{record.claim_id} is not held and an order of it waits")
    return wrong


def _wrong_with_hospital(
    ports: Ports, code: InstitutionCode, records: list[ClaimRecord], journal: list[Transaction]
) -> list[str]:
    """Check that the payable to a hospital is what is unmet, less its overpayments; money that it paid for patients and
    that is given back by hand is checked with its case.
    """
    account = f"hospital/{code}/payable"
    of_claims = [each for each in journal if not each.cause.startswith("rmb_")]
    balance_fen: Fen = sum(p.amount_fen for each in of_claims for p in each.postings if p.account == account)
    open_fen = sum(
        settled.owed_fen - settled.advance_offset_fen - settled.ordered_fen + settled.held_fen
        for record in records
        if (settled := record.settlement) is not None and record.status is ClaimStatus.SETTLED
    )
    overpaid_fen = ports[HospitalStore].money(code).overpaid_fen
    if balance_fen != overpaid_fen - open_fen:
        return [f"{account} is {balance_fen}, overpaid {overpaid_fen}, open {open_fen}"]
    return [*_wrong_with_advice(ports, code), *_wrong_with_movements(ports, code, journal)]


def _wrong_with_advice(ports: Ports, code: InstitutionCode) -> list[str]:
    """Check that each line of the remittance advice explains its ordered fen, and that all lines sum to the orders."""
    lines, wrong = ports[HospitalStore].remittances(code, Instant("2000"), Instant("3000")), []
    for line in lines:
        codes = {each.code for each in line.adjustments}
        if line.bill.billed_fen - sum(each.amount_fen for each in line.adjustments) != line.ordered_fen:
            wrong.append(f"{line.claim_id} {line.event}: billed less adjusted is not ordered")
        if line.event == "settled" and AdjustmentCode.EARLIER_ROUNDS in codes:
            wrong.append(f"{line.claim_id}: a first round has none before it")
    standing = {PaymentStatus.ORDERED, PaymentStatus.PAID}
    orders = list(every(lambda page: ports[HospitalStore].payment_orders(code, page)))
    ordered_fen = sum(order.amount_fen * (order.beyond + (order.status in standing)) for order in orders)
    if ordered_fen != sum(line.ordered_fen for line in lines):
        wrong.append(f"{code}: the advice is not its payment orders")
    return wrong


def _wrong_with_movements(ports: Ports, code: InstitutionCode, journal: list[Transaction]) -> list[str]:
    """Check that every movement known to an order or an advance is in the register and is about it, and that the
    office's cash moved by the reports and by nothing else.
    """
    orders = list(every(lambda page: ports[HospitalStore].payment_orders(code, page)))
    advances = list(every(lambda page: ports[AdvanceStore].of_institution(code, page)))
    wrong = [*_wrongly_told(ports, orders, advances), *_returns_not_registered(ports, advances)]
    paid_fen = _paid_fen(orders, advances)
    own: set[str] = {name for order in orders for name in (order.claim_id, order.payment_id)}
    own |= {advance.advance_id for advance in advances}
    cash_fen = sum(
        posting.amount_fen
        for each in journal
        if each.cause in own
        for posting in each.postings
        if posting.account.startswith("bank/") and posting.account.endswith("/cash")
    )
    if cash_fen != -paid_fen:
        wrong.append(f"{code}: the bank's cash moved by {cash_fen}, and the orders say {-paid_fen}")
    return wrong


def _wrongly_told(ports: Ports, orders: Sequence[PaymentOrder], advances: Sequence[Advance]) -> Iterator[str]:
    heard = [
        *((order.payment_id, order.agency, said) for order in orders for said in order.said),
        *((advance.advance_id, advance.agency, said) for advance in advances for said in advance.said),
    ]
    for name, office, said in heard:
        movement = ports[BankMovements].get(MovementId(said.partition(":")[0]))
        if movement is None or name not in movement.names or movement.office != office:
            yield f"{name} was told by a movement that is not its own"
    for order in orders:
        last = order.said[-1].partition(":")[0] if order.said else None
        if last is not None and last != movement_id_of(order.agency, order.bank_reference or ""):
            yield f"{order.payment_id} was told by a movement that is not its own reference's"


def _returns_not_registered(ports: Ports, advances: Sequence[Advance]) -> Iterator[str]:
    for advance in advances:
        for each in advance.returns:
            movement = ports[BankMovements].get(movement_id_of(advance.agency, each.bank_reference))
            if movement is None or (movement.names, movement.amount_fen) != ((advance.advance_id,), -each.amount_fen):
                yield f"{advance.advance_id}: a return is not in the register as it was booked"


def _paid_fen(orders: Sequence[PaymentOrder], advances: Sequence[Advance]) -> int:
    paid_fen = sum(order.amount_fen * (order.beyond + (order.status is PaymentStatus.PAID)) for order in orders)
    stands = {AdvanceStatus.PAID, AdvanceStatus.RETURNED}
    paid_fen += sum(each.approved_fen * (each.beyond + (each.status in stands)) for each in advances)
    return paid_fen - sum(each.amount_fen for advance in advances for each in advance.returns)
