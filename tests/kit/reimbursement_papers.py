"""The documents of a reimbursement by hand, and how their copies come to lie where they are looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.domain.services.vocabulary import PaperKind
from chalicelib.reimbursements.domain.case import copy_key

COPIES = {kind: f"scan of the {kind.value}".encode() for kind in PaperKind}
PAPERS = [(kind, sha256_hex(content)) for kind, content in COPIES.items()]


def papers_body() -> dict[str, Any]:
    """Every document, as a desk notes them."""
    return {"documents": [{"kind": kind.value, "sha256": sha256} for kind, sha256 in PAPERS]}


def bring_copies(put: Callable[[str, bytes], object], case_id: ClaimId) -> None:
    """Send the copy of every document of a case: `put` takes a key and the content."""
    for content in COPIES.values():
        put(copy_key(case_id, sha256_hex(content)), content)
