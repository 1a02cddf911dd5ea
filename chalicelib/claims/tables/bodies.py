"""The parts of a claim's body in the state table: `CLAIM#id` / `BODY#number`, written once with the claim."""

from __future__ import annotations

from chalicelib.claims.domain.bodies import BodyPart
from chalicelib.claims.tables.items import claim_pk
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.aws.codec import Record


def body_key(claim_id: ClaimId, number: int) -> tuple[str, str]:
    """Return the key of a part."""
    return claim_pk(claim_id), f"BODY#{number:02d}"


BODIES = Record(BodyPart, lambda part: body_key(part.claim_id, part.number))
