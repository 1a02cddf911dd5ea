"""Policy sets for tests: the shipped files, and the shipped files with a notice of the test's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chalicelib.kernel.canonical import canonical_json
from chalicelib.kernel.time import Instant
from chalicelib.kernel.words.ids import AreaCode
from chalicelib.law.authoring.compiler import compile_files, read_directory
from chalicelib.law.domain.bundle import FORMAT, WrittenBundle
from chalicelib.law.ports import BundleStore
from chalicelib.registry.domain.register import write_registers
from tests.kit.builders import published
from tests.kit.worked_cases import ROOT

KUNMING = "530100-kunming-2020-9/notice.yaml"

_NOTICE = """\
notice:
  id: {id}
  document_no: 样例{document_no}号
  title: {{zh: {title_zh}的样例文件, en: A sample notice {title_en}}}
  issuer: 样例
  area: "{area}"
  issued_on: {issued_on}
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: {to_on}, anchor: {anchor}}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says: {{zh: "{says_zh}", en: "{says_en}"}}
    decides: {decides}
    when: {when}
    value: {value}
    overrides: {overrides}
"""


def sample_notice(
    *, when: str = "{}", to_on: str = "null", anchor: str = "settlement", overrides: str = "[]", **said: object
) -> bytes:
    """Write a notice of a single provision; `when`, `value` and `overrides` are YAML on one line."""
    return _NOTICE.format(when=when, to_on=to_on, anchor=anchor, overrides=overrides, **said).encode()


def empty_bundle(note: str = "") -> WrittenBundle:
    """Build a bundle without notices and areas, told from others by a note."""
    registers = write_registers((), ())
    nothing: dict[str, list[object]] = {name: [] for name in ("notices", "provisions", "areas")}
    document = {"format": FORMAT, **nothing, "registers": registers.document, "note": note}
    return WrittenBundle(canonical_json(document), registers.parts)


@cache
def shipped_files() -> dict[str, bytes]:
    """The project's own policy files."""
    return read_directory(Path(ROOT / "policies"))


def with_kunming_share(
    percent: int,
    *,
    issued_on: str = "2020-03-01",
    from_on: str = "2020-02-01",
    to_on: str = "2022-12-31",
    number: int = 9,
) -> dict[str, bytes]:
    """The shipped files, and a notice by which Kunming's funds pay another share than Yunnan's 90%, backdated."""
    notice = sample_notice(
        id=f"km-2020-{number}",
        document_no=f"〔2020〕{number}",
        title_zh="昆明市提高合并支付比例",
        title_en="of Kunming that raises the combined share",
        area="530100",
        issued_on=issued_on,
        from_on=from_on,
        to_on=to_on,
        anchor="discharge",
        says_zh=f"受保障参保患者的基金支付目标为 {percent}%。",
        says_en=f"For an insured protected patient the funds pay {percent}%.",
        decides="combined-share",
        when="{protected: true, insured: true}",
        value=f"{{share: {percent}/100, filled_by: basic}}",
    )
    return {**shipped_files(), KUNMING: notice}


def with_clearing_terms(
    area: AreaCode,
    days: int,
    *,
    silence_is_consent: bool,
    files: dict[str, bytes] | None = None,
    from_on: str = "2020-01-01",
    issued_on: str = "2026-01-05",
    when: str = "{}",
    number: int = 1,
) -> dict[str, bytes]:
    """The shipped files, or others, and a notice that sets the terms on which an area's clearing is confirmed."""
    silence = str(silence_is_consent).lower()
    notice = sample_notice(
        id=f"clr-{area}-{number}",
        document_no=f"清算〔2026〕{number}",
        title_zh="清算确认期限",
        title_en="about the terms of clearing",
        area=area,
        issued_on=issued_on,
        from_on=from_on,
        says_zh=f"清分表于 {days} 日内确认，逾期视为同意：{silence}。",
        says_en=f"Statements are confirmed within {days} days; silence is consent, {silence}.",
        decides="clearing-terms",
        when=when,
        value=f"{{confirm_within_days: {days}, silence_is_consent: {silence}}}",
    )
    return {**(files or shipped_files()), f"{area}-clearing-{number}/notice.yaml": notice}


def with_retention(area: AreaCode, years: int, *, from_on: str) -> dict[str, bytes]:
    """The shipped files and a notice that sets how long an area keeps enrolments."""
    notice = sample_notice(
        id=f"keep-{area}",
        document_no="保存〔2026〕1",
        title_zh="保存期限",
        title_en="about retention",
        area=area,
        issued_on="2026-01-05",
        from_on=from_on,
        says_zh=f"参保记录保存 {years} 年。",
        says_en=f"An enrolment is kept for {years} years.",
        decides="retention-enrolments",
        value=f"{{years: {years}}}",
    )
    return {**shipped_files(), f"{area}-retention/notice.yaml": notice}


def publish_once(bundles: BundleStore) -> None:
    """Put the shipped policies in force if no test of this stack has published a policy set yet."""
    if bundles.current_hash() is None:
        bundle = bundles.put(compile_files(shipped_files()))
        bundles.move_pointer(published(1, bundle, None, Instant("2020-01-01T00:00:00Z")))


def as_body(files: dict[str, bytes], **more: object) -> dict[str, object]:
    """A policy set as an officer sends it."""
    return {"files": {path: content.decode() for path, content in files.items()}, **more}


def with_rule(
    area: AreaCode,
    decides: str,
    value: str = "{}",
    when: str = "{}",
    *,
    files: dict[str, bytes] | None = None,
    from_on: str = "2020-01-01",
    issued_on: str = "2020-02-01",
    number: int = 1,
) -> dict[str, bytes]:
    """Build the shipped files, or others, with a notice of one rule for the offices of an area: a clock, a deferral,
    the epidemic's end.
    """
    notice = sample_notice(
        id=f"rule-{area}-{number}",
        document_no=f"经办〔2020〕{number}",
        title_zh="经办期限",
        title_en="to the offices of an area",
        area=area,
        issued_on=issued_on,
        from_on=from_on,
        says_zh=f"样例经办规定第 {number} 号。",
        says_en=f"A sample rule for offices, number {number}.",
        decides=decides,
        when=when,
        value=value,
    )
    return {**(files or shipped_files()), f"{area}-rule-{number}/notice.yaml": notice}
