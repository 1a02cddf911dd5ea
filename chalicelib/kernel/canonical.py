"""Canonical JSON and its hash: the same value gives the same bytes in every version of Python, years later."""

from __future__ import annotations

import hashlib
import json
from json.encoder import encode_basestring
from types import NoneType
from typing import Any


def canonical_json(document: Any) -> bytes:
    """Serialise plain JSON values (no floats) with sorted keys, no spaces, UTF-8. Raises `TypeError` on a float."""
    return canonical_text(document).encode()


def canonical_text(document: Any) -> str:
    """Serialise as `canonical_json` does, to text: a fragment of a document written piece by piece, keys in order."""
    _refuse_floats(document)
    return _encode(document)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_PLAIN = frozenset({str, int, bool, NoneType})

quoted = encode_basestring
"""Encodes a string as canonical JSON writes it."""


def sha256_hex(content: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(document: Any) -> str:
    """Return the hash of a document's canonical JSON."""
    return sha256_hex(canonical_json(document))


def _refuse_floats(document: Any) -> None:
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, float):
            raise TypeError("a float has no place in a canonical document")
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                raise TypeError("keys of a canonical document are strings")
            value = value.values()
        elif not isinstance(value, list | tuple):
            continue
        # Most values are plain, and a list of a thousand of them is looked through at once.
        waiting += [each for each in value if type(each) not in _PLAIN]
