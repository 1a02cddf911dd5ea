"""Publishing of policies on the wire: the files an officer hands in, and their outcome."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from chalicelib.kernel.persons.acts import actor_of, instant_of
from chalicelib.kernel.text import Text
from chalicelib.law.domain.publication import KeptBundle, KeptStatus, Publication
from chalicelib.law.usecases.publish import KeepOutcome, PolicyDraft, articles_by_standing
from chalicelib.platform.http.answers import Answer, Sha256
from chalicelib.platform.http.fields import DecisionBody, Label, parse
from chalicelib.platform.http.query import matching
from chalicelib.platform.http.reading import WireModel
from chalicelib.platform.http.screen import Holds

BUNDLE = Text("政策包的哈希，或 current 表示现行的", "A bundle's hash, or `current` for the one in force")
BUNDLE_FORM = "^([0-9a-f]{64}|current)$"
BUNDLE_NAME = "[0-9a-f]{64}"
BUNDLE_FILTER = matching("bundle", Text("政策包的哈希", "A bundle's hash"), BUNDLE_NAME)
"""The filter that narrows a list of acts on bundles to one bundle."""


FilePath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._/-]{0,199}$")]
BundleHash = Annotated[str, Holds.OWN, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PolicyFilesBody(WireModel):
    """A whole policy set: the text of every file by its path below policies/."""

    files: dict[FilePath, str] = Field(
        min_length=1, max_length=2000, examples=[{"530000-yunnan-2020-12/notice.yaml": "notice:\n  id: yn-2020-12\n"}]
    )
    previous: BundleHash | None = Field(default=None)


class PublicationDecisionBody(DecisionBody):
    """Another officer's decision on a kept bundle."""

    previous: BundleHash | None = Field(default=None)
    reason: Label | None = Field(default=None)


class PublicationDocument(Answer):
    """A publication, or a set that waits or was refused: `number` and `published_*` are then null."""

    number: int | None
    bundle: Sha256
    previous: Sha256 | None
    status: KeptStatus
    kept_at: str
    kept_by: str
    decided_at: str | None
    decided_by: str | None
    reason: str | None
    published_at: str | None
    published_by: str | None


class PublicationPage(Answer):
    items: list[PublicationDocument]
    next: str | None


class PublishDocument(Answer):
    """The outcome of a checked set; `publication` is null where the bundle waits for another officer."""

    bundle: Sha256
    status: Literal["kept", "published"]
    publication: PublicationDocument | None
    notices: int
    provisions: int
    cells: int
    articles: dict[str, int]


def parse_policy_files(raw: bytes) -> PolicyDraft:
    """Read a policy set. Raises `Malformed` or `Invalid` with every fault of its form."""
    body = parse(PolicyFilesBody, raw).value
    files = {path: text.encode() for path, text in body.files.items()}
    return PolicyDraft(files, body.previous)


def publication_document(publication: Publication) -> dict[str, Any]:
    """Write a publication."""
    return {
        "number": publication.number,
        "bundle": publication.bundle,
        "previous": publication.previous,
        "status": "published",
        "kept_at": publication.kept.at,
        "kept_by": publication.kept.actor,
        "decided_at": publication.decided.at,
        "decided_by": publication.decided.actor,
        "reason": None,
        "published_at": publication.published_at,
        "published_by": publication.published_by,
    }


def kept_document(kept: KeptBundle, publication: Publication | None = None) -> dict[str, Any]:
    """Write a policy set that was handed in, and its publication where the set came into force."""
    decided = kept.decided
    return {
        "number": None if publication is None else publication.number,
        "bundle": kept.bundle,
        "previous": kept.previous if publication is None else publication.previous,
        "status": kept.status.value,
        "kept_at": kept.kept.at,
        "kept_by": kept.kept.actor,
        "decided_at": instant_of(decided),
        "decided_by": actor_of(decided),
        "reason": kept.reason,
        "published_at": None if publication is None else publication.published_at,
        "published_by": None if publication is None else publication.published_by,
    }


def publish_document(outcome: KeepOutcome) -> dict[str, Any]:
    """Write the outcome of a policy set."""
    checked = outcome.checked
    return {
        "bundle": checked.bundle.hash,
        "status": "kept" if outcome.publication is None else "published",
        "publication": None if outcome.publication is None else publication_document(outcome.publication),
        "notices": len(checked.bundle.notices),
        "provisions": len(checked.bundle.provisions),
        "cells": sum(checked.proof.cells.values()),
        "articles": articles_by_standing(checked.coverage),
    }
