"""Write the API's description into a file, for tools that make types of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.kit.documented import document

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(document()), encoding="utf-8")
