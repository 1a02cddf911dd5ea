"""Supply in the state table.

| pk | sk | what |
|---|---|---|
| OFFPLATFORM#id | RECORD | a purchase |
| OFFPLATFORMS#INSTITUTION#code, OFFPLATFORMS#AREA#area | day#id | the same |
| SUPPLYREPORT#id | RECORD | a report |
| SUPPLYREPORTS#INSTITUTION#code, SUPPLYREPORTS#AREA#area, SUPPLYREPORTS#ITEM#area#item | day#id | the same |
| SUPPLYREPORTS#ITEM#area#item#month | day#id | the same, of a pooling area |
| SUPPLYMATTER#id | RECORD | an abnormal figure |
| SUPPLYMATTERS#INSTITUTION#code, SUPPLYMATTERS#AREA#area | instant#id | the same |
| DRUGSTOCK#id | RECORD | the stock of an institution on a day |
| DRUGSTOCKS#INSTITUTION#code, DRUGSTOCKS#AREA#area | day#id | the same |
| DRUGSTOCKS#STOCK#area#day | institution | the same |
| SHORTAGE#id | RECORD | a drug that runs out |
| SHORTAGES#INSTITUTION#code, SHORTAGES#AREA#area | institution#drug | the same |
"""

from __future__ import annotations

from chalicelib.platform.aws.shelves import DynamoShelf, shelf_record
from chalicelib.platform.aws.table import Table
from chalicelib.supply.domain.matters import SupplyMatter
from chalicelib.supply.domain.measures import SupplyReport
from chalicelib.supply.domain.purchases import OffPlatformPurchase
from chalicelib.supply.domain.shortages import DrugShortage
from chalicelib.supply.domain.stocks import StockReport
from chalicelib.supply.ports import purchases_in, purchases_of, reports_about, reports_of_item, stocks_on

_PURCHASE = "OFFPLATFORM"
_REPORT = "SUPPLYREPORT"
_MATTER = "SUPPLYMATTER"
_STOCK = "DRUGSTOCK"
_SHORTAGE = "SHORTAGE"


def _purchase_places(purchase: OffPlatformPurchase) -> list[tuple[str, str]]:
    at = f"{purchase.bought_on.isoformat()}#{purchase.purchase_id}"
    areas = sorted({purchase.agency, purchase.area})
    return [(purchases_of(purchase.institution), at), *((purchases_in(area), at) for area in areas)]


def _report_places(report: SupplyReport) -> list[tuple[str, str]]:
    day = report.on.isoformat()
    at = f"{day}#{report.report_id}"
    areas = sorted({report.agency, report.area})
    return [
        (purchases_of(report.institution), at),
        *((purchases_in(area), at) for area in areas),
        *((reports_of_item(area, report.code), at) for area in areas),
        (reports_about(report.area, report.code, day[:7]), at),
    ]


def _matter_places(matter: SupplyMatter) -> list[tuple[str, str]]:
    at = f"{matter.found_at}#{matter.matter_id}"
    return [(purchases_of(matter.institution), at), *((purchases_in(area), at) for area in sorted(matter.areas))]


def _stock_places(report: StockReport) -> list[tuple[str, str]]:
    at = f"{report.on.isoformat()}#{report.report_id}"
    areas = sorted({report.agency, report.area})
    return [
        (purchases_of(report.institution), at),
        *((purchases_in(area), at) for area in areas),
        (stocks_on(report.area, report.on), report.institution),
    ]


def _shortage_places(shortage: DrugShortage) -> list[tuple[str, str]]:
    at = f"{shortage.institution}#{shortage.code}"
    areas = sorted({shortage.agency, shortage.area})
    return [(purchases_of(shortage.institution), at), *((purchases_in(area), at) for area in areas)]


PURCHASES_KEPT = shelf_record(_PURCHASE, OffPlatformPurchase, lambda purchase: purchase.purchase_id, _purchase_places)
SUPPLY_REPORTS = shelf_record(_REPORT, SupplyReport, lambda report: report.report_id, _report_places)
SUPPLY_MATTERS = shelf_record(_MATTER, SupplyMatter, lambda matter: matter.matter_id, _matter_places)
STOCK_REPORTS = shelf_record(_STOCK, StockReport, lambda report: report.report_id, _stock_places)
SHORTAGES_KEPT = shelf_record(_SHORTAGE, DrugShortage, lambda shortage: shortage.shortage_id, _shortage_places)


class DynamoOffPlatformStore(DynamoShelf[OffPlatformPurchase]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _PURCHASE, PURCHASES_KEPT)


class DynamoSupplyReportStore(DynamoShelf[SupplyReport]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _REPORT, SUPPLY_REPORTS)


class DynamoSupplyMatterStore(DynamoShelf[SupplyMatter]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _MATTER, SUPPLY_MATTERS)


class DynamoStockReportStore(DynamoShelf[StockReport]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _STOCK, STOCK_REPORTS)


class DynamoDrugShortageStore(DynamoShelf[DrugShortage]):
    def __init__(self, table: Table) -> None:
        super().__init__(table, _SHORTAGE, SHORTAGES_KEPT)
