# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Columns that give what the code works with: members of an enumeration, and values that are kept as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator


class _Texts(dict[Any, Any]):
    """Texts by member. What is no member is handed on, for the database to refuse."""

    def __missing__(self, value: Any) -> Any:
        return value


class EnumText(TypeDecorator[StrEnum]):
    """A member of an enumeration, kept as its value in at most `length` characters."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], length: int) -> None:
        super().__init__(length)
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - as SQLAlchemy calls it
        """Return what gives the text that is stored."""
        return _Texts({member: member.value for member in self.kind}).__getitem__

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        """Return what gives the member."""
        members: dict[Any, Any] = {member.value: member for member in self.kind}
        return {**members, None: None}.__getitem__


class JsonText(TypeDecorator[Any]):
    """A value kept as JSON: `load` makes it of what JSON knows, and `dump` the other way round."""

    impl = Text
    cache_ok = True

    def __init__(self, load: Callable[[Any], Any], dump: Callable[[Any], Any]) -> None:
        super().__init__()
        self.load = load
        self.dump = dump

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        """Return what is stored."""
        return json.dumps(self.dump(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - as SQLAlchemy calls it
        """Return the value."""
        return None if value is None else self.load(json.loads(value))
