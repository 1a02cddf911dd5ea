"""Values that provisions name and the records of other capabilities hold."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    INVOICE = "invoice"
    ITEMISED_LIST = "itemised-list"
    DIAGNOSIS = "diagnosis"


class Basis(StrEnum):
    """Basis on which a policy measures an advance."""

    TRAILING_MONTHS = "trailing-months"
    ORDINARY_QUOTA_PLUS = "ordinary-quota-plus"
    FIRST_PAYMENT = "first-payment"
    EARMARKED = "earmarked"
    FULL = "full"


class FundMeasure(StrEnum):
    """`epidemic-amount`: the amount the funds paid outside total control in the month, in yuan. `epidemic-share`: its
    part of all they paid. `growth`: all they paid, as a multiple of the average of the months before.
    """

    EPIDEMIC_AMOUNT = "epidemic-amount"
    EPIDEMIC_SHARE = "epidemic-share"
    GROWTH = "growth"


class SupplyMeasure(StrEnum):
    """`price`: unit price, against other reports of the area. `volume`: quantity ordered, against the institution's own
    reports of other days. `delivery`: delivered part, against other reports of the area; only a low part is abnormal.
    """

    PRICE = "price"
    VOLUME = "volume"
    DELIVERY = "delivery"

    @property
    def decimals(self) -> int:
        """The decimal place of a figure, which is held in whole units of it: of a yuan, of a quantity, of the whole."""
        return 6 if self is SupplyMeasure.PRICE else 4


class EmployerSize(StrEnum):
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class ConsultationSubject(StrEnum):
    EPIDEMIC = "epidemic"
    BUSINESS = "policy-and-business"


class InsuranceBenefit(StrEnum):
    """An insurance whose premium an employer may pay later."""

    MEDICAL = "medical"
    MATERNITY = "maternity"


class ProtectiveSupply(StrEnum):
    """Supplies that a personal account may pay for."""

    MASK = "mask"
    GLOVES = "gloves"
    SWAB = "swab"
    DISINFECTANT = "disinfectant"
    THERMOMETER = "thermometer"
