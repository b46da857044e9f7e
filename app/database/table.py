"""The base of all tables, and column types that convert to Python values."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Dialect, MetaData, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


class Table(SQLModel):
    """Base of all tables, with the same constraint names on every database. Values are not validated on creation."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class _Texts(dict[Any, Any]):
    """Texts by member. Other values pass through for the database to refuse."""

    def __missing__(self, value: Any) -> Any:
        return value


class EnumText(TypeDecorator[StrEnum]):
    """A member of an enumeration, stored as its value in at most `length` characters."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum], length: int) -> None:
        super().__init__(length)
        self.kind = kind

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002 - as SQLAlchemy calls it
        return _Texts({member: member.value for member in self.kind}).__getitem__

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002 - the same
        members: dict[Any, Any] = {member.value: member for member in self.kind}
        return {**members, None: None}.__getitem__


class JsonText(TypeDecorator[Any]):
    """A value stored as JSON: `load` builds it from JSON data, `dump` does the reverse."""

    impl = Text
    cache_ok = True

    def __init__(self, load: Callable[[Any], Any], dump: Callable[[Any], Any]) -> None:
        super().__init__()
        self.load = load
        self.dump = dump

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        return json.dumps(self.dump(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - as SQLAlchemy calls it
        return None if value is None else self.load(json.loads(value))


class _AsStored(FunctionElement[Any]):
    """The raw bytes of a text on SQLite, which returns them without decoding."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], kind: TypeEngine[Any]) -> None:
        super().__init__(column)
        self.type = kind


@compiles(_AsStored)
def _text(element: _AsStored, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)


@compiles(_AsStored, "sqlite")
def _bytes(element: _AsStored, compiler: SQLCompiler, **given: Any) -> str:
    # As text, damaged bytes would make the whole query fail.
    return f"CAST({compiler.process(element.clauses, **given)} AS BLOB)"


class CheckedText(TypeDecorator[str]):
    """A text that readers compare with its digest; damage changes the text but raises no error."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return _AsStored(column, self)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - as SQLAlchemy calls it
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


class CheckedTexts(CheckedText):
    """Texts by name, stored as JSON and compared with a digest; damaged JSON becomes an empty text without a name."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        try:
            found = json.loads(super().process_result_value(value, dialect))
        except ValueError:
            found = None
        is_whole = isinstance(found, dict) and all(isinstance(text, str) for text in found.values())
        return found if is_whole else {"": ""}
