"""Policy files as authors write them: files that compile, and the answer to each kind of mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from chalicelib.kernel.errors import Finding
from chalicelib.law.authoring.compiler import compile_files, compile_policies, read_directory
from chalicelib.law.authoring.findings import PolicyFileError
from chalicelib.law.domain.bundle import open_file
from chalicelib.law.domain.model import Slot
from chalicelib.law.schemas.notice_file import notice_schema, notice_schema_text
from chalicelib.main.commands import policy_publish
from tests.kit.areas import KUNMING

ROOT = Path(__file__).parents[2]
NOTICE = "530000-example/notice.yaml"

AREAS = """code,name_zh,name_en,level,parent,fiscal_status
000000,全国,China,nation,,nation
530000,云南省,Yunnan,province,000000,province
530100,昆明市,Kunming,city,530000,city
"""
INSTITUTIONS = """code,name_zh,area,pooling_area,agency,level,kind,treatment_designated,agreement_until
H1,示例医院,530100,530100,530100,3,hospital,true,2020-12-31
"""
CATALOGUE = """code,name_zh,name_en,kind,class,self_pay_ratio,price_ceiling,valid_from,valid_to,plan_from,plan_to,note
I1,床位费,bed,service,A,0,60.00,,,,,
"""
ARTICLES = """- {id: Y-09, document: 示例〔2020〕1号, article: 一, area: claim, must: execute, gist: the funds pay 90%}
"""
TEXT = """notice:
  id: example
  document_no: 示例〔2020〕1号
  title: {zh: 示例, en: An example}
  issuer: 示例机构
  area: "530000"
  issued_on: 2020-02-01
  source: written for a test
  effective: {from: 2020-02-01, to: null}
provisions:
  - id: "1"
    article: 一
    rows: [Y-09]
    says: {zh: 基金付九成。, en: The funds pay ninety per cent.}
    decides: combined-share
    when: {protected: true, insured: true}
    value: {share: "9/10", filled_by: basic}
  - id: "2"
    article: 二
    rows: []
    says: {zh: 每年最多五十万元。, en: At most half a million yuan in a year.}
    decides: pool-cap
    value: {cap: "500000.00"}
