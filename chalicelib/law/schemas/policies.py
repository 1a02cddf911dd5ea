"""Notices and provisions on the wire: read only, exactly as the published bundle holds them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from chalicelib.kernel.text import render_text
from chalicelib.law.domain.model import Anchor, Notice, Provision, Standing
from chalicelib.law.schemas.wording import condition_in_words, name_of_slot, value_in_words
from chalicelib.platform.http.answers import Answer, Area, TextPair


def notice_document(notice: Notice) -> dict[str, Any]:
    """Write a published document, without its provisions."""
    return {
        "notice": notice.id,
        "document_no": notice.document_no,
        "title": render_text(notice.title),
        "issued_on": notice.issued_on.isoformat(),
        "issuer": notice.issuer,
        "area": notice.area,
        "standing": str(notice.standing),
        "confidence": notice.confidence,
        "source": notice.source,
    }


def policy_document(notice: Notice, provisions: tuple[Provision, ...]) -> dict[str, Any]:
    """Write a published document with its provisions, in the order of the notice."""
    return {**notice_document(notice), "provisions": [provision_document(provision) for provision in provisions]}


def provision_document(provision: Provision) -> dict[str, Any]:
    """Write a rule: what it decides, when, and with what value; ratios are "9/10", money integers in fen (`_fen`)."""
    effective = provision.effective
    return {
        "provision": provision.id,
        "citation": provision.citation,
        "article": provision.article,
        "source": list(provision.rows),
        "says": render_text(provision.says),
        "decides": str(provision.slot),
        "in_words": {
            "decides": render_text(name_of_slot(provision.slot)),
            "when": render_text(condition_in_words(provision.when)),
            "value": render_text(value_in_words(provision.value)),
        },
        "when": {dimension: sorted(values) for dimension, values in sorted(provision.when.items())},
        "value": plain(provision.value),
        "effective": {
            "from": effective.from_on.isoformat() if effective.from_on else None,
            "to": effective.to_on.isoformat() if effective.to_on else None,
            "anchor": str(effective.anchor),
        },
        "area": provision.area,
        "overrides": list(provision.overrides),
        "interpretation": render_text(provision.interpretation) if provision.interpretation else None,
        "why_not_executed": render_text(provision.why_not_executed) if provision.why_not_executed else None,
        "pending": provision.pending,
    }


def plain(value: Any) -> Any:
    """Return frozen mappings and tuples as the dicts and lists that JSON knows."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


class NoticeDocument(Answer):
    """A published document."""

    notice: str
    document_no: str
    title: TextPair
    issued_on: date
    issuer: str
    area: Area
    standing: Standing
    confidence: str
    source: str


class NoticePage(Answer):
    items: list[NoticeDocument]
    next: str | None


class EffectiveDocument(Answer):
    """The days in force, both inside; compared with the claim's day named by `anchor`."""

    starts_on: Annotated[date | None, Field(alias="from")]
    ends_on: Annotated[date | None, Field(alias="to")]
    anchor: Anchor


class InWordsDocument(Answer):
    """A provision's matter, conditions and value, in words for people to read; empty where nothing is set."""

    decides: TextPair
    when: TextPair
    value: TextPair


class ProvisionDocument(Answer):
    """A rule of a notice."""

    provision: str
    citation: str
    article: str
    source: list[str]
    says: TextPair
    decides: str
    in_words: InWordsDocument
    when: dict[str, list[str]]
    value: dict[str, Any]
    effective: EffectiveDocument
    area: Area
    overrides: list[str]
    interpretation: TextPair | None
    why_not_executed: TextPair | None
    pending: bool


class PolicyDocument(NoticeDocument):
    provisions: list[ProvisionDocument]
