"""Joint inspections: the offices that took part, the institutions and the period inspected, and the outcome.

Policy names the offices that make an inspection joint. Source: W-02, 威医保发〔2023〕2号 二; S-17.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NewType

from chalicelib.kernel.access import Role
from chalicelib.kernel.canonical import fingerprint
from chalicelib.kernel.errors import Conflict, Invalid, finding
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.persons.acts import Act, is_same_person
from chalicelib.kernel.words.ids import AreaCode

InspectionId = NewType("InspectionId", str)


class InspectionOutcome(StrEnum):
    """`nothing`: all in order. `rectify`: institutions mend the faults found. `recovery`: money is claimed back by the
    claims' own correction. `passed-on`: another office takes over.
    """

    NOTHING = "nothing"
    RECTIFY = "rectify"
    RECOVERY = "recovery"
    PASSED_ON = "passed-on"


class InspectionStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A joint inspection. `offices` are those that have to take part, `took_part` the acts of those that did, the
    opener first. `matters` are the ids of the suspicious matters examined.
    """

    inspection_id: InspectionId
    area: AreaCode
    institutions: tuple[str, ...]
    from_on: date
    to_on: date
    purpose: str
    matters: tuple[str, ...]
    offices: tuple[Role, ...]
    citation: str
    opened: Act
    took_part: tuple[Act, ...]
    status: InspectionStatus = InspectionStatus.OPEN
    closed: Act | None = None
    outcome: InspectionOutcome | None = None
    found: str | None = None
    revision: int = 1

    def joined_by(self, act: Act) -> Inspection:
        """Add a participant to the inspection; the same person again changes nothing.

        Raises `Conflict` for a closed inspection.
        """
        if any(is_same_person(each.actor, act.actor) and each.role is act.role for each in self.took_part):
            return self
        if self.status is InspectionStatus.CLOSED:
            raise Conflict([_CLOSED.naming(status=self.status.value)])
        return replace(self, took_part=(*self.took_part, act), revision=self.revision + 1)

    def closed_by(self, act: Act, outcome: InspectionOutcome, found: str) -> Inspection:
        """Close the inspection with its outcome; the same outcome again changes nothing.

        Raises `Conflict` if the inspection was closed otherwise, `Invalid` if an office has not taken part, or the same
        person stands for two offices.
        """
        if self.status is InspectionStatus.CLOSED:
            if (self.outcome, self.found) == (outcome, found):
                return self
            raise Conflict([_CLOSED.naming(status=self.status.value)])
        if not self._is_joint():
            raise Invalid([_NOT_JOINT])
        return replace(
            self,
            status=InspectionStatus.CLOSED,
            closed=act,
            outcome=outcome,
            found=found,
            revision=self.revision + 1,
        )

    def _is_joint(self) -> bool:
        """Tell whether every office took part by a person of its own."""
        actors: list[str] = []
        for office in self.offices:
            person = next(
                (
                    each.actor
                    for each in self.took_part
                    if each.role is office and not any(is_same_person(each.actor, other) for other in actors)
                ),
                None,
            )
            if person is None:
                return False
            actors.append(person)
        return True


def inspection_id_of(
    area: AreaCode, institutions: tuple[str, ...], from_on: date, to_on: date, purpose: str
) -> InspectionId:
    """Derive the inspection's id, so that opening the same inspection again finds the first."""
    return InspectionId(
        f"ins_{fingerprint([area, sorted(institutions), from_on.isoformat(), to_on.isoformat(), purpose])[:26]}"
    )


NOT_PROVIDED = finding(
    "inspection-not-provided",
    "",
    "本区划今日没有联合检查的规定，请核对区划。",
    "No provision of this area has offices inspect together today; check the area.",
)
UNKNOWN_INSTITUTION = finding(
    "inspection-institution",
    "institutions",
    "检查对象须为与本区划结算的定点医药机构，请核对编码。",
    "Name institutions that the area settles with; check their codes.",
)
UNKNOWN_MATTER = finding(
    "inspection-matter",
    "matters",
    "所列可疑事项不存在，或不属于所列机构，请核对编号。",
    "Name matters of these institutions; check their ids.",
)
PERIOD = finding(
    "period-order", "to", "截止日不得早于起始日，请更正。", "Give a last day that is not before the first."
)
_CLOSED = finding(
    "inspection-closed", "", "该检查已办结，请先查询。", "The inspection was closed. Read its outcome first."
)
_NOT_JOINT = finding(
    "inspection-not-joint",
    "",
    "应参加的部门尚未全部派员参加，不能办结；请先由其登记参加。",
    "Have every office that is named take part by a person of its own before the inspection is closed.",
)
