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

from chalicelib.main.commands.spoken import say, unreachable


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
            replayed = say(
                f"重放记账凭证 {report['transactions']} 份，涉及账户 {report['accounts']} 个。",
                f"{report['transactions']} transactions replayed into {report['accounts']} accounts.",
            )
            differences = report["differences"]
    except urllib.error.HTTPError as refused:
        print(
            say(
                f"audit: {asked.url} 拒绝审计请求（{refused.code}）；请以 TOKEN= 提供审计岗的访问令牌。",
                f"audit: {asked.url} refuses the question with {refused.code}; give an auditor's token as TOKEN=.",
            )
        )
        return 2
    except (OSError, ValueError, LookupError, TypeError):
        print(unreachable("audit", asked.url))
        return 2
    print(replayed)
    for each in differences:
        figures = say(
            f"：凭证所示 {each['journal']}，计数所示 {each['state']}",
            f": the journal says {each['journal']}, the state {each['state']}",
        )
        print(f"{each['what']}: {each['where']}{'' if each['what'].startswith('copy-') else figures}{say('。', '.')}")
    if not differences:
        print(
            say(
                "余额、预算和预拨均与凭证一致，凭证与其锁定副本一致。",
                "Every balance, budget and advance is what the journal says,\n"
                "and the journal is what its locked copy says.",
            )
        )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
