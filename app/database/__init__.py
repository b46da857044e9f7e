"""The database: engines, sessions, conventions for all tables, and schema versions (`schema_version`)."""

from app.database.sessions import Sessions, in_parts, make_engine
from app.database.table import EnumText, JsonText, Table

__all__ = ["EnumText", "JsonText", "Sessions", "Table", "in_parts", "make_engine"]
