"""The services of an office that the console shows, a row each.

A row names routes and fields alone. The names of fields, the entries of forms and the permitted roles are read from the
routes' own descriptions by `sheets`, so that a changed service needs no page of its own.
"""

from __future__ import annotations

from chalicelib.console.domain.model import Service
from chalicelib.console.domain.offices import AT_THE_DESK, IMPORTS, INSTITUTIONS, OVERSIGHT
from chalicelib.console.domain.people import CARE, INSURED
from chalicelib.console.domain.watched import DIALYSIS, FUNDS, REPORTED, SUPPLIES

SERVICES: tuple[Service, ...] = (
    *INSURED,
    *CARE,
    DIALYSIS,
    *INSTITUTIONS,
    *SUPPLIES,
    *OVERSIGHT,
    *FUNDS,
    *AT_THE_DESK,
    *REPORTED,
    *IMPORTS,
)
