"""The law: bundles of policies, their seal, and the officers' work on them."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.kernel.system import Ports
from chalicelib.law.bundles import S3BundleStore
from chalicelib.law.domain.publication import Compiled, KeptBundles, PolicyCompiler
from chalicelib.law.http import institutions, policies, publication, registers
from chalicelib.law.ports import BundleStore
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.law.tables import KEPT, DynamoKeptBundles
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Bundles lie in the policy bucket and are used only with their seal."""
    config = cloud.config
    seal = KmsBundleSeal(cloud.client("kms"), config.policy_key)
    return (
        ports.give(PolicyCompiler, _compile_policies)
        .give(BundleStore, S3BundleStore(cloud.client("s3"), config.policy_bucket, seal))
        .give(KeptBundles, DynamoKeptBundles(cloud.state))
    )


def _compile_policies(files: Mapping[str, bytes]) -> Compiled:
    """Only publishing reads policy files: the functions that decide claims need not load what reads them."""
    from chalicelib.law.authoring.compiler import compile_files  # noqa: PLC0415

    return compile_files(files)


LAW = Capability(
    "law",
    connect,
    routes=(institutions.blueprint, registers.blueprint, policies.blueprint, publication.blueprint),
    records=(KEPT,),
)
