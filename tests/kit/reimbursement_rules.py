"""Bills that people paid themselves, and a dialysis that is audited later, as rules of the money sequences.

A bill may be corrected at any step, claimed by its hospital before, meanwhile or after, and paid, failed, sent back and
paid again by the bank in any order; wrongly passed sums are recovered, also if the claim was reversed by then.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chalicelib.bank.domain import BankOutcome
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.enrolment.usecases.enrol import EnrolPerson
from chalicelib.kernel.access import Principal, Role
from chalicelib.kernel.ports import FileStore
from chalicelib.kernel.system import Ports, System
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.reimbursements.domain.case import Payee
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement
from chalicelib.reimbursements.usecases.correct import CorrectReimbursement
from chalicelib.reimbursements.usecases.decide import DecideReimbursement, ReimbursementReceipts
from chalicelib.service_desk.domain.dialysis import DialysisOutcome, DialysisReviewId
from chalicelib.service_desk.usecases.dialysis import DialysisRequest, DialysisReviews
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.areas import KUNMING
from tests.kit.memory.files import FakeFileStore
from tests.kit.memory.samples import KUNMING_CLAIM, agency, body, enrolment, hospital, passport, submission
from tests.kit.memory.world import FakeClock
from tests.kit.reimbursement_papers import PAPERS, bring_copies

DESK, CHECKER, RELEASER = (Principal(name, Role.AGENCY, "530100") for name in ("desk", "checks", "releases"))
PAYER = Principal("payer", Role.FINANCE, "530100")
ITS_HOSPITAL = "H53010200003"
DALIAN, DIALYSIS_HOSPITAL = agency(AreaCode("210200")), "H21020200002"
DIALYSIS_CLAIM = "dalian-local-resident-near-subsistence"
_DIALYSIS_PASSES = datetime(2020, 3, 2, 4, tzinfo=UTC)
_ALL_LEFT_HOSPITAL = datetime(2020, 6, 1, 4, tzinfo=UTC)
_PATIENTS = (7_001, 7_002)
"""Patients of these bills: few, so that bills meet, and of these bills only, so that other rules are unaffected."""
_DIALYSIS_PATIENTS = 7_100
_WORDS = st.lists(
    st.tuples(st.sampled_from([f"HAND-{number}" for number in range(1, 4)]), st.sampled_from(BankOutcome)), max_size=4
)
Words = list[tuple[str, BankOutcome]]


class ReimbursementRules:
    """Rules for a machine that has these."""

    system: System
    calm_ports: Ports
    clock: FakeClock
    claim_ids: list[ClaimId]
    cases: list[ClaimId]
    dialyses: list[tuple[str, ClaimId]]
    counted: Any

    def cut_off(self) -> contextlib.AbstractContextManager[None]:
        raise NotImplementedError

    def run_everything_now(self) -> None:
        raise NotImplementedError

    def the_books_are_true(self) -> None:
        raise NotImplementedError

    @rule(
        number=st.sampled_from(_PATIENTS),
        half_months=st.sampled_from([0, 0.5, 1, 3]),
        correct=st.sampled_from([None, "bill", "days", "payee", "again"]),
        claimed=st.sampled_from([None, None, "before", "while accepted", "after the audit", "after the order"]),
        words=_WORDS,
    )
    def bring_a_bill(
        self, *, number: int, half_months: float, correct: str | None, claimed: str | None, words: Words
    ) -> None:
        """Carry a case from the desk to the bank; after a refusal or a cut, the next step is tried all the same."""
        before = self.clock.now()
        self.clock.move_to(_ALL_LEFT_HOSPITAL)
        with self.cut_off():
            self.system[EnrolPerson](agency(KUNMING), enrolment(passport(number)["id_no"]))
        bill = _bill(number, half_months)
        steps: list[tuple[str, Callable[[ClaimId], object]]] = [
            ("accepted", lambda case: self.system[AcceptReimbursement].complete(DESK, case, PAPERS)),
            ("corrected", lambda case: self._correct(case, bill, correct)),
            ("forwarded", lambda case: self.system[AcceptReimbursement].forward(DESK, case)),
            ("audited", lambda case: self.system[DecideReimbursement].audit(CHECKER, case)),
            ("corrected late", lambda case: self._correct(case, bill, correct if correct == "again" else None)),
            ("released", lambda case: self.system[DecideReimbursement].release(RELEASER, case)),
        ]
        claimed_at = {"while accepted": "corrected", "after the audit": "released"}.get(claimed or "")
        if claimed == "before":
            self._claim(bill)
        case_id = self._accept(bill)
        if case_id is not None:
            for name, step in steps:
                if claimed_at == name:
                    self._claim(bill)
                with self.cut_off():
                    step(case_id)
        if claimed == "after the order":
            self._claim(bill)
        self.clock.move_to(before)
        self.the_books_are_true()
        if case_id is not None:
            self._speak(case_id, words)

    @precondition(lambda self: self.cases)
    @rule(data=st.data(), words=_WORDS, end=st.sampled_from([None, "again", "withdrawn", "refused", "ordered anew"]))
    def go_on_with_a_bill(self, data: st.DataObject, words: Words, end: str | None) -> None:
        """Whatever has become of it: released again, taken back, refused, ordered anew, spoken of by the bank."""
        case_id = data.draw(st.sampled_from(self.cases))
        with self.cut_off():
            match end:
                case "again":
                    self.system[DecideReimbursement].release(RELEASER, case_id)
                case "withdrawn":
                    self.system[AcceptReimbursement].withdraw(DESK, case_id, "the hospital settles it")
                case "refused":
                    self.system[DecideReimbursement].refuse(RELEASER, case_id, "the invoice is forged")
                case "ordered anew":
                    self.system[DecideReimbursement].order_again(RELEASER, case_id)
        self._speak(case_id, words)

    @rule(reverse=st.sampled_from([None, None, "before", "after"]), again=st.booleans())
    def audit_a_dialysis(self, reverse: str | None, again: bool) -> None:  # noqa: FBT001
        """A dialysis passes in March 2020; years later its audit takes the claim back, once, in any race."""
        patient = passport(_DIALYSIS_PATIENTS + len(self.dialyses))
        claim = {**body(DIALYSIS_CLAIM), "claim_no": f"DIA-{len(self.dialyses)}", "patient": patient}
        before = self.clock.now()
        self.clock.move_to(_DIALYSIS_PASSES)
        with self.cut_off():
            request = enrolment(patient["id_no"], insured_area=AreaCode("210200"))
            self.system[EnrolPerson](DALIAN, request)
        claim_id = self._send(submission(claim))
        record = None if claim_id is None else self.calm_ports[ClaimStore].get(claim_id)
        if claim_id is not None and record is not None:
            days = [date.fromisoformat(claim["visit"][each]) for each in ("admitted", "discharged")]
            with self.cut_off():
                asked = DialysisRequest(f"TX-{len(self.dialyses)}", record.person, *days)
                review = self.system[DialysisReviews].ask(hospital(DIALYSIS_HOSPITAL), asked).review
                self.dialyses.append((review.review_id, claim_id))
        self.clock.move_to(before)
        if self.dialyses:
            self._recover(*self.dialyses[-1], reverse, again=again)

    def _recover(self, review_id: str, claim_id: ClaimId, reverse: str | None, *, again: bool) -> None:
        def reversed_by_its_hospital() -> None:
            with self.cut_off():
                self.system[ReverseClaim](hospital(DIALYSIS_HOSPITAL), claim_id, "entered twice")

        if reverse == "before":
            reversed_by_its_hospital()
        for _ in range(2 if again else 1):
            with self.cut_off():
                self.system[DialysisReviews].audit(
                    DALIAN, DialysisReviewId(review_id), DialysisOutcome.WRONG, "no dialysis on these days", (claim_id,)
                )
                self.counted.saw("dialyses recovered")
            self.the_books_are_true()
        if reverse == "after":
            reversed_by_its_hospital()

    def _accept(self, bill: Submission) -> ClaimId | None:
        with self.cut_off():
            case, is_new = self.system[AcceptReimbursement](DESK, bill, Payee.PERSON)
            if case.case_id not in self.cases:
                self.cases.append(case.case_id)
            files = self.calm_ports[FileStore]
            assert isinstance(files, FakeFileStore)
            bring_copies(files.bring, case.case_id)
            self.counted.saw("bills brought" if is_new else "bills brought again")
            return case.case_id
        return None  # type: ignore[unreachable]  # refused or cut off

    def _correct(self, case_id: ClaimId, bill: Submission, correct: str | None) -> None:
        if correct is not None:
            corrected, payee = _corrections(bill)[correct]
            self.system[CorrectReimbursement](DESK, case_id, corrected, payee, "typed wrongly")
            self.counted.saw("bills corrected")

    def _claim(self, bill: Submission) -> None:
        """The hospital claims the same visit from insurance."""
        self._send(replace(bill, claim_no=f"{bill.claim_no}-C"))

    def _send(self, sent: Submission) -> ClaimId | None:
        with self.cut_off():
            claim_id = self.system[SubmitClaim](hospital(sent.institution), sent).view.claim_id
            if claim_id not in self.claim_ids:
                self.claim_ids.append(claim_id)
            self.run_everything_now()
            return claim_id
        return None  # type: ignore[unreachable]  # refused or cut off

    def _speak(self, case_id: ClaimId, words: Words) -> None:
        for reference, outcome in words:
            with self.cut_off():
                self.system[ReimbursementReceipts].receive(PAYER, case_id, reference, outcome)
                self.counted.saw("words about bills")
            self.the_books_are_true()


def _bill(number: int, half_months: float, quantity: int = 2) -> Submission:
    """A stay of fifteen days in Kunming that its patient paid."""
    claim = copy.deepcopy(body(KUNMING_CLAIM))
    admitted = date(2020, 2, 5) + timedelta(days=int(15 * half_months))
    line = {**claim["lines"][0], "quantity": str(quantity), "amount": f"{quantity * 1200}.00"}
    line["date"] = str(admitted + timedelta(days=5))
    days = {"admitted": str(admitted), "discharged": str(admitted + timedelta(days=15))}
    changed = {
        "claim_no": f"FP-{number}-{half_months}",
        "institution": ITS_HOSPITAL,
        "patient": passport(number),
        "visit": {**claim["visit"], **days},
        "lines": [line],
    }
    return submission({**claim, **changed})


def _corrections(bill: Submission) -> dict[str, tuple[Submission, Payee]]:
    """Return what a desk may have typed wrongly: the amount, the days by a week, the payee; or nothing."""
    week = timedelta(days=7)
    visit = replace(
        bill.visit, admitted_on=bill.visit.admitted_on + week, discharged_on=bill.visit.discharged_on + week
    )
    (line,) = bill.lines
    more = replace(line, quantity=line.quantity * 2, amount_fen=line.amount_fen * 2)
    return {
        "bill": (replace(bill, lines=(more,)), Payee.PERSON),
        "days": (replace(bill, visit=visit, lines=(replace(line, on=line.on + week),)), Payee.PERSON),
        "payee": (bill, Payee.INSTITUTION),
        "again": (bill, Payee.PERSON),
    }
