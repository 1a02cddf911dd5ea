"""`make policy-publish`: send the policy files to a running system, which checks, signs and publishes them.

The token of a policy officer is read from QUEBAO_TOKEN. What is current when the command starts is what the files are
taken to be based on, unless `--previous` says otherwise; whoever publishes in between wins, and this command says so.
Exit code 0 when published (or already current), 1 when refused, 2 when the system cannot be reached.
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

from chalicelib.adapters.policy_files import PolicyFileError, compile_files, describe, read_directory

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 60


def call(url: str, token: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
    """One request and its JSON answer, whatever the status. Raises `OSError` where nobody answers."""
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


def publish(url: str, token: str, directory: Path, previous: str | None, *, keep_only: bool) -> tuple[int, Any]:
    """Send the files of a directory; the status and the answer. Raises `PolicyFileError` for what is no text."""
    files = _texts(read_directory(directory))
    bundles = f"{url.rstrip('/')}/v1/policies/bundles"
    if previous is None and not keep_only:
        status, listed = call(f"{bundles}?limit=1", token)
        if status != 200:
            return status, listed
        previous = listed["items"][0]["bundle"] if listed["items"] else None
    return call(bundles, token, {"files": files, "previous": previous, "publish": not keep_only})


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    try:
        return {path: content.decode() for path, content in files.items()}
    except UnicodeDecodeError:
        # The compiler says which file it is and what to do about it.
        compile_files(files)
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="policy-publish", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--policies", type=Path, default=ROOT / "policies")
    parser.add_argument("--previous", help="the bundle the files were edited from")
    parser.add_argument("--keep-only", action="store_true", help="keep the bundle for comparison, do not publish it")
    options = parser.parse_args(arguments)
    token = os.environ.get("QUEBAO_TOKEN", "")
    try:
        status, answer = publish(options.url, token, options.policies, options.previous, keep_only=options.keep_only)
    except PolicyFileError as unreadable:
        for finding in unreadable.findings:
            print(describe(finding, "zh"), "|", finding.message.en)
        print("policy-publish: nothing was sent.")
        return 1
    except OSError as unreachable:
        print(f"policy-publish: {options.url} does not answer ({unreachable}).")
        return 2
    if status not in (200, 201):
        for error in answer.get("errors", ()):
            print(f"{error['field']} {error['code']}: {error['message']['zh']} | {error['message']['en']}")
        print(f"policy-publish: REFUSED ({status}).")
        return 1
    became = "kept" if answer["publication"] is None else f"publication {answer['publication']['number']}"
    print(f"bundle     {answer['bundle']}")
    print(f"proven     {answer['provisions']} provisions over {answer['cells']} distinct cells")
    print(f"policy-publish: {became if status == 201 else 'it already is the current bundle'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
