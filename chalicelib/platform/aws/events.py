"""Puts events on the bus: ids and states, never anything of a person."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.ports import Announcement
from chalicelib.platform.aws.clients import reaching_aws

SOURCE = "quebao"


class EventBridgeEvents:
    """Events on EventBridge. `client` is a boto3 EventBridge client, `bus` the bus's name or ARN."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    @reaching_aws
    def tell(self, announcement: Announcement) -> None:
        detail = {"event_id": announcement.event_id, **announcement.detail}
        answer = self._client.put_events(
            Entries=[
                {
                    "EventBusName": self._bus,
                    "Source": SOURCE,
                    "DetailType": announcement.kind,
                    "Detail": json.dumps(detail),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            raise Unavailable
