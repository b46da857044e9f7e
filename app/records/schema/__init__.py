"""The schemas as objects: kinds, fields, sections and allowed values, and validation of front matter."""

from app.records.schema.schema_set import SchemaError, SchemaSet
from app.records.schema.specification import Choice, FieldSpec, KindSchema, SectionSpec
from app.records.schema.validation import FieldError

__all__ = ["Choice", "FieldError", "FieldSpec", "KindSchema", "SchemaError", "SchemaSet", "SectionSpec"]
