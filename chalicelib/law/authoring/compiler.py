"""Compiler from a directory of policy files to a canonical bundle named by its hash, or to a list of all faults.

The same files give the same bytes, whatever order the file system lists them in. Nothing here decides a claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Final

from chalicelib.kernel.canonical import canonical_json, sha256_hex
from chalicelib.kernel.frozen import dataclass
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.base_benefits import read_base
from chalicelib.law.authoring.checks import check_articles, check_notices, check_tables
from chalicelib.law.authoring.findings import Report, SourceFile
from chalicelib.law.authoring.models import ArticleFields
from chalicelib.law.authoring.provisions import ReadNotice, read_notice
from chalicelib.law.authoring.reading import read_yaml
from chalicelib.law.authoring.registry_files import (
    AREA_COLUMNS,
    CATALOGUE_COLUMNS,
    INSTITUTION_COLUMNS,
    Columns,
    TableRow,
    read_table,
)
from chalicelib.law.authoring.validation import fit
from chalicelib.law.domain.bundle import FORMAT
from chalicelib.law.domain.coverage import Article
from chalicelib.registry.domain.register import write_registers

ARTICLES: Final = "articles.yaml"
GLOSSARY: Final = "glossary.yaml"
"""The field's words, kept beside the policies for the people who write them; they are part of no policy set."""
TABLES: Final[Mapping[str, Columns]] = {
    "areas": AREA_COLUMNS,
    "institutions": INSTITUTION_COLUMNS,
    "catalogue": CATALOGUE_COLUMNS,
}
FILES_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class CompiledBundle:
    """A bundle's canonical bytes with their SHA-256, and the parts of its lists by name. `articles` and `places`
    (citation -> file:line) serve the checks and are not part of the bundle.
    """

    content: bytes
    hash: str
    parts: Mapping[str, bytes]
    articles: tuple[Article, ...]
    places: Mapping[str, str]


def compile_policies(directory: FilePath) -> CompiledBundle:
    """Compile the files under `directory`. Raises `PolicyFileError` with all faults."""
    return compile_files(read_directory(directory))


def read_directory(directory: FilePath) -> dict[str, bytes]:
    """Return content by path relative to `directory`, of the files a policy set consists of."""
    files = [path for pattern in ("**/*.yaml", "**/*.yml", "registry/*.csv") for path in directory.glob(pattern)]
    named = {path.relative_to(directory).as_posix(): path for path in files if path.is_file()}
    return {name: path.read_bytes() for name, path in named.items() if name != GLOSSARY}


def compile_files(files: Mapping[str, bytes]) -> CompiledBundle:
    """Compile files given as content by relative path. Raises `PolicyFileError` with all faults."""
    report = Report()
    if len(files) > FILES_MAX:
        report.add(
            "too-many-files",
            ".",
            1,
            f"文件超过 {FILES_MAX} 个；请拆分。",
            f"there are more than {FILES_MAX} files; split the set.",
        )
        raise report.error()
    tables = {name: _table(name, files, report) for name in TABLES}
    check_tables({name: f"registry/{name}.csv" for name in TABLES}, tables, report)
    articles = _articles(files, report)
    sources = _sources(files, report)
    areas = {entry.row["code"] for entry in tables["areas"]}
    notices = [notice for source in sources if (notice := _read(source, areas, report)) is not None]
    rows = None if articles is None else {article.id for article in articles}
    unread = {name for name in files if name.endswith(".yaml")} - {ARTICLES, *(source.name for source in sources)}
    check_notices(notices, areas, rows, None if unread else _written_names(sources, notices), report)
    report.raise_if_any()
    registers = write_registers(_rows(tables["institutions"]), _rows(tables["catalogue"]))
    content = canonical_json(_document(notices, _rows(tables["areas"]), registers.document))
    places = {placed.citation: placed.place for notice in notices for placed in notice.provisions}
    return CompiledBundle(content, sha256_hex(content), registers.parts, tuple(articles or ()), places)