"""
"""A good notice; each test below spoils a single value of it."""


def files(notice: str = TEXT, **others: str) -> dict[str, bytes]:
    """A small whole policy set, with one notice and the named files replaced (`areas`, `catalogue`, ...)."""
    tables = {"areas": AREAS, "institutions": INSTITUTIONS, "catalogue": CATALOGUE} | others
    found = {f"registry/{name}.csv": text.encode() for name, text in tables.items()}
    return {**found, "articles.yaml": ARTICLES.encode(), NOTICE: notice.encode()}


def findings(content: dict[str, bytes]) -> dict[str, Finding]:
    """Return the findings on a faulty policy set, by code."""
    with pytest.raises(PolicyFileError) as caught:
        compile_files(content)
    return {finding.code: finding for finding in caught.value.findings}


def spoiled(old: str, new: str) -> str:
    """Return the good notice with a single change."""
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def line_of(text: str, fragment: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if fragment in line)


def test_a_good_set_compiles_to_a_bundle_that_opens_under_its_hash() -> None:
    compiled = compile_files(files())
    bundle = open_file(compiled)
    share, cap = bundle.provisions
    assert share.citation == "example.1"
    assert share.slot is Slot.COMBINED_SHARE
    assert share.when == {"protected": frozenset({"yes"}), "insurance": frozenset({"employee", "resident"})}
    assert cap.value == {"cap_fen": 50_000_000}
    assert bundle.registry.areas[KUNMING].parent == "530000"
    assert bundle.registry.catalogue["I1"][0].price_ceiling_fen == 6000


def test_the_order_in_which_files_are_listed_changes_nothing() -> None:
    forwards = files()
    backwards = dict(reversed(list(forwards.items())))
    assert compile_files(forwards).content == compile_files(backwards).content


def test_comments_and_layout_are_not_part_of_a_bundle() -> None:
    laid_out = TEXT.replace("  - id:", "  # a remark\n\n  - id:").replace(
        '{cap: "500000.00"}', '\n      cap: "500000.00"'
    )
    assert compile_files(files(laid_out)).hash == compile_files(files()).hash


def test_a_compiled_provision_knows_the_line_it_was_written_on() -> None:
    line = line_of(TEXT, 'id: "2"')
    assert compile_files(files()).places["example.2"] == f"{NOTICE}:{line}"


BAD_NOTICES = [
    pytest.param('area: "530000"', 'area: "539900"', "unknown-area", "add the area there first", id="unknown area"),
    pytest.param("to: null}", "to: 2020-01-01}", "reversed-dates", "swap or correct", id="dates that run backwards"),
    pytest.param('"9/10"', '"90/10"', "ratio-over-one", 'write 90% as "9/10"', id="ratio over one"),
    pytest.param(
        "filled_by: basic}",
        "filled_by: basic}\n    overrides: [nobody]",
        "dangling-override",
        "write a notice id",
        id="dangling override",
    ),
    pytest.param('"500000.00"', "500000.0", "float", 'write money as "500000.00"', id="money as a float"),
    pytest.param('"500000.00"', "500000", "money", "quoted decimal string", id="money as a bare number"),
    pytest.param(
        '"500000.00"',
        '!!python/object/apply:os.system ["true"]',
        "executable-tag",
        "remove the tag",
        id="executable tag",
    ),
    pytest.param('id: "2"', 'id: "1"', "duplicate-id", "choose another", id="duplicate provision id"),
    pytest.param("    rows: []\n", "", "missing-source", "name the rows", id="missing rows"),
    pytest.param("  source: written for a test\n", "", "missing-source", "add it", id="missing source of a notice"),
    pytest.param(
        "    says: {zh: 基金付九成。, en: The funds pay ninety per cent.}\n",
        "",
        "missing-says",
        "add it",
        id="missing sentence",
    ),
    pytest.param(
        "decides: pool-cap", "decides: pool-cop", "unknown-slot", "did you mean `pool-cap`", id="unknown slot"
    ),
    pytest.param("filled_by: basic", "filled_by: nobody", "unknown-value", "'basic'", id="unknown slot value"),
    pytest.param("rows: [Y-09]", "rows: [Y-99]", "unknown-row", "has no row Y-99", id="unknown row"),
    pytest.param('{cap: "500000.00"}', '{roof: "500000.00"}', "missing-cap", "add it", id="value of another shape"),
    pytest.param(
        "protected: true", "protectd: true", "unknown-dimension", "did you mean `protected`", id="unknown condition"
    ),
    pytest.param("protected: true", "status: ill", "condition-value", "write one of confirmed", id="unknown status"),
    pytest.param("protected: true", "plan: in", "condition-of-line", "for a line only", id="a line's condition"),
    pytest.param("protected: true", "protected: true, protected: true", "duplicate-key", "keep one", id="repeated key"),
    pytest.param("rows: [Y-09]", "rows: &a [Y-09]\n    overrides: *a", "alias", "write the content out", id="alias"),
    pytest.param("decides: pool-cap", "decides: nothing", "why", "the reason", id="not executable without a reason"),
    pytest.param("issued_on: 2020-02-01", "issued_on: 2020-02-30", "bad-date", "does not exist", id="impossible day"),
    pytest.param("  issuer:", "  isuer:", "unknown-key", "did you mean `issuer`", id="misspelt key"),
    pytest.param("provisions:", "provisions: [", "not-yaml", "check indentation", id="not YAML"),
]


@pytest.mark.parametrize(("old", "new", "code", "advice"), BAD_NOTICES)
def test_a_mistake_in_a_notice_is_answered_with_its_line_and_what_to_write(
    old: str, new: str, code: str, advice: str
) -> None:
    text = spoiled(old, new)
    found = findings(files(text))
    assert code in found, found
    assert advice in found[code].message.en
    assert found[code].message.zh
    name, _, line = found[code].field.rpartition(":")
    assert name == NOTICE
    assert 1 <= int(line) <= len(text.splitlines()) + 1


def test_a_finding_names_the_line_and_the_provision_it_is_about() -> None:
    text = spoiled('"9/10"', '"90/10"')
    found = findings(files(text))["ratio-over-one"]
    assert found.field == f"{NOTICE}:{line_of(text, '90/10')}"
    assert found.citation == "example.1"


def test_an_area_nobody_knows_is_said_once_where_it_is_written() -> None:
    with pytest.raises(PolicyFileError) as caught:
        compile_files(files(spoiled('area: "530000"', 'area: "539900"')))
    found = [each.code for each in caught.value.findings]
    assert found.count("unknown-area") == 1
    assert "folder-name" not in found


@pytest.mark.parametrize("content", [b"notice: [", b"notice: 1.5", "notice: \u6587".encode("gbk"), b"#" * 1_000_001])
def test_what_names_a_file_that_cannot_be_read_is_not_called_dangling(content: bytes) -> None:
    text = spoiled("filled_by: basic}", "filled_by: basic}\n    overrides: [unreadable-2020]")
    assert "dangling-override" in findings(files(text))
    found = findings({**files(text), "530000-unreadable/notice.yaml": content})
    assert "dangling-override" not in found
    assert {each.field.split(":")[0] for each in found.values()} == {"530000-unreadable/notice.yaml"}


def test_a_tab_is_called_a_tab() -> None:
    assert "use spaces" in findings(files(spoiled("    article:", "\tarticle:")))["tab"].message.en


def test_everything_wrong_is_said_at_once() -> None:
    text = (
        spoiled('"9/10"', '"90/10"')
        .replace("decides: pool-cap", "decides: roof")
        .replace("rows: [Y-09]", "rows: [Y-98]")
    )
    assert {"ratio-over-one", "unknown-slot"} <= findings(files(text)).keys()


def test_two_provisions_that_decide_the_same_on_overlapping_days_are_refused() -> None:
    second = TEXT[TEXT.index('  - id: "1"') : TEXT.index('  - id: "2"')].replace('id: "1"', 'id: "3"')
    found = findings(files(TEXT + second))["overlapping-dates"]
    assert "give each its own `effective` dates" in found.message.en
    assert found.citation == "example.3"


def test_a_file_over_the_limit_is_not_even_parsed() -> None:
    found = findings(files(TEXT + "# " + "x" * 1_000_000))
    assert found.keys() == {"oversize-file"}
    assert "split it" in found["oversize-file"].message.en


def test_two_notices_of_one_id_are_refused() -> None:
    found = findings({**files(), "530000-second/notice.yaml": TEXT.encode()})
    assert "choose another" in found["duplicate-id"].message.en


def test_the_factor_on_a_remote_deductible_may_pass_one() -> None:
    ratio = '{filed: "1", emergency: "9/10", unfiled: "7/10"}'
    factors = f'{{ratio_factor: {ratio}, deductible_factor: {{filed: "1", emergency: "1", unfiled: "2"}}}}'
    text = spoiled("decides: pool-cap", "decides: remote-cut").replace('{cap: "500000.00"}', factors)
    bundle = open_file(compile_files(files(text)))
    assert bundle.provisions[1].value["deductible_factor"]["unfiled"] == "2"


def test_a_yaml_file_that_would_never_be_read_is_reported() -> None:
    assert "misplaced-file" in findings({**files(), "530000-example/notes.yaml": b"a: 1\n"})


def test_a_folder_bears_the_code_of_its_notice() -> None:
    content = files()
    content["140000-example/notice.yaml"] = content.pop(NOTICE)
    assert "530000-name/notice.yaml" in findings(content)["folder-name"].message.en


def test_nesting_without_end_is_refused_before_it_is_composed() -> None:
    assert "too-deep" in findings(files("[" * 100_000))


@pytest.mark.parametrize(
    ("table", "row", "code"),
    [
        pytest.param("institutions", "H2,甲,530199,530100,530100,3,hospital,true,\n", "unknown-area", id="area"),
        pytest.param("areas", "530200,乙,B,city,539900,city\n", "unknown-area", id="parent"),
        pytest.param("areas", "530100,丙,C,city,530000,city\n", "duplicate-id", id="code twice"),
        pytest.param("catalogue", "I1,床位费,bed,service,B,0.10,,,,,,\n", "overlapping-dates", id="valid twice"),
        pytest.param("catalogue", "I2,药,drug,drug,B,1.10,,,,,,\n", "table-cell", id="ratio over one"),
        pytest.param("catalogue", "I2,药,drug,drug,B,0.10,12,,,,,\n", "table-cell", id="money without decimals"),
        pytest.param("catalogue", "I2,药,drug\n", "table-width", id="too few cells"),
    ],
)
def test_a_mistake_in_a_registry_table_is_answered_with_its_line(table: str, row: str, code: str) -> None:
    good = {"areas": AREAS, "institutions": INSTITUTIONS, "catalogue": CATALOGUE}[table]
    found = findings(files(**{table: good + row}))
    assert found[code].field == f"registry/{table}.csv:{len(good.splitlines()) + 1}"


def test_areas_whose_parents_lead_in_a_circle_are_refused_before_anything_follows_them() -> None:
    circle = "530200,乙,B,city,530300,city\n530300,丙,C,city,530200,city\n530400,丁,D,city,530300,city\n"
    with pytest.raises(PolicyFileError) as caught:
        compile_files(files(areas=AREAS + circle))
    lines = [each.field for each in caught.value.findings if each.code == "area-circle"]
    begins = len(AREAS.splitlines())
    assert lines == [f"registry/areas.csv:{begins + 1}", f"registry/areas.csv:{begins + 2}"]


def test_an_institution_is_pooled_and_settled_by_its_own_area_or_one_above() -> None:
    """Both faults are told: a province pooled by a city of its own, and an agency that is another province."""
    shanxi = "140000,山西省,Shanxi,province,000000,province\n"
    wrong = "H2,甲,530000,530100,530000,3,hospital,true,\nH3,乙,530100,530100,140000,3,hospital,true,\n"
    with pytest.raises(PolicyFileError) as caught:
        compile_files(files(areas=AREAS + shanxi, institutions=INSTITUTIONS + wrong))
    assert [(each.code, each.field) for each in caught.value.findings] == [
        ("area-elsewhere", "registry/institutions.csv:3"),
        ("area-elsewhere", "registry/institutions.csv:4"),
    ]


@pytest.mark.parametrize("articles", [None, "[]\n"], ids=["gone", "empty"])
def test_a_set_cannot_do_without_the_rows_its_provisions_name(articles: str | None) -> None:
    content = files()
    if articles is None:
        del content["articles.yaml"]
    else:
        content["articles.yaml"] = articles.encode()
    assert findings(content).keys() == {"missing-file" if articles is None else "unknown-row"}


def test_base_benefits_are_spread_over_schemes_and_served_areas() -> None:
    base = """base: {id: base-example, serves: ["530100", "530000"], status: illustrative, document_no: —,
  title: {zh: 示例待遇, en: Example benefits}, source: made up for a test}
