# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database: engine, sessions and the conventions all tables follow. Schema changes: `app.db.schema_version`."""

from app.db.columns import EnumText, JsonText
from app.db.sessions import Sessions, in_parts, make_engine
from app.db.table import Table

__all__ = ["EnumText", "JsonText", "Sessions", "Table", "in_parts", "make_engine"]
