"""Hashed names of bank movements for ids and object keys, since a bank reference may hold a person's number.

Ids of transactions become sort keys and the names of locked copies, which nobody can change for thirty years, so a
payer's own words must not stand in them. The reference itself is kept with the order or the advance, for the money's
own parties.
"""

from __future__ import annotations

from hashlib import sha256

_LENGTH = 32
"""The number of hexadecimal digits: 128 bits, so that two references never meet by chance."""


def reference_key(office: str, reference: str) -> str:
    """Return the key of a paying office's bank reference; the same words of another office name another movement."""
    return sha256(f"{office}\n{reference}".encode()).hexdigest()[:_LENGTH]
