"""Signs of suspicious bills: a pure function per rule over a claim, its person's visits and the prices of a period.

The rules of a place, and their limits, are provisions; a rule without a provision finds nothing. A sign is no verdict:
the sign names the observation, the limit and the provision, for a person to examine. Source: C-18, 渝医保发〔2020〕3号
工作要求（二）; S-17, 鲁医保发〔2023〕1号 九.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.adjudication.domain.claim import Claim, Line
from chalicelib.adjudication.domain.claim_document import decimal_of_units, plain_decimal
from chalicelib.claims.domain.visits import Likeness, VisitEntry, likeness
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.kernel.words.ids import AreaCode, ClaimId
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import decider
from chalicelib.registry.domain.model import Registry

MICRO = 1_000_000
"""The millionths of a yuan. Prices have six decimals and are compared as whole millionths."""


class SupervisionRule(StrEnum):
    """The kinds of signs. A rule and a place in a bill identify a single sign, however often the sign is found."""

    REPEATED_ITEM = "repeated-item"
    HOURS_OVER_A_DAY = "hours-over-a-day"
    OVERLAPPING_STAYS = "overlapping-stays"
    FAR_PRICE = "far-price"
    OUTSIDE_EPISODE = "outside-episode"
    RESEMBLING_BILL = "resembling-bill"


RULE_SLOTS: Mapping[SupervisionRule, Slot] = {
    SupervisionRule.REPEATED_ITEM: Slot.WATCH_REPEATED_ITEM,
    SupervisionRule.HOURS_OVER_A_DAY: Slot.WATCH_HOURS,
    SupervisionRule.OVERLAPPING_STAYS: Slot.WATCH_OVERLAP,
    SupervisionRule.FAR_PRICE: Slot.WATCH_PRICE,
    SupervisionRule.OUTSIDE_EPISODE: Slot.WATCH_EPISODE,
    SupervisionRule.RESEMBLING_BILL: Slot.WATCH_RESEMBLING_BILL,
}


@dataclass(frozen=True, slots=True)
class SignFigure:
    """A figure of a sign, as text: an observed value or the limit."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign. `place` is its place in the bill (item and day, other claim) and, with rule and claim, its identity."""

    rule: SupervisionRule
    place: str
    figures: tuple[SignFigure, ...]
    reason: Text
    citation: str


@dataclass(frozen=True, slots=True)
class WatchedClaim:
    """A claim of a review, with the person's other visits in the order of receipt."""

    claim_id: ClaimId
    claim: Claim
    visits: tuple[VisitEntry, ...]

    @property
    def entry(self) -> VisitEntry:
        return VisitEntry.of(self.claim, self.claim_id)


Rules = Mapping[SupervisionRule, Provision]
"""The rules in force in a place on a day, with the provisions that decide them."""


def rules_of(bundle: Bundle, place: AreaCode, on: date) -> Rules:
    """Find the rules in force in a place on a day."""
    found = {rule: decider(bundle, slot, place, on) for rule, slot in RULE_SLOTS.items()}
    return {rule: each for rule, each in found.items() if each is not None}


def is_watched(bundle: Bundle, area: AreaCode) -> bool:
    """Tell whether a provision of any day asks for a rule in an area, or in a place around or inside the area."""
    slots, registry = frozenset(RULE_SLOTS.values()), bundle.registry
    return any(
        each.slot in slots and (each.area in registry.chain(area) or area in registry.chain(each.area))
        for each in bundle.provisions
    )


def days_around(rules: Rules) -> int:
    """Return the days before and after a visit within which other visits of its episode are sought."""
    episode = rules.get(SupervisionRule.OUTSIDE_EPISODE)
    return 0 if episode is None else int(episode.value["days_max"])


def signs_of(watched: WatchedClaim, rules: Rules, registry: Registry) -> tuple[Sign, ...]:
    """Find all signs of a claim by itself and beside the person's visits, but for prices, which take another pass."""
    return tuple(
        sign for rule, look in _LOOKS.items() if rule in rules for sign in look(watched, rules[rule], registry)
    )


def price_millionths(price: Decimal) -> int:
    """Convert a price to millionths of a yuan, exactly."""
    return int(price.scaleb(6))


