"""All stored and logged data of a running system, and the places of a planted text, in any encoding.

A text may be kept as it is, as JSON that was escaped once or more, in a URL, in base64, inside a compressed file or as
bytes of a table. A search that knows one of these alone finds nothing and proves nothing.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.s3.models import FakeDeleteMarker, s3_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from infra.local.stack import REGION
from tests.kit.fixtures.system import System


def everything(system: System) -> dict[str, str]:
    """The text of every place: tables, buckets with the keys of their objects, executions, and the log."""
    return {**tables(system), **buckets(), **executions(), "log": readable(system.log.getvalue())}


def where(places: Mapping[str, str], planted: Iterable[str]) -> set[str]:
    """The places in which any of some texts stands."""
    written = [form for text in planted for form in forms(text)]
    return {place for place, content in places.items() if any(form in content for form in written)}


def forms(text: str) -> Iterator[str]:
    """A text as it may be written; in base64 it has three forms, by where in a longer text it begins."""
    yield text
    yield json.dumps(text)[1:-1]
    yield quote(text)
    yield "".join(f"&#{ord(each)};" for each in text)
    raw = text.encode()
    for lead in range(3):
        coded = b64encode(bytes(lead) + raw).decode()
        yield coded[(lead * 4 + 2) // 3 : (lead + len(raw)) * 4 // 3]


def readable(content: str | bytes) -> str:
    """The text of a content: of a file that holds files that of each, and no backslash twice."""
    if isinstance(content, bytes):
        content = unpacked(content)
    while "\\\\" in content:
        content = content.replace("\\\\", "\\")
    return content


def unpacked(content: bytes) -> str:
    """The text of a file; of a workbook or another archive, that of every part with its name."""
    if content.startswith(b"\x1f\x8b"):
        return unpacked(gzip.decompress(content))
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return "\n".join(name + unpacked(archive.read(name)) for name in archive.namelist())
    return content.decode(errors="replace")


def tables(system: System) -> dict[str, str]:
    """Every item of every table."""
    dynamodb = system.stack.client("dynamodb")
    found = {}
    for table in dynamodb.list_tables()["TableNames"]:
        pages = dynamodb.get_paginator("scan").paginate(TableName=table)
        found[table] = "\n".join(_written(item) for page in pages for item in page["Items"])
    return found


_READ: dict[tuple[object, ...], str] = {}
"""The texts of versions of objects: a version is never written again, and those of the policies are thousands."""


def buckets() -> dict[str, str]:
    """Return every version of every object of every bucket, with its key and its metadata; read beneath the clients,
    which take longest to list them.
    """
    found: dict[str, str] = {}
    for bucket, kept in list(s3_backends[ACCOUNT_ID]["aws"].buckets.items()):
        versions = [each for _, versions in list(kept.keys.iterlists()) for each in versions]
        for version in versions:
            if isinstance(version, FakeDeleteMarker):
                continue
            which = (bucket, version.name, version.version_id, version.etag, version.last_modified)
            if which not in _READ:
                _READ[which] = f"{version.name} {_written(dict(version.metadata))} {readable(version.value)}"
            place = f"{bucket}/{version.name}"
            found[place] = f"{found.get(place, '')}{_READ[which]}\n"
    return found


_ENDED: dict[tuple[object, ...], str] = {}
"""The texts of executions that have ended, to which nothing is added."""


def executions() -> dict[str, str]:
    """Name, input, output and history of every execution, read beneath the clients, as objects are."""
    found = []
    for execution in stepfunctions_parser_backends[ACCOUNT_ID][REGION]._get_executions():
        which = (execution.exec_arn, execution.start_date)
        text = _ENDED.get(which) or _execution(execution)
        if execution.exec_status != "RUNNING":
            _ENDED[which] = text
        found.append(text)
    return {"executions": "\n".join(found)}


def _execution(execution: Any) -> str:
    return _written([execution.name, execution.input_data, execution.output, execution.to_history_output()])


def _written(value: Any) -> str:
    def plain(other: Any) -> str:
        return unpacked(bytes(other)) if isinstance(other, bytes | bytearray) else str(other)

    return readable(json.dumps(value, ensure_ascii=False, default=plain))
