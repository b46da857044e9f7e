"""Three machines on one PostgreSQL, played by real processes: one writes, two read, one of those takes its place."""

import json
import os
import shutil
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.database import writer
from tests.database import USER
from tests.functional.cli.conftest import Write
from tests.functional.cli.test_run import children_of, page
from tests.postgresql import NotInstalled, Server
from tools.serving_node import ServingNode, free_port, serving


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    try:
        server = Server()
    except NotInstalled as reason:
        pytest.skip(f"NOT RUN: {reason}")
    with psycopg.connect(host=str(server.folder), user=USER, dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE machines TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    yield f"postgresql+psycopg://{USER}@/machines?host={server.folder}"
    server.stop()


class Machines:
    """Starts machines, each with a data folder of its own; the repository lies where all of them could reach it."""

    def __init__(self, folder: Path, database: str, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self.repository = folder / "shared" / "content.git"
        self._common = {
            "NODE_DATABASE_URL": database, "NODE_CONTENT": "", "NODE_WORKERS": "1",
            "NODE_ISSUER": "http://127.0.0.1:8000", "NODE_REPOSITORY": str(self.repository),
        }  # fmt: skip

    def settings(self, name: str, **others: str) -> dict[str, str]:
        return {**self._common, "NODE_MACHINE": name, **others}

    def data(self, name: str) -> Path:
        return self._folder / name

    def command(self, name: str, *arguments: str, **others: str) -> Result:
        environment = {**self.settings(name, **others), "NODE_DATA": str(self.data(name))}
        return CliRunner(env=environment).invoke(main, arguments)

    def let_the_writer_fall_silent(self) -> None:
        """Let the half minute pass within which no other machine takes the place of a silent one."""
        with psycopg.connect(self._common["NODE_DATABASE_URL"].replace("+psycopg", "")) as connection:
            connection.execute("UPDATE node_writer SET until = clock_timestamp()")

    def start(self, name: str, **others: str) -> ServingNode:
        return self._stack.enter_context(serving(self.data(name), self.settings(name, **others), seconds=180))

    def reader(self, name: str, keys_of: str) -> ServingNode:
        shutil.copytree(self.data(keys_of) / "keys", self.data(name) / "keys", dirs_exist_ok=True)
        return self.start(name, NODE_ROLE="reader")


@pytest.fixture
def machines(tmp_path: Path, database: str) -> Iterator[Machines]:
    with ExitStack() as stack:
        yield Machines(tmp_path / "machines", database, stack)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.3)


def status(url: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def shows(site: ServingNode, title: str) -> bool:
    return title in page(f"{site.url}/konzepte")


def kill(site: ServingNode) -> None:
    """Kill a site with all its processes, as a machine that loses its power does."""
    for process in (site.process.pid, *children_of(site.process.pid)):
        os.kill(process, signal.SIGKILL)
    site.process.wait()


@pytest.mark.slow
@pytest.mark.usefixtures("_no_server")
def test_a_reader_takes_the_place_of_a_writer_that_was_killed(
    machines: Machines, content: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = machines.command("one", "init", "--content", str(content))
    assert begun.exit_code == 0, begun.stderr
    one = machines.start("one")
    two, three = machines.reader("two", "one"), machines.reader("three", "one")
    assert status(f"{two.url}/netz/tuf/metadata/timestamp.json")[0] == 503
    shutil.copytree(machines.repository, machines.repository.with_name("old.git"))
    write("stadtrad", title="Ein Rad für alle")
    assert machines.command("one", "sync", "--content", str(content)).exit_code == 0
    for site in (one, two, three):
        until(lambda site=site: shows(site, "Ein Rad für alle"))  # type: ignore[misc]  # bound at once
        assert "/konzepte/stadtrad" in page(f"{site.url}/suche?q=Rad")
        assert "Rufbus auf dem Land" in page(f"{site.url}/konzepte/rufbus")
    assert not (machines.data("two") / "content.git").exists()

    code, said = status(f"{two.url}/frage-stellen", {"text": "Hallo"})
    assert (code, "nur gelesen werden" in said) == (503, True), said
    refused = machines.command("two", "sync", "--content", str(content), NODE_ROLE="reader")
    assert (refused.exit_code, "one" in refused.stderr) == (3, True), refused.stderr

    before = json.loads(page(f"{one.url}/netz/tuf/metadata/timestamp.json"))["signed"]
    root = page(f"{one.url}/netz/tuf/metadata/1.root.json")
    kill(one)
    for site in (two, three):
        assert status(f"{site.url}/konzepte/stadtrad")[0] == 200
        assert status(f"{site.url}/readyz")[0] == 200
        assert "/konzepte/stadtrad" in page(f"{site.url}/suche?q=Rad")

    two.process.send_signal(signal.SIGTERM)
    two.process.wait(timeout=30)
    old = str(machines.repository.with_name("old.git"))
    behind = machines.command("two", "run", "--port", str(free_port()), NODE_REPOSITORY=old)
    assert (behind.exit_code, "lacks what one has published" in behind.stderr) == (3, True), behind.stderr
    machines.let_the_writer_fall_silent()
    promoted = machines.start("two")
    write("radwege", title="Wege für Räder")
    assert machines.command("two", "sync", "--content", str(content)).exit_code == 0
    for site in (promoted, three):
        until(lambda site=site: shows(site, "Wege für Räder"))  # type: ignore[misc]  # bound at once
        assert shows(site, "Ein Rad für alle")
        assert shows(site, "Rufbus auf dem Land")
    found = machines.command("two", "doctor")
    assert found.exit_code == 0, found.output
    # Partners know the node by its root, and take no list with a lower number than the one they have seen.
    assert page(f"{promoted.url}/netz/tuf/metadata/1.root.json") == root
    after = json.loads(page(f"{promoted.url}/netz/tuf/metadata/timestamp.json"))["signed"]
    assert after["version"] > before["version"]
    assert after["meta"]["snapshot.json"]["version"] > before["meta"]["snapshot.json"]["version"]

    # Whoever comes back waits for so long until the other one might have fallen silent.
    monkeypatch.setattr(writer, "_LEASE", 0)
    monkeypatch.setattr(writer, "RENEWED", 0.0)
    late = machines.command("one", "sync", "--content", str(content))
    assert late.exit_code != 0
    assert "two" in late.stderr, late.stderr
    for arguments in (("reindex",), ("erase", "record", "concept/rufbus", "--reason", "legal", "--yes")):
        behind = machines.command("one", *arguments, NODE_REPOSITORY=old)
        assert (behind.exit_code, "lacks what two has published" in behind.stderr) == (3, True), behind.stderr
    refused = machines.command("one", "grant", "kim@beispielverbund.example", "operator")
    assert (refused.exit_code, "two does that" in refused.stderr) == (3, True), refused.stderr
    assert shows(three, "Wege für Räder")
