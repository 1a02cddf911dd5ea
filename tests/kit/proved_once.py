"""Policy sets compiled, proved and covered once a process: the work makes no calls, and equal files prove the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalicelib.law.domain.model import Bundle
from chalicelib.law.domain.proof import Proof, prove
from chalicelib.law.domain.publication import PolicyCompiler
from chalicelib.law.usecases import import_table as importing
from chalicelib.law.usecases import publish as publishing
from chalicelib.law.usecases.publish import CheckedPolicies
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
