"""Publishing policies on the wire: the files an officer hands in, and what became of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chalicelib.api.wire import WireModel, parse
from chalicelib.api.wire_answers import Answer, Sha256
from chalicelib.api.wire_screen import Holds
from chalicelib.application.publications import Publication
from chalicelib.application.publishing import PolicyDraft, PublishOutcome, articles_by_standing

FilePath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._/-]{0,199}$")]
BundleHash = Annotated[str, Holds.OWN, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PolicyFilesBody(WireModel):
    """A whole policy set: the text of every file by its path below policies/."""

    files: dict[FilePath, str] = Field(
        min_length=1, max_length=2000, examples=[{"530000-yunnan-2020-12/notice.yaml": "notice:\n  id: yn-2020-12\n"}]
    )
    previous: BundleHash | None = Field(
        default=None, description="the bundle the files were edited from; 409 where another is current"
    )
    publish: bool = Field(description="false keeps the bundle for comparison and simulation only")


class PublicationDocument(Answer):
    """One publication."""

    number: int
    bundle: Sha256
    previous: Sha256 | None
    published_at: str
    published_by: str


class PublicationPage(Answer):
    items: list[PublicationDocument]
    next: str | None


class PublishDocument(Answer):
    """What was checked and what became of it; `publication` is null where the bundle was only kept."""

    bundle: Sha256
    publication: PublicationDocument | None
    notices: int
    provisions: int
    cells: Annotated[int, Field(description="distinct decision cells that were proven")]
    articles: Annotated[dict[str, int], Field(description="rows of articles.yaml by how they stand")]


def parse_policy_files(raw: bytes) -> PolicyDraft:
    """Read a policy set. Raises `Malformed` or `Invalid` with everything that is wrong with its form."""
    body = parse(PolicyFilesBody, raw).value
    files = {path: text.encode() for path, text in body.files.items()}
    return PolicyDraft(files, body.previous, body.publish)


def publication_document(publication: Publication) -> dict[str, Any]:
    """One publication."""
    return {
        "number": publication.number,
        "bundle": publication.bundle,
        "previous": publication.previous,
        "published_at": publication.published_at,
        "published_by": publication.published_by,
    }


def publish_document(outcome: PublishOutcome) -> dict[str, Any]:
    """What became of a policy set."""
    checked = outcome.checked
    return {
        "bundle": checked.bundle.hash,
        "publication": None if outcome.publication is None else publication_document(outcome.publication),
        "notices": len(checked.bundle.notices),
        "provisions": len(checked.bundle.provisions),
        "cells": sum(checked.proof.cells.values()),
        "articles": articles_by_standing(checked.coverage),
    }