class Prices:
    """The prices of a period by item: a claim counts once for every distinct price of an item."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, claim: Claim) -> None:
        for code, price in {(line.code, price_millionths(line.price)) for line in _charged(claim)}:
            self._counts[code][price] += 1

    def document(self) -> dict[str, list[list[int]]]:
        """Return the document to keep: each item's prices with the number of claims that have them."""
        return {code: [[*each] for each in sorted(counts.items())] for code, counts in self._counts.items()}

    @classmethod
    def of(cls, document: Mapping[str, Sequence[Sequence[int]]]) -> Prices:
        """Read the prices from the kept document."""
        read = cls()
        for code, counts in document.items():
            for price, number in counts:
                read._counts[code][price] = number
        return read

    def median(self, code: str) -> tuple[int, int]:
        """Return the median (the lower of two) and the number of prices. Outliers do not move the median."""
        counts = self._counts.get(code, {})
        total = sum(counts.values())
        middle, seen = (total + 1) // 2, 0
        for price in sorted(counts):
            seen += counts[price]
            if seen >= middle:
                return price, total
        return 0, 0


def price_signs(claim: Claim, prices: Prices, rule: Provision) -> Iterator[Sign]:
    """Find the items with a price above the provision's percentage of the period's median, or with the median above
    that percentage of the price, provided enough prices make the median.
    """
    percent, least = int(rule.value["percent"]), int(rule.value["least"])
    for code, price in sorted({(line.code, price_millionths(line.price)) for line in _charged(claim)}):
        median, total = prices.median(code)
        low, high = sorted((price, median))
        if total < least or high * 100 <= low * percent:
            continue
        shown, middle = _yuan(price), _yuan(median)
        yield Sign(
            SupervisionRule.FAR_PRICE,
            f"{code}/{price}",
            _figures(price=shown, median=middle, prices=total, percent=percent),
            Text(
                f"项目 {code} 单价 {shown} 元，本期 {total} 个价格的中位数为 {middle} 元，"
                f"一方超过另一方的 {percent}%。",
                f"Item {code} is priced {shown}; the median of the period's {total} prices is {middle}, and one is "
                f"more than {percent}% of the other.",
            ),
            rule.citation,
        )


def _repeated(watched: WatchedClaim, rule: Provision, registry: Registry) -> Iterator[Sign]:
    kinds, most = set(rule.value["kinds"]), int(rule.value["times_max"])
    for (code, on), lines in _by_item_and_day(watched.claim).items():
        item = registry.item(code, on)
        if item is None or item.kind.value not in kinds or len(lines) <= most:
            continue
        numbers = "、".join(str(each.no) for each in lines)
        yield Sign(
            SupervisionRule.REPEATED_ITEM,
            f"{code}/{on.isoformat()}",
            _figures(times=len(lines), times_max=most),
            Text(
                f"项目 {code} 于 {on} 收费 {len(lines)} 次（明细 {numbers}），超过每日 {most} 次。",
                f"Item {code} was charged {len(lines)} times on {on} (lines {', '.join(numbers.split('、'))}), more "
                f"than {most} a day.",
            ),
            rule.citation,
        )


def _hours(watched: WatchedClaim, rule: Provision, _: Registry) -> Iterator[Sign]:
    items, most = set(rule.value["items"]), int(rule.value["hours_max"])
    for (code, on), lines in _by_item_and_day(watched.claim).items():
        hours = sum((each.quantity for each in lines), Decimal(0)) + _refunded(watched.claim, lines)
        if code in items and hours > most:
            shown = plain_decimal(hours)
            yield Sign(
                SupervisionRule.HOURS_OVER_A_DAY,
                f"{code}/{on.isoformat()}",
                _figures(hours=shown, hours_max=most),
                Text(
                    f"按小时计费的项目 {code} 于 {on} 计 {shown} 小时，超过 {most} 小时。",
                    f"Item {code}, charged by the hour, comes to {shown} hours on {on}, more than {most}.",
                ),
                rule.citation,
            )


def _overlapping(watched: WatchedClaim, rule: Provision, _: Registry) -> Iterator[Sign]:
    own, least = watched.entry, int(rule.value["days_min"])
    for other in watched.visits:
        first, last = max(own.admitted_on, other.admitted_on), min(own.discharged_on, other.discharged_on)
        days = (last - first).days
        if likeness(own, other) is not Likeness.OVERLAP_ELSEWHERE or _is_transfer(own, other) or days < least:
            continue
        yield Sign(
            SupervisionRule.OVERLAPPING_STAYS,
            "/".join(sorted((own.claim_id, other.claim_id))),
            _figures(days=days, days_min=least, from_on=first.isoformat(), to_on=last.isoformat()),
            Text(
                f"同一患者自 {first} 至 {last} 同时在两家机构住院，重叠 {days} 天。",
                f"One patient was in two institutions at once from {first} to {last}, {days} days.",
            ),
            rule.citation,
        )


