"""Policy sets that were handed in, in the state table: every handing in, and another officer's decision on it.

| pk | sk | what | gsi1 |
|---|---|---|---|
| KEPT#bundle | TIME#number | one time it was handed in | those of its status, by instant |
"""

from __future__ import annotations

from chalicelib.kernel.pages import Page, PageRequest, read_page
from chalicelib.law.domain.publication import KeptBundle, KeptStatus
from chalicelib.platform.aws.codec import Record
from chalicelib.platform.aws.table import BASE, GSI1, Span, Table, in_status

_PREFIX = "TIME#"


def _pk(bundle: str) -> str:
    return f"KEPT#{bundle}"


def _of_status(status: KeptStatus) -> str:
    return in_status("KEPT_BUNDLES", status)


KEPT = Record(
    KeptBundle,
    lambda kept: (_pk(kept.bundle), f"{_PREFIX}{kept.number:06d}"),
    lambda kept: {"gsi1pk": _of_status(kept.status), "gsi1sk": f"{kept.kept.at}#{kept.bundle}"},
)


class DynamoKeptBundles:
    def __init__(self, state: Table) -> None:
        self._state = state

    def latest(self, bundle: str) -> KeptBundle | None:
        reader = self._state.reader(BASE, Span(prefix=_PREFIX, newest_first=True), KEPT.read)
        found = read_page((_pk(bundle),), PageRequest(1), reader).items
        return found[0] if found else None

    def find(self, status: KeptStatus, page: PageRequest) -> Page[KeptBundle]:
        reader = self._state.reader(GSI1, Span(newest_first=True), KEPT.read)
        return read_page((_of_status(status),), page, reader)
