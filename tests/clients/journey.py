"""A hospital's first claim through a client that openapi-python-client made from this API's own description.

Preview, submit and wait, read, list, and a refusal as a typed problem. Run by `make test-clients`, which makes the
client as the package `generated`. The environment names the API (`QUEBAO_URL`), a token and the claim's file.
"""

# mypy: ignore-errors
# The package `generated` exists only while the clients are tried out.

from __future__ import annotations

import json
import os
from pathlib import Path

from generated import AuthenticatedClient
from generated.api.claims import list_claims, preview_claim, read_claim, submit_claim
from generated.api.system import read_health
from generated.models import ClaimBody, ClaimDocument, PreviewDocument, Problem


def main() -> None:
    client = AuthenticatedClient(os.environ["QUEBAO_URL"], os.environ["QUEBAO_TOKEN"], raise_on_unexpected_status=True)
    claim = json.loads(Path(os.environ["QUEBAO_CLAIM"]).read_text(encoding="utf-8"))
    assert read_health.sync(client=client).status == "ok"

    previewed = preview_claim.sync(client=client, body=ClaimBody.from_dict(claim))
    assert isinstance(previewed, PreviewDocument), previewed

    submitted = submit_claim.sync(client=client, body=ClaimBody.from_dict(claim), prefer="wait=20")
    assert isinstance(submitted, ClaimDocument), submitted
    assert submitted.status == "settled", submitted

    again = read_claim.sync(submitted.claim_id, client=client)
    assert again.determination.shares.to_dict() == previewed.shares.to_dict()
    listed = list_claims.sync(client=client, claim_no=claim["claim_no"])
    assert [each.claim_id for each in listed.items] == [submitted.claim_id]

    refused = preview_claim.sync(client=client, body=ClaimBody.from_dict(claim | {"institution": "H99999999999"}))
    assert isinstance(refused, Problem), refused
    assert refused.errors[0].message.zh
    print(f"python client: {submitted.claim_id} settled, patient pays {again.determination.shares.patient}")


if __name__ == "__main__":
    main()
