"""Files that callers bring, in memory: an address is a promise that needs no call."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta

from chalicelib.kernel.canonical import sha256_hex
from chalicelib.kernel.ports import AwaitedFile, SignedAddress


class FakeFileStore:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def address_to_bring(self, file: AwaitedFile, now: datetime) -> SignedAddress:
        headers = {
            "Content-Length": str(file.size),
            "Content-Type": file.media_type,
            "x-amz-checksum-sha256": b64encode(bytes.fromhex(file.sha256)).decode(),
        }
        return SignedAddress(f"https://files.example/{file.key}", headers, now + timedelta(minutes=15))

    def address_to_fetch(self, key: str, now: datetime) -> SignedAddress:
        return SignedAddress(f"https://files.example/{key}", {}, now + timedelta(minutes=5))

    def hash_of(self, key: str) -> str | None:
        return sha256_hex(self.kept[key]) if key in self.kept else None

    def bring(self, key: str, content: bytes) -> None:
        """Store a file, as the holder of an upload address does."""
        self.kept[key] = content
