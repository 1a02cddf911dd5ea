"""The OpenAPI document: valid, complete, and true of the API's answers."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

import pytest
from chalice.app import Chalice
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.schemas import schema_v31

from chalicelib.claims.domain.history import Verdict
from chalicelib.claims.domain.record import ClaimStatus
from chalicelib.claims.domain.submission import SubmitOutcome
from chalicelib.claims.usecases.submit import SubmitClaim
from chalicelib.impact.domain.simulation import simulation_id_of
from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.words.ids import ClaimId
from chalicelib.law.authoring.compiler import compile_files
from chalicelib.platform.http.docs.openapi import openapi_document, operation_of, problem_statuses
from chalicelib.platform.http.operation import CSV, HTML, XLSX
from chalicelib.settlement.usecases.reverse import ReverseClaim
from tests.kit.builders import CLAIM_ID, PERSON
from tests.kit.desk import HOSPITAL, SETTLEMENT, Answered, Caller, Desk, claim_body, policy_office, view
from tests.kit.documented import document
from tests.kit.memory.samples import enrol_sample, hospital, policies, submission
from tests.kit.memory.world import World
from tests.kit.money_calls import money_calls
from tests.kit.over_all import over_all
from tests.kit.policy_sets import as_body, shipped_files, with_kunming_share
from tests.kit.registry_calls import registry_calls
from tests.kit.remote_claims import RemoteClaim
from tests.kit.service_calls import service_calls
from tests.kit.worked_cases import shipped_bundle, worked_cases

AUDITOR = {"role": "auditor", "subject": "000000"}
FORMATS = {CSV: "csv", XLSX: "xlsx", HTML: "html"}
COMPONENT = re.compile(r'"#/components/schemas/([^"]+)"')
DOCUMENT = document()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def files_of(method: str, path: str) -> dict[str, str]:
    """Return the files that an operation answers with, by media type, and the `format` of each file."""
    operation = DOCUMENT["paths"][path][method]
    if not any(each["name"] == "format" for each in operation.get("parameters", ())):
        return {}
    return {
        media: form
        for media, form in FORMATS.items()
        for success in (resolved(each) for status, each in operation["responses"].items() if status == "200")
        if media in success["content"]
    }


def against(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Return a value's violations of a schema of the document."""
    errors = validator_of(json.dumps(schema, sort_keys=True)).iter_errors(value)
    return [f"{error.message} at {error.instance_path}" for error in errors]


@cache
def validator_of(schema: str) -> Draft202012Validator:
    """Build a validator of a schema and its references; all components would have to be read for each schema."""
    needed: dict[str, Any] = {}
    texts = [schema]
    while texts:
        for name in set(COMPONENT.findall(texts.pop())) - needed.keys():
            needed[name] = DOCUMENT["components"]["schemas"][name]
            texts.append(json.dumps(needed[name]))
    whole = {**json.loads(schema), "components": {"schemas": needed}}
    return Draft202012Validator(whole, validate_formats=True)


def test_the_document_is_served_to_everybody_with_the_address_it_is_served_at(caller: Caller) -> None:
    served = caller.call("GET", "/v1/openapi.json", headers={"Authorization": ""}).json
    address = served.pop("servers")
    assert served == {name: part for name, part in DOCUMENT.items() if name != "servers"}
    assert [each["variables"]["baseUrl"]["default"] for each in address] == ["https://quebao.example"]


def test_the_document_is_a_valid_openapi_3_1() -> None:
    """.ci/run also asks the validator that follows every reference and every schema in Python (QUEBAO_DOCUMENT=all)."""
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(Draft202012Validator(dict(schema_v31)).iter_errors(DOCUMENT)) == []
    if os.environ.get("QUEBAO_DOCUMENT") == "all":
        OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_route_is_in_it_and_nothing_else(caller: Caller) -> None:
    routes = {
        (method.lower(), path) for path, entries in caller.app.routes.items() for method in entries if method != "HEAD"
    }
    assert {(method, path) for method, path, _ in operations()} == routes


