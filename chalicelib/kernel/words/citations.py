"""A provision as callers are shown it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.frozen import dataclass


@dataclass(frozen=True, slots=True)
class CitedProvision:
    """The notice and the article of a provision; `source` are the rows of the table of articles."""

    notice: str
    document_no: str
    article: str
    provision: str
    source: tuple[str, ...] = ()

    @classmethod
    def named(cls, citation: str) -> CitedProvision:
        """Return a provision by its name alone, for use where the policies are not at hand or hold it no longer."""
        notice, _, known_as = citation.partition(".")
        return cls(notice, "", "", known_as)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> CitedProvision:
        """Read a provision from a document, the inverse of `document`."""
        return cls(**{**document, "source": tuple(document["source"])})

    def document(self) -> dict[str, Any]:
        """Write the provision for callers, and for documents that are kept."""
        return {
            "notice": self.notice,
            "document_no": self.document_no,
            "article": self.article,
            "provision": self.provision,
            "source": list(self.source),
        }
