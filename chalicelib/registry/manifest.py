"""Manifest of the registry: person tokens, keys of names, and the vault of persons."""

from __future__ import annotations

from chalicelib.kernel.system import Ports
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.registry.ports import NameKeys, PersonTokens, PersonVault
from chalicelib.registry.tables import RECORDS
from chalicelib.registry.tokens import KmsNameKeys, KmsPersonTokens
from chalicelib.registry.vault import KmsPersonVault


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the stores: tokens and names are keyed by KMS; the vault is a table that no other store reads."""
    config, kms = cloud.config, cloud.client("kms")
    vault = KmsPersonVault(cloud.client("dynamodb"), kms, config.vault_table, config.vault_key, config.tenant)
    return (
        ports.give(PersonTokens, KmsPersonTokens(kms, config.token_key))
        .give(NameKeys, KmsNameKeys(kms, config.name_key))
        .give(PersonVault, vault)
        .give(KmsPersonVault, vault)
    )


REGISTRY = Capability("registry", connect, records=RECORDS)
