"""A hospital's first claim in Python, with the standard library alone: preview, submit and wait, read the claim.

make run EMPTY=1                       in another terminal
export QUEBAO_TOKEN=$(make -s token ROLE=hospital SUBJECT=H53010200001)
python examples/first_claim.py

The patient is one of the sample persons; base benefits are illustrative. QUEBAO_URL says where the API is. Run a second
time, the same number and body get the first answer again.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

URL = os.environ.get("QUEBAO_URL", "http://127.0.0.1:8000")
BODY = Path(__file__).with_suffix(".json")
WAIT_S = 20


def call(path: str, body: Any = None, **headers: str) -> Any:
    """Send one request and return the answer; a refusal is printed in both languages and ends the program."""
    request = urllib.request.Request(
        URL + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['QUEBAO_TOKEN']}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=2 * WAIT_S) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        for error in json.load(refusal)["errors"]:
            print(f"{error['code']} {error.get('field', '')}\n  {error['message']['zh']}\n  {error['message']['en']}")
        sys.exit(1)


def main() -> None:
    """Preview, submit and read one claim, and print what was answered."""
    claim = json.loads(BODY.read_text(encoding="utf-8"))
    claim["claim_no"] = "FIRST-PYTHON"
    claim["visit"] |= {"admitted": "2020-07-06", "discharged": "2020-07-16"}  # a stay of its own: a bill counts once
    claim["diagnosis"]["history"][0]["on"] = "2020-07-06"
    claim["lines"][0]["date"] = "2020-07-07"

    foreseen = call("/v1/claims/preview", claim)
    print(f"Preview: {foreseen['shares']['patient']} yuan of {foreseen['total']} stay with the patient.")

    settled = call("/v1/claims", claim, Prefer=f"wait={WAIT_S}")
    print(f"Claim {settled['claim_id']} is {settled['status']}.")

    read = call(f"/v1/claims/{settled['claim_id']}")
    if read["status"] != "settled":
        sys.exit(f"The claim is {read['status']}: {read.get('reason')}")
    for fund, amount in read["determination"]["shares"].items():
        print(f"  {fund:<12} {amount:>12}")


if __name__ == "__main__":
    main()
