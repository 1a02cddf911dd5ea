"""A policy set of as many areas as a nation has: the shipped one, and copies of one province with its notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.kernel.words.ids import AreaCode, InstitutionCode
from chalicelib.law.domain.model import Bundle, Notice, Provision
from chalicelib.registry.domain.model import NATION, Area, Institution, Registry

_PROVINCE = "370000"
_ITS_CODES = re.compile(r"\b(H?)37(\d{4})")
_ITS_NOTICES = re.compile(r"\b(sd|wh)-2023-")
_FIRST_COPY = 66
"""The first two digits of a copied province's codes: no shipped area has these or the following ones."""


def with_copies(bundle: Bundle, copies: int) -> Bundle:
    """Build the set with a province's areas, institutions, notices and base benefits once more for each copy, under
    codes of their own. A proof of the set about the province must hold for each copy.
    """
    home = {code for code in bundle.registry.areas if _PROVINCE in bundle.registry.chain(code)}
    areas = dict(bundle.registry.areas)
    institutions = dict(bundle.registry.institutions)
    notices, provisions = dict(bundle.notices), list(bundle.provisions)
    for number in range(copies):
        codes = {code: AreaCode(f"{number:03d}x{code}") for code in home} | {NATION: NATION}
        areas.update(
            (each.code, each) for each in (_moved(area, codes) for area in bundle.registry.areas.values()) if each
        )
        institutions.update(
            (moved.code, moved)
            for moved in (_rehoused(each, codes) for each in bundle.registry.institutions.values() if each.area in home)
        )
        ids = {
            provision.notice: f"{provision.notice}-{number}"
            for provision in bundle.provisions
            if provision.area in home
        }
        notices.update((ids[each], _renamed(bundle.notices[each], ids, codes)) for each in ids)
        provisions.extend(_copied(each, ids, codes) for each in bundle.provisions if each.area in home)
    registry = Registry(areas, institutions, bundle.registry.catalogue)
    return Bundle("0" * 64, notices, tuple(provisions), registry)


def files_with_copies(files: Mapping[str, bytes], copies: int) -> dict[str, bytes]:
    """Return a set's files with that province's notices, base file and rows of tables once more for each copy."""
    found = dict(files)
    for number in range(_FIRST_COPY, _FIRST_COPY + copies):
        for name, content in files.items():
            if name.endswith(".csv"):
                rows = [row for row in content.decode().splitlines() if _ITS_CODES.match(row)]
                found[name] += "".join(f"{_renumbered(row, number)}\n" for row in rows).encode()
            elif _ITS_CODES.search(name):
                found[_renumbered(name, number)] = _renumbered(content.decode(), number).encode()
    return found


def _renumbered(text: str, number: int) -> str:
    return _ITS_NOTICES.sub(rf"\g<1>{number}-2023-", _ITS_CODES.sub(rf"\g<1>{number}\2", text))


def _moved(area: Area, codes: Mapping[AreaCode, AreaCode]) -> Area | None:
    if area.code not in codes or area.code == NATION:
        return None
    return replace(area, code=codes[area.code], parent=codes[area.parent] if area.parent else None)


def _rehoused(institution: Institution, codes: Mapping[AreaCode, AreaCode]) -> Institution:
    return replace(
        institution,
        code=InstitutionCode(f"{codes[institution.area]}-{institution.code}"),
        area=codes[institution.area],
        pooling_area=codes[institution.pooling_area],
        agency=codes[institution.agency],
    )


def _renamed(notice: Notice, ids: Mapping[str, str], codes: Mapping[AreaCode, AreaCode]) -> Notice:
    return replace(notice, id=ids[notice.id], area=codes.get(notice.area, notice.area))


def _copied(provision: Provision, ids: Mapping[str, str], codes: Mapping[AreaCode, AreaCode]) -> Provision:
    overrides = tuple(_target(each, ids) for each in provision.overrides)
    return replace(provision, notice=ids[provision.notice], area=codes[provision.area], overrides=overrides)


def _target(target: str, ids: Mapping[str, str]) -> str:
    """A copied notice sets aside the copies of the original's targets; the nation's provisions stay named."""
    notice, dot, rest = target.partition(".")
    return f"{ids[notice]}{dot}{rest}" if notice in ids else target
