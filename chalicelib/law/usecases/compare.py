"""Comparison of two kept bundles by decision cell."""

from __future__ import annotations

from chalicelib.kernel.access import Principal, Resource, require
from chalicelib.kernel.errors import existing
from chalicelib.kernel.frozen import dataclass
from chalicelib.law.access import POLICY_READ
from chalicelib.law.domain.comparison import Comparison, compare
from chalicelib.law.domain.model import Bundle
from chalicelib.law.ports import BundleStore

CURRENT = "current"
"""The name for whichever bundle is in force."""


def bundle_named(bundles: BundleStore, name: str) -> Bundle:
    """Return a kept bundle by its hash, or the bundle in force as `current`. Raises `NotFound`."""
    if name != CURRENT:
        return bundles.load(name)
    current = existing(bundles.current_hash())
    return bundles.load(current)


@dataclass(frozen=True, slots=True)
class ComparePolicies:
    bundles: BundleStore

    def __call__(self, principal: Principal, before: str, after: str) -> Comparison:
        """Return the changes from one bundle to the other. Raises `NotFound` for a bundle nobody kept."""
        require(principal, POLICY_READ, Resource("policy"))
        return compare(bundle_named(self.bundles, before), bundle_named(self.bundles, after))
