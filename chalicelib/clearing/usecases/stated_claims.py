"""The claims behind a statement's lines, as they stand: an office checks a line by its claim's number and hospital."""

from __future__ import annotations

from chalicelib.claims.access import CLAIM_READ
from chalicelib.claims.domain.record import ClaimRecord
from chalicelib.claims.ports import ClaimStore
from chalicelib.claims.usecases.reading import resource_of
from chalicelib.clearing.usecases.read import ReadStatement
from chalicelib.kernel.access import Principal, allowed
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest
from chalicelib.kernel.words.ids import AreaCode, ClaimId, RunId
from chalicelib.law.ports import BundleStore
from chalicelib.ledger.domain.accounts import ObligationKind
from chalicelib.registry.domain.model import Registry


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A line as stated, and its claim as it stands. `claim` is None where the line is of no claim, or the claim is not
    the caller's to read; `debtor_name`, `creditor_name` and `hospital_name` are as in the registry.
    """

    line: dict[str, str]
    debtor_name: str
    creditor_name: str
    claim: ClaimRecord | None = None
    hospital_name: str = ""


@dataclass(frozen=True, slots=True)
class ListStatedClaims:
    statements: ReadStatement
    claims: ClaimStore
    bundles: BundleStore

    def __call__(
        self, principal: Principal, run_id: RunId, area: AreaCode, kind: ObligationKind | None, page: PageRequest
    ) -> Page[StatedClaim]:
        """Return the lines of the newest edition with their claims, in the statement's order. Raises as
        `ReadStatement`.
        """
        stated = self.statements(principal, run_id, area, page, kind).lines
        found = self.claims.get_many({ClaimId(line["claim_id"]) for line in stated.items})
        readable = {
            claim_id: claim for claim_id, claim in found.items() if allowed(principal, CLAIM_READ, resource_of(claim))
        }
        registry = self.bundles.current().registry
        return Page(
            tuple(_shown(line, readable.get(ClaimId(line["claim_id"])), registry) for line in stated.items), stated.next
        )


def _shown(line: dict[str, str], claim: ClaimRecord | None, registry: Registry) -> StatedClaim:
    debtor, creditor = (registry.areas.get(AreaCode(line[name])) for name in ("debtor", "creditor"))
    hospital = None if claim is None else registry.institutions.get(claim.institution)
    return StatedClaim(
        line,
        line["debtor"] if debtor is None else debtor.name_zh,
        line["creditor"] if creditor is None else creditor.name_zh,
        claim,
        "" if hospital is None else hospital.name_zh,
    )
