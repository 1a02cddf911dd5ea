"""Lists of the registry on the wire: a table that is handed in, and the outcome of each line."""

from __future__ import annotations

from typing import Any

from chalicelib.law.usecases.import_table import ImportedTable
from chalicelib.platform.http.answers import Sha256, UploadDocument, upload_document
from chalicelib.platform.http.fields import FileText, table_of
from chalicelib.platform.http.findings import Cite
from chalicelib.platform.http.reading import WireModel


class RegistryTableBody(WireModel):
    """A table of the registry. `file` has the columns of the table in policies/registry, all of them; every row of the
    catalogue has its `valid_from`.
    """

    file: FileText

    def to_text(self) -> str:
        """Return the table as CSV text. Raises `Invalid` for a file that cannot be read as a table."""
        return table_of(self.file)


class ImportDocument(UploadDocument):
    """The outcome of a list. `bundle` waits for another person's decision, null where a line was refused, so that
    nothing was kept, or where everything was known; `previous` is the bundle that the list was laid over.
    """

    bundle: Sha256 | None
    previous: Sha256


def import_document(imported: ImportedTable, cite: Cite) -> dict[str, Any]:
    """Write the outcome of a list."""
    return {
        "bundle": imported.bundle,
        "previous": imported.previous,
        **upload_document(imported.answers, cite),
    }
