"""Has the function that may open the vault carry out a decided request about a person."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.kernel.errors import Unavailable
from chalicelib.kernel.words.ids import PersonRequestId
from chalicelib.platform.aws.clients import reaching_aws
from chalicelib.registry.ports import Revealed


class LambdaPersonDesk:
    """The awaited invocation of the vault's function. `client` is a boto3 Lambda client. The answer is kept nowhere."""

    def __init__(self, client: Any, function: str) -> None:
        self._client = client
        self._function = function

    @reaching_aws
    def __call__(self, request_id: PersonRequestId) -> Revealed | None:
        answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps({"request_id": request_id}))
        if "FunctionError" in answer:
            raise Unavailable
        revealed = json.loads(answer["Payload"].read())["person"]
        return None if revealed is None else Revealed(**revealed)
