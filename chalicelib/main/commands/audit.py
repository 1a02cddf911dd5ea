"""`make audit`: asks a running system's auditor to replay the journal, and prints the differences.

Takes the API's address and a bearer token of an auditor; exit status 0 means that every counter agrees with the
journal, 2 that no running system answered.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.request


def main(arguments: list[str] | None = None) -> int:
    """Print the audit of the system at `--url`; return 1 on any difference."""
    parser = argparse.ArgumentParser(description="Replay the journal and compare every balance, budget and advance.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    asked = parser.parse_args(arguments)
    try:
        request = urllib.request.Request(  # noqa: S310 the operator names the address
            f"{asked.url.rstrip('/')}/v1/ledger/audit", headers={"Authorization": f"Bearer {asked.token}"}
        )
        with urllib.request.urlopen(request, timeout=900) as answer:  # noqa: S310 the same
            report = json.load(answer)
            replayed = f"{report['transactions']} transactions replayed into {report['accounts']} accounts."
            differences = report["differences"]
    except urllib.error.HTTPError as refused:
        print(f"audit: {asked.url} refuses the question with {refused.code}; give an auditor's token as TOKEN=.")
        return 2
    except (OSError, ValueError, LookupError, TypeError) as unreachable:
        print(f"audit: {asked.url} does not answer as a running system ({unreachable}); start one with `make run`.")
        return 2
    print(replayed)
    for each in differences:
        figures = f": the journal says {each['journal']}, the state {each['state']}"
        print(f"{each['what']}: {each['where']}{'' if each['what'].startswith('copy-') else figures}.")
    if not differences:
        print("Every balance, budget and advance is what the journal says, and the journal what its locked copy says.")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
