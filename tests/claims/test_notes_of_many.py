"""The notes of many answers are read at the same time, each document once."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from chalicelib.claims.domain.record import Notes
from chalicelib.claims.usecases.documents import Documents
from chalicelib.kernel.errors import finding
from chalicelib.kernel.ports import DocumentKind
from tests.kit.memory.world import FakeDocumentStore

_PATIENCE_S = 20
CALLER: ContextVar[str] = ContextVar("caller", default="nobody")


class Meeting(FakeDocumentStore):
    """A store whose reads wait until two of them are under way, and which counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.both = threading.Barrier(2, timeout=_PATIENCE_S)
        self.read: list[str] = []
        self.callers: set[str] = set()

    def get(self, kind: DocumentKind, content_hash: str) -> bytes:
        self.read.append(content_hash)
        self.callers.add(CALLER.get())
        self.both.wait()
        return super().get(kind, content_hash)


def test_documents_are_read_side_by_side_and_a_shared_document_once() -> None:
    store = Meeting()
    documents = Documents(store)
    notes = [Notes((finding(code, "lines", "有误，请更正。", "Correct this."),)) for code in ("first", "second")]
    first, second = (documents.put_notes(each) for each in notes)
    CALLER.set("the request")
    found = documents.notes_of([first, second, None, first, second, first])
    assert found == {first: notes[0], second: notes[1], None: Notes()}
    assert store.callers == {"the request"}
    assert sorted(store.read) == sorted(filter(None, (first, second)))
