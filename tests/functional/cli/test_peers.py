import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.shared.config import Settings
from app.wiring import Services
from tests.functional.cli.conftest import Cli
from tests.functional.fetching.hostile import hostile, plain
from tests.webnode.node import small_collection
from tools.serving_node import serving


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and root of a running node with the small collection."""
    folder = tmp_path_factory.mktemp("other")
    seed = small_collection(folder / "seed")
    with serving(folder / "node", {"NODE_WORKERS": "1", "NODE_CONTENT": str(seed)}, seconds=90) as site:
        services = Services(Settings.model_validate({"data": folder / "node", "issuer": site.url}))
        yield site.url, services.federation.listing.listed.root(1).sha256
        services.close()


def test_a_peer_is_added_by_its_root_listed_and_fetched_from(cli: Cli, other: tuple[str, str]) -> None:
    url, root = other
    cli("init")
    wrong = cli("peers", "add", url, "--root", "0" * 64)
    assert (wrong.exit_code, "another root" in wrong.output) == (2, True)
    assert cli("peers", "add", url).exit_code == 2, "nobody compared the words"
    assert "No peers" in cli("peers", "list").output
    added = cli("peers", "add", url, "--root", root)
    assert added.exit_code == 0, added.output
    assert root in added.output
    assert len(added.output.partition("twelve words: ")[2].splitlines()[0].split()) == 12
    fetched = cli("harvest")
    assert fetched.exit_code == 0, fetched.output
    assert "done, 6 new" in fetched.output
    assert "files: 3 came" in fetched.output
    assert "nothing new" in cli("harvest", url).output
    (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
    assert (listed["address"], listed["freshness"], listed["records"], listed["root"]) == (url, "confirmed", 6, root)
    assert (listed["files"]["held"], listed["files"]["missing"]) == (3, 0)
    words = cli("peers", "list").output
    assert "6 records, list " in words
    assert "(confirmed)" in words
    assert "3 files (0.0 MiB), 0 missing" in words


def test_the_worker_asks_a_peer_until_it_is_paused_blocked_or_removed(cli: Cli, other: tuple[str, str]) -> None:
    url, _root = other
    cli("init")
    cli("peers", "add", url, "--yes")
    assert cli("worker", "--once").exit_code == 0
    (listed,) = json.loads(cli("peers", "list", "--format", "json").stdout)
    assert (listed["records"], listed["failures"]) == (6, 0)
    assert "There is no peer to ask" in cli("harvest", "--due").output
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
    assert "files: 3 came" in cli("harvest").output
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


def test_what_is_no_node_is_not_added(cli: Cli) -> None:
    cli("init")
    with hostile(**{"netz/tuf/metadata/1.root.json": plain(b"x.y.z")}) as liar:
        assert cli("peers", "add", liar.issuer.address, "--root", "0" * 64).exit_code == 2
    gone = cli("peers", "add", "http://127.0.0.1:9", "--yes")
    assert gone.exit_code == 3
    assert "port" in gone.output
    assert cli("peers", "add", "https://Ä.example", "--yes").exit_code == 2
