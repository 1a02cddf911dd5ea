"""The seal of a month: the proof of an audit without differences, so that no later audit has to read the month again.

Every posting bears the clock's now, so nothing is ever added to a month that is over. A seal is final: it names the
seal before it, and stands in the ledger's own table, whose copy nobody can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from chalicelib.audit.domain.runs import AuditId
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.time import Instant
from chalicelib.ledger.domain import merkle
from chalicelib.ledger.domain.copy import Difference, LedgerItem
from chalicelib.ledger.domain.obligations import month_parts


@dataclass(frozen=True, slots=True)
class Seal:
    """A month sealed at `occurred_at`. `roots` are the roots over the items of the month's parts; `opening` names the
    document of the sums at the month's end, with which the next audit begins; `previous` is the link of the month
    before, empty for the first.
    """

    period: str
    transactions: int
    roots: tuple[str, ...]
    opening: str
    occurred_at: Instant
    audit_id: AuditId
    previous: str = ""

    @property
    def link(self) -> str:
        """Return the hash over the whole content of this seal, which the next seal names."""
        said = [self.period, self.transactions, list(self.roots), self.opening, self.occurred_at, self.previous]
        return sha256(canonical_json(said)).hexdigest()


def broken_links(seals: Iterable[Seal]) -> tuple[Difference, ...]:
    """Find the seals, from the first on, that do not name the seal before them."""
    found, link = [], ""
    for each in seals:
        if each.previous != link or len(each.roots) != len(month_parts(each.period)):
            found.append(Difference("seal-broken", each.period, 0))
        link = each.link
    return tuple(found)


def root_over(items: Mapping[str, LedgerItem]) -> str:
    """Return the root over items, in the order of their keys."""
    leaves = [merkle.leaf(canonical_json([key, items[key].content_hash])) for key in sorted(items)]
    return merkle.root_of(leaves).hex()
