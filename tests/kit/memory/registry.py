"""Versions of enrolments, transfers and filings in memory, with the promises of the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from chalicelib.kernel.pages import Page, PageRequest, page_of
from chalicelib.person_requests.domain.request import PersonRequest
from chalicelib.person_requests.ports import WritePersonRequest
from chalicelib.registry.domain.enrolments import EnrolmentVersion
from chalicelib.registry.domain.filings import FilingRecord
from chalicelib.registry.domain.transfers import EnrolmentTransfer
from chalicelib.registry.ports import AddEnrolmentVersion, AddFiling, UpdateFiling, WriteTransfer

RegistryPart: TypeAlias = AddEnrolmentVersion | WriteTransfer | UpdateFiling | WritePersonRequest


@dataclass
class RegistryMemory:
    """What the stores here share; `listed` names the pooling areas that find a transfer."""

    versions: dict[str, list[EnrolmentVersion]] = field(default_factory=dict)
    transfers: dict[str, EnrolmentTransfer] = field(default_factory=dict)
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filings: dict[str, FilingRecord] = field(default_factory=dict)
    requests: dict[str, PersonRequest] = field(default_factory=dict)

    def holds(self, part: RegistryPart) -> bool:
        match part:
            case AddEnrolmentVersion(person, version):
                return all(each.number != version.number for each in self.versions.get(person, ()))
            case WriteTransfer(transfer):
                known = self.transfers.get(transfer.transfer_id)
                return (0 if known is None else known.revision) == transfer.revision - 1
            case WritePersonRequest(request):
                asked = self.requests.get(request.request_id)
                return (0 if asked is None else asked.revision) == request.revision - 1
            case UpdateFiling(filing):
                standing = self.filings.get(filing.filing_id)
                return standing is not None and standing.revision == filing.revision - 1

    def apply(self, part: AddFiling | RegistryPart) -> None:
        match part:
            case AddEnrolmentVersion(person, version):
                self.versions.setdefault(person, []).append(version)
            case WriteTransfer(transfer, pooling_areas):
                self.transfers[transfer.transfer_id] = transfer
                self.listed[transfer.transfer_id] = pooling_areas
            case WritePersonRequest(request):
                self.requests[request.request_id] = request
            case AddFiling(filing) | UpdateFiling(filing):
                self.filings[filing.filing_id] = filing


class FakeTransferStore:
    """Transfers."""

    def __init__(self, memory: RegistryMemory) -> None:
        self._memory = memory

    def get(self, transfer_id: str) -> EnrolmentTransfer | None:
        return self._memory.transfers.get(transfer_id)

    def of_area(self, area: str, page: PageRequest) -> Page[EnrolmentTransfer]:
        found = [
            each for each in list(self._memory.transfers.values()) if area in self._memory.listed[each.transfer_id]
        ]
        newest = sorted(found, key=lambda each: (each.asked.at, each.transfer_id), reverse=True)
        places = {each.transfer_id: f"{place:06d}" for place, each in enumerate(newest)}
        return page_of(newest, lambda each: places[each.transfer_id], page)


class FakeFilingStore:
    """Filings."""

    def __init__(self, memory: RegistryMemory) -> None:
        self._memory = memory

    def get(self, filing_id: str) -> FilingRecord | None:
        return self._memory.filings.get(filing_id)

    def listed_under(self, subject: str, page: PageRequest) -> Page[FilingRecord]:
        found = [each for each in list(self._memory.filings.values()) if subject in each.listed_under]
        newest = sorted(found, key=lambda each: (each.made.at, each.filing_id), reverse=True)
        places = {each.filing_id: f"{place:06d}" for place, each in enumerate(newest)}
        return page_of(newest, lambda each: places[each.filing_id], page)


class FakePersonRequestStore:
    """Requests about what the vault holds."""

    def __init__(self, memory: RegistryMemory) -> None:
        self._memory = memory

    def get(self, request_id: str) -> PersonRequest | None:
        return self._memory.requests.get(request_id)

    def of_area(self, area: str, page: PageRequest) -> Page[PersonRequest]:
        found = [each for each in list(self._memory.requests.values()) if each.area == area]
        newest = sorted(found, key=lambda each: (each.asked.at, each.request_id), reverse=True)
        places = {each.request_id: f"{place:06d}" for place, each in enumerate(newest)}
        return page_of(newest, lambda each: places[each.request_id], page)
