"""Makes a compiled policy bundle the one that claims are decided by."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.application.ports import BundleStore
from chalicelib.domain.bundle import open_bundle
from chalicelib.domain.canonical import sha256_hex


@dataclass(frozen=True, slots=True)
class PublishBundle:
    bundles: BundleStore

    def __call__(self, content: bytes) -> str:
        """Keep the bundle under its hash, once, then move the pointer. Returns the hash.

        Publishing what is current changes nothing. Raises `IntegrityError` for content that is no bundle, and
        `VersionConflict` where somebody else published meanwhile: their bundle may say otherwise, so nobody's is
        overwritten unseen.
        """
        bundle_hash = open_bundle(content, sha256_hex(content)).hash
        current = self.bundles.current_hash()
        if current != bundle_hash:
            self.bundles.put(content)
            self.bundles.move_pointer(bundle_hash, current)
        return bundle_hash
