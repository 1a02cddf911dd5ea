"""Claims: decide without posting, submit, read, list."""

from __future__ import annotations

from functools import partial

from chalice.app import Blueprint, Response

from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.http import operations
from chalicelib.claims.schemas.alternatives import claim_alternatives_document
from chalicelib.claims.schemas.checks import checked_claim
from chalicelib.claims.schemas.claims import claim_document, preview_document, receipt_document
from chalicelib.claims.schemas.submitted import SubmittedDocument
from chalicelib.claims.usecases.listing import ListClaims
from chalicelib.claims.usecases.reading import ReadAlternatives, ReadClaim, ReadSubmitted
from chalicelib.claims.usecases.submit import PreviewClaim, SubmitClaim
from chalicelib.kernel.access import Principal
from chalicelib.kernel.ports import Clock
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.platform.http.endpoints import Call, Edge, Endpoints, answer
from chalicelib.platform.http.query import wait_of
from chalicelib.platform.http.tokens import require_own


def blueprint(edge: Edge) -> Blueprint:
    """Build the routes of claims."""
    endpoints = Endpoints(__name__, edge)

    @endpoints.route("POST", "/v1/claims/preview", operations.PREVIEW)
    def preview_claim(call: Call, principal: Principal) -> Response:
        alternatives = call.asked(operations.WITH_ALTERNATIVES)
        bundle = call.asked(operations.BY_BUNDLE)
        submission = checked_claim(call.body, call.use(Clock).today)
        require_own(principal, submission.institution)
        found = call.use(PreviewClaim)(principal, submission, alternatives=alternatives, bundle=bundle)
        return answer(preview_document(found, call.cite))

    @endpoints.route("POST", "/v1/claims", operations.SUBMIT)
    def submit_claim(call: Call, principal: Principal) -> Response:
        wait_s = wait_of(call.header("prefer"))
        submission = checked_claim(call.body, call.use(Clock).today)
        require_own(principal, submission.institution)
        outcome = call.use(SubmitClaim)(principal, submission, wait_s)
        headers = {"Location": f"{call.path.rstrip('/')}/{outcome.view.claim_id}"}
        if wait_s:
            headers["Preference-Applied"] = f"wait={wait_s}"
        is_final = wait_s > 0 and outcome.view.status is not ClaimStatus.RECEIVED
        if outcome.created and not is_final:
            return answer(receipt_document(outcome, call.cite), 202, headers)
        return answer(claim_document(outcome.view, call.cite), 200, headers)

    @endpoints.route("GET", "/v1/claims", operations.LIST)
    def list_claims(call: Call, principal: Principal) -> Response:
        find = partial(call.use(ListClaims), principal, operations.claim_filter_of(call))
        return call.listed(find, lambda view: claim_document(view, call.cite))

    @endpoints.route("GET", "/v1/claims/{claim_id}", operations.READ)
    def read_claim(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        return answer(claim_document(call.use(ReadClaim)(principal, claim_id), call.cite))

    @endpoints.route("GET", "/v1/claims/{claim_id}/submitted", operations.SUBMITTED)
    def read_submitted(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        return answer(SubmittedDocument.from_record(call.use(ReadSubmitted)(principal, claim_id)))

    @endpoints.route("GET", "/v1/claims/{claim_id}/alternatives", operations.ALTERNATIVES)
    def read_alternatives(call: Call, principal: Principal, claim_id: ClaimId) -> Response:
        return answer(claim_alternatives_document(claim_id, call.use(ReadAlternatives)(principal, claim_id)))

    return endpoints.blueprint
