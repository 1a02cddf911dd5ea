"""Resolution of a slot for given facts: deciders, losers and reasons. Ambiguity is an error, never file order.

`any`: every applicable grant stands. `most specific`: an explicit override first, then a notice before ordinary rules,
then the narrower area, then the later notice; two left on one rank are a `PolicyConflict`. `all`: every applicable
provision. Source: design.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property

from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.errors import Finding, PolicyConflict
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text
from chalicelib.law.domain.facts import Facts
from chalicelib.law.domain.model import SLOTS, Bundle, Combination, Place, Provision, Slot, Standing

_DEPTHS = {"nation": 0, "province": 1, "city": 2, "county": 3}


class Why(StrEnum):
    """The reason an applicable provision did not decide."""

    OVERRIDDEN = "override"
    ORDINARY = "ordinary rule"
    WIDER_AREA = "narrower area"
    EARLIER = "later notice"


_NO_ARTICLE = "—"
"""The citation of a document that is not divided into articles."""

_WHY_TEXTS: Mapping[Why, tuple[str, str]] = {
    Why.OVERRIDDEN: ("已由{by}取代", "set aside by {by}"),
    Why.ORDINARY: ("本条为一般规定，{by}另有专门规定", "this is the general rule, and {by} makes a special one"),
    Why.WIDER_AREA: ("{by}适用的区域更小，优先适用", "{by} applies to a narrower area and takes precedence"),
    Why.EARLIER: ("{by}发布在后，优先适用", "{by} was issued later and takes precedence"),
}


def name_document(provision: Provision, bundle: Bundle) -> str:
    """Return a provision's name in its document: number and article."""
    document_no = bundle.notices[provision.notice].document_no
    return document_no if provision.article == _NO_ARTICLE else f"{document_no} {provision.article}"


@dataclass(frozen=True, slots=True)
class LostProvision:
    provision: Provision
    why: Why
    by: Provision

    def text(self, bundle: Bundle) -> Text:
        """Return the reason, naming the other provision as its document does: number and article."""
        named = name_document(self.by, bundle)
        zh, en = _WHY_TEXTS[self.why]
        return Text(zh.format(by=named), en.format(by=named))


@dataclass(frozen=True, slots=True)
class Resolution:
    """A slot's resolution: `winner` decides a most-specific slot; `decided_by` adds provisions that say the same."""

    slot: Slot
    winner: Provision | None
    decided_by: tuple[Provision, ...]
    lost: tuple[LostProvision, ...]

    @property
    def granted(self) -> bool:
        return bool(self.decided_by)


def applicable(provision: Provision, facts: Facts) -> bool:
    """Tell whether a provision's place, days and conditions hold. An unknown dimension never matches."""
    place = SLOTS[provision.slot].place
    at_treatment = place is not Place.INSURED and provision.area in facts.treatment_chain
    at_insured = place is not Place.TREATMENT and provision.area in facts.insured_chain
    return (
        (at_treatment or at_insured)
        and provision.effective.covers(facts.days_of(of_illness=provision.of_illness).at(provision.effective.anchor))
        and all(facts.values.get(dimension) in allowed for dimension, allowed in provision.when.items())
    )


def rank(bundle: Bundle, provision: Provision) -> tuple[int, int, date]:
    """Return the precedence in a most-specific slot, higher first: standing, narrowness of the area, day of issue."""
    notice = bundle.notices[provision.notice]
    depth = _DEPTHS[bundle.registry.areas[provision.area].level.value]
    return (0 if notice.standing is Standing.BASE else 1, depth, notice.issued_on)


def overridden(bundle: Bundle, facts: Facts) -> Mapping[str, Provision]:
    """Return the citations or notice ids set aside for these facts, with the provisions that set them aside.

    Later notices speak first, so that a provision set aside no longer sets aside others.
    """
    ended: dict[str, Provision] = {}
    speakers = [p for p in bundle.provisions if p.overrides and applicable(p, facts)]
    for speaker in sorted(speakers, key=lambda p: rank(bundle, p)[2], reverse=True):
        if speaker.citation not in ended and speaker.notice not in ended:
            for target in speaker.overrides:
                ended.setdefault(target, speaker)
    return ended


