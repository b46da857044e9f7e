"""A node moves from SQLite to a PostgreSQL server with everything that it knows, and goes on there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text

from app.cli import main
from app.database import Table, make_engine, schema_version
from app.database.moving import NothingToMove, TargetNotEmpty, move
from app.identity import RoleKind
from app.wiring import Services
from tests.database import USER
from tests.functional.privacy.somebody import ADDRESS, Somebody, join, question, sent, somebody_in
from tests.postgresql import NotInstalled, Server

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        made = Server()
    except NotInstalled as error:
        pytest.skip(f"NOT RUN: {error}")
    yield made
    made.stop()


@pytest.fixture
def url(server: Server, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    name = f"n{abs(hash(request.node.name))}"
    with psycopg.connect(host=str(server.folder), user=USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    return f"postgresql://{USER}@/{name}?host={server.folder}"


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[Somebody]:
    made = somebody_in(tmp_path)
    yield made
    made.services.close()


Call = Callable[..., Result]


@pytest.fixture
def call(somebody: Somebody) -> Call:
    def invoke(*arguments: str, **more: str) -> Result:
        given = {"NODE_DATA": str(somebody.services.settings.data), "NODE_ISSUER": somebody.services.settings.issuer}
        runner = CliRunner(env={**given, "NODE_LOG_LEVEL": "error", **more})
        return runner.invoke(main, arguments, catch_exceptions=False)

    return invoke


def rows_of(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Table.metadata.sorted_tables
        }
    return {name: rows for name, rows in found.items() if name != "node_writer"}


def test_accounts_and_open_proposals_come_along_and_work_goes_on(call: Call, somebody: Somebody, url: str) -> None:
    before = rows_of(somebody.services.sessions.engine)
    assert {"identity_person", "review_proposal", "catalogue_version", "review_draft"} <= {*filter(before.get, before)}
    done = call("move-database", url)
    assert done.exit_code == 0, done.output
    assert f"{sum(map(len, before.values()))} rows copied" in done.output
    moved = Services(somebody.services.settings.model_copy(update={"database_url": url}))
    assert rows_of(moved.sessions.engine) == before

    moved.lease.take()
    assert moved.identity.people.address(somebody.person.id) == ADDRESS
    view = moved.review.proposals.view(somebody.waiting, somebody.curator)
    assert view.proposal.state.is_open
    # Rows that the server numbers itself go on behind those that came along.
    author = join(moved, "Kim Beispiel", "kim@beispielstadt.example", RoleKind.AUTHOR)
    assert sent(moved, question(author, "Wer weiß es?", "Nach dem Umzug gefragt.")).state.is_open
    assert len(rows_of(moved.sessions.engine)["identity_audit"]) > len(before["identity_audit"])
    moved.close()
    (somebody.services.settings.data / "node.sqlite").chmod(0o600)
    found = call("doctor", NODE_DATABASE_URL=url)
    assert found.exit_code == 0, found.output


def test_a_database_that_holds_anything_is_refused_unchanged(call: Call, somebody: Somebody, url: str) -> None:
    target = make_engine(url)
    with target.begin() as there:
        there.execute(text("CREATE TABLE of_another (id integer)"))
        there.execute(text("INSERT INTO of_another VALUES (1)"))
    with pytest.raises(TargetNotEmpty, match="of_another"):
        move(somebody.services.sessions.engine, target)
    assert schema_version.current(target) is None
    with target.begin() as there:
        there.execute(text("DROP TABLE of_another"))
    assert call("move-database", url).exit_code == 0
    refused = call("move-database", url)
    assert (refused.exit_code, "is not empty" in refused.output) == (1, True)
    target.dispose()


def test_a_move_that_breaks_off_leaves_nothing_and_a_node_without_tables_has_nothing_to_move(
    somebody: Somebody, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, nothing = make_engine(url), make_engine(f"sqlite:///{tmp_path}/none.sqlite")
    with pytest.raises(NothingToMove):
        move(nothing, target)
    tables = [*Table.metadata.sorted_tables, Table.metadata.tables["identity_person"]]
    monkeypatch.setattr(type(Table.metadata), "sorted_tables", tables)
    with pytest.raises(Exception, match="duplicate key"):
        move(somebody.services.sessions.engine, target)
    with target.connect() as there:
        assert not there.scalar(text("SELECT count(*) FROM identity_person"))
    target.dispose()
