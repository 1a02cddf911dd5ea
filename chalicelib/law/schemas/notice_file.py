"""JSON Schema of notice.yaml for editors: completion, enumerations, GB/T 2260 codes, and each slot's own value.

An editor that knows the schema offers the values allowed; the compiler still checks everything, and more.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from chalicelib.law.authoring.conditions import SUGAR, YES_NO
from chalicelib.law.authoring.models import NoticeFields, NoticeFile
from chalicelib.law.authoring.slots.table import VALUE_MODELS
from chalicelib.law.domain.model import BUSINESS, DIMENSIONS, LINE_DIMENSIONS, SLOTS, Slot
from chalicelib.platform.http.docs.enumerations import InlineEnumerations

Schema = dict[str, Any]
_REFERENCES = "#/$defs/{model}"


def notice_schema() -> Schema:
    """Return the schema of a whole notice.yaml (JSON Schema 2020-12)."""
    schema = _schema_of(NoticeFile)
    definitions: Schema = schema.setdefault("$defs", {})
    for model in dict.fromkeys(VALUE_MODELS.values()):
        own = _schema_of(model)
        definitions.update(own.pop("$defs", {}))
        definitions[model.__name__] = own
    provision: Schema = definitions["ProvisionFields"]
    provision["properties"]["when"] = {"$ref": "#/$defs/Conditions"}
    provision["allOf"] = [_value_of(slot) for slot in Slot]
    definitions["Conditions"] = _conditions()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "notice.schema.json",
        **schema,
        "title": "A notice as policy data 政策文件",
        "description": f"{NoticeFile.__doc__} The header: {NoticeFields.__doc__}",
    }


def notice_schema_text() -> str:
    """Return the schema as it is kept in policies/schema/notice.schema.json."""
    return json.dumps(notice_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _schema_of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(ref_template=_REFERENCES, schema_generator=InlineEnumerations)


def _value_of(slot: Slot) -> Schema:
    """Return the rule that a provision's value has the shape of the slot it decides."""
    then: Schema = {"properties": {"value": {"$ref": _REFERENCES.format(model=VALUE_MODELS[slot].__name__)}}}
    if slot is Slot.NOTHING:
        then["required"] = ["why"]
    unknown = set(LINE_DIMENSIONS) if not SLOTS[slot].of_line else set[str]()
    unknown |= {*DIMENSIONS, *SUGAR} - {BUSINESS} if SLOTS[slot].of_place else {BUSINESS}
    if unknown:
        names = sorted({*unknown, *(name.replace("-", "_") for name in unknown)})
        then["properties"]["when"] = {"properties": dict.fromkeys(names, False)}
    return {"if": {"properties": {"decides": {"const": slot.value}}, "required": ["decides"]}, "then": then}


def _conditions() -> Schema:
    properties: Schema = {name: {"type": "boolean"} for name in SUGAR}
    for name, values in DIMENSIONS.items():
        one: Schema = {"type": "boolean"} if name in YES_NO else {"enum": list(values)}
        choices: list[Schema] = [one, {"type": "array", "items": one, "minItems": 1}]
        if name == "level":
            bound = {"type": "integer", "minimum": 1, "maximum": 3}
            choices.append(
                {"type": "object", "properties": {"min": bound, "max": bound}, "additionalProperties": False}
            )
        properties[name] = {"anyOf": choices}
        if "-" in name:
            properties[name.replace("-", "_")] = properties[name]
    return {"type": "object", "properties": properties, "additionalProperties": False}