def resolve(bundle: Bundle, slot: Slot, facts: Facts, ended: Mapping[str, Provision] | None = None) -> Resolution:
    """Decide a slot. `ended` may carry `overridden(bundle, facts)` when it is already known.

    Raises `PolicyConflict` when a most-specific slot has two deciders on one rank. No decider: `winner` is None.
    """
    ended = overridden(bundle, facts) if ended is None else ended
    standing: list[Provision] = []
    lost: list[LostProvision] = []
    for provision in bundle.by_slot[slot]:
        if applicable(provision, facts):
            by = ended.get(provision.citation) or ended.get(provision.notice)
            if by is None:
                standing.append(provision)
            else:
                lost.append(LostProvision(provision, Why.OVERRIDDEN, by))
    if SLOTS[slot].combination is not Combination.MOST_SPECIFIC or not standing:
        return Resolution(slot, None, tuple(standing), tuple(lost))
    return _most_specific(bundle, slot, standing, lost)


def _most_specific(bundle: Bundle, slot: Slot, standing: list[Provision], lost: list[LostProvision]) -> Resolution:
    ranked = sorted(standing, key=lambda p: rank(bundle, p), reverse=True)
    winner, best = ranked[0], rank(bundle, ranked[0])
    if len(ranked) > 1 and rank(bundle, ranked[1]) == best:
        raise PolicyConflict([_tie(slot, winner, ranked[1])])
    outcome = canonical_json(dict(winner.value))
    agreeing = [winner]
    for provision in ranked[1:]:
        if canonical_json(dict(provision.value)) == outcome:
            # A base file stands once for each area it serves: the narrowest is the rule, the others are its copies.
            if not any(each.notice == provision.notice and _is_base(bundle, provision) for each in agreeing):
                agreeing.append(provision)
        else:
            lost.append(LostProvision(provision, _why(rank(bundle, provision), best), winner))
    return Resolution(slot, winner, tuple(agreeing), tuple(lost))


def _is_base(bundle: Bundle, provision: Provision) -> bool:
    return bundle.notices[provision.notice].standing is Standing.BASE


def _why(mine: tuple[int, int, date], best: tuple[int, int, date]) -> Why:
    if mine[0] != best[0]:
        return Why.ORDINARY
    return Why.WIDER_AREA if mine[1] != best[1] else Why.EARLIER


def _tie(slot: Slot, one: Provision, other: Provision) -> Finding:
    pair = f"{one.citation}, {other.citation}"
    return Finding(
        "policy-tie",
        slot.value,
        Text(
            f"两条规定同级，无法裁决，请联系政策发布单位：{pair}。",
            f"Two provisions of one rank decide the same; ask the office that publishes them: {pair}.",
        ),
        one.citation,
    )


class Resolver:
    """The resolver of a claim's slots, with protection decided first and each answer kept."""

    def __init__(self, bundle: Bundle, facts: Facts) -> None:
        self.bundle = bundle
        first = facts.with_values(protected="no")
        self.protection = resolve(bundle, Slot.PROTECTION, first, overridden(bundle, first))
        self.facts = facts.with_values(protected="yes" if self.protection.granted else "no")
        self._known: dict[Slot, Resolution] = {Slot.PROTECTION: self.protection}

    @cached_property
    def ended(self) -> Mapping[str, Provision]:
        return overridden(self.bundle, self.facts)

    def resolve(self, slot: Slot) -> Resolution:
        if slot not in self._known:
            self._known[slot] = resolve(self.bundle, slot, self.facts, self.ended)
        return self._known[slot]

    def resolve_line(self, slot: Slot, facts: Facts) -> Resolution:
        """Decide a line's slot; `facts` are this resolver's, as the line sees them."""
        return resolve(self.bundle, slot, facts, self.ended)

    def provisions(self, slots: Iterable[Slot]) -> tuple[Provision, ...]:
        return tuple(provision for slot in slots for provision in self.resolve(slot).decided_by)