resident: {deductible: ["200.00", "550.00", "880.00"], ratio: ["17/20", "3/4", "3/5"], cap: "60000.00"}
"""
    compiled = compile_files({**files(), "base/530100.yaml": base.encode()})
    bundle = open_file(compiled)
    deductible = bundle.by_citation["base-example.resident-deductible@530000"]
    assert deductible.area == "530000"
    assert deductible.value == {"by_level_fen": {"1": 20000, "2": 55000, "3": 88000}}
    assert bundle.notices["base-example"].confidence == "illustrative"


def test_the_editors_schema_is_current() -> None:
    """`python -m chalicelib.main.commands.policy_check --schema policies/schema/notice.schema.json` writes it again."""
    path = ROOT / "policies" / "schema" / "notice.schema.json"
    assert path.read_text(encoding="utf-8") == notice_schema_text()


def test_every_notice_satisfies_the_editors_schema() -> None:
    validator = jsonschema.Draft202012Validator(notice_schema())
    for path in sorted((ROOT / "policies").glob("*/notice.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        plain = json.loads(json.dumps(document, default=str))
        assert [error.message for error in validator.iter_errors(plain)] == [], path


@pytest.mark.parametrize(
    ("field", "value"), [("area", "53"), ("standing", "law"), ("issued_on", 3), ("unheard_of", "x")]
)
def test_the_editors_schema_refuses_what_the_compiler_refuses(field: str, value: Any) -> None:
    document = json.loads(json.dumps(yaml.safe_load(TEXT), default=str))
    validator = jsonschema.Draft202012Validator(notice_schema())
    assert validator.is_valid(document)
    document["notice"][field] = value
    assert not validator.is_valid(document)


def test_the_readmes_example_compiles_beside_the_shipped_files() -> None:
    """policies/README.md teaches by an example notice; the example must work."""
    readme = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    example = readme.split("```yaml\n", 1)[1].split("```", 1)[0]
    content = read_directory(ROOT / "policies")
    before = compile_files(content)
    after = compile_files({**content, "210200-example/notice.yaml": example.encode()})
    assert before.hash == compile_policies(ROOT / "policies").hash
    assert len(open_file(after).notices) == len(open_file(before).notices) + 1


def test_both_readmes_of_the_policies_teach_the_same_notice() -> None:
    """policies/README.md and README.zh.md differ in their comments alone."""
    examples = [
        yaml.safe_load(
            (ROOT / "policies" / name).read_text(encoding="utf-8").split("```yaml\n", 1)[1].split("```", 1)[0]
        )
        for name in ("README.md", "README.zh.md")
    ]
    assert examples[0] == examples[1]


def test_the_command_to_publish_names_a_file_that_is_no_utf8_and_sends_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address has no server, so an attempt to send anything would end otherwise."""
    for name, content in {**files(), NOTICE: TEXT.encode("gbk")}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert policy_publish.main(["--url", "http://127.0.0.1:1", "--policies", str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert f"{NOTICE}:1" in printed
    assert "UTF-8" in printed
