"""AWS prices, in US dollars a million, and the cost of a claim by its counted requests.

List prices of us-east-1 on demand as docs/scale.md names them, each with its source and its certainty. No price
here was read from a bill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

ON = "2026-11-26"


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million. `seen`: the page on which it was read, None where it is as we remember it."""

    usd: float
    of: str
    seen: str | None = None


_DYNAMODB = "https://airbyte.com/data-engineering-resources/dynamodb-pricing"
_EXPRESS = "https://www.wring.co/blog/aws-step-functions-pricing-guide"

PRICES: Mapping[str, Price] = {
    "write": Price(0.625, "DynamoDB write request unit", _DYNAMODB),
    "read": Price(0.125, "DynamoDB read request unit", _DYNAMODB),
    "s3 put": Price(5.0, "S3 PUT or LIST"),
    "s3 get": Price(0.4, "S3 GET"),
    "kms": Price(3.0, "KMS request"),
    "event": Price(1.0, "EventBridge custom event"),
    "express start": Price(1.0, "Step Functions Express request", _EXPRESS),
    "express gb-s": Price(16.67, "Step Functions Express, a GB for a second", _EXPRESS),
    "rest request": Price(3.5, "API Gateway REST request"),
    "lambda request": Price(0.2, "Lambda request"),
    "lambda gb-s": Price(13.33, "Lambda on arm, a GB for a second"),
}

ASSUMED: Mapping[str, float] = {
    "rest request": 1,
    "lambda request": 2,
    "lambda gb-s": 1.0 * 0.1 + 1.0 * 0.2,
    "express gb-s": 0.0625 * 0.3,
}
"""Units that are not counted here: the API's function takes 0.1 s and the task 0.2 s of 1,024 MB each, the execution
0.3 s of 64 MB. Listeners share their batches with other claims.
"""

CLAIMS_AN_OBJECT = 20
"""Claims in one object of the ledger's copy: 10 M claims a year are 95 in five minutes, for which the mapping collects,
and the table's stream has four shards, as that of a new on-demand table is remembered to have. More with more claims.
"""


def usd(counted: Mapping[str, float]) -> float:
    """Return the cost, in US dollars, of a million claims that each use so many units."""
    units = Counter(counted) + Counter(ASSUMED)
    return sum(PRICES[name].usd * count for name, count in units.items())
