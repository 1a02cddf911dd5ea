"""Episodes: the visits of one illness of one person, at whichever place, and the effect of later diagnoses on them.

The diagnosis that reaches back to a visit follows from the standing claims of its episode and nothing else, so the
reach can be worked out at any time: after a claim was settled late, taken back, diagnosed, or found to be of nothing.
Source: N-08.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.adjudication.domain.assess import covers_earlier_visits
from chalicelib.adjudication.domain.claim import Claim
from chalicelib.adjudication.domain.facts import own_status
from chalicelib.claims.domain.correction import reached_by
from chalicelib.claims.domain.record import ClaimRecord, SettlementSummary
from chalicelib.claims.ports import ClaimStore, PersonStore
from chalicelib.claims.usecases.documents import Documents
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import ClaimId, PersonToken
from chalicelib.law.ports import BundleStore


@dataclass(frozen=True, slots=True)
class EpisodeVisit:
    """A standing claim of the episode: `claim` as decided now, `reached` as the claim should be decided. `has_task`:
    somebody has been told that the claim could not be decided so.
    """

    claim_id: ClaimId
    claim: Claim
    reached: Claim
    has_task: bool


@dataclass(frozen=True, slots=True)
class Episodes:
    claims: ClaimStore
    persons: PersonStore
    documents: Documents
    bundles: BundleStore

    def of(self, claim_id: ClaimId) -> tuple[EpisodeVisit, ...]:
        """Return the standing claims of a claim's episode; none where the claim names no episode. The claim itself may
        have been taken back.
        """
        record = self.claims.get(claim_id)
        if record is None or record.settlement is None:
            return ()
        episode = self.documents.claim(record.settlement.decided_hash).visit.episode
        if episode is None:
            return ()
        standing = [each for each in self._standing(record.person) if each[2].visit.episode == episode]
        diagnosed = [claim for _, settled, claim in standing if self._covers_others(settled, claim)]
        return tuple(
            EpisodeVisit(each.claim_id, claim, reached_by(claim, diagnosed), bool(each.open_tasks))
            for each, _, claim in standing
        )

    def _standing(self, person: PersonToken) -> Iterator[tuple[ClaimRecord, SettlementSummary, Claim]]:
        for year in self.persons.years(person):
            for claim_id in year.standing:
                record = self.claims.get(claim_id)
                if record is not None and record.settlement is not None:
                    yield record, record.settlement, self.documents.claim(record.settlement.decided_hash)

    def _covers_others(self, settled: SettlementSummary, claim: Claim) -> bool:
        if own_status(claim.diagnosis) == "none":
            return False
        circumstances = self.documents.circumstances(settled.decided_hash)
        return covers_earlier_visits(claim, circumstances, self.bundles.load(settled.bundle_hash))
