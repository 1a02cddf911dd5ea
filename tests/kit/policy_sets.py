"""Policy sets for tests: the shipped files, and the shipped files with a notice of the test's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from chalicelib.kernel.canonical import canonical_json
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
  document_no: 样例〔2020〕{number}号
  title: {{zh: 昆明市提高合并支付比例的样例文件, en: A sample notice of Kunming that raises the combined share}}
  issuer: 样例
  area: "530100"
  issued_on: {issued_on}
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: {to_on}, anchor: discharge}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says:
      zh: 受保障参保患者的基金支付目标为 {percent}%。
      en: For an insured protected patient the funds pay {percent}%.
    decides: combined-share
    when: {{protected: true, insured: true}}
    value: {{share: {percent}/100, filled_by: basic}}
"""


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
    notice = _NOTICE.format(
        id=f"km-2020-{number}",
        number=number,
        issued_on=issued_on,
        from_on=from_on,
        to_on=to_on,
        percent=percent,
    )
    return {**shipped_files(), KUNMING: notice.encode()}


CLEARING_TERMS = """\
notice:
  id: {id}
  document_no: 样例清算〔2026〕{number}号
  title: {{zh: 清算确认期限的样例文件, en: A sample notice about the terms of clearing}}
  issuer: 样例
  area: "{area}"
  issued_on: {issued_on}
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: null, anchor: settlement}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says:
      zh: 清分表于 {days} 日内确认，逾期视为同意：{silence}。
      en: Statements are confirmed within {days} days; silence is consent, {silence}.
    decides: clearing-terms
    when: {when}
    value: {{confirm_within_days: {days}, silence_is_consent: {silence}}}
"""


def with_clearing_terms(
    area: str,
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
    notice = CLEARING_TERMS.format(
        id=f"clr-{area}-{number}",
        number=number,
        area=area,
        days=days,
        silence=str(silence_is_consent).lower(),
        from_on=from_on,
        issued_on=issued_on,
        when=when,
    )
    return {**(files or shipped_files()), f"{area}-clearing-{number}/notice.yaml": notice.encode()}


RETENTION = """\
notice:
  id: keep-{area}
  document_no: 样例保存〔2026〕1号
  title: {{zh: 保存期限的样例文件, en: A sample notice about retention}}
  issuer: 样例
  area: "{area}"
  issued_on: 2026-01-05
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: null, anchor: settlement}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says: {{zh: 参保记录保存 {years} 年。, en: An enrolment is kept for {years} years.}}
    decides: retention-enrolments
    when: {{}}
    value: {{years: {years}}}
"""


def with_retention(area: str, years: int, *, from_on: str) -> dict[str, bytes]:
    """The shipped files and a notice that sets how long an area keeps enrolments."""
    notice = RETENTION.format(area=area, years=years, from_on=from_on)
    return {**shipped_files(), f"{area}-retention/notice.yaml": notice.encode()}


def publish_once(bundles: BundleStore) -> None:
    """Put the shipped policies in force if no test of this stack has published a policy set yet."""
    if bundles.current_hash() is None:
        bundle = bundles.put(compile_files(shipped_files()))
        bundles.move_pointer(published(1, bundle, None, "2020-01-01T00:00:00Z"))


def as_body(files: dict[str, bytes], **more: object) -> dict[str, object]:
    """A policy set as an officer sends it."""
    return {"files": {path: content.decode() for path, content in files.items()}, **more}


RULE = """\
notice:
  id: rule-{area}-{number}
  document_no: 样例经办〔2020〕{number}号
  title: {{zh: 经办期限的样例文件, en: A sample notice to the offices of an area}}
  issuer: 样例
  area: "{area}"
  issued_on: {issued_on}
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: null, anchor: settlement}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says:
      zh: 样例经办规定第 {number} 号。
      en: A sample rule for offices, number {number}.
    decides: {decides}
    when: {when}
    value: {value}
"""


def with_rule(
    area: str,
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
    notice = RULE.format(
        area=area,
        number=number,
        issued_on=issued_on,
        from_on=from_on,
        decides=decides,
        when=when,
        value=value,
    )
    return {**(files or shipped_files()), f"{area}-rule-{number}/notice.yaml": notice.encode()}
