"""The package made for MiniStack; `.ci/run` deploys it there."""

from __future__ import annotations

import io
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any

import pytest

from infra.local import sample
from infra.local.template import FUNCTION, STATE_MACHINE, load_template
from infra.ministack.package import WITHOUT, NotPackaged, archive, deployed_template, lacking, packaged_template
from infra.ministack.run import differences
from tests.kit.worked_cases import ROOT

TEMPLATE = load_template()
DEPLOYED, FILES = deployed_template(TEMPLATE)
BUILT_FOR = "aarch64"


def packed(folder: Path, entries: dict[str, bytes]) -> Path:
    path = folder / "deployment.zip"
    with zipfile.ZipFile(path, "w") as to:
        for name, content in entries.items():
            to.writestr(name, content)
    return path


def test_nothing_is_left_out_but_what_is_named() -> None:
    left_out = TEMPLATE["Resources"].keys() - DEPLOYED["Resources"].keys()
    assert {TEMPLATE["Resources"][name]["Type"] for name in left_out} == WITHOUT.keys()
    assert {name: each["Type"] for name, each in DEPLOYED["Resources"].items()} == {
        name: each["Type"] for name, each in TEMPLATE["Resources"].items() if name not in left_out
    }


def test_functions_and_definitions_are_read_from_the_bucket() -> None:
    for resource in DEPLOYED["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == FUNCTION:
            assert properties["CodeUri"] == "s3://quebao-artifacts/deployment.zip"
        elif resource["Type"] == STATE_MACHINE:
            assert FILES[properties["DefinitionS3Location"]["Key"]].is_file()
    assert load_template() == TEMPLATE, "the package is left as it was"


def test_every_lack_is_printed_and_stands_in_the_documents() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert [kind for kind in WITHOUT if f"`{kind}`" not in text] == []
    printed = "\n".join(lacking(TEMPLATE))
    assert [kind for kind in WITHOUT if kind not in printed] == []
    assert "8 x AWS::StepFunctions::StateMachineAlias" in printed


def test_compiled_parts_are_those_of_this_machine(tmp_path: Path) -> None:
    mine = tmp_path / "installed" / "money" / f"_sum{EXTENSION_SUFFIXES[0]}"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"ours")
    path = packed(tmp_path, {f"money/_sum.cpython-311-{BUILT_FOR}-linux-gnu.so": b"theirs", "app.py": b"app = 1"})
    with zipfile.ZipFile(io.BytesIO(archive(path, tmp_path / "installed"))) as made:
        assert {name: made.read(name) for name in made.namelist()} == {
            f"money/{mine.name}": b"ours",
            "app.py": b"app = 1",
        }


def test_a_part_that_is_not_installed_here_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path, {"money/_sum.abi3.so": b"theirs"})
    with pytest.raises(NotPackaged, match=r"money/_sum\.abi3\.so is not installed here"):
        archive(path, tmp_path)


def test_without_a_package_one_is_told_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NotPackaged, match="run `make package` first"):
        packaged_template(tmp_path / "sam.yaml")
    with pytest.raises(NotPackaged, match="run `make package` first"):
        archive(tmp_path / "deployment.zip")


def test_a_claim_that_is_not_as_it_was_worked_out_is_named() -> None:
    case = sample.worked_claims()[0]
    determination: dict[str, Any] = {**case["expect"]}
    settled = {"status": "settled", "determination": determination}
    number = case["claim"]["claim_no"]
    assert differences(case, settled) == []
    assert differences(case, {"status": "deferred"}) == [f"{number} is deferred"]
    shares = {**determination["shares"], "patient": "0.01"}
    (line,) = differences(case, {**settled, "determination": {**determination, "shares": shares}})
    assert line.startswith(f"{number}: shares is ")