def _document(
    notices: Sequence[ReadNotice], areas: Sequence[Mapping[str, Any]], registers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the document: notices by day of issue and id, each notice's provisions as written; areas by code."""
    ordered = sorted(notices, key=lambda notice: (notice.header.row["issued_on"], notice.id))
    return {
        "format": FORMAT,
        "notices": [notice.header.row for notice in ordered],
        "provisions": [placed.row for notice in ordered for placed in notice.provisions],
        "areas": sorted(areas, key=lambda row: str(row["code"])),
        "registers": registers,
    }


def _rows(table: Sequence[TableRow]) -> list[dict[str, Any]]:
    return [entry.row for entry in table]


def _table(name: str, files: Mapping[str, bytes], report: Report) -> list[TableRow]:
    path = f"registry/{name}.csv"
    if path not in files:
        _missing(path, report)
        return []
    return read_table(path, files[path], TABLES[name], report)


def _missing(path: str, report: Report) -> None:
    report.add("missing-file", path, 1, "缺少该文件；请补上。", "the file is missing; add it.")


def _articles(files: Mapping[str, bytes], report: Report) -> list[Article] | None:
    """Return the rows of articles.yaml. None where unreadable, so that rows provisions name are not called unknown."""
    if ARTICLES not in files:
        _missing(ARTICLES, report)
        return None
    source = read_yaml(ARTICLES, files[ARTICLES], report)
    if source is None:
        return None
    if not isinstance(source.data, list):
        report.at(
            source,
            (),
            "wrong-type",
            "须写成条目列表，每个条目以“- id:”开头。",
            "write the file as a list of rows, as - {id: Y-09, ...}.",
        )
        return None
    fields = [(fit(ArticleFields, row, source, (at,), report), at) for at, row in enumerate(source.data)]
    known = [(row, source.line_of((at,))) for row, at in fields if row is not None]
    check_articles(known, ARTICLES, report)
    return [Article(row.id, row.document, row.article, AreaCode(row.area), row.must, row.gist) for row, _ in known]


def _is_base(name: str) -> bool:
    return name.startswith("base/")


def _sources(files: Mapping[str, bytes], report: Report) -> list[SourceFile]:
    """Return every notice and base file, in the order of their names; a YAML file in no known place is reported."""
    sources: list[SourceFile] = []
    for name in sorted(files):
        parts = name.split("/")
        if name == ARTICLES or name.endswith(".csv"):
            continue
        if len(parts) == 2 and (parts[0] == "base" or parts[1] == "notice.yaml") and name.endswith(".yaml"):
            source = read_yaml(name, files[name], report)
            if source is not None:
                sources.append(source)
        else:
            report.add(
                "misplaced-file",
                name,
                1,
                "此处的文件不会被读取；文件应为 <区划>-<名称>/notice.yaml 或 base/<区划>.yaml。",
                "a file here is never read; name it <area>-<name>/notice.yaml or base/<area>.yaml.",
            )
    return sources


def _read(source: SourceFile, areas: set[str], report: Report) -> ReadNotice | None:
    if _is_base(source.name):
        return read_base(source, report)
    notice = read_notice(source, report)
    area = None if notice is None else notice.header.row["area"]
    # An unknown area is reported once, elsewhere; such an area is no name for a folder.
    if area in areas and not source.name.startswith(f"{area}-"):
        report.at(
            source,
            ("notice", "area"),
            "folder-name",
            f"目录名应以文件的区划 {area} 开头，如 {area}-name/notice.yaml。",
            f"begin the folder's name with the notice's area, as {area}-name/notice.yaml.",
        )
    return notice


def _written_names(sources: Sequence[SourceFile], notices: Sequence[ReadNotice]) -> set[str]:
    """Return ids and citations as written, so that a faulty provision does not make others' overrides dangle."""
    names = {notice.id for notice in notices}
    names |= {placed.citation for notice in notices for placed in notice.provisions}
    for source in sources:
        if not isinstance(source.data, dict) or not isinstance(source.data.get("notice"), dict):
            continue
        notice_id = source.data["notice"].get("id")
        names.add(str(notice_id))
        provisions = source.data.get("provisions")
        for provision in provisions if isinstance(provisions, list) else []:
            if isinstance(provision, dict):
                names.add(f"{notice_id}.{provision.get('id')}")
    return names
