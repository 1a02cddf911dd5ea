"""Coverage of the operative articles: the standing of each in the policy set, and the module that carries it out.

Rows come from policies/articles.yaml. A row is declared (by a provision that says why it cannot be executed), executed,
pending (its code comes later), or pending in part (some of its provisions are carried out, the others say that their
code comes later). A row that is due now cannot be pending, and only those named here can be so in part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot

DUE_NOW_AREAS = frozenset({"claim", "catalogue", "coding", "budget", "prepayment", "clearing"})
DUE_NOW_ROWS = frozenset({"S-17", "W-02", "D-10", "S-14"})
_TERMS = "chalicelib/adjudication/domain/deciding/terms.py"
_PLAN = "chalicelib/adjudication/domain/deciding/plan.py"
_ASSESS = "chalicelib/adjudication/domain/assess.py"
_BESIDE = "chalicelib/adjudication/domain/deciding/reasons_of_shares.py"
_REQUIREMENTS = "chalicelib/adjudication/domain/requirements.py"
_CLOCKS = "chalicelib/law/domain/services/clocks.py"
_EPIDEMIC = "chalicelib/law/domain/services/epidemic.py"
_PRESCRIBE = "chalicelib/prescriptions/usecases/prescribe.py"
_BEDS = "chalicelib/beds/usecases.py"
_ARRIVALS = "chalicelib/arrivals/usecases.py"
_PREMIUMS = "chalicelib/premiums/usecases.py"
_SIGNS = "chalicelib/supervision/domain/signs.py"
_HANDLING = "chalicelib/service_desk/domain/handling.py"
_RESOLUTION = "chalicelib/law/domain/resolution.py"

EXECUTORS: Mapping[Slot, str] = {
    Slot.PROTECTION: _RESOLUTION,
    Slot.REGIME: _RESOLUTION,
    Slot.PLAN_CATALOGUE: _PLAN,
    Slot.CATALOGUE_STOP: _PLAN,
    Slot.REMOTE_CUT_WAIVER: _TERMS,
    Slot.UNINSURED_ASSISTANCE: _TERMS,
    Slot.DEDUCTIBLE: _TERMS,
    Slot.RATIO: _TERMS,
    Slot.POOL_CAP: _TERMS,
    Slot.LARGE_SUM: _TERMS,
    Slot.CRITICAL_ILLNESS: _TERMS,
    Slot.ASSISTANCE: _TERMS,
    Slot.REMOTE_CUT: _TERMS,
    Slot.OUTPATIENT_ORDINARY: _TERMS,
    Slot.OUTPATIENT_RULE: _TERMS,
    Slot.PRE_DIAGNOSIS_COST: _TERMS,
    Slot.COMBINED_SHARE: _TERMS,
    Slot.SUBSIDY_SCOPE: _TERMS,
    Slot.PAYER_OF_REMAINDER: _TERMS,
    Slot.SPLIT: _TERMS,
    Slot.LOCAL_SPLIT: _TERMS,
    Slot.CENTRAL_REFUND: _TERMS,
    Slot.AGREEMENT: _REQUIREMENTS,
    Slot.DIAGNOSIS_CODES: _REQUIREMENTS,
    Slot.DISEASE_CODE: _REQUIREMENTS,
    Slot.PERSONAL_ACCOUNT: _BESIDE,
    Slot.BUDGET_KIND: _BESIDE,
    Slot.PAYMENT_METHOD: _BESIDE,
    Slot.CLEARING_TIER: _BESIDE,
    Slot.CLEARING_TERMS: "chalicelib/clearing/domain/terms.py",
    Slot.RETENTION_CLAIMS: "chalicelib/person_requests/domain/retention.py",
    Slot.RETENTION_ENROLMENTS: "chalicelib/person_requests/domain/retention.py",
    Slot.ADVANCE: "chalicelib/advances/domain/quota.py",
    Slot.PATIENT_ADVANCE: "chalicelib/patient_advances/domain.py",
    Slot.CLOCK: _CLOCKS,
    Slot.POSTPONEMENT: _CLOCKS,
    Slot.TOWNSHIP_DESK: _CLOCKS,
    Slot.FILING_REQUIREMENT: _TERMS,
    Slot.EPIDEMIC_LIFTED: _EPIDEMIC,
    Slot.AFTER_EPIDEMIC: _EPIDEMIC,
    Slot.PRESCRIPTION_SUPPLY: _PRESCRIBE,
    Slot.PRESCRIPTION_MAKE_UP: _PRESCRIBE,
    Slot.PRESCRIPTION_CIRCULATION: _PRESCRIBE,
    Slot.INTERNET_VISIT: _REQUIREMENTS,
    Slot.INTERNET_LIST: "chalicelib/prescriptions/usecases/list_online.py",
    Slot.BED_FILING: _BEDS,
    Slot.BED_RESERVE: _BEDS,
    Slot.ARRIVAL_WATCH: _ARRIVALS,
    Slot.ARRIVAL_TRANSFER: _ARRIVALS,
    Slot.LATE_FEE: _PREMIUMS,
    Slot.PREMIUM_DEFERRAL: _PREMIUMS,
    Slot.WAITING_PERIOD: _PREMIUMS,
    Slot.FUND_REQUISITION: "chalicelib/requisitions/usecases.py",
    Slot.ISSUE_REPORT: "chalicelib/issues/domain.py",
    Slot.FUND_DEFICIT: "chalicelib/requisitions/usecases.py",
    Slot.FISCAL_BUDGET: "chalicelib/fund_accounts/usecases.py",
    Slot.PROGRESS_REPORT: "chalicelib/progress_reports/domain.py",
    Slot.CODING_DUTY: "chalicelib/coding/domain.py",
    Slot.CODING_SUPERVISION: "chalicelib/coding/domain.py",
    Slot.WATCH_REPEATED_ITEM: _SIGNS,
    Slot.WATCH_HOURS: _SIGNS,
    Slot.WATCH_OVERLAP: _SIGNS,
    Slot.WATCH_PRICE: _SIGNS,
    Slot.WATCH_EPISODE: _SIGNS,
    Slot.WATCH_RESEMBLING_BILL: _SIGNS,
    Slot.JOINT_INSPECTION: "chalicelib/supervision/usecases/inspect.py",
    Slot.SERVICE_CHANNELS: _HANDLING,
    Slot.SERVICE_HANDLING: _HANDLING,
    Slot.DEADLINE_RELIEF: _HANDLING,
    Slot.HOTLINE: "chalicelib/service_desk/domain/hotline.py",
    Slot.PROVISIONAL_REVIEW: "chalicelib/service_desk/domain/dialysis.py",
    Slot.ACCOUNT_ITEMS: "chalicelib/personal_accounts/usecases.py",
    Slot.MANUAL_REIMBURSEMENT: "chalicelib/law/domain/services/by_hand.py",
    Slot.REMOTE_NETWORK: "chalicelib/eligibility/domain.py",
    Slot.SUPPLY_WATCH: "chalicelib/supply/domain/measures.py",
    Slot.DRUG_STOCK: "chalicelib/supply/domain/stocks.py",
    Slot.FUND_CONTINGENCY: "chalicelib/contingency/domain.py",
    Slot.BLACKLIST: "chalicelib/agreements/usecases/blacklist.py",
}
"""The module that carries a slot out. A slot that is missing here is carried out by nothing."""

RECORD_EXECUTORS: Mapping[str, str] = {
    "disease-code-mapped": _REQUIREMENTS,
    "disease-marked-and-itemised": _REQUIREMENTS,
    "accurate-upload": "chalicelib/adjudication/domain/validation.py",
    "manual-settlement-form": "chalicelib/printing/forms/manual.py",
    "identity-check-and-booking": "chalicelib/adjudication/domain/validation.py",
    "settle-later": "chalicelib/settlement/usecases/defer.py",
    "settle-later-and-transfer-order": "chalicelib/settlement/usecases/settle.py",
    "roles": "chalicelib/kernel/access.py",
    "settlement-statistics": "chalicelib/reports/domain.py",
    "timely-disbursement": "chalicelib/payments/usecases/read.py",
    "fiscal-paid-first": "chalicelib/payments/usecases/read.py",
    "faster-settlement": "chalicelib/settlement/usecases/pay.py",
    "deficit-subsidy-recorded-with-budget": "chalicelib/budgets/domain.py",
    "two-assurances": _ASSESS,
}
"""The module that keeps a record, by the record's `what`."""


