"""Points the output of `chalice package` to the alias, as everything else of the template points to it.

Chalice has the gateway call the function itself, which is its unpublished code. A caller must reach the release in
force and no other, so the address in every path, and the permission to call it, name the alias.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from infra.resources import LIVE, alias_of

_HANDLER = "APIHandler"
_CALLED, _MEANT = f"${{{_HANDLER}.Arn}}/invocations", f"${{{_HANDLER}.Arn}}:{LIVE}/invocations"


def through_alias(template: dict[str, Any]) -> dict[str, Any]:
    """Return the packaged template with a gateway that calls the alias. Raises KeyError without Chalice's gateway."""
    resources = template["Resources"]
    leave, api = resources[f"{_HANDLER}InvokePermission"], resources["RestAPI"]
    permitted = {**leave, "Properties": {**leave["Properties"], "FunctionName": alias_of(_HANDLER)}}
    changed = {f"{_HANDLER}InvokePermission": permitted, "RestAPI": _called(api)}
    return {**template, "Resources": {**resources, **changed}}


def _called(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _called(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_called(each) for each in value]
    return value.replace(_CALLED, _MEANT) if isinstance(value, str) else value


def main(arguments: list[str]) -> None:
    """Write each packaged template again: `python -m infra.release build/sam.yaml`."""
    for each in map(Path, arguments):
        packaged = yaml.load(each.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        each.write_text(yaml.dump(through_alias(packaged), allow_unicode=True, width=120), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
