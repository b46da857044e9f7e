"""The database: engine, sessions and the conventions all tables follow. Schema changes: `schema_version`."""

from app.database.sessions import Sessions, in_parts, make_engine
from app.database.table import EnumText, JsonText, Table

__all__ = ["EnumText", "JsonText", "Sessions", "Table", "in_parts", "make_engine"]
