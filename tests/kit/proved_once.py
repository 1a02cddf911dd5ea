"""Policy sets compiled, proved, covered and opened once a process: the work makes no calls, and equal files give the
same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from chalicelib.law.domain.bundle import open_bundle
from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.proof import Proof, prove
from chalicelib.law.domain.publication import PolicyCompiler
from chalicelib.law.usecases import import_table as importing
from chalicelib.law.usecases import publish as publishing
from chalicelib.law.usecases.publish import CheckedPolicies
from chalicelib.registry.domain.lists import Parts
from chalicelib.registry.domain.register import read_registers
from infra.local.replacing import replaced


@contextmanager
def policies_proved_once() -> Iterator[None]:
    """For the length of the block. A set that is refused is checked, and refused, each time."""
    check, known = publishing.check_policies, dict[Any, CheckedPolicies]()
    proofs = dict[str, Proof]()

    def checked(compiler: PolicyCompiler, files: Mapping[str, bytes]) -> CheckedPolicies:
        key = (compiler, frozenset(files.items()))
        if key not in known:
            known[key] = check(compiler, files)
        return known[key]

    def proved(bundle: Bundle) -> Proof:
        """An import names its bundle by the hash of the content, and a proof reads no part of a list."""
        if bundle.hash not in proofs:
            proofs[bundle.hash] = prove(bundle)
        return proofs[bundle.hash]

    with replaced(publishing, check_policies=checked), replaced(importing, prove=proved):
        yield


@cache
def opened_once() -> Callable[[bytes, str, Parts], Bundle]:
    """Return `open_bundle` with each document decoded once a process. A process under test reads the document, its
    signature and every part of its lists all the same, each through its own store.
    """
    decoded = cache(lambda content, expected_hash: (open_bundle(content, expected_hash, {}), json.loads(content)))

    def opened(content: bytes, expected_hash: str, parts: Parts) -> Bundle:
        bundle, document = decoded(content, expected_hash)
        institutions, catalogue = read_registers(document["registers"], parts)
        return replace(bundle, registry=replace(bundle.registry, institutions=institutions, catalogue=catalogue))

    return opened
