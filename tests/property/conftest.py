"""Property tests have no time limit: a slow machine is no counterexample."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("quebao", deadline=None)
settings.load_profile("quebao")
