"""Notices of the tests' own, added to the shipped files: a single backdated provision for each, changing one figure."""

from __future__ import annotations

from chalicelib.kernel.words.ids import AreaCode
from tests.kit.policy_sets import sample_notice, shipped_files


def with_notice(
    area: AreaCode,
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
    notice = sample_notice(
        id=f"t-{area}-{number}",
        document_no=f"〔2020〕{number}",
        title_zh="追溯生效",
        title_en="that reaches back",
        area=area,
        issued_on=issued_on,
        from_on=from_on,
        to_on=to_on,
        anchor="discharge",
        says_zh="样例条款。",
        says_en="The sample provision.",
        decides=decides,
        when=when,
        value=value,
        overrides=overrides,
    )
    return {**(shipped_files() if files is None else files), f"{area}-sample-{number}/notice.yaml": notice}
