"""A person's rights to what the vault holds of them: to see it, to have it put right, to have it erased.

One actor asks for a purpose, another decides, and both stay on record. What must be kept by law is not erased before
its day. Tokens stay in the books: they name nobody once the vault forgets.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act

OPEN_FOR = timedelta(hours=24)
"""How long an approved reading may be opened."""


SAME_OPENING = timedelta(minutes=1)
"""An answer that did not arrive is asked for again: within a minute it is the same reading."""


class RequestKind(StrEnum):
    READ = "read"
    CORRECT = "correct"
    ERASE = "erase"


class RequestStatus(StrEnum):
    """requested, then approved (and done, once it was carried out) or refused."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """`area` is whose agency asks. `name_key` is the key of the name a correction brings; the name itself waits sealed.
    `openings` tells each reading of what was approved to be read.
    """

    request_id: str
    person: str
    area: str
    kind: RequestKind
    purpose: str
    asked: Act
    name_key: str = ""
    status: RequestStatus = RequestStatus.REQUESTED
    decided: Act | None = None
    reason: str | None = None
    openings: tuple[Act, ...] = ()
    revision: int = 1

    def opened(self, act: Act) -> PersonRequest:
        """The request with one more reading, or the same one where it was read a moment ago."""
        last = self.openings[-1] if self.openings else None
        if last is not None and datetime.fromisoformat(act.at) - datetime.fromisoformat(last.at) <= SAME_OPENING:
            return self
        return replace(self, openings=(*self.openings, act), revision=self.revision + 1)

    def may_be_opened(self, at: datetime) -> bool:
        """Whether an approved reading is still open."""
        if self.kind is not RequestKind.READ or self.decided is None or self.status is not RequestStatus.APPROVED:
            return False
        return at <= datetime.fromisoformat(self.decided.at) + OPEN_FOR
