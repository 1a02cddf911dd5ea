"""Routing of a patient's visit of a day: settlement here, online with the insured place, or by hand.

A person insured in the pooling area of the hospital, or nowhere, is settled with here. A person insured elsewhere is
settled with online where the networks of both places reach that far, and else booked for settlement by hand, with the
documents that the insured place asks for. Where an institution's agreement was ended, everything is by hand. Source:
Y-12, 云医保〔2020〕12号 四（一）.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.by_hand import manual_rule
from chalicelib.law.domain.services.clocks import decider
from chalicelib.registry.domain.agreements import AgreementTerm, standing_on
from chalicelib.registry.domain.model import Enrolment, Institution


class RoutingWay(StrEnum):
    LOCAL = "local"
    REMOTE_ONLINE = "remote-online"
    BY_HAND = "by-hand"


class RoutingGround(StrEnum):
    """Ground of a routing: the person's insurance here or nowhere, the network's reach, or the ended agreement."""

    INSURED_HERE = "insured-here"
    UNINSURED = "uninsured"
    NETWORK = "network"
    NO_NETWORK = "no-network"
    AGREEMENT_ENDED = "agreement-ended"


@dataclass(frozen=True, slots=True)
class Routing:
    """The way, its ground and the deciding provisions; `papers` are the documents for settlement by hand, none where no
    notice of the insured place reimburses such a visit.
    """

    way: RoutingWay
    ground: RoutingGround
    citations: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()


def routed(
    bundle: Bundle,
    institution: Institution,
    terms: Iterable[AgreementTerm],
    insured: Enrolment,
    day: date,
    *,
    filed: bool,
) -> Routing:
    """Route a visit of the day; `filed`: the treatment here was registered."""
    area, registry = insured.insured_area, bundle.registry
    elsewhere = area is not None and registry.pooling_area(area) != institution.pooling_area
    manual = None if area is None else manual_rule(bundle, area, day, elsewhere=elsewhere, filed=filed)
    if standing_on(institution, terms, day).terminated is not None:
        return _by_hand(RoutingGround.AGREEMENT_ENDED, (), manual)
    here = _network(bundle, institution.area, day)
    if area is None:
        return Routing(RoutingWay.LOCAL, RoutingGround.UNINSURED)
    if not elsewhere:
        return Routing(RoutingWay.LOCAL, RoutingGround.INSURED_HERE, _cited(here))
    there = _network(bundle, area, day)
    far = registry.province(area) != registry.province(institution.area)
    reaching = frozenset({"nation"}) if far else frozenset({"nation", "province"})
    short = [each for each in (here, there) if each is None or each.value["reach"] not in reaching]
    if short:
        return _by_hand(RoutingGround.NO_NETWORK, _cited(*short), manual)
    return Routing(RoutingWay.REMOTE_ONLINE, RoutingGround.NETWORK, _cited(here, there))


def _network(bundle: Bundle, place: AreaCode, day: date) -> Provision | None:
    return decider(bundle, Slot.REMOTE_NETWORK, place, day)


def _by_hand(ground: RoutingGround, citations: tuple[str, ...], manual: Provision | None) -> Routing:
    papers = () if manual is None else tuple(manual.value["documents"])
    return Routing(RoutingWay.BY_HAND, ground, (*citations, *_cited(manual)), papers)


def _cited(*provisions: Provision | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.citation for each in provisions if each is not None))
