"""The product's one version number: the API's description, the package and the changelog all name this."""

from __future__ import annotations

from typing import Final

VERSION: Final = "1.0.0"
