"""Policy sets that were handed in, in the state table: every handing in, and another officer's decision on it.

| pk | sk | what | gsi1 |
|---|---|---|---|
| KEPT#bundle | TIME#number | one time it was handed in | all of them, by instant |
"""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.law.domain.publication import KeptBundle, KeptStatus
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table

_ALL = "KEPT_BUNDLES"
_PREFIX = "TIME#"


def _pk(bundle: str) -> str:
    return f"KEPT#{bundle}"


KEPT = Record(
    KeptBundle,
    lambda kept: (_pk(kept.bundle), f"{_PREFIX}{kept.number:06d}"),
    lambda kept: {"gsi1pk": _ALL, "gsi1sk": f"{kept.kept.at}#{kept.bundle}"},
)


class DynamoKeptBundles:
    def __init__(self, state: Table) -> None:
        self._state = state

    def latest(self, bundle: str) -> KeptBundle | None:
        reader = self._state.reader(BASE, Span(prefix=_PREFIX, newest_first=True), KEPT.read)
        found = read_page((_pk(bundle),), PageRequest(1), reader).items
        return found[0] if found else None

    def find(self, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        span = Span(equal=(("status", status.value),), newest_first=True)
        return read_page((_ALL,), page, self._state.reader(GSI1, span, KEPT.read))
