"""Adapts build/ to MiniStack: the emulator's gaps are named here, once, and nothing else is changed.

Functions, roles, tables, keys, machines and the gateway are the package's; SAM's own translator expands the template
inside MiniStack.
"""

from __future__ import annotations

import io
import sysconfig
import zipfile
from collections.abc import Iterator, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import yaml

from infra.local.template import FUNCTION, INFRA, STATE_MACHINE

BUILD = INFRA.parent / "build"
ARTIFACTS, ARCHIVE = "quebao-artifacts", "deployment.zip"

WITHOUT = {
    "AWS::StepFunctions::StateMachineVersion": "versions of machines are published by call instead",
    "AWS::StepFunctions::StateMachineAlias": "aliases of machines are made by call instead",
    "AWS::Logs::MetricFilter": "lines that say the ledger was altered are not counted",
}
"""Resource types that CloudFormation of MiniStack 1.4.21 does not know, with the consequence for each."""

OTHERWISE = {
    "Versions": """A function's version is named by the function's own ARN, and a machine's alias runs the machine as it
        is. With one release both are the same code; with two an execution would not keep its own.""",
    "Errors": """What a function raises reaches a machine as Runtime.HandlerError, so no Retry or Catch by name applies:
        a claim whose diagnosis reaches back, or that met a conflict, ends as failed and waits for the sweep.""",
    "Waiting": """StartSyncExecution takes no alias: whoever asks to wait for a claim gets 202 and reads it later.""",
    "Concurrency": """A function serves one call at a time.""",
    "Permissions": """Roles and policies are kept and enforced nowhere; objects of the ledger's copy are not locked.""",
    "Gateway": """What the gateway answers by itself is its own, not the template's problem documents.""",
    "Processor": """Compiled parts of the archive are this machine's, of the same pinned releases.""",
}
"""MiniStack's differences from AWS that the product would notice, by subject."""


class NotPackaged(Exception):
    """A missing package, or a machine that cannot run it; the message gives the remedy."""


def lacking(packaged: Mapping[str, Any]) -> list[str]:
    """Return this template's parts that MiniStack does not create or treats otherwise, a line each."""
    kinds = [resource["Type"] for resource in packaged["Resources"].values()]
    created = [f"{kinds.count(kind)} x {kind}: {why}." for kind, why in WITHOUT.items() if kind in kinds]
    return [*created, *(f"{about}: {' '.join(says.split())}" for about, says in OTHERWISE.items())]


def packaged_template(path: Path = BUILD / "sam.yaml") -> dict[str, Any]:
    """Return the template of the package. Raises NotPackaged."""
    if not path.exists():
        raise NotPackaged(f"There is no {path}: run `make package` first.")
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


def deployed_template(packaged: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Path]]:
    """Return the template with its files at their places in a bucket, as `aws cloudformation package` leaves them, and
    those files by key.
    """
    files, resources = {}, {}
    for name, resource in packaged["Resources"].items():
        if resource["Type"] in WITHOUT:
            continue
        properties = dict(resource.get("Properties", {}))
        if resource["Type"] == FUNCTION:
            properties["CodeUri"] = f"s3://{ARTIFACTS}/{ARCHIVE}"
        elif resource["Type"] == STATE_MACHINE:
            path = INFRA / properties["DefinitionS3Location"]
            files[path.name] = path
            properties["DefinitionS3Location"] = {"Bucket": ARTIFACTS, "Key": path.name}
        resources[name] = {**resource, "Properties": properties}
    return {**packaged, "Resources": resources}, files


def archive(path: Path = BUILD / ARCHIVE, installed: Path | None = None) -> bytes:
    """Build the package's archive for this machine: compiled parts, which are built for the functions' processor, are
    replaced by those of the same pinned releases installed here (`installed`, by default our own).

    Raises NotPackaged.
    """
    if not path.exists():
        raise NotPackaged(f"There is no {path}: run `make package` first.")
    ours, out = installed or Path(sysconfig.get_path("platlib")), io.BytesIO()
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as to:
        libraries = {name.partition("/")[0] for name in packed.namelist() if name.partition("/")[0].endswith(".libs")}
        for mine in (each for folder in sorted(libraries) for each in sorted((ours / folder).iterdir())):
            to.writestr(str(mine.relative_to(ours)), mine.read_bytes())
        for name in packed.namelist():
            if name.partition("/")[0] in libraries:
                continue  # shared libraries of a wheel are named by their hash, so each processor has its own names
            if name.endswith(".so"):
                mine = _installed(ours, name)
                to.writestr(str(mine.relative_to(ours)), mine.read_bytes())
            else:
                to.writestr(name, packed.read(name))
    return out.getvalue()


def _installed(ours: Path, name: str) -> Path:
    for found in _candidates(ours / name):
        if found.exists():
            return found
    raise NotPackaged(f"{name} is not installed here: run `make package` in the environment that made the package.")


def _candidates(wanted: Path) -> Iterator[Path]:
    module = wanted.name.partition(".")[0]
    return (wanted.with_name(module + suffix) for suffix in EXTENSION_SUFFIXES)
