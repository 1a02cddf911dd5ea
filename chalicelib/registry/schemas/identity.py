"""The document of a person on the wire: a single shape for claims, enrolments, filings and other requests about a
person.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from chalicelib.kernel.text import Text
from chalicelib.platform.http.fields import DateText, IdentityNumber, Label
from chalicelib.platform.http.query import person_parameter, required
from chalicelib.platform.http.reading import WireModel
from chalicelib.registry.domain.identity_documents import BIRTH_ORDER_MAX, ID_TYPES, DocumentType, StatedDocument

PERSON = required(person_parameter(Text("人员代码。", "The person's token.")))


IdType = Annotated[Label, WithJsonSchema({"type": "string", "enum": [*ID_TYPES]})]
IssuedBy = Annotated[Label, WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["USA"]})]


def _number_unless_newborn(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("id_type") != DocumentType.NEWBORN:
        raise PydanticCustomError("missing", "missing")
    return value


Number = Annotated[
    IdentityNumber | None,
    AfterValidator(_number_unless_newborn),
    Field(default=None, validate_default=True, repr=False),
]


class MotherBody(WireModel):
    """The mother's own document."""

    id_type: IdType | None = None
    id_no: Number
    issued_by: IssuedBy | None = None

    def to_document(self) -> StatedDocument:
        """Return the document in the domain's form."""
        return StatedDocument(self.id_type, self.id_no, self.issued_by)


class DocumentBody(WireModel):
    """A document: its type (without a type the number's form decides), its number and, for a passport, the issuing
    country. A newborn has no number: `mother`, `born` and `order` (1 for an only child) name the newborn.
    """

    id_type: IdType | None = None
    id_no: Number
    issued_by: IssuedBy | None = None
    mother: MotherBody | None = Field(default=None, repr=False)
    born: DateText | None = Field(default=None, repr=False)
    order: Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": BIRTH_ORDER_MAX})] | None = None

    def to_document(self) -> StatedDocument:
        """Return the document in the domain's form."""
        mother = None if self.mother is None else self.mother.to_document()
        return StatedDocument(self.id_type, self.id_no, self.issued_by, mother, self.born, self.order)
