"""Person requests: a person's rights to see, correct and erase the data of the vault.

An actor asks for a purpose, another actor decides, and both stay on record. Data that must be kept by law is not erased
before its day. Tokens stay in the books: a token names nobody once the vault has forgotten the person.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act
from chalicelib.kernel.words.ids import AreaCode, PersonRequestId, PersonToken

OPEN_FOR = timedelta(hours=24)
"""The time within which an approved reading may be opened."""


SAME_OPENING = timedelta(minutes=1)
"""The time within which a repeated opening is the same reading, since the first answer may not have arrived."""


class RequestKind(StrEnum):
    READ = "read"
    CORRECT = "correct"
    ERASE = "erase"


class RequestStatus(StrEnum):
    """Status of a request: requested, then approved (and done, once carried out) or refused."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PersonRequest:
    """A request about a person. `area` is the area whose agency asks. `name_key` is the key of a correction's name; the
    name itself waits sealed. `openings` lists each reading of an approved request.
    """

    request_id: PersonRequestId
    person: PersonToken
    area: AreaCode
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
        """Return the request with another reading, or unchanged where the last reading is a moment old."""
        last = self.openings[-1] if self.openings else None
        if last is not None and datetime.fromisoformat(act.at) - datetime.fromisoformat(last.at) <= SAME_OPENING:
            return self
        return replace(self, openings=(*self.openings, act), revision=self.revision + 1)

    def may_be_opened(self, at: datetime) -> bool:
        """Tell whether an approved reading may still be opened at an instant."""
        if self.kind is not RequestKind.READ or self.decided is None or self.status is not RequestStatus.APPROVED:
            return False
        return at <= datetime.fromisoformat(self.decided.at) + OPEN_FOR
