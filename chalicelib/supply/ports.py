"""What supply needs of the world: the stores of purchases, of reports and of what is found in them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from chalicelib.kernel.ports import Shelf
from chalicelib.supply.domain.matters import SupplyMatter
from chalicelib.supply.domain.measures import SupplyReport
from chalicelib.supply.domain.purchases import OffPlatformPurchase
from chalicelib.supply.domain.shortages import DrugShortage
from chalicelib.supply.domain.stocks import StockReport


def purchases_of(institution: str) -> str:
    """The list of what an institution bought or reported, and of what is abnormal in it."""
    return f"INSTITUTION#{institution}"


def purchases_in(area: str) -> str:
    """The same of an area."""
    return f"AREA#{area}"


def reports_about(area: str, code: str, month: str) -> str:
    """The list of an item's reports in a pooling area and a month (`2020-03`)."""
    return f"ITEM#{area}#{code}#{month}"


def stocks_on(area: str, day: date) -> str:
    """The list of what the institutions of a pooling area hold on a day."""
    return f"STOCK#{area}#{day.isoformat()}"


class OffPlatformStore(Shelf[OffPlatformPurchase], Protocol):
    """Purchases by institution and by area, by the day on which they were made."""


class SupplyReportStore(Shelf[SupplyReport], Protocol):
    """Reports by institution, by area and by item, area and month, by the day they are about."""


class SupplyMatterStore(Shelf[SupplyMatter], Protocol):
    """Matters by institution and by area, by the instant at which they were found."""


class StockReportStore(Shelf[StockReport], Protocol):
    """Reports by institution and by area, by the day they are about; and by pooling area and day."""


class DrugShortageStore(Shelf[DrugShortage], Protocol):
    """Shortages by institution and by area, by institution and drug."""
