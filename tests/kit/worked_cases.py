"""The worked cases: files that state, in both languages, the expected result of a claim, with every figure.

A case's `claim` is the body a hospital would send; `prior` is what the person's year already holds; `expect` are the
figures, `cites` the rows the reasoning must name, `findings` the codes with which a case is refused instead.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from stdnum.cn.ric import calc_check_digit

from chalicelib.adjudication.domain.assess import Assessment, Circumstances, assess
from chalicelib.adjudication.domain.year import YearToDate
from chalicelib.claims.domain.submission import Submission
from chalicelib.claims.schemas.claims import parse_claim
from chalicelib.kernel.money import parse_yuan
from chalicelib.kernel.words.ids import AreaCode, PersonToken
from chalicelib.law.authoring.compiler import CompiledBundle, compile_policies
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import Bundle
from chalicelib.registry.domain.model import AssistanceClass, Employment, Enrolment, Insurance

ROOT = Path(__file__).parents[2]
SETTLED_ON = date(2026, 11, 21)
_FOLDERS = (ROOT / "infra" / "local" / "sample" / "claims", ROOT / "tests" / "cases")


@dataclass(frozen=True)
class WorkedCase:
    """A worked case in a file. `document` is the file's whole content."""

    id: str
    path: Path
    document: Mapping[str, Any]

    @property
    def claim(self) -> dict[str, Any]:
        return dict(self.document["claim"])


@cache
def worked_cases() -> tuple[WorkedCase, ...]:
    """Every worked case of the project, by file name."""
    cases = []
    for path in sorted(path for folder in _FOLDERS for path in folder.glob("*.yaml")):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        cases.append(WorkedCase(document["id"], path, document))
    return tuple(cases)


@cache
def shipped_policies() -> CompiledBundle:
    """The project's own policies, compiled once a process."""
    return compile_policies(ROOT / "policies")


@cache
def shipped_bundle() -> Bundle:
    """The bundle of the project's own policies."""
    return open_file(shipped_policies())


@cache
def sample_persons() -> Mapping[str, Mapping[str, str]]:
    """The fictional sample persons by identity number."""
    path = ROOT / "infra" / "local" / "sample" / "persons.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return {row["id_no"]: row for row in csv.DictReader(rows)}


def enrolment_of(id_no: str) -> Enrolment:
    """Return the registry's enrolment of a sample person."""
    person = sample_persons()[id_no]
    return Enrolment(
        person=token_of(id_no),
        insured_area=AreaCode(person["insured_area"]) if person["insured_area"] else None,
        insurance=Insurance(person["insurance"]),
        employment=Employment(person["employment"] or "none"),
        assistance=AssistanceClass(person["assistance"]),
    )


def token_of(id_no: str) -> PersonToken:
    """A stand-in for the keyed token, by the person's place in the sample."""
    return PersonToken(f"prs_{list(sample_persons()).index(id_no):032x}")


def fresh_identity(like: str, number: int) -> str:
    """The well-formed identity number of nobody: a sample person's county, a day of 1901, and a count up to 9,999."""
    day = date(1901, 1, 1) + timedelta(days=number // 1000)
    body = f"{like[:6]}{day:%Y%m%d}{number % 1000:03d}"
    return body + calc_check_digit(f"{body}0")


def prior_of(case: WorkedCase) -> YearToDate:
    """The person's year before the case."""
    figures = {f"{name}_fen": parse_yuan(amount) for name, amount in case.document.get("prior", {}).items()}
    return YearToDate(**figures)


def parse_case(case: WorkedCase) -> Submission:
    """The case's claim as the edge reads it."""
    return parse_claim(json.dumps(case.claim).encode())


def decide(case: WorkedCase, bundle: Bundle, enrolment: Enrolment | None = None) -> Assessment:
    """Decide a case by the domain alone."""
    known = enrolment or enrolment_of(case.claim["patient"]["id_no"])
    circumstances = Circumstances(
        enrolment=known,
        filing_on_record=bool(case.document.get("filing_on_record")),
        prior=prior_of(case),
        settled_on=SETTLED_ON,
    )
    return assess(parse_case(case).to_claim(known.person), circumstances, bundle)


def differences(expected: Any, got: Any, at: str = "") -> list[str]:
    """List the differences between a result and a case's expectations; omitted expectations are not compared."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [f"{at}: expected {expected}, got {got}"]
        return [entry for key, value in expected.items() for entry in differences(value, got.get(key), f"{at}.{key}")]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [f"{at}: expected {expected}, got {got}"]
        return [
            entry for index, value in enumerate(expected) for entry in differences(value, got[index], f"{at}[{index}]")
        ]
    return [] if expected == got else [f"{at}: expected {expected}, got {got}"]


def cited_rows(document: Mapping[str, Any]) -> set[str]:
    """The article rows named by a determination's steps and lines."""
    citations = [citation for step in document["steps"] for citation in step["decided_by"]]
    citations += [citation for line in document["lines"] for citation in line["citations"]]
    return {row for citation in citations for row in citation["source"]}