def _outside_episode(watched: WatchedClaim, rule: Provision, _: Registry) -> Iterator[Sign]:
    own, most = watched.entry, int(rule.value["days_max"])
    if own.episode is not None:
        gaps = [_gap(own, each) for each in watched.visits if each.episode == own.episode]
        if not gaps or min(gaps) > most:
            yield Sign(
                SupervisionRule.OUTSIDE_EPISODE,
                "episode",
                _figures(days_max=most, days=min(gaps) if gaps else "none"),
                Text(
                    f"本次就诊标明属于一次疾病过程，但前后 {most} 天内没有该过程的其他就诊。",
                    f"The visit names an episode of illness, yet no other visit of it lies within {most} days.",
                ),
                rule.citation,
            )
    if watched.claim.visit.is_inpatient:
        return
    for other in watched.visits:
        if other.admitted_on < own.admitted_on < other.discharged_on:
            yield Sign(
                SupervisionRule.OUTSIDE_EPISODE,
                other.claim_id,
                _figures(on=own.admitted_on.isoformat()),
                Text(
                    f"门急诊费用发生在 {own.admitted_on}，当日该患者正在住院，应归入住院费用。",
                    f"An outpatient bill of {own.admitted_on}, a day of a stay: it belongs to the bill of the stay.",
                ),
                rule.citation,
            )


def _resembling(watched: WatchedClaim, rule: Provision, _: Registry) -> Iterator[Sign]:
    own = watched.entry
    for other in watched.visits:
        kind = likeness(own, other)
        if kind in (Likeness.SAME_BILL, Likeness.OVERLAP_HERE):
            yield Sign(
                SupervisionRule.RESEMBLING_BILL,
                "/".join(sorted((own.claim_id, other.claim_id))),
                _figures(likeness=kind.value, claim_no=other.claim_no),
                Text(
                    "同一患者在本机构有另一份日期和明细相同或住院日期重叠的结算申请。",
                    "The institution has another claim of this patient with the same days and lines, or whose stay "
                    "overlaps this one.",
                ),
                rule.citation,
            )


_LOOKS: Mapping[SupervisionRule, Callable[[WatchedClaim, Provision, Registry], Iterator[Sign]]] = {
    SupervisionRule.REPEATED_ITEM: _repeated,
    SupervisionRule.HOURS_OVER_A_DAY: _hours,
    SupervisionRule.OVERLAPPING_STAYS: _overlapping,
    SupervisionRule.OUTSIDE_EPISODE: _outside_episode,
    SupervisionRule.RESEMBLING_BILL: _resembling,
}


def _charged(claim: Claim) -> Iterator[Line]:
    """Iterate the lines that charge something and were not given back in full."""
    for line in claim.lines:
        if line.quantity > 0 and _refunded(claim, (line,)) + line.quantity > 0:
            yield line


def _refunded(claim: Claim, lines: Sequence[Line]) -> Decimal:
    """Sum the returned quantity of some lines, a negative number."""
    numbers = {each.no for each in lines}
    return sum((each.quantity for each in claim.lines if each.refunds in numbers), Decimal(0))


def _by_item_and_day(claim: Claim) -> Mapping[tuple[str, date], list[Line]]:
    found: dict[tuple[str, date], list[Line]] = defaultdict(list)
    for line in _charged(claim):
        found[line.code, line.on].append(line)
    return found


def _is_transfer(one: VisitEntry, other: VisitEntry) -> bool:
    return one.transfer_from == other.claim_id or other.transfer_from == one.claim_id


def _gap(one: VisitEntry, other: VisitEntry) -> int:
    """Count the days between two visits; 0 if the visits touch."""
    return max(0, (one.admitted_on - other.discharged_on).days, (other.admitted_on - one.discharged_on).days)


def years_around(claim: Claim, days: int) -> range:
    """Return the calendar years of the visits that a claim is compared with."""
    margin = timedelta(days=days)
    return range((claim.visit.admitted_on - margin).year, (claim.visit.discharged_on + margin).year + 1)


def _yuan(millionths: int) -> str:
    return decimal_of_units(millionths, 6)


def _figures(**values: object) -> tuple[SignFigure, ...]:
    return tuple(SignFigure(name, str(value)) for name, value in values.items())
