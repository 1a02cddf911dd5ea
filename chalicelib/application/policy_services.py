"""The use cases of policy officers by name, kept together because they came and change together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.application.publications import Publication
from chalicelib.application.publishing import PolicyDraft, PublishOutcome
from chalicelib.application.requests import Page, PageRequest
from chalicelib.domain.access import Principal
from chalicelib.domain.comparison import Comparison


@dataclass(frozen=True, slots=True)
class PolicyServices:
    publish: Callable[[Principal, PolicyDraft], PublishOutcome]
    list_publications: Callable[[Principal, PageRequest], Page[Publication]]
    compare: Callable[[Principal, str, str], Comparison]
