"""Marks for the tests that need moto: all other tests run in memory, and `make test-fast` runs them."""

from __future__ import annotations

import pytest

ON_MOTO = frozenset({"cloud", "bare_moto", "shown"})
"""The fixtures that start moto. A test that has one among its own, however far down, is marked `stack`."""

ON_TABLES = pytest.param("aws", marks=pytest.mark.stack)
"""A parameter of fixtures: the side that asks for the stack only when its turn comes."""
