"""The state table's items of the registry: versions of enrolments, transfers and filings.

| pk | sk | what |
|---|---|---|
| PERSON#token | ENROLMENTVERSION#number | one statement about a person's insurance |
| TRANSFER#id | TRANSFER | a transfer of insurance |
| TRANSFERS#area | instant#id | the same, for a pooling area that is a party to it |
| PERSON#token | FILING#id | a filing |
| FILING#id | FILING | the same, by its id alone |
| FILINGS#subject | instant#id | the same, for a pooling area or an institution that sees it |

A thing and its copies are written together, so no copy is ever older than the thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.claims.tables import items
from chalicelib.platform.aws.acts import read_act, read_act_or_none, write_act, write_act_or_none
from chalicelib.registry.domain.enrolments import EnrolmentVersion, StatementKind
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.model import AssistanceClass, Employment, FilingChannel, FilingKind, Insurance
from chalicelib.registry.domain.transfers import EnrolmentTransfer, NewInsurance, TransferStatus

VERSION_PREFIX = "ENROLMENTVERSION#"
FILING = "FILING"
TRANSFER = "TRANSFER"


def filing_pk(filing_id: str) -> str:
    """Where a filing is found by its id."""
    return f"FILING#{filing_id}"


def filings_pk(subject: str) -> str:
    """The filings that a pooling area or an institution sees, by when they were made."""
    return f"FILINGS#{subject}"


def transfer_pk(transfer_id: str) -> str:
    """Where a transfer lies."""
    return f"TRANSFER#{transfer_id}"


def transfers_pk(area: str) -> str:
    """The transfers that a pooling area is a party to, by when they were asked for."""
    return f"TRANSFERS#{area}"


def write_version_item(person: str, version: EnrolmentVersion) -> dict[str, Any]:
    """One version of a person's enrolments."""
    return {
        "pk": items.person_pk(person),
        "sk": f"{VERSION_PREFIX}{version.number:08d}",
        "person": person,
        "number": version.number,
        "kind": version.kind.value,
        "stated": items.write_period(version.stated),
        "periods": [items.write_period(period) for period in version.periods],
        "act": write_act(version.act),
        "transfer_id": version.transfer_id,
        "reason": version.reason,
    }


def read_version_item(item: Mapping[str, Any]) -> EnrolmentVersion:
    """A version."""
    person = item["person"]
    return EnrolmentVersion(
        number=item["number"],
        kind=StatementKind(item["kind"]),
        stated=items.read_period(person, item["stated"]),
        periods=tuple(items.read_period(person, row) for row in item["periods"]),
        act=read_act(item["act"]),
        transfer_id=item["transfer_id"],
        reason=item["reason"],
    )


def write_transfer_items(transfer: EnrolmentTransfer, pooling_areas: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """The transfer first, then a copy for each of the pooling areas that are its parties."""
    terms = transfer.terms
    values = {
        "transfer_id": transfer.transfer_id,
        "person": transfer.person,
        "insured_area": transfer.insured_area,
        "standing_area": transfer.standing_area,
        "starts_on": transfer.starts_on.isoformat(),
        "terms": None
        if terms is None
        else {
            "insurance": terms.insurance.value,
            "employment": terms.employment.value,
            "assistance": terms.assistance.value,
        },
        "asked": write_act(transfer.asked),
        "status": transfer.status.value,
        "decided": write_act_or_none(transfer.decided),
        "reason": transfer.reason,
        "revision": transfer.revision,
    }
    own = {"pk": transfer_pk(transfer.transfer_id), "sk": TRANSFER, **values}
    place = f"{transfer.asked.at}#{transfer.transfer_id}"
    return (own, *({"pk": transfers_pk(area), "sk": place, **values} for area in sorted(set(pooling_areas))))


def read_transfer_item(item: Mapping[str, Any]) -> EnrolmentTransfer:
    """A transfer, from its item or a copy."""
    terms = item["terms"]
    return EnrolmentTransfer(
        transfer_id=item["transfer_id"],
        person=item["person"],
        insured_area=item["insured_area"],
        standing_area=item["standing_area"],
        starts_on=date.fromisoformat(item["starts_on"]),
        terms=None
        if terms is None
        else NewInsurance(
            Insurance(terms["insurance"]), Employment(terms["employment"]), AssistanceClass(terms["assistance"])
        ),
        asked=read_act(item["asked"]),
        status=TransferStatus(item["status"]),
        decided=read_act_or_none(item["decided"]),
        reason=item["reason"],
        revision=item["revision"],
    )


def write_filing_items(filing: FilingRecord) -> tuple[dict[str, Any], ...]:
    """The filing with its person first, then the copies by which it is found."""
    values = {
        "filing_id": filing.filing_id,
        "person": filing.person,
        "treatment_area": filing.treatment_area,
        "kind": filing.kind.value,
        "channel": filing.channel.value,
        "starts_on": filing.starts_on.isoformat(),
        "ends_on": None if filing.ends_on is None else filing.ends_on.isoformat(),
        "made": write_act(filing.made),
        "made_on": filing.made_on.isoformat(),
        "listed_under": list(filing.listed_under),
        "withdrawn": write_act_or_none(filing.withdrawn),
        "reason": filing.reason,
        "revision": filing.revision,
    }
    place = f"{filing.made.at}#{filing.filing_id}"
    return (
        {"pk": items.person_pk(filing.person), "sk": f"{items.FILING_PREFIX}{filing.filing_id}", **values},
        {"pk": filing_pk(filing.filing_id), "sk": FILING, **values},
        *({"pk": filings_pk(subject), "sk": place, **values} for subject in filing.listed_under),
    )


def read_filing_item(item: Mapping[str, Any]) -> FilingRecord:
    """A filing, from its item or a copy."""
    ends_on = item["ends_on"]
    return FilingRecord(
        filing_id=item["filing_id"],
        person=item["person"],
        treatment_area=item["treatment_area"],
        kind=FilingKind(item["kind"]),
        channel=FilingChannel(item["channel"]),
        starts_on=date.fromisoformat(item["starts_on"]),
        ends_on=None if ends_on is None else date.fromisoformat(ends_on),
        made=read_act(item["made"]),
        made_on=date.fromisoformat(item["made_on"]),
        listed_under=tuple(item["listed_under"]),
        withdrawn=read_act_or_none(item["withdrawn"]),
        reason=item["reason"],
        revision=item["revision"],
    )
