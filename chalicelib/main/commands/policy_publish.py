"""`make policy-publish`: send the policy files to a running system, which checks, signs and keeps them, and have
another officer put them in force.

QUEBAO_TOKEN is the token of the officer who hands the files in, QUEBAO_APPROVER_TOKEN that of another officer who
decides; without the latter the files are kept and the command prints the other officer's next step (`--approve`). The
files are taken to be based on the bundle that is current when the command starts, unless `--previous` names another; a
publication in between wins, and this command reports it.
Exit code 0 when published, kept or already current, 1 when refused, 2 when the system cannot be reached.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chalicelib.law.authoring.compiler import compile_files, read_directory
from chalicelib.law.authoring.findings import PolicyFileError, describe
from chalicelib.main.commands.spoken import say, unreachable

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 60


def call(url: str, token: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
    """Send a request; return the status, whatever it is, and the JSON answer. Raises `OSError` without an answer."""
    if not url.startswith(("http://", "https://")):
        raise OSError("the address begins with http:// or https://")
    request = urllib.request.Request(  # noqa: S310 the scheme was looked at above
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 as above
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def keep(url: str, token: str, directory: Path, previous: str | None) -> tuple[int, Any]:
    """Hand in the files of a directory; return status and answer. Raises `PolicyFileError` for a file not in text."""
    files, bundles = _texts(read_directory(directory)), _bundles(url)
    if previous is None:
        status, listed = call(f"{bundles}?limit=1", token)
        if status != 200:
            return status, listed
        previous = listed["items"][0]["bundle"] if listed["items"] else None
    return call(bundles, token, {"files": files, "previous": previous})


def approve(url: str, token: str, bundle: str, previous: str | None) -> tuple[int, Any]:
    """Put a kept bundle in force as another officer; return status and answer."""
    decision = {"decision": "approve", **({} if previous is None else {"previous": previous})}
    return call(f"{_bundles(url)}/{bundle}/decision", token, decision)


def _bundles(url: str) -> str:
    return f"{url.rstrip('/')}/v1/policies/bundles"


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    try:
        return {path: content.decode() for path, content in files.items()}
    except UnicodeDecodeError:
        # The compiler says which file it is and what to do about it.
        compile_files(files)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="policy-publish", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--policies", type=Path, default=ROOT / "policies")
    parser.add_argument("--previous", help="the bundle the files were edited from")
    parser.add_argument("--keep-only", action="store_true", help="hand the files in, let nobody decide yet")
    parser.add_argument("--approve", metavar="BUNDLE", help="put a kept bundle in force; sends no files")
    options = parser.parse_args(arguments)
    try:
        return _approved(options) if options.approve else _handed_in(options)
    except PolicyFileError as unreadable:
        for finding in unreadable.findings:
            print(describe(finding, "zh"), "|", finding.message.en)
        print(say("policy-publish：未发送任何文件。", "policy-publish: nothing was sent."))
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        print(unreachable("policy-publish", options.url))
        return 2


def _handed_in(options: argparse.Namespace) -> int:
    """Hand the files in and, with a second officer's token, put them in force."""
    status, answer = keep(options.url, os.environ.get("QUEBAO_TOKEN", ""), options.policies, options.previous)
    if status not in (200, 201):
        return _refused(status, answer)
    bundle, provisions, cells = answer["bundle"], answer["provisions"], answer["cells"]
    print(say(f"政策包  {bundle}", f"bundle     {bundle}"))
    print(
        say(
            f"已证明  条款 {provisions} 条，{cells} 种情形",
            f"proven     {provisions} provisions over {cells} distinct cells",
        )
    )
    if answer["status"] == "published":
        print(say("policy-publish：该政策包即为现行。", "policy-publish: it already is the current bundle."))
        return 0
    if options.keep_only or not os.environ.get("QUEBAO_APPROVER_TOKEN"):
        print(
            say(
                f"policy-publish：已留存。由另一人批准发布：make policy-publish APPROVE={bundle}",
                f"policy-publish: kept. Another officer puts it in force: make policy-publish APPROVE={bundle}",
            )
        )
        return 0
    options.approve, options.previous = bundle, None
    return _approved(options)


def _approved(options: argparse.Namespace) -> int:
    """Put a kept bundle in force."""
    token = os.environ.get("QUEBAO_APPROVER_TOKEN", "")
    status, answer = approve(options.url, token, options.approve, options.previous)
    if status != 200:
        return _refused(status, answer)
    number, kept_by, decided_by = answer["number"], answer["kept_by"], answer["decided_by"]
    print(
        say(
            f"policy-publish：第 {number} 次发布，{kept_by} 提交，{decided_by} 批准。",
            f"policy-publish: publication {number}, handed in by {kept_by}, put in force by {decided_by}.",
        )
    )
    return 0


def _refused(status: int, answer: Any) -> int:
    for error in answer.get("errors", ()):
        print(f"{error['field']} {error['code']}: {error['message']['zh']} | {error['message']['en']}")
    print(say(f"policy-publish：未获接受（{status}）。", f"policy-publish: REFUSED ({status})."))
    return 1


if __name__ == "__main__":
    sys.exit(main())
