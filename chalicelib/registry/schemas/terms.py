"""Terms of insurance on the wire."""

from __future__ import annotations

from chalicelib.kernel.errors import Finding
from chalicelib.platform.http.findings import finding
from chalicelib.registry.domain.model import Employment, Insurance

_EMPLOYED = (Employment.ACTIVE, Employment.RETIRED)


def check_employment(insurance: Insurance, employment: Employment | None, field_path: str) -> list[Finding]:
    """Report an insured employee who is neither active nor retired, and anybody else who is."""
    is_employee = insurance is Insurance.EMPLOYEE
    if is_employee == (employment in _EMPLOYED):
        return []
    return [finding("employment-missing" if is_employee else "employment-unexpected", field_path)]
