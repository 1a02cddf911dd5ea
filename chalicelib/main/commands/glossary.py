"""`make glossary`: writes the field's words from policies/glossary.yaml into the code and into a page for people.

The domain may not read files, so the words stand in `kernel/words/terms.py`; a test holds both outputs to the file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path("policies/glossary.yaml")
CODE = Path("chalicelib/kernel/words/terms.py")
PAGE = Path("docs/glossary.md")

Entry = Mapping[str, Any]


def read_glossary(path: Path = SOURCE) -> Mapping[str, Mapping[str, Entry]]:
    """Read the sections `terms` and `records`, each an entry by key with `zh`, `en` and perhaps `about` and `not`."""
    found: Mapping[str, Mapping[str, Entry]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def write_code(glossary: Mapping[str, Mapping[str, Entry]]) -> str:
    """Return the text of the module of terms."""
    lines = [
        '"""The field\'s words in Chinese and English. Written by `make glossary` from policies/glossary.yaml."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "",
        "from chalicelib.kernel.text import Text",
        "",
        "TERMS: Mapping[str, Text] = {",
        *_entries(glossary["terms"]),
        "}",
        "",
        "RECORDS: Mapping[str, Text] = {",
        *_entries(glossary["records"]),
        "}",
        '"""What a notice asks to be kept beside the money, by the `what` of its provision."""',
    ]
    return "\n".join(lines) + "\n"


def _entries(section: Mapping[str, Entry]) -> list[str]:
    return [
        line
        for key, each in section.items()
        for line in (
            f"    {_quoted(key)}: Text(",
            f"        {_quoted(each['zh'])},",
            f"        {_quoted(each['en'])},",
            "    ),",
        )
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def write_page(glossary: Mapping[str, Mapping[str, Entry]]) -> str:
    """Return the text of the page for people."""
    lines = [
        "# Glossary 术语表",
        "",
        "Written by `make glossary` from policies/glossary.yaml. 由 policies/glossary.yaml 生成。",
        "",
        "| 中文 | English | not 不用 |",
        "|---|---|---|",
    ]
    for each in glossary["terms"].values():
        instead = each.get("not", {})
        avoided = ", ".join((*instead.get("zh", ()), *instead.get("en", ())))
        about = f" ({each['about']})" if "about" in each else ""
        lines.append(f"| {each['zh']} | {each['en']}{about} | {avoided} |")
    lines += ["", "## Records 留存事项", "", "| 中文 | English |", "|---|---|"]
    lines += [f"| {each['zh']} | {each['en']} |" for each in glossary["records"].values()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the module and the page."""
    glossary = read_glossary()
    CODE.write_text(write_code(glossary), encoding="utf-8")
    PAGE.write_text(write_page(glossary), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
