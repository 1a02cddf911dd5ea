"""The product's configuration, read from the environment by this module alone, once, at the start."""

from __future__ import annotations

import os
from collections.abc import Mapping

from chalicelib.platform.aws.cloud import Config


class ConfigurationError(Exception):
    """An incomplete or contradictory environment; the message names the variables, never their values."""


def from_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration. Raises `ConfigurationError` naming every missing variable; empty counts as missing."""
    missing: list[str] = []

    def need(name: str) -> str:
        value = environment.get(name, "")
        if not value:
            missing.append(name)
        return value

    config = Config(
        ledger_table=need("QUEBAO_LEDGER_TABLE"),
        state_table=need("QUEBAO_STATE_TABLE"),
        vault_table=need("QUEBAO_VAULT_TABLE"),
        access_table=need("QUEBAO_ACCESS_TABLE"),
        bucket=need("QUEBAO_BUCKET"),
        policy_bucket=need("QUEBAO_POLICY_BUCKET"),
        ledger_copy_bucket=need("QUEBAO_LEDGER_COPY_BUCKET"),
        vault_key=need("QUEBAO_VAULT_KEY"),
        token_key=need("QUEBAO_TOKEN_KEY"),
        name_key=need("QUEBAO_NAME_KEY"),
        claim_key=need("QUEBAO_CLAIM_KEY"),
        policy_key=need("QUEBAO_POLICY_KEY"),
        settlement_machine=need("QUEBAO_SETTLEMENT_MACHINE"),
        settlement_type=need("QUEBAO_SETTLEMENT_TYPE"),
        prepayment_machine=need("QUEBAO_PREPAYMENT_MACHINE"),
        clearing_machine=need("QUEBAO_CLEARING_MACHINE"),
        national_clearing_machine=need("QUEBAO_NATIONAL_CLEARING_MACHINE"),
        recalculation_machine=need("QUEBAO_RECALCULATION_MACHINE"),
        simulation_machine=need("QUEBAO_SIMULATION_MACHINE"),
        batch_machine=need("QUEBAO_BATCH_MACHINE"),
        audit_machine=need("QUEBAO_AUDIT_MACHINE"),
        event_bus=need("QUEBAO_EVENT_BUS"),
        person_function=need("QUEBAO_PERSON_FUNCTION"),
        jwt_issuer=need("QUEBAO_JWT_ISSUER"),
        jwt_audience=need("QUEBAO_JWT_AUDIENCE"),
        tenant=need("QUEBAO_TENANT"),
        lookups_unmatched_max=need("QUEBAO_LOOKUPS_UNMATCHED_MAX"),
        lookups_matched_max=need("QUEBAO_LOOKUPS_MATCHED_MAX"),
        jwks=environment.get("QUEBAO_JWKS") or None,
        jwks_url=environment.get("QUEBAO_JWKS_URL") or None,
        sign_in_client=environment.get("QUEBAO_SIGN_IN_CLIENT", ""),
        sign_in_authorize=environment.get("QUEBAO_SIGN_IN_AUTHORIZE", ""),
        sign_in_token=environment.get("QUEBAO_SIGN_IN_TOKEN", ""),
        files_origin=environment.get("QUEBAO_FILES_ORIGIN", ""),
    )
    if missing:
        raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
    if (config.jwks is None) == (config.jwks_url is None):
        raise ConfigurationError("exactly one of QUEBAO_JWKS and QUEBAO_JWKS_URL must be set")
    return config


def public_url(environment: Mapping[str, str] = os.environ) -> str:
    """Return the address at which callers reach the API, without a slash at the end; empty where not configured."""
    return environment.get("QUEBAO_PUBLIC_URL", "").rstrip("/")
