"""A whole node on PostgreSQL: pages, monitors, doctor, and what it leaves to the server."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.backup import OtherDatabase, make_backup
from app.wiring.node import Node
from tests.database import MARK, database_in, engine_in, on_postgresql
from tests.postgresql import programs
from tests.webnode.node import CONCEPT_PAGE, one_node, settings

pytestmark = pytest.mark.skipif(not on_postgresql(), reason="runs on PostgreSQL: make test-postgresql")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    yield from one_node(tmp_path)


def test_pages_and_monitors_are_answered(services: Services) -> None:
    browser = create_app(services).test_client()
    answers = {path: browser.get(path).status_code for path in (CONCEPT_PAGE, "/suche?q=Bus", "/healthz", "/readyz")}
    assert set(answers.values()) == {200}, answers


def test_what_no_column_can_hold_is_no_failure_of_the_node(services: Services) -> None:
    browser = create_app(services).test_client()
    for path in ("/konzepte/a%00b", "/api/v1/records/a%00b", "/konzepte/x/v/99999999999999"):
        assert browser.get(path).status_code in {400, 404}, path


def test_the_doctor_finds_nothing_and_a_backup_is_left_to_the_server(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OtherDatabase):
        make_backup(services, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    services.close()
    monkeypatch.setenv("NODE_DATA", str(services.settings.data))
    monkeypatch.setenv("NODE_ISSUER", services.settings.issuer)
    found = CliRunner().invoke(main, ["doctor"])
    assert found.exit_code == 0, found.output
    refused = CliRunner().invoke(main, ["backup", str(tmp_path / "backup")])
    assert (refused.exit_code, "pg_dump" in refused.output) == (3, True), refused.output


def test_a_dump_and_the_folder_bring_the_node_back(services: Services, tmp_path: Path) -> None:
    before = services.catalogue.changes(0)
    there = tmp_path / "there"
    dump(services.settings.database_url, tmp_path / "node.dump")
    shutil.copytree(services.settings.data, there / "node", ignore=shutil.ignore_patterns("index", MARK))
    engine_in(there / "node", revision="").dispose()
    restore(tmp_path / "node.dump", database_in(there / "node"))
    again = Services(settings(there), services.clock)
    Node(again).reindex(lambda _step: lambda _done, _all: None)
    assert (again.catalogue.changes(0), again.catalogue.disagreements()) == (before, ())
    assert create_app(again).test_client().get(CONCEPT_PAGE).status_code == 200
    again.close()


def dump(url: str, target: Path) -> None:
    command = [str(programs() / "pg_dump"), "--format=custom", f"--file={target}", as_libpq(url)]
    subprocess.run(command, check=True)


def restore(source: Path, url: str) -> None:
    command = [str(programs() / "pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={as_libpq(url)}"]
    subprocess.run([*command, str(source)], check=True)


def as_libpq(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")
