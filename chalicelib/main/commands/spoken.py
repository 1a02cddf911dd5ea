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


def unreachable(command: str, url: str) -> str:
    """Return the sentence of a command that finds no system at an address."""
    return say(
        f"{command}: {url} 上没有运行中的系统；请先执行 make run，或以 URL= 指明地址。",
        f"{command}: {url} does not answer as a running system;\nstart one with `make run`, or name it with URL=.",
    )
