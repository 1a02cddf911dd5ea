"""The handling of a matter in a place on a day: by the green channel, at once, online, later, or by appointment.

The slots `service-channels` (the channels by which a business is done without meeting anybody), `service-handling` (the
handling of a matter of some urgency), `postponement` (the postponed business, and the appointments for urgent matters)
and `deadline-relief` are asked for the area and the day on which the matter came. Nothing here reads a store.

Source: N-11, 国家医保局 2020-03 访谈 问5; D-09, D-12, 大连 2020-02-20 发布会 经办-2、经办-5; S-16, 鲁医保发〔2023〕1号
八; Y-18, 云医保〔2020〕12号 五（三）（四）.
"""

from __future__ import annotations

from datetime import date

from chalicelib.kernel.clocks import ClockKind, ClockRule
from chalicelib.kernel.errors import Finding, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.domain.model import Bundle, Provision, Slot
from chalicelib.law.domain.services.clocks import clock_rule, decider
from chalicelib.law.domain.services.epidemic import epidemic_lifted
from chalicelib.service_desk.domain.kinds import Channel, DeskMatterKind, Urgency, Way

HOSPITALS, PATIENTS = "desk-treatment-hospital", "desk-patient"


@dataclass(frozen=True, slots=True)
class AskedMatter:
    """The facts that decide the handling of a matter. `of_treatment_hospital`: a designated hospital brings its own
    matter; `of_patient`: the matter is about a confirmed or suspected patient. `deadline_on` is the ordinary last day.
    """

    kind: DeskMatterKind
    urgency: Urgency
    channel: Channel
    came_on: date
    of_treatment_hospital: bool
    of_patient: bool
    deadline_on: date | None
    papers_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Handling:
    """The handling of a matter, with its provisions. A postponed matter waits until `waits_until` (`epidemic-lifted`)
    or until `waits_until_on`; `contactless` are the channels without a meeting, `urgent_by` those for an appointment.
    """

    way: Way
    citations: tuple[str, ...]
    contactless: tuple[Channel, ...] = ()
    papers_later: bool = False
    waits_until: str | None = None
    waits_until_on: date | None = None
    urgent_by: tuple[Channel, ...] = ()
    after_deadline: bool = False


@dataclass(frozen=True, slots=True)
class _Chosen:
    way: Way
    rule: ClockRule
    provision: Provision | None


def handling_of(bundle: Bundle, area: AreaCode, asked: AskedMatter) -> tuple[Handling, ClockRule]:
    """Decide the handling of a matter in an area, and its clock. Raises `Invalid` for a channel not provided there, a
    matter after its deadline, and papers that may not come later.
    """
    day = asked.came_on
    chosen = _green(bundle, area, asked) or _waiting(bundle, area, asked) or _by_urgency(bundle, area, asked)
    channels = decider(bundle, Slot.SERVICE_CHANNELS, area, day, asked.kind.business)
    contactless = () if channels is None else tuple(Channel(each) for each in channels.value["channels"])
    is_late = asked.deadline_on is not None and day > asked.deadline_on
    relief = decider(bundle, Slot.DEADLINE_RELIEF, area, day) if is_late else None
    value = {} if chosen.provision is None else chosen.provision.value
    papers_later = bool(value.get("papers_later", False))
    is_excused = not is_late or relief is not None
    if wrong := _wrong_with(asked, contactless, is_excused=is_excused, papers_later=papers_later):
        raise Invalid(wrong)
    decided = (chosen.provision, channels, relief)
    is_postponed = chosen.way is Way.POSTPONED
    until_day = value.get("until_day") if is_postponed else None
    handling = Handling(
        way=chosen.way,
        citations=tuple(dict.fromkeys(each.citation for each in decided if each is not None)),
        contactless=contactless,
        papers_later=papers_later,
        waits_until=value.get("until") if is_postponed else None,
        waits_until_on=date.fromisoformat(until_day) if until_day else None,
        urgent_by=tuple(Channel(each) for each in value.get("urgent_by", ())),
        after_deadline=is_late,
    )
    return handling, chosen.rule


