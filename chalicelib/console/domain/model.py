"""The rows of the table of services: a service's list, columns and acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.text import Text


class Group(Enum):
    """Groups of services that belong together, in the order in which they are shown."""

    INSURED = Text("参保与备案", "Insured persons")
    CARE = Text("就医与报销", "Treatment and reimbursement")
    INSTITUTIONS = Text("机构与药品采购", "Institutions and purchases")
    OVERSIGHT = Text("用款与基金监管", "Funds and oversight")
    DESK = Text("经办服务", "Service desk")
    IMPORTS = Text("批量导入", "Imports")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAct:
    """An act of a service. `call` is the route. `says` holds the form's words where the route's own name codes of the
    API. `when` are the values of a row's fields at which the act is open,
    `another` the fields that hold the acts of persons who do not take this step, `where` the field that holds the area
    whose office acts, `lacking` the field that lists the documents without which the act cannot succeed.
    """

    call: str
    says: Text | None = None
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    another: tuple[str, ...] = ()
    where: str = ""
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The documents of a record, whose copies people upload and open. `of` is the route of the record; `bring`, `note`
    and `see` are the calls that give an upload's address, record a copy and give a download's address; `listed`,
    `asked` and `kinds` are the record's fields with the recorded documents, with those still missing and with those
    required. `when` is as in `ServiceAct`.
    """

    of: str
    bring: str
    note: str
    see: str
    listed: str
    asked: str
    kinds: str
    when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service. `listed` is the route of its list, empty without a list; `key` the row's field with the id; `needed`
    the filters without which the list is not asked for; `below` other lists of the same answer; `printed` the route of
    its form; `papers` the documents of a record; `duties` the beginnings of the businesses whose tasks are about the
    service.
    """

    code: str
    group: Group
    title: Text
    says: Text
    listed: str = ""
    key: str = ""
    columns: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    acts: tuple[ServiceAct, ...] = ()
    printed: str = ""
    papers: Papers | None = None
    duties: tuple[str, ...] = ()
