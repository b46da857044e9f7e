"""Migrates the tables to the schema of this release."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from app.shared.errors import Unavailable

SCRIPTS = "app:migrations"
OLDEST = "0027"
"""The oldest revision that can be upgraded: that of release 0.9."""


class OtherTables(Unavailable):
    """The tables are at `revision` instead of this release's; if `is_older`, this release can upgrade them."""

    revision: str
    is_older: bool

    @property
    def message(self) -> str:
        if self.is_older:
            return (
                "the database is still that of an older release. Make a backup, then start the node, which brings it "
                "up to date: erfahrungsnetz run"
            )
        if self.revision < OLDEST:
            return (
                "the database is that of a release before 0.9 (%(revision)s), which this one cannot bring up to date. "
                "Nothing was changed. Make a backup, install release 0.9, start it once, then install this one again"
            )
        return (
            "the database is that of another release (%(revision)s), and there is no way from it to this one. Install "
            "the release that it belongs to, or restore the backup that was made with this one; see CHANGELOG.md"
        )


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run all migrations up to `revision` in one transaction, also concurrently. Raises OtherTables."""
    found = current(engine)
    if found is not None and not _is_known(found):
        raise OtherTables(found, is_older=False)
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def current(engine: Engine) -> str | None:
    """Return the revision of the database, None if it is empty or missing; does not create a SQLite file."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and file != ":memory:" and not Path(file).exists():
        return None
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(engine: Engine) -> None:
    """Raise OtherTables unless the database is empty or at the revision of this release."""
    found = current(engine)
    if found is not None and found != expected():
        raise OtherTables(found, is_older=_is_known(found))


def expected() -> str | None:
    """Return the revision that this release works with."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _is_known(revision: str) -> bool:
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions())


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.attributes["connection"] = connection
    return config
