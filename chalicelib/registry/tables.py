"""The registry's records in the state table: enrolments with their versions, transfers, filings, documents.

| pk | sk | what |
|---|---|---|
| PERSON#token | ENROLMENTS | all periods of a person, so that a single condition guards them |
| PERSON#token | ENROLMENTVERSION#number | a statement about a person's insurance |
| PERSON#token | SAME-PERSON | the lead from a document's token to the person known under an earlier token |
| PERSON#token | ASCRIBED-DOCUMENT | the person to whom single areas ascribe a document as a later document |
| TRANSFER#id | TRANSFER | a transfer of insurance |
| TRANSFERS#area | instant#id | the same, for a pooling area that is a party to it |
| PERSON#token | FILING#id | a filing |
| FILING#id | FILING | the same, by its id alone |
| FILINGS#subject | instant#id | the same, for a pooling area or an institution that sees it |
| INSTITUTION#code | TERMS | the terms of agreements recorded for an institution |
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.kernel.words.ids import AreaCode, FilingId, InstitutionCode, PersonToken, TransferId
from chalicelib.platform.aws.codec import Record
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.registry.domain.enrolments import AscribedDocument, EnrolmentVersion, PersonEnrolments, SamePerson
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.transfers import EnrolmentTransfer

VERSION_PREFIX = "ENROLMENTVERSION#"
FILING_PREFIX = "FILING#"
_FILING = "FILING"


def person_pk(person: PersonToken) -> str:
    """Return the partition of everything known of a person."""
    return f"PERSON#{person}"


def transfer_key(transfer_id: TransferId) -> tuple[str, str]:
    """Return the key of a transfer."""
    return f"TRANSFER#{transfer_id}", "TRANSFER"


def transfers_pk(area: AreaCode) -> str:
    """Return the partition of a pooling area's transfers, as either party, ordered by the instant of the request."""
    return f"TRANSFERS#{area}"


def filing_key(filing_id: FilingId) -> tuple[str, str]:
    """Return the key of a filing by its id."""
    return f"FILING#{filing_id}", _FILING


def filings_pk(subject: str) -> str:
    """Return the partition of the filings visible to a pooling area or an institution, ordered by the instant made."""
    return f"FILINGS#{subject}"


def enrolments_key(person: PersonToken) -> tuple[str, str]:
    """Return the key of a person's periods of insurance."""
    return person_pk(person), "ENROLMENTS"


def same_person_key(token: PersonToken) -> tuple[str, str]:
    """Return the key of the record that leads from a document's token to the document's person."""
    return person_pk(token), "SAME-PERSON"


def ascribed_document_key(token: PersonToken) -> tuple[str, str]:
    """Return the key of the record of single areas' ascriptions of a document."""
    return person_pk(token), "ASCRIBED-DOCUMENT"


def terms_key(institution: InstitutionCode) -> tuple[str, str]:
    """Return the key of the agreement terms recorded for an institution."""
    return f"INSTITUTION#{institution}", "TERMS"


def _filing_copies(filing: FilingRecord) -> Iterator[dict[str, str]]:
    pk, sk = filing_key(filing.filing_id)
    yield {"pk": pk, "sk": sk}
    for subject in filing.listed_under:
        yield {"pk": filings_pk(subject), "sk": f"{filing.made.at}#{filing.filing_id}"}


def _transfer_copies(transfer: EnrolmentTransfer) -> Iterator[dict[str, str]]:
    for area in transfer.listed_under:
        yield {"pk": transfers_pk(area), "sk": f"{transfer.asked.at}#{transfer.transfer_id}"}


SAME_PERSONS = Record(SamePerson, lambda same: same_person_key(same.token))
ASCRIBED_DOCUMENTS = Record(AscribedDocument, lambda ascribed: ascribed_document_key(ascribed.token))
ENROLMENTS = Record(PersonEnrolments, lambda known: enrolments_key(known.person), revision="version")
VERSIONS = Record(
    EnrolmentVersion, lambda version: (person_pk(version.stated.person), f"{VERSION_PREFIX}{version.number:08d}")
)
TRANSFERS = Record(EnrolmentTransfer, lambda transfer: transfer_key(transfer.transfer_id), copies=_transfer_copies)
FILINGS = Record(
    FilingRecord,
    lambda filing: (person_pk(filing.person), f"{FILING_PREFIX}{filing.filing_id}"),
    copies=_filing_copies,
)
TERMS = Record(InstitutionTerms, lambda known: terms_key(known.institution))
RECORDS = (SAME_PERSONS, ASCRIBED_DOCUMENTS, ENROLMENTS, VERSIONS, TRANSFERS, FILINGS, TERMS)
