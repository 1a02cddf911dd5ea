"""Use cases whose statements have no workbooks: a workbook takes the most time and is stored like any other form."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.clearing.forms import csv_of
from chalicelib.clearing.usecases.parties import Parties
from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.system import Ports, System
from chalicelib.main.capabilities import build_system


def without_workbooks(ports: Ports) -> System:
    """Build the use cases over some ports; a statement's CSV stands in the place of its workbook too."""
    parties = replace(build_system(ports)[Parties], forms={"json": canonical_json, "csv": csv_of, "xlsx": csv_of})
    return build_system(ports.give(Parties, parties))
