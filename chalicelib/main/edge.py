"""The edge of the routes: the use cases, the verifier of tokens, and the citations shown to callers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from chalice.app import Response

from chalicelib.claims.access import CLAIM_ESTIMATE, CLAIM_PREVIEW, CLAIM_RECONCILE, CLAIM_SUBMIT
from chalicelib.eligibility.access import ELIGIBILITY_READ, PERSON_FIND
from chalicelib.kernel.access import Principal
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.law.usecases.read import CiteProvision
from chalicelib.main import config, wiring
from chalicelib.platform.aws.cloud import Config
from chalicelib.platform.http.bearer import FixedKeys, PublishedKeys, TokenVerifier
from chalicelib.platform.http.endpoints import ChangeAsked, Edge
from chalicelib.trail.usecases import FollowActs

_NOT_FOLLOWED = frozenset({CLAIM_SUBMIT, ELIGIBILITY_READ, PERSON_FIND, CLAIM_ESTIMATE, CLAIM_PREVIEW, CLAIM_RECONCILE})
"""The actions outside the trail of acts: a hospital's claims hold their own history, a look-up of a person stands in
the access records, and a preview or a reconciliation changes nothing.
"""


@cache
def token_verifier(configured: Config) -> TokenVerifier:
    """Return the verifier of the configured issuer's bearer tokens."""
    keys = FixedKeys(configured.jwks) if configured.jwks is not None else PublishedKeys(configured.jwks_url or "")
    return TokenVerifier(configured.jwt_issuer, configured.jwt_audience, keys)


def _verify(authorization: str | None) -> Principal:
    return token_verifier(wiring.process().config).principal(authorization)


def _cite(citation: str) -> CitedProvision:
    return wiring.system()[CiteProvision](citation)


def _follow(asked: ChangeAsked, answering: Callable[[], Response]) -> Response:
    operation = asked.operation
    if operation.action in _NOT_FOLLOWED:
        return answering()
    route = (asked.call, operation.summary)
    return wiring.system()[FollowActs](asked.request_id, asked.principal, route, asked.named, answering)


def _webhooks() -> Mapping[str, Any]:
    from chalicelib.settlement.http.webhooks import webhooks_document  # noqa: PLC0415 the API's description alone

    return webhooks_document()


def edge() -> Edge:
    """Build the edge of the present environment."""
    return Edge(wiring.system, _verify, _cite, config.public_url, _webhooks, _follow)
