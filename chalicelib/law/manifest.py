"""The law: bundles of policies, their seal, and the officers' work on them."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.kernel.system import Ports
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.bundles import S3BundleStore
from chalicelib.law.domain.publication import Compiled, KeptBundles, PolicyCompiler
from chalicelib.law.ports import BundleStore
from chalicelib.law.seal import KmsBundleSeal
from chalicelib.law.tables import KEPT, DynamoKeptBundles
from chalicelib.law.usecases.import_table import Merged, TableMerger
from chalicelib.platform.aws.cloud import Cloud
from chalicelib.platform.capability import Capability
from chalicelib.registry.domain.lists import Parts


def connect(cloud: Cloud, ports: Ports) -> Ports:
    """Connect the ports of the law: bundles lie in the policy bucket and are used only with their seal."""
    config = cloud.config
    seal = KmsBundleSeal(cloud.client("kms"), config.policy_key)
    return (
        ports.give(PolicyCompiler, _compile_policies)
        .give(TableMerger, _merge_table)
        .give(BundleStore, S3BundleStore(cloud.client("s3"), config.policy_bucket, seal))
        .give(KeptBundles, DynamoKeptBundles(cloud.state))
    )


def _compile_policies(files: Mapping[str, bytes]) -> Compiled:
    """Compile policy files. Only publishing reads them: the functions that decide claims need not load the compiler."""
    from chalicelib.law.authoring.compiler import compile_files  # noqa: PLC0415

    return compile_files(files)


def _merge_table(bundle: bytes, parts: Parts, table: str, text: str, agency: AreaCode | None) -> Merged:
    """Merge a list of the registry into a bundle, with the merger loaded only when a list is taken in."""
    from chalicelib.law.authoring.merge import merge_table  # noqa: PLC0415

    return merge_table(bundle, parts, table, text, agency)


LAW = Capability(
    "law",
    connect,
    routes=("http.imports", "http.institutions", "http.registers", "http.policies", "http.publication"),
    records=(KEPT,),
)
