"""Sentences in Chinese and in English, side by side."""

from __future__ import annotations

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    zh: str
    en: str


def render_text(text: Text) -> dict[str, str]:
    """Return both languages of a sentence."""
    return {"zh": text.zh, "en": text.en}
