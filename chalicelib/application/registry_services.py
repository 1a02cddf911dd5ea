"""The use cases of the registry beside recording an enrolment and a filing, by name, as the edge knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.application.enrolment_reading import EnrolmentsView
from chalicelib.application.enrolment_transfers import EnrolmentTransfers
from chalicelib.application.filing import Filings
from chalicelib.application.person_requests import PersonRequests
from chalicelib.domain.access import Principal


@dataclass(frozen=True, slots=True)
class RegistryServices:
    """`read_enrolments` shows a person's periods with every version, `transfers` moves them between areas, `filings`
    lists treatment elsewhere and takes it back, `person_requests` serves a person's rights to what is kept of them.
    """

    read_enrolments: Callable[[Principal, str], EnrolmentsView]
    transfers: EnrolmentTransfers
    filings: Filings
    person_requests: PersonRequests