def test_a_route_that_says_nothing_of_itself_is_an_error() -> None:
    app = Chalice("silent", configure_logs=False)
    app.route("/v1/silent")(dict)
    with pytest.raises(TypeError, match="/v1/silent has no operation"):
        openapi_document(app.routes, "", {})


def test_every_operation_says_what_it_does_in_both_languages() -> None:
    for _, _, operation in operations():
        assert set(operation["x-text"]["summary"]) == {"zh", "en"}
        assert all(operation["x-text"]["summary"].values())
        assert all(operation["x-text"]["description"].values())


def test_operation_ids_are_unique() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))


def test_every_path_parameter_is_described() -> None:
    for _, path, operation in operations():
        described = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert {part.strip("{}") for part in path.split("/") if part.startswith("{")} == described


def test_a_guarded_route_names_its_token_its_roles_and_its_refusals() -> None:
    for _, _, operation in operations():
        if operation["security"]:
            assert operation["security"] == [{"bearerAuth": []}]
            assert operation["x-access"]
            assert {"401", "403", "500", "503"} <= set(operation["responses"])


def test_every_example_fits_its_schema() -> None:
    for _, _, operation in operations():
        holders = [resolved(response) for response in operation["responses"].values()]
        holders += [operation["requestBody"]] if "requestBody" in operation else []
        for holder in holders:
            for content in holder["content"].values():
                if "example" in content:
                    assert against(content["schema"], content["example"]) == []


