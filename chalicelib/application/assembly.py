"""Builds every use case from the ports, in one place, for the product and for tests alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.application.claims import ListClaims, PreviewClaim, ReadClaim, SubmitClaim
from chalicelib.application.deciding import Decider
from chalicelib.application.deferral import Deferral
from chalicelib.application.documents import Documents
from chalicelib.application.enrolment import EnrolPerson
from chalicelib.application.filing import FileTreatment
from chalicelib.application.health import ReadHealth
from chalicelib.application.institutions import ReadInstitution
from chalicelib.application.ledger import Books, ListAccounts, ReadTransaction, ReadTrialBalance
from chalicelib.application.payment import Payment
from chalicelib.application.policies import ListPolicies, ReadPolicy
from chalicelib.application.ports import (
    BundleStore,
    ClaimStore,
    Clock,
    Commits,
    DocumentStore,
    Events,
    HospitalStore,
    Jitter,
    LedgerStore,
    PersonStore,
    PersonTokens,
    PersonVault,
    Sleeper,
    Workflows,
)
from chalicelib.application.publishing import PublishBundle
from chalicelib.application.retrying import Retrying
from chalicelib.application.services import Services
from chalicelib.application.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Ports:
    """The world as the use cases see it. `report` says how far the start of a local system is."""

    clock: Clock
    sleep: Sleeper
    jitter: Jitter
    report: Callable[[], str]
    bundles: BundleStore
    documents: DocumentStore
    commits: Commits
    claims: ClaimStore
    persons: PersonStore
    hospitals: HospitalStore
    ledger: LedgerStore
    workflows: Workflows
    events: Events
    tokens: PersonTokens
    vault: PersonVault


class UseCases:
    """All use cases over one set of ports."""

    def __init__(self, ports: Ports) -> None:
        clock, retrying = ports.clock, Retrying(ports.sleep, ports.jitter)
        documents = Documents(ports.documents)
        decider = Decider(ports.bundles, ports.persons, ports.claims, clock)
        self.deferral = Deferral(ports.claims, documents, decider, ports.commits, ports.workflows, clock, retrying)
        self.settlement = Settlement(
            claims=ports.claims,
            documents=documents,
            decider=decider,
            commits=ports.commits,
            deferral=self.deferral,
            events=ports.events,
            clock=clock,
            retrying=retrying,
        )
        self.payment = Payment(ports.claims, ports.hospitals, ports.bundles, ports.commits, clock, retrying)
        self.publish_bundle = PublishBundle(ports.bundles)
        self.services = _services(ports, documents, decider, self.deferral, retrying)


def _services(ports: Ports, documents: Documents, decider: Decider, deferral: Deferral, retrying: Retrying) -> Services:
    books = Books(ports.ledger, ports.bundles)
    read_claim = ReadClaim(ports.claims, documents)
    return Services(
        preview_claim=PreviewClaim(ports.tokens, decider, ports.clock),
        submit_claim=SubmitClaim(
            tokens=ports.tokens,
            bundles=ports.bundles,
            claims=ports.claims,
            documents=documents,
            commits=ports.commits,
            workflows=ports.workflows,
            read=read_claim,
            clock=ports.clock,
            sleep=ports.sleep,
            retrying=retrying,
        ),
        read_claim=read_claim,
        list_claims=ListClaims(ports.claims, ports.bundles),
        enrol_person=EnrolPerson(
            tokens=ports.tokens,
            vault=ports.vault,
            persons=ports.persons,
            bundles=ports.bundles,
            commits=ports.commits,
            deferral=deferral,
            retrying=retrying,
        ),
        file_treatment=FileTreatment(ports.tokens, ports.persons, ports.bundles, ports.commits, ports.clock),
        read_institution=ReadInstitution(ports.bundles),
        list_policies=ListPolicies(ports.bundles),
        read_policy=ReadPolicy(ports.bundles),
        health=ReadHealth(ports.bundles, ports.report),
        read_transaction=ReadTransaction(ports.ledger, ports.bundles),
        list_accounts=ListAccounts(books),
        trial_balance=ReadTrialBalance(books),
    )
