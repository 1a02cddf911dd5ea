"""The name of a bank's movement inside ids and object keys: hashed, since such a reference may hold a person's number.

Ids of transactions become sort keys and the names of locked copies, which nobody can change for thirty years; what a
payer wrote into a reference must not. The reference itself is kept with the order or the advance, for the money's own
parties.
"""

from __future__ import annotations

from hashlib import sha256

_LENGTH = 32
"""Hexadecimal digits: 128 bits, so that two references never meet by chance."""


def reference_key(office: str, reference: str) -> str:
    """What stands for one paying office's bank reference; the same words of another office are another movement."""
    return sha256(f"{office}\n{reference}".encode()).hexdigest()[:_LENGTH]
