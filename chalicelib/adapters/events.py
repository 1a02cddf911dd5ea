"""Puts events on the bus: ids and states, never anything of a person."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.adapters.aws import reaching_aws
from chalicelib.application.records import ClaimStatus
from chalicelib.domain.errors import Unavailable

SOURCE = "quebao"


class EventBridgeEvents:
    """`client` is a boto3 EventBridge client, `bus` the bus's name or ARN."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    @reaching_aws
    def claim_changed(self, claim_id: str, institution: str, status: ClaimStatus) -> None:
        detail = {"claim_id": claim_id, "institution": institution, "status": status.value}
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._bus,
                    "Source": SOURCE,
                    "DetailType": "claim changed",
                    "Detail": json.dumps(detail),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise Unavailable
