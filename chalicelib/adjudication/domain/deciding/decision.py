"""A decided claim: the cell that decided the claim and every figure, before any sentence is told."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.deciding.figures import Funds, Sharing, contribution_of
from chalicelib.adjudication.domain.deciding.lines import AssessedLines
from chalicelib.adjudication.domain.deciding.plan import CompiledCell
from chalicelib.adjudication.domain.deciding.terms import FundTerms
from chalicelib.adjudication.domain.determination import YearContribution
from chalicelib.adjudication.domain.facts import Circumstances
from chalicelib.adjudication.domain.requirements import Requirements
from chalicelib.registry.domain.model import Enrolment


class DecidedClaim(NamedTuple):
    """A decision as operands. `terms` are the cell's, where the insured place has published its rules."""

    claim: Claim
    circumstances: Circumstances
    enrolment: Enrolment
    cell: CompiledCell
    required: Requirements
    terms: FundTerms
    lines: AssessedLines
    funds: Funds
    sharing: Sharing

    @property
    def contribution(self) -> YearContribution:
        """Return the claim's contribution to its person's year."""
        return contribution_of(self.terms, self.lines.sums, self.funds)
