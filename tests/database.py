"""The database of a node in a test: a SQLite file, or with NODE_TEST_DATABASE=postgresql one on a server of the run.

A data folder remembers its database in a file, so whoever copies the folder of a node gets a copy of its database too.
"""

import functools
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from app.database import make_engine
from app.database.schema_version import current, expected, upgrade
from app.shared.config import Settings
from app.wiring import foundation
from tests.once import made_once

SERVER = "NODE_TEST_POSTGRESQL"
"""Names the folder in which the server of the run listens."""
MARK = "test-database"
FILE = "node.sqlite"
USER = "node"
_folders: dict[str, Path] = {}
"""The data folders of this process by the names of their databases."""


def on_postgresql() -> bool:
    """Tell whether nodes of this run keep their rows on PostgreSQL."""
    return SERVER in os.environ


def database_in(folder: Path) -> str:
    """Return the address of the database of a data folder, which is made by whoever opens it first."""
    if not on_postgresql():
        return f"sqlite:///{folder / FILE}"
    name = _name_of(folder)
    _folders[name] = folder
    return f"postgresql+psycopg://{USER}@/{name}?host={os.environ[SERVER]}"


def open_engine(url: str, *, reads_only: bool = False, empty: bool = False) -> Engine:
    """Return an engine on a database; one of the run's that is missing is made, with all tables or without any."""
    folder = _folders.get(make_url(url).database or "")
    if folder is not None:
        _provide(make_url(url).database or "", folder, empty=empty)
    return make_engine(url, reads_only=reads_only)


def engine_in(folder: Path, revision: str = "head") -> Engine:
    """Return an engine on the database of a data folder, with its tables at `revision`, "" for none at all.

    All tables are made once in a run and copied; tests/functional/database/test_schema_version.py is about making them.
    """
    engine = open_engine(database_in(folder), empty=revision != "head")
    if revision == "head" and not on_postgresql() and not (folder / FILE).exists():
        shutil.copyfile(_tables() / FILE, folder / FILE)
    # To read the steps of the tables takes a tenth of a second.
    elif revision and not (revision == "head" and current(engine) == _head()):
        upgrade(engine, revision)
    return engine


_head = functools.cache(expected)


def files_of(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Yield the files of tables and indexes as the server keeps them, with the names that they have there."""
    kept = (
        "SELECT relname, pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't')"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        for name, content in connection.execute(text(f"{kept} AND pg_relation_filepath(oid) LIKE 'base/%'")):
            yield str(name), bytes(content)


def remove_below(folder: Path) -> None:
    """Remove the databases of all data folders in a folder; whoever is still connected is cut off."""
    names = [mark.read_text(encoding="ascii") for mark in folder.rglob(MARK)]
    with _server() as server:
        for name in names:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def put_all_nodes_there() -> None:
    """Let settings that name no database mean the one of their data folder."""
    field = Settings.model_fields["database_url"]
    field.default_factory = lambda given: database_in(Path(given["data"]))
    Settings.model_rebuild(force=True)
    vars(foundation)["make_engine"] = open_engine


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with psycopg.connect(host=os.environ[SERVER], user=USER, dbname="postgres", autocommit=True) as connection:
        yield connection


def _name_of(folder: Path) -> str:
    return f"n{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:24]}"


def _provide(name: str, folder: Path, *, empty: bool) -> None:
    mark = folder / MARK
    known = mark.read_text(encoding="ascii") if mark.exists() else ""
    if known != name:
        _create(name, known or ("template0" if empty else _with_tables()))
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(name, encoding="ascii")


def _create(name: str, template: str) -> None:
    with _server() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # A node whose folder is copied while it serves finds new connections by itself.
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (template,))
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _with_tables() -> str:
    return (_tables() / MARK).read_text(encoding="ascii")


def _tables() -> Path:
    return made_once("database-with-tables", _make_tables)


def _make_tables(folder: Path) -> None:
    engine = engine_in(folder, revision="")
    upgrade(engine)
    engine.dispose()
