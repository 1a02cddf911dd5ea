"""Citations of provisions as callers see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.law.domain.model import Bundle, Provision


def render_citation(citation: str, bundle: Bundle) -> dict[str, Any]:
    """Write a provision's citation as callers see it."""
    return _rendered(bundle.by_citation[citation], bundle)


def render_any_citation(citation: str, bundle: Bundle | None) -> dict[str, Any]:
    """Write the same for a provision the bundle may no longer hold: then notice and provision alone are named."""
    provision = None if bundle is None else bundle.by_citation.get(citation)
    if provision is not None and bundle is not None:
        return _rendered(provision, bundle)
    notice, _, known_as = citation.partition(".")
    return {"notice": notice, "document_no": "", "article": "", "provision": known_as, "source": []}


def _rendered(provision: Provision, bundle: Bundle) -> dict[str, Any]:
    return {
        "notice": provision.notice,
        "document_no": bundle.notices[provision.notice].document_no,
        "article": provision.article,
        "provision": provision.id,
        "source": list(provision.rows),
    }


def articles_of(bundle: Bundle, citations: Iterable[str]) -> tuple[str, ...]:
    """Return each provision's document and article as a form names them, without repetition."""
    cited = (bundle.by_citation[each] for each in citations)
    return tuple(dict.fromkeys(f"{bundle.notices[each.notice].document_no} {each.article}" for each in cited))
