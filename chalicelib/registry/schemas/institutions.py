"""Institutions on the wire."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.platform.http.answers import Answer, Area
from chalicelib.registry.domain.model import Institution, InstitutionKind


def institution_document(institution: Institution) -> dict[str, Any]:
    """Write an institution with its agreements; an absent date is null."""
    until, temporary_until = institution.agreement_until, institution.temporary_agreement_until
    return {
        "code": institution.code,
        "name_zh": institution.name_zh,
        "area": institution.area,
        "pooling_area": institution.pooling_area,
        "agency": institution.agency,
        "level": institution.level,
        "kind": str(institution.kind),
        "treatment_designated": institution.treatment_designated,
        "agreement_until": until.isoformat() if until else None,
        "temporary_agreement_until": temporary_until.isoformat() if temporary_until else None,
    }


class InstitutionDocument(Answer):
    """An institution. `pooling_area` is the area of its local fund, `agency` the settling agency; an absent date is
    null.
    """

    code: str
    name_zh: str
    area: Area
    pooling_area: Area
    agency: Area
    level: int | None
    kind: InstitutionKind
    treatment_designated: bool
    agreement_until: date | None
    temporary_agreement_until: date | None