@dataclass(frozen=True, slots=True)
class Article:
    """A row of articles.yaml: an operative article of a document. `must` is `execute` or `declare`."""

    id: str
    document: str
    article: str
    area: AreaCode
    must: str
    gist: str

    @property
    def due_now(self) -> bool:
        """Tell whether the row has to be executed already, rather than may be pending."""
        return self.must == "execute" and (self.area in DUE_NOW_AREAS or self.id in DUE_NOW_ROWS)


class Standing(StrEnum):
    """The standing of a row."""

    EXECUTED = "executed"
    PARTLY = "pending in part"
    PENDING = "pending"
    DECLARED = "declared"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the provisions that name it and the modules that carry them out."""

    article: Article
    standing: Standing
    provisions: tuple[Provision, ...]
    modules: tuple[str, ...]
    fault: Text | None


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: tuple[Row, ...]

    @property
    def faults(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.fault is not None)

    def count(self, standing: Standing) -> int:
        """Return the number of rows with this standing."""
        return sum(row.standing is standing for row in self.rows)


def executor(provision: Provision) -> str | None:
    """Return the module that carries a provision out; None without a module, or where its code is to come."""
    if provision.pending:
        return None
    if provision.slot is Slot.RECORD:
        return RECORD_EXECUTORS.get(str(provision.value.get("what")))
    return EXECUTORS.get(provision.slot)


def cover(bundle: Bundle, articles: Sequence[Article]) -> Coverage:
    """Hold the rows of articles.yaml against a policy set."""
    by_row: dict[str, list[Provision]] = defaultdict(list)
    for provision in bundle.provisions:
        for row in provision.rows:
            by_row[row].append(provision)
    return Coverage(tuple(_row(article, by_row[article.id]) for article in articles))


def _row(article: Article, provisions: Iterable[Provision]) -> Row:
    named = tuple(provisions)
    modules = tuple(sorted({module for provision in named if (module := executor(provision)) is not None}))
    standing = _standing(article, named)
    return Row(article, standing, named, modules, _fault(article, standing, named))


def _standing(article: Article, provisions: Sequence[Provision]) -> Standing:
    if not provisions:
        return Standing.MISSING
    if article.must == "declare":
        declared = any(provision.slot is Slot.NOTHING for provision in provisions)
        return Standing.DECLARED if declared else Standing.MISSING
    carried_out = [executor(provision) is not None for provision in provisions]
    if all(carried_out):
        return Standing.EXECUTED
    return Standing.PARTLY if any(carried_out) else Standing.PENDING


def _fault(article: Article, standing: Standing, provisions: Sequence[Provision]) -> Text | None:
    if standing is Standing.MISSING:
        return Text(
            "没有条款执行或声明该条目；请在对应文件中补写 rows。",
            "no provision carries it out or declares it; name it in the `rows` of one.",
        )
    if article.due_now and standing in (Standing.PENDING, Standing.PARTLY):
        return Text(
            "该条目应已执行，但没有代码执行它的条款；请先补上执行的代码。",
            "it is due now, but no code carries out the provisions that name it; add that code first.",
        )
    waiting = standing in (Standing.PENDING, Standing.PARTLY)
    if waiting and any(executor(each) is None and not each.pending for each in provisions):
        return Text("尚无代码执行，请写 pending: true。", "no code carries it out yet; say `pending: true`.")
    return None
