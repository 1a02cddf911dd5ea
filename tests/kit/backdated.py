"""Notices of the tests' own, added to the shipped files: a single backdated provision for each, changing one figure."""

from __future__ import annotations

from tests.kit.policy_sets import shipped_files

_NOTICE = """\
notice:
  id: {id}
  document_no: 样例〔2020〕{number}号
  title: {{zh: 追溯生效的样例文件, en: A sample notice that reaches back}}
  issuer: 样例
  area: "{area}"
  issued_on: {issued_on}
  standing: notice
  confidence: illustrative
  source: made for a test; no such notice exists
  effective: {{from: {from_on}, to: {to_on}, anchor: discharge}}
provisions:
  - id: "1"
    article: 一
    rows: []
    says: {{zh: 样例条款。, en: The sample provision.}}
    decides: {decides}
    when: {when}
    value: {value}
    overrides: {overrides}
"""


def with_notice(
    area: str,
    decides: str,
    when: str,
    value: str,
    *,
    from_on: str,
    to_on: str,
    issued_on: str = "2020-12-01",
    overrides: str = "[]",
    number: int = 1,
    files: dict[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Policy files with an added notice; `when`, `value` and `overrides` are YAML on one line."""
    notice = _NOTICE.format(
        id=f"t-{area}-{number}",
        number=number,
        area=area,
        issued_on=issued_on,
        from_on=from_on,
        to_on=to_on,
        decides=decides,
        when=when,
        value=value,
        overrides=overrides,
    )
    return {**(shipped_files() if files is None else files), f"{area}-sample-{number}/notice.yaml": notice.encode()}
