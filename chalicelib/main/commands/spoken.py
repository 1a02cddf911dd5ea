"""The language of a command's sentences: the terminal's locale decides."""

from __future__ import annotations

import os
from collections.abc import Mapping

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which POSIX reads them."""


def is_chinese(environment: Mapping[str, str]) -> bool:
    """Return whether the locale of an environment is Chinese."""
    named = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return named.lower().startswith("zh")


def say(zh: str, en: str) -> str:
    """Return the text, of two, in the language of the terminal."""
    return zh if is_chinese(os.environ) else en
