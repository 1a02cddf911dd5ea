"""The terms of agreements recorded for institutions, read from the state table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.kernel.words.ids import InstitutionCode
from chalicelib.platform.aws.table import Table
from chalicelib.registry.domain.agreements import InstitutionTerms
from chalicelib.registry.tables import TERMS, terms_key


class DynamoAgreementTerms:
    """Agreements on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, institution: InstitutionCode) -> InstitutionTerms:
        return terms_on_record(institution, self._table.get(*terms_key(institution)))


def terms_on_record(institution: InstitutionCode, item: Mapping[str, Any] | None) -> InstitutionTerms:
    """Return the terms that an institution's item holds; empty terms without an item."""
    return InstitutionTerms(institution) if item is None else TERMS.read(item)
