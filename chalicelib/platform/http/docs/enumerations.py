"""JSON Schema in which the values of an enumeration stand with every field that has them."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

_COMPONENTS = frozenset({"AdjustmentCode", "AdjustmentGroup"})
"""The enumerations that callers know as components of their own."""


class InlineEnumerations(GenerateJsonSchema):
    """A generator that writes an enumeration as a list of literals: a field's own words describe the values there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._enumerations: dict[str, core_schema.EnumSchema] = {}

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """Write an enumeration where it stands, and everything else as pydantic does."""
        if schema["type"] == "enum" and schema["cls"].__name__ not in _COMPONENTS:
            self._enumerations[schema["ref"]] = schema
        elif schema.get("schema_ref") in self._enumerations:
            schema = self._enumerations[schema["schema_ref"]]
        else:
            return super().generate_inner(schema)
        return self.literal_schema(core_schema.literal_schema([each.value for each in schema["members"]]))

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Give the field of an enumeration a title, as a field of literals has one."""
        is_inline = {schema.get("ref"), schema.get("schema_ref")} & self._enumerations.keys()
        return bool(is_inline) or super().field_title_should_be_set(schema)
