"""Reading of the notices in force and their provisions."""

from __future__ import annotations

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.kernel.words.citations import CitedProvision
from chalicelib.law.access import POLICY_READ
from chalicelib.law.domain.citation import cited
from chalicelib.law.domain.model import Notice, Provision
from chalicelib.law.ports import BundleStore


@dataclass(frozen=True, slots=True)
class ListPolicies:
    bundles: BundleStore

    def __call__(self, principal: Principal, page: PageRequest) -> Page[Notice]:
        """Return the notices of the current bundle by id."""
        require(principal, POLICY_READ, Resource("policy"))
        notices = sorted(self.bundles.current().notices.values(), key=lambda notice: notice.id)
        return page_of(notices, lambda notice: notice.id, page)


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    bundles: BundleStore

    def __call__(self, principal: Principal, notice_id: str) -> tuple[Notice, tuple[Provision, ...]]:
        """Return a notice and its provisions in the order they were written. Raises `NotFound`."""
        require(principal, POLICY_READ, Resource("policy"))
        bundle = self.bundles.current()
        notice = existing(bundle.notices.get(notice_id))
        return notice, tuple(provision for provision in bundle.provisions if provision.notice == notice_id)


@dataclass(frozen=True, slots=True)
class CiteProvision:
    """Citation of the provision that forbids something, for whoever is told so; notices are public."""

    bundles: BundleStore

    def __call__(self, citation: str) -> CitedProvision:
        """Return a provision as the current bundle knows it; by its name alone where the bundle holds it no longer."""
        bundle = self.bundles.current()
        return cited(citation, bundle) if citation in bundle.by_citation else CitedProvision.named(citation)
