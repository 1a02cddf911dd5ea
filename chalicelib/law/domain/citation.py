"""Citations of provisions as callers see them."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.law.domain.model import Bundle


def cited(citation: str, bundle: Bundle) -> CitedProvision:
    """Return a provision of the bundle as callers are shown it."""
    provision = bundle.by_citation[citation]
    document_no = bundle.notices[provision.notice].document_no
    return CitedProvision(provision.notice, document_no, provision.article, provision.id, tuple(provision.rows))


def articles_of(bundle: Bundle, citations: Iterable[str]) -> tuple[str, ...]:
    """Return each provision's document and article as a form names them, without repetition."""
    provisions = (bundle.by_citation[each] for each in citations)
    return tuple(dict.fromkeys(f"{bundle.notices[each.notice].document_no} {each.article}" for each in provisions))
