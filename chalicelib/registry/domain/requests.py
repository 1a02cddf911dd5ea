"""Requests to the registry, parsed and typed by the edge: enrolments, transfers of insurance, filings."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.registry.domain.identity_documents import StatedDocument
from chalicelib.registry.domain.model import AssistanceClass, Employment, FilingChannel, FilingKind, Insurance
from chalicelib.registry.domain.transfers import NewInsurance


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """The identity of a bill's patient, as written by the hospital."""

    document: StatedDocument
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnrolmentRequest:
    """A request to record an enrolment. `insured_area` is None exactly where `insurance` is none. `formerly` is the
    document under which the person was recorded before.
    """

    document: StatedDocument
    name: str = field(repr=False)
    insured_area: AreaCode | None
    insurance: Insurance
    employment: Employment
    assistance: AssistanceClass
    starts_on: date | None
    ends_on: date | None
    formerly: StatedDocument | None = None


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """A request for a transfer: `insured_area` asks for the person from `starts_on` on; without `terms` the insurance
    goes on unchanged.
    """

    document: StatedDocument
    name: str = field(repr=False)
    insured_area: AreaCode
    starts_on: date
    terms: NewInsurance | None


@dataclass(frozen=True, slots=True)
class FilingRequest:
    """A request to record a filing. `called_at` is the instant of the phone call behind the filing."""

    document: StatedDocument
    treatment_area: AreaCode
    kind: FilingKind
    channel: FilingChannel
    starts_on: date | None
    ends_on: date | None
    called_at: datetime | None = None
