"""Ports of supply: the stores of purchases, reports, abnormal figures and shortages."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.supply.domain.matters import SupplyMatter
from chalicelib.supply.domain.measures import SupplyReport
from chalicelib.supply.domain.purchases import OffPlatformPurchase
from chalicelib.supply.domain.shortages import DrugShortage
from chalicelib.supply.domain.stocks import StockReport


def purchases_of(institution: InstitutionCode) -> str:
    """Name the list of an institution's purchases and reports, and of the abnormal figures in them."""
    return f"INSTITUTION#{institution}"


def purchases_in(area: AreaCode) -> str:
    """Name the same list for an area."""
    return f"AREA#{area}"


def reports_about(area: AreaCode, code: str, month: str) -> str:
    """Name the list of an item's reports in a pooling area and a month (`2020-03`)."""
    return f"ITEM#{area}#{code}#{month}"


def reports_of_item(area: AreaCode, code: str) -> str:
    """Name the list of an item's reports in an area, of all months."""
    return f"ITEM#{area}#{code}"


def stocks_on(area: AreaCode, day: date) -> str:
    """Name the list of the institutions' stock in a pooling area on a day."""
    return f"STOCK#{area}#{day.isoformat()}"


class OffPlatformStore(Shelf[OffPlatformPurchase], Protocol):
    """Purchases by institution and by area, ordered by the day of purchase."""


class SupplyReportStore(Shelf[SupplyReport], Protocol):
    """Reports by institution, by area, and by item, area and month, ordered by the day reported on."""


class SupplyMatterStore(Shelf[SupplyMatter], Protocol):
    """Matters by institution and by area, ordered by the instant at which they were found."""


class StockReportStore(Shelf[StockReport], Protocol):
    """Stock reports by institution and by area, ordered by the day reported on, and by pooling area and day."""


class DrugShortageStore(Shelf[DrugShortage], Protocol):
    """Shortages by institution and by area, ordered by institution and drug."""