def _wrong_with(
    asked: AskedMatter, contactless: tuple[Channel, ...], *, is_excused: bool, papers_later: bool
) -> list[Finding]:
    """Find the errors of a matter: in its channel, its deadline, its papers."""
    wrong: list[Finding] = []
    if asked.channel is not Channel.COUNTER and asked.channel not in contactless:
        wrong.append(_channel_not_provided(contactless))
    if not is_excused:
        wrong.append(_AFTER_DEADLINE)
    if asked.papers_missing and not papers_later:
        wrong.append(_PAPERS_MISSING)
    return wrong


def resumes_on(bundle: Bundle, area: AreaCode, handling: Handling, today: date) -> date | None:
    """Find the day from which a postponed matter is due again, as known today; None while the day is unknown."""
    if handling.waits_until_on is not None:
        return handling.waits_until_on
    lifted = epidemic_lifted(bundle, area, today) if handling.waits_until is not None else None
    return None if lifted is None else lifted.on


def _green(bundle: Bundle, area: AreaCode, asked: AskedMatter) -> _Chosen | None:
    """Choose the green channel of admitting hospitals and of patients first: their matters never wait."""
    for business, is_theirs in ((HOSPITALS, asked.of_treatment_hospital), (PATIENTS, asked.of_patient)):
        found = decider(bundle, Slot.SERVICE_HANDLING, area, asked.came_on, business) if is_theirs else None
        if found is not None:
            return _Chosen(Way(found.value["way"]), clock_rule(bundle, business, area, asked.came_on), found)
    return None


def _waiting(bundle: Bundle, area: AreaCode, asked: AskedMatter) -> _Chosen | None:
    """Choose the postponement of a business by a notice, unless the awaited event has already come."""
    day, business = asked.came_on, asked.kind.business
    found = decider(bundle, Slot.POSTPONEMENT, area, day, business)
    if found is None or _is_over(bundle, area, found, day):
        return None
    if asked.urgency is Urgency.URGENT:
        return _Chosen(Way.APPOINTMENT, clock_rule(bundle, business, area, day, urgent=True), found)
    return _Chosen(Way.POSTPONED, _no_end(found), found)


def _by_urgency(bundle: Bundle, area: AreaCode, asked: AskedMatter) -> _Chosen:
    day, business = asked.came_on, asked.urgency.business
    found = decider(bundle, Slot.SERVICE_HANDLING, area, day, business)
    if found is None or (found.value["way"] == Way.POSTPONED and _is_over(bundle, area, found, day)):
        return _Chosen(Way.ORDINARY, clock_rule(bundle, asked.kind.business, area, day, urgent=True), None)
    way = Way(found.value["way"])
    rule = _no_end(found) if way is Way.POSTPONED else clock_rule(bundle, business, area, day)
    return _Chosen(way, rule, found)


def _is_over(bundle: Bundle, area: AreaCode, found: Provision, day: date) -> bool:
    until_day = found.value.get("until_day")
    if until_day is not None:
        return day >= date.fromisoformat(until_day)
    lifted = epidemic_lifted(bundle, area, day)
    return lifted is not None and day >= lifted.on


def _no_end(found: Provision) -> ClockRule:
    return ClockRule(ClockKind.NONE, None, found.citation, postponed=True)


def _channel_not_provided(contactless: tuple[Channel, ...]) -> Finding:
    allowed = ", ".join(each.value for each in (*contactless, Channel.COUNTER))
    return finding(
        "channel-not-provided",
        "channel",
        f"该区划在该日没有规定以此方式办理该业务，请改用：{allowed}。",
        f"Use one of {allowed}: no provision of this place and day has the business done that way.",
    )


_AFTER_DEADLINE = finding(
    "after-deadline",
    "deadline_on",
    "已过办理期限，且该日没有放宽时限的规定，请按逾期业务另行处理。",
    "Have it dealt with as late: its deadline has passed, and no provision of the day relaxes it.",
)
_PAPERS_MISSING = finding(
    "papers-missing",
    "papers_missing",
    "该事项没有规定可以先受理后补材料，请待材料齐全后登记。",
    "Wait for the papers: no provision lets this matter be taken in before they are there.",
)
