"""Corrects a reimbursement by hand before its decision: another bill or payee under the same invoice.

A forwarded or audited case returns to the desk, since its auditors saw another bill. The person's visits follow the
corrected days in the same write, so that neither the old days keep a hospital's claim out nor the new days let a second
bill in. Another person, number or insured place is another case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.domain.visits import PersonVisits
from chalicelib.claims.usecases.alike import entering, leaving, read_years
from chalicelib.kernel.access import Principal
from chalicelib.kernel.errors import Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.kernel.writes import Part
from chalicelib.reimbursements.access import REIMBURSEMENT_COMPLETE
from chalicelib.reimbursements.domain.case import Payee, Reimbursement
from chalicelib.reimbursements.usecases.accept import AcceptReimbursement, require_free

CALL = "POST /v1/reimbursements/{case_id}/correction"


@dataclass(frozen=True, slots=True)
class CorrectReimbursement:
    accepting: AcceptReimbursement

    def __call__(
        self, principal: Principal, case_id: ClaimId, submission: Submission, payee: Payee, reason: str
    ) -> Reimbursement:
        """Correct the bill or the payee. An unchanged bill and payee return the case as it stands.

        Raises `Conflict` once the case was decided and if another bill stands for the corrected visit, `Invalid` for
        another person, institution, invoice or insured place, and as accepting does for errors of the bill.
        """
        cases, bills = self.accepting.cases, self.accepting.bills
        cases.visible(principal, REIMBURSEMENT_COMPLETE, case_id)
        drafted, claim = self.accepting.drafted(principal, submission, payee, CALL)

        def step(case: Reimbursement, act: Act) -> tuple[Reimbursement, list[Part]]:
            if drafted.invoice != case.invoice:
                raise Invalid([_ANOTHER])
            if (drafted.insured_area, drafted.payer) != (case.insured_area, case.payer):
                raise Invalid([_ANOTHER_PLACE])
            numbered = replace(claim, claim_no=case_id)
            corrected = case.correct(act, reason, replace(drafted, claim_hash=bills.put(numbered)))
            if corrected is case:
                return case, []
            persons = self.accepting.persons
            years, before = read_years(persons, numbered), read_years(persons, bills.of(case))
            require_free(numbered, years)
            return corrected, [
                *entering(numbered, case_id, years, None),
                *leaving(_without(before, years), case_id),
            ]

        return cases.move(principal, REIMBURSEMENT_COMPLETE, case_id, step)


def _without(years: Sequence[PersonVisits], others: Sequence[PersonVisits]) -> list[PersonVisits]:
    """Return the years that are not among the others."""
    numbers = {each.year for each in others}
    return [each for each in years if each.year not in numbers]


_ANOTHER = finding(
    "another-invoice",
    "claim",
    "更正不能改变人员、就医机构和票据号码；确需更改的，请撤回后重新受理。",
    "Keep the person, the institution and the invoice number; where one of them is wrong, withdraw the case and accept "
    "it anew.",
)
_ANOTHER_PLACE = finding(
    "another-insured-place",
    "claim.visit",
    "按更正后的就诊日期，参保地已不同；请撤回后重新受理。",
    "Take the case back and accept the bill anew: on the corrected days another place insures the person.",
)