@over_all("case", worked_cases(), ids=lambda case: case.id)
def test_the_body_of_every_worked_case_fits_its_schema(case: Any) -> None:
    schema = DOCUMENT["paths"]["/v1/claims"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert against(schema, case.claim) == []


def settled_claim() -> ClaimId:
    """A claim that was settled in the world of the policy officers."""
    world = policy_office()
    enrol_sample(world, "530102190001010019")
    claim_id = world.system[SubmitClaim](hospital(), submission()).view.claim_id
    world.run_all()
    return claim_id


def answers_to_officers(ask: Callable[..., Seen]) -> Iterator[Seen]:
    """Ask about the publishing of policies."""
    officer = {"role": "policy", "subject": "000000"}
    yield ask("GET", "/v1/policies/bundles")
    yield ask("POST", "/v1/policies/bundles", body=as_body(dict(shipped_files())), **officer)
    yield ask("POST", "/v1/policies/bundles", body=as_body(with_kunming_share(95)), **officer)
    yield ask("POST", "/v1/policies/bundles", body=as_body(with_kunming_share(101)), **officer)
    yield ask("POST", "/v1/policies/bundles", body=as_body({}, previous="00" * 32), **officer)
    other = compile_files(with_kunming_share(95)).hash
    diff = "/v1/policies/bundles/{before}/diff/{after}"
    yield ask("GET", diff, f"/v1/policies/bundles/current/diff/{other}")
    yield ask("GET", diff, f"/v1/policies/bundles/current/diff/{'00' * 32}")
    effects, simulation = "/v1/policies/bundles/{bundle}/effects", "/v1/policies/bundles/{bundle}/simulation"
    yield ask("POST", effects, f"/v1/policies/bundles/{other}/effects", **officer)
    yield ask("POST", effects, f"/v1/policies/bundles/{other}/effects?area=x", **officer)
    yield ask("POST", simulation, f"/v1/policies/bundles/{other}/simulation", **officer)
    later = {"headers": {"Prefer": "respond-async"}}
    yield ask("POST", effects, f"/v1/policies/bundles/{other}/effects", **officer, **later)
    yield ask("POST", simulation, f"/v1/policies/bundles/{other}/simulation", **officer, **later)
    for query in ("", "?status=over"):
        yield ask("GET", "/v1/policies/simulations", f"/v1/policies/simulations{query}", **AUDITOR)
    one = "/v1/policies/simulations/{simulation_id}"
    yield ask("GET", one, f"/v1/policies/simulations/{simulation_id_of(other, None)}", **AUDITOR)
    yield ask("GET", one, "/v1/policies/simulations/none", **AUDITOR)
    decision = "/v1/policies/bundles/{bundle}/decision"
    yield ask("GET", "/v1/policies/bundles", "/v1/policies/bundles?status=kept")
    yield ask("POST", decision, f"/v1/policies/bundles/{other}/decision", body={"decision": "refuse"}, **officer)
    second = {**officer, "actor": "second"}
    yield ask("POST", decision, f"/v1/policies/bundles/{other}/decision", body={"decision": "refuse"}, **second)
    yield ask("POST", decision, f"/v1/policies/bundles/{other}/decision", body={"decision": "approve"}, **second)
    yield ask("POST", decision, f"/v1/policies/bundles/{'00' * 32}/decision", body={"decision": "refuse"}, **second)
    recalculation = "/v1/policies/bundles/{bundle}/recalculation"
    yield ask("POST", recalculation, f"/v1/policies/bundles/{other}/recalculation", **officer)
    yield ask("POST", recalculation, "/v1/policies/bundles/current/recalculation", **officer)
    run = f"rcl_{shipped_bundle().hash[:26]}"
    consent = "/v1/policies/recalculations/{recalculation_id}/decision"
    approve = {"body": {"decision": "approve"}}
    yield ask("POST", consent, f"/v1/policies/recalculations/{run}/decision", **approve, **officer)
    yield ask("POST", consent, f"/v1/policies/recalculations/{run}/decision", **approve, **second)
    yield ask("POST", consent, "/v1/policies/recalculations/none/decision", **approve, **second)
    yield ask("GET", "/v1/policies/recalculations", **AUDITOR)
    yield ask("GET", "/v1/policies/recalculations/{recalculation_id}", f"/v1/policies/recalculations/{run}", **AUDITOR)
    yield ask("GET", "/v1/policies/recalculations/{recalculation_id}", "/v1/policies/recalculations/none", **AUDITOR)
    yield from answers_about_articles(ask)
    yield from answers_about_a_settled_claim(ask)


def answers_about_articles(ask: Callable[..., Seen]) -> Iterator[Seen]:
    """Ask about the money that articles moved."""
    path, agency = "/v1/reports/article-effects", {"role": "agency", "subject": "530100"}
    days = {"from": "2026-11-01", "to": "2026-11-30"}
    asked = ask("POST", path, body=days, **agency)
    yield asked
    yield ask("POST", path, body={**days, "to": "2026-10-31"}, **agency)
    yield ask("POST", path, body={**days, "area": "370000"}, **agency)
    yield ask("GET", path, **agency)
    yield ask("GET", path, f"{path}?limit=0", **agency)
    one = "/v1/reports/article-effects/{moved_id}"
    for form in ("json", "pdf"):
        yield ask("GET", one, f"{path}/{asked.got.json['moved_id']}?format={form}", **agency)
    yield ask("GET", one, f"{path}/mov_none", **agency)


def answers_about_a_settled_claim(
    ask: Callable[..., Seen],
) -> Iterator[Seen]:
    """Ask about a claim as it was decided, and as it might have been."""
    known, claim_id = "/v1/claims/{claim_id}/determination", settled_claim()
    yield ask("GET", known, f"/v1/claims/{claim_id}/determination?known_on=2026-11-21")
    yield ask("GET", known, f"/v1/claims/{claim_id}/determination?known_on=2020-01-01")
    yield ask("GET", known, f"/v1/claims/{claim_id}/determination")
    sent = "/v1/claims/{claim_id}/submitted"
    yield ask("GET", sent, f"/v1/claims/{claim_id}/submitted")
    yield ask("GET", sent, "/v1/claims/clm_none/submitted")
    otherwise = "/v1/claims/{claim_id}/alternatives"
    yield ask("GET", otherwise, f"/v1/claims/{claim_id}/alternatives")
    yield ask("GET", otherwise, "/v1/claims/clm_none/alternatives")


@dataclass(frozen=True)
class Seen:
    """An answer, with its files by their media type if the document says that it has some."""

    method: str
    path: str
    got: Answered
    files: Mapping[str, bytes]


@cache
def walked() -> tuple[Seen, ...]:
    """Every route asked for once."""
    desk = Desk()
    return tuple(answers(Caller(desk), desk))


def answers(caller: Caller, desk: Desk) -> Iterator[Seen]:
    """Yield at least one answer of every route, good and bad answers."""

    def ask(method: str, path: str, at: str = "", **more: Any) -> Seen:
        address = at or path
        got = caller.call(method, address, **more)
        has_files = files_of(method.lower(), path) if got.status == HTTPStatus.OK else {}
        plain = re.sub(r"([?&])format=[a-z]+&?", r"\1", address).rstrip("?&")
        mark = "&" if "?" in plain else "?"
        files = {media: caller.raw(method, f"{plain}{mark}format={form}", **more) for media, form in has_files.items()}
        return Seen(method.lower(), path, got, files)

    agency = {"role": "agency", "subject": "530100"}
    received = view(status=ClaimStatus.RECEIVED, determination=None, settlement=None)
    yield ask("GET", "/v1/health")
    yield ask("GET", "/v1/openapi.json")
    yield ask("POST", "/v1/claims/preview", body=claim_body())
    yield ask("POST", "/v1/claims/preview", body=claim_body(lines=[]))
    yield ask("POST", "/v1/claims", body=claim_body())
    desk.outcome = SubmitOutcome(received, created=True)
    yield ask("POST", "/v1/claims", body=claim_body(extra=1))
    yield ask("POST", "/v1/claims", body=[])
    yield ask("POST", "/v1/claims", body=claim_body(), headers={"Content-Type": "text/plain"})
    yield ask("POST", "/v1/claims", body=claim_body(extra="x" * 4_500_000))
    yield ask("GET", "/v1/claims")
    yield ask("GET", "/v1/claims", "/v1/claims?limit=0")
    yield ask("GET", "/v1/claims/{claim_id}", f"/v1/claims/{CLAIM_ID}")
    desk.claims[CLAIM_ID] = view(status=ClaimStatus.DEFERRED, reason="enrolment-missing", determination=None)
    yield ask("GET", "/v1/claims/{claim_id}", f"/v1/claims/{CLAIM_ID}")
    yield ask("GET", "/v1/claims/{claim_id}", "/v1/claims/clm_none")
    enrolment = {"id_no": "530102190001010019", "name": "示例甲", "insurance": "none", "assistance": "none"}
    yield ask("POST", "/v1/enrolments", body=enrolment, **agency)
    yield ask("POST", "/v1/enrolments", body={}, **agency)
    filing = {"id_no": "530102190001010019", "treatment_area": "530100", "kind": "temporary", "channel": "mail"}
    yield ask("POST", "/v1/filings", body={**filing, "from": "2020-02-01", "to": "2020-03-01"})
    yield from (ask(*route, **more) for route, more in registry_calls(policy_office()))
    yield from (ask(*route, **more) for route, more in service_calls(policy_office()))
    yield from answers_about_people(ask, desk)
    yield ask("GET", "/v1/institutions/{code}", f"/v1/institutions/{HOSPITAL}")
    yield from answers_to_everybody(ask)
    yield ask("GET", "/v1/policies", "/v1/policies?limit=200")
    for notice in shipped_bundle().notices:
        yield ask("GET", "/v1/policies/{notice}", f"/v1/policies/{notice}")
    yield from answers_to_officers(ask)
    yield from (ask(*route, **more) for route, more in clearing_calls())
    claim_no = {"claim_no": "YN-BATCH"}
    yield from (
        ask(*route, **more) for route, more in money_calls(policy_office(), settled_claim(), claim_body(**claim_no))
    )
    yield from answers_of_the_ledger(ask)


def answers_of_the_ledger(ask: Callable[..., Any]) -> Iterator[Any]:
    """Ask for the books and the journal, as callers who may read them and callers who may not."""
    auditor = AUDITOR
    yield ask("GET", "/v1/ledger/accounts", **auditor)
    entries = "/v1/ledger/accounts/entries"
    yield ask("GET", entries, f"{entries}?account=fund/530100/employee/basic", **auditor)
    yield ask("GET", entries, entries, **auditor)
    yield ask("GET", entries, f"{entries}?account=fund/420100/employee/basic", subject="420100", role="agency")
    yield ask("GET", "/v1/ledger/trial-balance", "/v1/ledger/trial-balance?month=2026-13", **auditor)
    transactions = "/v1/ledger/transactions"
    yield ask("GET", transactions, **auditor)
    yield ask("GET", transactions, f"{transactions}?format=csv", **auditor)
    yield ask("GET", transactions, f"{transactions}?event=opened", **auditor)
    yield ask("GET", transactions, subject="420100", role="agency")
    yield ask("GET", "/v1/ledger/transactions/{transaction_id}", f"/v1/ledger/transactions/{SETTLEMENT.id}", **auditor)
    yield ask("GET", "/v1/ledger/trial-balance", **auditor)
    yield ask("GET", "/v1/ledger/trial-balance")
    yield ask("GET", "/v1/ledger/trial-balance", headers={"Authorization": ""})


def answers_to_everybody(ask: Callable[..., Any]) -> Iterator[Any]:
    """Ask for the information open to every caller: the caller's own role, the registers, the console."""
    yield ask("GET", "/v1/me")
    yield ask("GET", "/v1/me", subject="H99999999999")
    for register in ("areas", "institutions", "catalogue", "diagnoses"):
        yield ask("GET", f"/v1/{register}")
        yield ask("GET", f"/v1/{register}", f"/v1/{register}?q=%0A")


def answers_about_people(ask: Callable[..., Any], desk: Desk) -> Iterator[Any]:
    """Ask about a patient as a desk, and about access records as an auditor."""
    eligibility = {"id_no": "530102190001010019", "name": "示例甲", "on": "2020-02-05"}
    yield ask("POST", "/v1/eligibility", body=eligibility)
    desk.failure = TooManyRequests(7)
    yield ask("POST", "/v1/eligibility", body=eligibility)
    desk.failure = None
    someone = {"id_no": "530102190001010019", "name": "示例甲"}
    yield ask("POST", "/v1/persons/search", body=someone, role="agency", subject="530100")
    yield ask("POST", "/v1/persons/search", body={"id_no": someone["id_no"]}, role="agency", subject="530100")
    yield ask("GET", "/v1/access-records", f"/v1/access-records?person={PERSON}", **AUDITOR)
    yield ask("GET", "/v1/access-records", **AUDITOR)
    yield ask("GET", "/v1/audit-trail", **AUDITOR)
    yield ask("GET", "/v1/audit-trail", "/v1/audit-trail?on=2026-02-30", **AUDITOR)


def clearing_calls() -> Iterator[tuple[tuple[str, str, str], dict[str, Any]]]:
    """Calls of clearing where there is no run yet; tests/whole/test_clearing.py shows the good answers."""
    centre, agency = {"role": "centre", "subject": "530000"}, {"role": "agency", "subject": "530100"}
    run, none = "/v1/clearing/runs/{run_id}", "/v1/clearing/runs/clr_none"
    yield ("POST", "/v1/clearing/runs", ""), {"body": {"tier": "530000"}, **centre}
    yield ("POST", "/v1/clearing/runs", ""), {"body": {"tier": "530000", "period": "2099-01"}, **centre}
    yield ("POST", "/v1/clearing/runs", ""), {"body": {"tier": 530000}, **centre}
    for listed in ("runs", "windows"):
        yield ("GET", f"/v1/clearing/{listed}", f"/v1/clearing/{listed}?tier=530000"), centre
        yield ("GET", f"/v1/clearing/{listed}", f"/v1/clearing/{listed}?tier=~"), centre
    yield ("GET", run, none), centre
    yield ("GET", f"{run}/charts/{{chart}}", f"{none}/charts/flows"), centre
    yield ("GET", f"{run}/statements/{{area}}", f"{none}/statements/530100"), agency
    yield ("GET", f"{run}/statements/{{area}}/form", f"{none}/statements/530100/form"), agency
    yield ("GET", f"{run}/statements/{{area}}/claims", f"{none}/statements/530100/claims"), agency
    yield ("GET", f"{run}/manifests/{{edition}}", f"{none}/manifests/1"), centre
    yield ("GET", f"{run}/proofs/{{claim_id}}", f"{none}/proofs/clm_none"), agency
    yield ("POST", f"{run}/confirmations", f"{none}/confirmations"), {"body": {"area": "530100"}, **agency}
    dispute = {"area": "530100", "claim_id": "clm_none", "reason": "twice"}
    yield ("POST", f"{run}/disputes", f"{none}/disputes"), {"body": dispute, **agency}
    resolution = "/disputes/{dispute_id}/resolution"
    for body in ({}, {"verdict": "owed"}):
        yield ("POST", run + resolution, f"{none}/disputes/dsp_none/resolution"), {"body": body, **centre}
    outcome = {"body": {"outcome": "borne", "reason": "as agreed"}, **agency}
    yield ("POST", f"{run}/disputes/{{dispute_id}}/outcome", f"{none}/disputes/dsp_none/outcome"), outcome
    yield ("GET", f"{run}/disputes", f"{none}/disputes"), agency
    receipt = {"instruction": "clr_none-1", "bank_reference": "B1", "amount": "1.00"}
    yield ("POST", f"{run}/receipts", f"{none}/receipts"), {"body": receipt, **centre}
    yield ("POST", f"{run}/repairs", f"{none}/repairs"), {"body": {"reason": "restored"}, **centre}
    decision = {"body": {"decision": "approve"}, **centre}
    yield ("POST", f"{run}/repairs/{{repair_id}}/decision", f"{none}/repairs/none/decision"), decision
    handed = "/hand-downs/{province}"
    yield ("GET", run + handed, f"{none}/hand-downs/530000"), centre
    yield ("POST", f"{run}{handed}/receipts", f"{none}/hand-downs/530000/receipts"), {"body": receipt, **centre}


def test_every_answer_is_one_that_the_document_promises() -> None:
    seen = set()
    for each in walked():
        method, path, got = each.method, each.path, each.got
        seen.add((method, path))
        promised = resolved(DOCUMENT["paths"][path][method]["responses"][str(got.status)])
        media = got.headers["Content-Type"]
        found = got.json if media.endswith("json") else got.text
        assert against(promised["content"][media]["schema"], found) == [], (method, path, got.status)
    assert seen == {(method, path) for method, path, _ in operations() if path.startswith("/v1/")}


def test_the_statuses_of_an_operation_are_those_in_the_document(caller: Caller) -> None:
    for path, entries in caller.app.routes.items():
        for method, entry in entries.items():
            if method == "HEAD":
                continue
            operation = operation_of(entry)
            promised = {*map(str, operation.answers), *map(str, problem_statuses(operation))}
            assert set(DOCUMENT["paths"][path][method.lower()]["responses"]) == promised


def test_what_is_told_of_a_claim_has_the_form_that_the_webhooks_say() -> None:
    world = World(policies())
    body = next(case for case in worked_cases() if case.id == "yunnan-employee-90-10").claim
    wrong = {**body["diagnosis"], "codes": [{"code": "J18.900", "role": "main"}]}
    caller = hospital(body["institution"])
    waits = world.system[SubmitClaim](caller, submission({**body, "claim_no": "TOLD-1"})).view.claim_id
    world.run_all()
    enrol_sample(world, body["patient"]["id_no"])
    world.system[SubmitClaim](caller, submission({**body, "claim_no": "TOLD-2", "diagnosis": wrong}))
    world.run_all()
    world.system[ReverseClaim](caller, waits, "wrong patient")
    unsettled = world.system[SubmitClaim](caller, submission({**body, "claim_no": "TOLD-3"})).view.claim_id
    world.system[ReverseClaim](caller, unsettled, "wrong patient")
    world.run_all()
    disputed = RemoteClaim(world)
    disputed.settle()
    disputed.ask()
    disputed.rule(disputed.dispute(), Verdict.OWED)
    assert {each.kind for each in world.events.seen} == DOCUMENT["webhooks"].keys()
    for each in world.events.seen:
        told = DOCUMENT["webhooks"][each.kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert against(told, {"event_id": each.event_id, **each.detail}) == []
