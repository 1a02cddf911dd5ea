"""The base of the stores: the clients of AWS services, the tables, and the names of all other resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.kernel.frozen import dataclass
from chalicelib.platform.aws.table import Table


@dataclass(frozen=True, slots=True)
class Config:
    """Names of tables, buckets, keys and machines, and the issuer of accepted tokens.

    `sign_in_…` name the public client by which people sign in to the console and its two addresses, empty where sign-in
    is absent; `files_origin` is the origin of the documents' bucket, empty where no page uploads. Exactly one of `jwks`
    (the issuer's keys as JSON text) and `jwks_url` (the keys' address) is given.
    """

    ledger_table: str
    state_table: str
    vault_table: str
    access_table: str
    bucket: str
    policy_bucket: str
    ledger_copy_bucket: str
    vault_key: str
    token_key: str
    name_key: str
    claim_key: str
    policy_key: str
    settlement_machine: str
    settlement_type: str
    prepayment_machine: str
    clearing_machine: str
    national_clearing_machine: str
    recalculation_machine: str
    simulation_machine: str
    batch_machine: str
    audit_machine: str
    event_bus: str
    person_function: str
    jwt_issuer: str
    jwt_audience: str
    tenant: str
    lookups_unmatched_max: str
    lookups_matched_max: str
    jwks: str | None
    jwks_url: str | None
    sign_in_client: str = ""
    sign_in_authorize: str = ""
    sign_in_token: str = ""
    files_origin: str = ""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A configuration with its clients; a client is built on first use."""

    config: Config
    client: Callable[[str], Any]

    @property
    def state(self) -> Table:
        """The table of every record outside the journal and a person's own data."""
        return Table(self.client("dynamodb"), self.config.state_table)
