"""Comparison of personal names across the spellings that card readers, keyboards and registers make of them.

Folded are width and compatibility forms (NFKC), letter case, spaces, middle dots and every other punctuation (one
register writes 阿不都·热依木, another 阿不都热依木; ICAO 9303 part 3 prints no apostrophes and hyphens), accents on
Latin letters (the machine-readable zone has none), marks that only choose a glyph, and the private codes that systems
of GBK gave to rare characters (䶮 in particular). Simplified and traditional characters stay distinct: the document
says which of them a name has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_MARKS = frozenset("•‧∙⋅●○˙ꞏᐧ<=+|`´^~")
"""Characters typed for a middle dot, or printed as filler, that are no punctuation by their Unicode category."""
_SILENT = frozenset({"Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Cc", "Cf"})
"""Categories of separators, punctuation and controls (joiners and directions among them)."""

_PRIVATE_FIRST, _PRIVATE_LAST = 0xE815, 0xE864
_LATER = {
    0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌", 0xE81E: "龴", 0xE826: "龵", 0xE82B: "龶", 0xE82C: "龷", 0xE831: "𡗗",
    0xE832: "龸", 0xE83B: "𢦏", 0xE843: "龹", 0xE854: "龺", 0xE855: "𤇾", 0xE864: "龻",
}  # fmt: skip
"""Private codes whose characters Unicode got after GB 18030-2000 was written."""


def fold_name(name: str) -> str:
    """Return the form in which names are compared. A name of nothing but marks stays as it is."""
    text = unicodedata.normalize("NFKC", "".join(_published(each) for each in name))
    return unicodedata.normalize("NFC", "".join(_sounding(unicodedata.normalize("NFKD", text.casefold())))) or name


def _published(character: str) -> str:
    """Return a character of GBK's private zone (0xFE50 on) as Unicode writes it now. Source: GB 18030-2000, -2022."""
    code = ord(character)
    if not _PRIVATE_FIRST <= code <= _PRIVATE_LAST:
        return character
    trail = 0x50 + code - _PRIVATE_FIRST
    # 0x7F is no second byte.
    pair = bytes((0xFE, trail if trail < 0x7F else trail + 1))
    return _LATER.get(code) or pair.decode("gb18030")


def _sounding(text: str) -> Iterator[str]:
    latin = False
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Mn":
            if not latin and not unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
                yield character
            continue
        latin = "a" <= character <= "z"
        if kind not in _SILENT and character not in _MARKS:
            yield character
