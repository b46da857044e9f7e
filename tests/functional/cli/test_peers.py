from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.federation.keys import KeyRole
from app.shared.config import Settings
from app.wiring import Services
from tests.functional.cli.conftest import Cli
from tests.functional.federation.fetching.hostile import hostile, plain
from tests.hostilenode.node import HostileNode
from tests.hostilenode.process import hostile_process
from tests.prepared import with_lexicon
from tests.webnode.node import small_collection
from tools.serving_node import serving


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and key of a running node with the small collection."""
    folder = tmp_path_factory.mktemp("other")
    seed = small_collection(folder / "seed")
    with serving(with_lexicon(folder / "node"), {"NODE_WORKERS": "1", "NODE_CONTENT": str(seed)}, seconds=90) as site:
        services = Services(Settings.model_validate({"data": folder / "node", "issuer": site.url}))
        yield site.url, _key(services)
        services.close()


def _key(services: Services) -> str:
    ring = services.federation.keys.ring
    return ring(KeyRole.FEDERATION).signer(services.clock()).kid


def test_a_peer_is_added_by_its_key_listed_and_fetched_from(cli: Cli, node: Path, other: tuple[str, str]) -> None:
    url, key = other
    cli("init")
    wrong = cli("peers", "add", url, "--key", "x" * 43)
    assert (wrong.exit_code, "another key" in wrong.output) == (1, True)
    assert cli("peers", "add", url).exit_code == 2, "nobody compared a key"
    assert "No peers" in cli("peers", "list").output
    added = cli("peers", "add", url, "--key", key)
    assert added.exit_code == 0, added.output
    assert key in added.output
    fetched = cli("harvest")
    assert fetched.exit_code == 0, fetched.output
    assert "done, 6 new" in fetched.output
    assert "files: 3 came" in fetched.output
    assert "nothing new" in cli("harvest", url).output
    (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
    assert (listed["address"], listed["audit"], listed["records"], listed["federation_key"]) == (url, "ok", 6, key)
    assert (listed["files"]["held"], listed["files"]["missing"]) == (3, 0)
    words = cli("peers", "list").output
    assert "6 of 6 records, complete, live" in words
    assert "3 files (0.0 MiB), 0 missing" in words
    assert "has moved" not in words
    with closing(sqlite3.connect(node / "node.sqlite")) as database, database:
        database.execute("UPDATE federation_issuer SET moved_to = 'https://neu.example'")
    assert "has moved to https://neu.example" in cli("peers", "list").stdout
    (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
    assert listed["moved_to"] == "https://neu.example"


def test_an_operator_says_whose_word_about_organisations_counts(cli: Cli, other: tuple[str, str]) -> None:
    url, key = other

    def counts() -> bool:
        (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
        return bool(listed["organisations"])

    cli("init")
    cli("peers", "add", url, "--key", key)
    assert counts()
    assert f"{url} (counts about organisations)" in cli("peers", "list").output
    assert cli("peers", "organisations", url, "no").exit_code == 0
    cli("peers", "add", url, "--key", key, "--hub")
    assert not counts()
    assert f"{url} (hub)" in cli("peers", "list").output
    cli("peers", "add", url, "--key", key, "--organisations")
    assert counts()
    cli("peers", "remove", url)
    cli("peers", "add", url, "--key", key, "--no-organisations")
    assert not counts()
    assert cli("peers", "organisations", url, "perhaps").exit_code == 2
    assert cli("peers", "organisations", "https://nobody.example", "no").exit_code != 0


def test_the_worker_asks_a_peer_until_it_is_paused_blocked_or_removed(cli: Cli, other: tuple[str, str]) -> None:
    url, _key = other
    cli("init")
    cli("peers", "add", url, "--yes")
    assert cli("worker", "--once").exit_code == 0
    (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
    assert (listed["records"], listed["failures"]) == (6, 0)
    assert "Nobody to ask" in cli("harvest", "--due").output
    assert cli("peers", "pause", url).exit_code == 0
    assert cli("harvest", url).exit_code == 4
    assert cli("peers", "resume", url).exit_code == 0
    assert "6 records hidden" in cli("peers", "block", url, "--reason", "Zum Prüfen").output
    assert "blocked" in cli("peers", "list").output
    assert "6 records shown again" in cli("peers", "unblock", url, "--reason", "Geprüft").output
    # Hidden and shown again, each has been changed three times, and there is still one version of it.
    assert "8 records in 8 versions" in cli("doctor").output
    assert cli("peers", "remove", url).exit_code == 0
    assert cli("peers", "remove", url).exit_code == 4


def test_doctor_names_a_damaged_file_and_the_next_fetch_mends_it(cli: Cli, node: Path, other: tuple[str, str]) -> None:
    cli("init")
    cli("peers", "add", other[0], "--yes")
    cli("harvest")
    assert cli("doctor").exit_code == 0
    kept = next(path for path in (node / "foreign-files").glob("??/*"))
    before = kept.read_bytes()
    kept.write_bytes(before + b"x")
    sick = cli("doctor")
    assert sick.exit_code == 1
    assert "[foreign files]" in sick.output
    assert "is damaged or missing" in sick.output
    assert "files: 1 came" in cli("harvest").output
    assert kept.read_bytes() == before
    assert cli("doctor").exit_code == 0


def test_what_a_node_calls_itself_tells_a_terminal_nothing(cli: Cli, tmp_path: Path) -> None:
    with hostile_process(tmp_path) as address:
        node = HostileNode(tmp_path, f"{address}/fremd", "\x1b[1A\x1b[2KName of its federation key: x\u202e")
        node.write()
        cli("init")
        said = cli("peers", "add", node.address, "--yes").output + cli("peers", "list").output
    assert node.federation.kid in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_what_is_no_node_is_not_added(cli: Cli) -> None:
    cli("init")
    with hostile(**{".well-known/openid-federation": plain(b"x.y.z")}) as liar:
        assert cli("peers", "add", liar.issuer.address, "--yes").exit_code == 1
    gone = cli("peers", "add", "http://127.0.0.1:9", "--yes")
    assert gone.exit_code == 3
    assert "port" in gone.output
    assert cli("peers", "add", "https://Ä.example", "--yes").exit_code == 2
